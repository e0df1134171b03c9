"""Every command, in the order of `--help`."""

from bot.cli import service, words, directory, sources, people, rota, keeping  # isort: skip
from bot.cli.base import app

__all__ = ["app", "directory", "keeping", "people", "rota", "service", "sources", "words"]
