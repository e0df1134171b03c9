"""Danger: heard, answered at once, paged to staff until somebody has answered, and reviewed."""
