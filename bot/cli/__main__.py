"""`python -m bot.cli`, from a clone without an installed command."""

from bot.cli import main

main()
