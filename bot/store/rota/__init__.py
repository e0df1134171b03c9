"""Weekly shifts, what changes them, and who was there."""
