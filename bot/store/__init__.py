"""Tables, statements and the transaction: the only room that knows SQL."""
