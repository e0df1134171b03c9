"""From an update to an answer: each turn, the host of the conversations, and what they can do."""
