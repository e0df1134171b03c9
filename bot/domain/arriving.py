"""Whether somebody arrives with what they do now: for the first time, or after twelve hours of silence."""

from datetime import datetime, timedelta

from bot.domain.channel.incoming import Commanded, Content, Pressed, Said, SentMedia, SharedPlace
from bot.domain.events import Arrived, Code

AWAY = timedelta(hours=12)
"""As `summary.APART`: two conversations lie further apart than this."""


def arrival(content: Content, seen_at: datetime | None, now: datetime) -> Arrived | None:
    """The arrival at `now` of a person last heard at `seen_at` (None: never), or None while they are here.

    The doors: start, link (a poster's or an invitation's code), command, words, button, place, media.
    """
    if seen_at is not None and now - seen_at < AWAY:
        return None
    match content:
        case Said(edited=False):
            door = "words"
        case Commanded("start", payload):
            door = "link" if payload else "start"
        case Commanded():
            door = "command"
        case Pressed():
            door = "button"
        case SharedPlace():
            door = "place"
        case SentMedia():
            door = "media"
        case _:
            return None
    return Arrived(Code(door))
