"""Handoffs, their escalations, notes, and pairs of a person and a coach."""
