"""The command line, `foothold`: each command a few lines that call a use case."""

from bot.cli import service, words, directory, people, keeping  # isort: skip - the order of `--help`
from bot.cli.base import app

__all__ = ["app", "directory", "keeping", "main", "people", "service", "words"]


def main() -> None:
    """The command `foothold`."""
    app()
