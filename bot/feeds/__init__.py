"""Outside directory formats: fetched, read, reported on."""
