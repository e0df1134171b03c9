"""Flows: the conversations as data, the engine that runs them, and the checks they are held to."""
