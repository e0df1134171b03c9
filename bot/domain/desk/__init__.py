"""What staff read of a conversation, made by rules from what happened."""
