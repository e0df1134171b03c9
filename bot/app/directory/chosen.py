"""Which group somebody means, which of its starts, and as what reader they are told of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.conversing.talk import Talk
from bot.app.directory.listings import Directory
from bot.app.turn import Turn
from bot.domain.conversation.words import Answer
from bot.domain.directory.listing import Reader, next_time
from bot.domain.directory.offering import Slot
from bot.domain.ids import OfferingId
from bot.domain.zones import zone_named
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import from_ms


def offering_id(said: Answer) -> OfferingId | None:
    """The offering of an answer or a button; None for anything else."""
    number = str(said)
    return OfferingId(int(number)) if number.isascii() and number.isdecimal() and len(number) < 16 else None


async def chosen(turn: Turn, directory: Directory, said: Answer) -> Listed | None:
    """What is known of the offering of an answer; None when it names none, or one that nobody is sent to."""
    which = offering_id(said)
    return None if which is None else await directory.details(turn.tx, which, turn.now)


def chosen_start(talk: Talk, which: OfferingId, now: datetime) -> datetime | None:
    """The start with which an offering stood in the last list, while it is ahead.

    Who asked for tomorrow, and was shown tomorrow, does not mean today.
    """
    shown = (talk.session.answers.get("starts") if talk.session else None) or ()
    for one in shown if isinstance(shown, list | tuple) else ():
        known, _, at = str(one).partition(":")
        if known == str(which) and at.isdecimal() and from_ms(int(at)) > now:
            return from_ms(int(at))
    return None


def time_meant(turn: Turn, talk: Talk, listed: Listed) -> tuple[Slot, datetime] | None:
    """The start that was chosen, or else the next one, with its weekly time; None by appointment."""
    return next_time(listed.entry, chosen_start(talk, listed.id, turn.now) or turn.now)


def reader_of(turn: Turn, zone: ZoneInfo) -> Reader:
    """The turn's person as a reader of lists; `zone` while their own is not known."""
    return Reader(zone_named(turn.person.zone) or zone, turn.person.country, turn.now)
