"""Dangers that are open, and the log of what was heard."""
