"""Sources, entries, places and weekly times; what was said of them and asked about them."""
