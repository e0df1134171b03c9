"""What is kept and for how long, people's rights over it, and the upkeep of the service itself."""
