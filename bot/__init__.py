"""Foothold: help in a moment of readiness, at any hour. The map of the code is in README.md."""
