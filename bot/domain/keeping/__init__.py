"""What is kept, hidden and watched over."""
