"""What people looked for and did not find, and what is listed and nobody is ever sent to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Shown, UnmetNeed
from bot.domain.ids import OfferingId
from bot.store.conversing import events
from bot.store.directory import offerings
from bot.store.engine.transaction import Transaction

FEW = 5
"""A count below this could point at somebody: it is not said (product design, measures)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of need, how often it was met with nothing; codes, "" where nothing was said."""

    need: str
    area: str
    band: str
    approach: str
    barriers: tuple[str, ...]
    times: int

    @property
    def said(self) -> str:
        """The count as it may be shown."""
        return str(self.times) if self.times >= FEW else f"under {FEW}"


@dataclass(frozen=True, slots=True)
class Unsent:
    """Something listed that nobody was shown."""

    id: OfferingId
    name: str
    programme: str
    source: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of one stretch of time, most frequent first. `unsent_in_all` may be more than are listed."""

    gaps: tuple[Gap, ...]
    unsent: tuple[Unsent, ...]
    unsent_in_all: int


async def summarised(tx: Transaction, since: datetime, most: int) -> Gaps:
    """The needs noted since then (aware), and at most `most` offerings that were shown to nobody."""
    needs = [one for one in await events.of_kind(tx, "unmet_need", since) if isinstance(one, UnmetNeed)]
    shown = {one.offering for one in await events.of_kind(tx, "shown", since) if isinstance(one, Shown)}
    listed = [one for one in await offerings.names_shown(tx) if one[0] not in shown]
    unsent = tuple(Unsent(which, name, programme, source) for which, name, programme, source in listed[:most])
    return Gaps(counted(needs), unsent, len(listed))


def counted(needs: Sequence[UnmetNeed]) -> tuple[Gap, ...]:
    """Equal needs together, the most frequent first."""
    found = Counter(
        (one.need, one.area or "", one.band or "", one.approach or "", tuple(sorted(one.barriers)))
        for one in needs
    )
    gaps = (Gap(*key, times) for key, times in found.items())
    return tuple(sorted(gaps, key=lambda one: (-one.times, one.area, one.need, one.band, one.approach)))
