"""Who is on shift, what changes it, and who is told."""
