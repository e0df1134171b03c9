"""What all who have to do with an outing are told of it, and the buttons under that."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.directory.chosen import reader_of
from bot.app.oncall.escalations import may_write_first
from bot.app.turn import Turn, Wanted
from bot.domain.alias import alias
from bot.domain.directory.listing import clock_of, moment_text, name_of, place_line
from bot.store.conversing import people
from bot.store.directory import offerings
from bot.store.directory.offerings import Listed
from bot.store.directory.outings import Outing

PRESS = "outing"
EARLY = timedelta(minutes=10)
"""So long before it begins they meet."""


def buttons_of(turn: Turn, name: str, number: int) -> Wanted:
    """A message's buttons for an outing."""
    return [[(one.label, f"{PRESS}:{one.id}:{number}:0")] for one in turn.messages.buttons(name)]


async def tell_person(turn: Turn, request: Outing, said: str, wanted: Wanted = (), /, **fill: Any) -> bool:
    """Tell the person it is about, unless nobody may write to them first; whether they were told."""
    person = await people.by_id(turn.tx, request.person)
    if person is None or not await may_write_first(turn.tx, person):
        return False
    return await turn.tell(person.id, said, wanted, key=f"outing:{request.id}:{said}:{turn.cause}", **fill)


async def tell_coordinators(turn: Turn, request: Outing, said: str, **fill: Any) -> None:
    """Tell them, once for what the turn's person did."""
    await turn.tell_coordinators(said, key=f"outing:{request.id}:{said}:{turn.person.id}", **fill)


async def which_one(turn: Turn, request: Outing, zone: ZoneInfo) -> dict[str, Any]:
    """What tells a request from another of the same person; also of one that is hidden or gone.

    `zone` is the service's, for people whose own is not known.
    """
    listed = await offerings.details(turn.tx, request.offering)
    if listed is not None:
        return facts_of(turn, listed, request, zone)
    time = moment_text(turn.messages, request.starts, zone, turn.now)
    return {"alias": alias(request.person), "name": turn.messages.text("summary_a_group"), "time": time}


def facts_of(turn: Turn, listed: Listed, request: Outing, zone: ZoneInfo) -> dict[str, Any]:
    """Who wants to go where, and when the two meet; `zone` as above."""
    clock = clock_of(listed.entry, reader_of(turn, zone).zone)
    return {
        "alias": alias(request.person),
        "name": name_of(turn.messages, listed.entry),
        "where": place_line(turn.messages, listed.entry),
        "time": moment_text(turn.messages, request.starts, clock, turn.now),
        "meet": moment_text(turn.messages, request.starts - EARLY, clock, turn.now),
    }
