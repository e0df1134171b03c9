"""People, what they wrote and pressed, where they are, what is sent to them, and what happened."""
