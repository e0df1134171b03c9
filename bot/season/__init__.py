"""A past for the demo: made-up people write to the real service by their phones, on a clock of their own."""
