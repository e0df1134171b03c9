"""Outlines, counts, reviews and tasks: what the coordinators' pages read."""
