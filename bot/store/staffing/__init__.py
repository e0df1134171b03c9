"""Invitations, sessions, training, stories, and who looked at what."""
