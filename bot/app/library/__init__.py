"""What the service says and knows: conversations/ and data/, read, checked and kept."""
