"""Around the moment: what is known and told of help, everyday life and people's stories."""
