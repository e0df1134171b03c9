"""Rows on their way from the process that writes to the one that cleans, where nobody waits for the former.

Each batch is four bytes of length and a marshalled list. None stands for the end; a text says why there are
no more. Both ends are the same program; nothing from outside is unmarshalled.
"""

import marshal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from bot.feeds.batches import Read, in_batches
from bot.feeds.parts import Broken
from bot.feeds.read import Opened
from bot.feeds.rules import marshalled

HEAD = 4
WIDE = 1 << 20
"""Bytes of a pipe that holds a batch or two, so that neither end waits for the other in the middle of one."""
_PLAIN = ("meeting-guide", "bmlt")
"""Formats whose rows are made of what JSON has, and are many: the others have values of our own."""


def packet(content: object) -> bytes:
    """Something for the way, after its length. Raises ValueError for what cannot be marshalled."""
    body = marshal.dumps(content)  # type: ignore[arg-type]
    return len(body).to_bytes(HEAD) + body


def can_be_handed(opened: Opened) -> bool:
    """Whether the rows of a source can be read in another process than the one that cleans them."""
    return opened.form in _PLAIN


def packets(opened: Opened) -> Iterator[bytes]:
    """All rows of such a source, and why it ends where it is broken. A row that is far too deep is empty."""
    rows: Iterator[Read] = ((number, {}, marshalled(row)) for number, row in opened.rows())
    try:
        for some in in_batches(rows):
            yield packet([(number, raw) for number, _, raw in some])
        yield packet(None)
    except Broken as broken:
        yield packet(str(broken))


def handed(said: BinaryIO) -> Iterator[list[Read]]:
    """What was packed, to the last. Raises Broken where it was said to be, and where the last is missing."""
    while (content := received(said)) is not None:
        if isinstance(content, str):
            raise Broken(content)
        yield [(number, marshal.loads(raw) if raw else {}, raw) for number, raw in content]  # noqa: S302


def received(said: BinaryIO) -> Any:
    """The content of the next packet. Raises Broken where there is none, or not all of it."""
    length = int.from_bytes(said.read(HEAD))
    body = said.read(length)
    if not body or len(body) < length:
        raise Broken("it could not be read to its end")
    return marshal.loads(body)  # noqa: S302 - from our own process


def widen(*pipes: int) -> None:
    """Make pipes hold more, where the system can."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not on every system

        for pipe in pipes:
            with suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)
