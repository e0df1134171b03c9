"""The database itself: two engines, one kind of statement, one transaction."""
