"""The command line, `foothold`: each command a few lines that call a use case."""

import errno
import gc
import io
import sys
from collections.abc import Callable

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What ends the output of a command where it is sent into a file on a full disk."""


def main() -> None:
    """The command `foothold`."""
    for stream in (sys.stdout, sys.stderr):  # what was typed and is no UTF-8 is said back all the same
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        load()()
    except OSError as wrong:
        if wrong.errno not in _NO_ROOM or wrong.filename is not None:
            raise
        sys.stderr.write(f"What there was to say could not all be written: {wrong.strerror}.\n")
        sys.exit(1)


def load() -> Callable[[], object]:
    """The commands, imported with little memory."""
    gc.disable()  # what is imported stays: to look through it for garbage is a tenth of the start
    import typer  # noqa: F401, PLC0415 - it looks whether rich is there, for when help is asked for

    sys.modules["rich"] = None  # type: ignore[assignment] # 3 MiB that structlog and httpx would never use
    from bot.cli.menu import app  # noqa: PLC0415

    del sys.modules["rich"]
    gc.freeze()
    gc.enable()
    return app
