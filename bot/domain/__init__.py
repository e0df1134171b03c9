"""Values and rules. Nothing here waits, reads a clock, draws at random, or knows SQL or Telegram."""
