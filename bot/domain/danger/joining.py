"""Messages sent in one breath, read as one text."""

from collections.abc import Sequence
from datetime import datetime, timedelta

TOGETHER = timedelta(minutes=3)
AT_MOST = 3


def joined(messages: Sequence[tuple[str, datetime]], now: datetime) -> str:
    """The last three messages of the three minutes before `now`, oldest first, one per line.

    `messages` are (text, when it was sent), oldest first, aware UTC. A line end lets a danger continue
    in the next message, but a "no" in one message never silences the next.
    """
    recent = [text for text, at in messages if now - at <= TOGETHER]
    return "\n".join(recent[-AT_MOST:])
