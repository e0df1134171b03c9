"""When somebody is asked how it is, in which words, and what follows."""
