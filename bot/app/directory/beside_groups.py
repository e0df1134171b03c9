"""What stands beside a list: the other route to help, and the group somebody said they would go to again.

Each set of suggestions holds people who have been there and people trained for it (product, principle 4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.directory.finding import WEEK_KM
from bot.app.directory.listings import Directory, Suggestion, Suggestions
from bot.app.turn import Turn
from bot.domain.directory.geo import Point, km_between
from bot.domain.directory.listing import Reader, item, name_of, next_time, place_line, soon_text
from bot.domain.directory.wanted import Needs
from bot.domain.events import WasNotThere, Went
from bot.domain.ids import OfferingId
from bot.store.conversing import events
from bot.store.directory.offerings import Listed

TREATMENT, FAMILY = "drug_alcohol_service", "family_support"
NOT_THERE_FOR = timedelta(days=30)
"""So long nobody is sent again to a group that they themselves did not find."""


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody said of groups: those they would go to again, newest last, and those to leave out."""

    again: tuple[OfferingId, ...] = ()
    not_again: frozenset[OfferingId] = frozenset()


@dataclass(frozen=True, slots=True)
class Beside:
    """Words to stand beside a list, and what they are about, for a button."""

    text: str = ""
    listed: Listed | None = None


NOTHING = Beside()


async def known_of(turn: Turn) -> Known:
    """What the turn's person said after going to groups; what was said last counts."""
    again: dict[OfferingId, bool] = {}
    for at, what in await events.of_groups(turn.tx, turn.person.id):
        match what:
            case Went(offering, bool(would)):
                again.pop(offering, None)
                again[offering] = would
            case WasNotThere(offering) if turn.now - at < NOT_THERE_FOR:
                again.pop(offering, None)
                again[offering] = False
            case _:
                pass
    return Known(
        tuple(one for one, would in again.items() if would),
        frozenset(one for one, would in again.items() if not would),
    )


async def again_beside(
    turn: Turn, directory: Directory, known: Known, near: Point | None, reader: Reader
) -> Beside:
    """Of the groups they would go to again, within reach of `near`, the one that starts next."""
    found: list[tuple[datetime, Listed]] = []
    for which in known.again[-5:]:
        listed = await directory.details(turn.tx, which, turn.now)
        time = None if listed is None else next_time(listed.entry, turn.now)
        if listed is not None and time is not None and _in_reach(listed, near):
            found.append((time[1], listed))
    if not found:
        return Beside()
    _, listed = min(found, key=lambda one: one[0])
    entry = listed.entry
    when, where = soon_text(turn.messages, entry, reader), place_line(turn.messages, entry)
    return Beside(
        turn.messages.text("group_again", name=name_of(turn.messages, entry), when=when, where=where), listed
    )


def _in_reach(listed: Listed, near: Point | None) -> bool:
    venue = listed.entry.venue
    if venue is None or near is None:
        return venue is None
    return venue.point is not None and km_between(near, venue.point) <= WEEK_KM[-1]


async def other_route(
    turn: Turn,
    directory: Directory,
    found: Suggestions,
    near: Point | None,
    reader: Reader,
    number: int,
    *,
    family: bool,
    services: bool = False,
    beyond: frozenset[OfferingId] = frozenset(),
) -> Beside:
    """With groups alone the nearest service, or how to find one; with services alone a group: as `number`.

    `services`: those were looked for, even if none is there.
    """
    shown = [*found.groups, *found.online]
    if not services and all(one.listed.entry.kind == "group" for one in shown):
        needs = Needs(services=frozenset({FAMILY if family else TREATMENT}), language=turn.person.language)
        other = await _first(turn, directory, near, reader, needs, "service", beyond)
        return _said(turn, other, number, reader, "group_route_service") or Beside(
            turn.messages.text("group_route_service_none")
        )
    if all(one.listed.entry.kind == "service" for one in shown):
        needs = Needs(family=family, language=turn.person.language)
        other = await _first(turn, directory, near, reader, needs, "group", beyond)
        return _said(turn, other, number, reader, "group_route_peer") or Beside()
    return Beside()


async def _first(
    turn: Turn,
    directory: Directory,
    near: Point | None,
    reader: Reader,
    needs: Needs,
    kind: str,
    beyond: frozenset[OfferingId],
) -> Suggestion | None:
    found = await directory.search(turn.tx, near, turn.now, needs, zone=reader.zone.key, beyond=beyond)
    fitting = (one for one in (*found.groups, *found.online) if one.listed.entry.kind == kind and one.fits)
    return next(fitting, None)


def _said(turn: Turn, one: Suggestion | None, number: int, reader: Reader, heading: str) -> Beside | None:
    if one is None:
        return None
    line = item(turn.messages, number, one.listed.entry, reader, starts=one.starts, km=one.km)
    return Beside(f"{turn.messages.text(heading)}\n{line}", one.listed)
