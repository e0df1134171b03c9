"""Messages, freed of the channel they come and leave by."""
