"""Every command, in the order of `--help`."""

from bot.cli import service, words, directory, sources, people, rota, measures, keeping  # isort: skip
from bot.cli.base import app

__all__ = ["app", "directory", "keeping", "measures", "people", "rota", "service", "sources", "words"]
