"""The coach on call: asked for, found, handed over, talked with, and the same one again."""
