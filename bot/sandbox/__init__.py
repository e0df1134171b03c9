"""A local stand-in for the Telegram Bot API, with a page of phones: the demo, and what the tests talk to."""
