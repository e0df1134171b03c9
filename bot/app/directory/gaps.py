"""What people looked for and did not find, and what is listed and nobody is ever sent to."""

from collections import defaultdict
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

_Key = tuple[str, str, str, str, tuple[str, ...]]
"""A need without its count: the first fields of a `Gap`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of need, and how many people met it with nothing; codes, "" where nothing was said.

    `mixed`: of different times, reasons or places, each too rare to be said by itself.
    """

    need: str
    area: str
    band: str
    approach: str
    barriers: tuple[str, ...]
    people: int
    mixed: bool = False


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
    gaps, rare = counted((who, one) for who, one in noted if isinstance(one, UnmetNeed))
    shown = {one.offering for one in await events.of_kind(tx, "shown", since) if isinstance(one, Shown)}
    listed = [one for one in await offerings.names_shown(tx) if one[0] not in shown]
    unsent = tuple(Unsent(which, name, programme, source) for which, name, programme, source in listed[:most])
    return Gaps(gaps, rare, unsent, len(listed))


def counted(needs: Iterable[tuple[int | None, UnmetNeed]]) -> tuple[tuple[Gap, ...], tuple[str, ...]]:
    """Equal needs together, the most frequent first, and codes of what is too rare for any count.

    Somebody who looked ten times is one person. What fewer than `FEW` missed is put together by what and
    where, and if that is still too rare by what alone.
    """
    left = {
        (who, (one.need, one.area or "", one.band or "", one.approach or "", tuple(sorted(one.barriers))))
        for who, one in needs
    }
    gaps: list[Gap] = []
    for said in (5, 2, 1):
        by: dict[_Key, set[int | None]] = defaultdict(set)
        for who, key in left:
            by[_coarse(key, said)].add(who)
        enough = {
            key: len(people) for key, people in by.items() if len(people) >= FEW and (said != 2 or key[1])
        }
        gaps += (Gap(*key, people, mixed=said < 3) for key, people in enough.items())
        left = {(who, key) for who, key in left if _coarse(key, said) not in enough}
    ranked = sorted(gaps, key=lambda one: (-one.people, one.area, one.need, one.band, one.approach))
    return tuple(ranked), tuple(sorted({key[0] for _, key in left}))


def _coarse(key: _Key, said: int) -> _Key:
    """The first so many parts of a need."""
    return key if said > 2 else (key[0], key[1] if said == 2 else "", "", "", ())
