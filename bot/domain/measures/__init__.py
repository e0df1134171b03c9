"""What is counted of people's events, by day, and how much of it may be shown (docs/measures.md)."""
