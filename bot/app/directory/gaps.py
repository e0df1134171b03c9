"""What people looked for and did not find, and what is listed and nobody is ever sent to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Shown, UnmetNeed
from bot.domain.ids import OfferingId
from bot.store.conversing import events
from bot.store.directory import offerings
from bot.store.engine.transaction import Transaction

FEW = 5
"""Fewer people than this could be known by it: neither number nor place is said (product design)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of need, and how many people met it with nothing; codes, "" where nothing was said."""

    need: str
    area: str
    band: str
    approach: str
    barriers: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """Something listed that nobody was shown."""

    id: OfferingId
    name: str
    programme: str
    source: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of one stretch of time, most frequent first. `unsent_in_all` may be more than are listed.

    `rare`: codes of what was looked for by fewer than `FEW` people in one place, at one time, for one reason.
    """

    gaps: tuple[Gap, ...]
    rare: tuple[str, ...]
    unsent: tuple[Unsent, ...]
    unsent_in_all: int


async def summarised(tx: Transaction, since: datetime, most: int) -> Gaps:
    """The needs noted since then (aware), and at most `most` offerings that were shown to nobody."""
    noted = await events.by_person(tx, "unmet_need", since)
    gaps = counted((who, one) for who, one in noted if isinstance(one, UnmetNeed))
    shown = {one.offering for one in await events.of_kind(tx, "shown", since) if isinstance(one, Shown)}
    listed = [one for one in await offerings.names_shown(tx) if one[0] not in shown]
    unsent = tuple(Unsent(which, name, programme, source) for which, name, programme, source in listed[:most])
    said = tuple(one for one in gaps if one.people >= FEW)
    rare = tuple(sorted({one.need for one in gaps if one.people < FEW}))
    return Gaps(said, rare, unsent, len(listed))


def counted(needs: Iterable[tuple[int | None, UnmetNeed]]) -> tuple[Gap, ...]:
    """Equal needs together, the most frequent first; somebody who looked ten times is one person."""
    each = {
        (who, (one.need, one.area or "", one.band or "", one.approach or "", tuple(sorted(one.barriers))))
        for who, one in needs
    }
    gaps = (Gap(*key, people) for key, people in Counter(key for _, key in each).items())
    return tuple(sorted(gaps, key=lambda one: (-one.people, one.area, one.need, one.band, one.approach)))
