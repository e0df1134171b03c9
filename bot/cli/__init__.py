"""The command line, `foothold`: each command a few lines that call a use case."""

import gc


def main() -> None:
    """The command `foothold`."""
    gc.disable()  # what is imported stays: to look through it for garbage is a tenth of the start
    from bot.cli.menu import app  # noqa: PLC0415

    gc.freeze()
    gc.enable()
    app()
