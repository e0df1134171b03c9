"""What is near and what is open: places, helplines, groups and services, and the order they are shown in."""
