"""What an import is asked to do, what is known as it begins, and what comes of it."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.directory.gates import TooManyErrors, TooManyGone
from bot.store.directory.generations import Counts
from bot.store.directory.known_offerings import Columns


@dataclass(frozen=True, slots=True)
class Asked:
    """What an import is to do.

    `programme` and `zone` hold for rows that do not say. `own`: the list is the operator's and the truth, so
    what is no longer in it hides at once; of a feed it is suspect first. `scheduled`: nobody looks at it,
    so the gates hold and new services wait for a coordinator. `yes`: somebody has said that so many may go.
    """

    source: str
    programme: str
    zone: str
    now: datetime
    own: bool = True
    scheduled: bool = False
    fictional: bool = False
    yes: bool = False
    area: str = ""
    """A town that stands for where the source's services are whose rows don't say; "" for none."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Published (or found to be what is published already)."""

    counts: Counts


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was changed: another import of the same source was begun or published meanwhile."""

    def __str__(self) -> str:
        return "another import of it was begun meanwhile, and that one counts"


class Superseded(Exception):
    """Another import of the same source has begun: what this one had staged is taken back."""


Outcome = Imported | TooManyGone | TooManyErrors | Overtaken


class KnownColumns:
    """Every offering of a source in columns, in order of id: 25 bytes each."""

    def __init__(self) -> None:
        self.offerings, self.editions, self.since = array("q"), array("q"), array("q")
        self.seen = bytearray()

    def add(self, page: Columns) -> None:
        self.offerings.extend(page.offerings)
        self.editions.extend(page.editions)
        self.since.extend(page.since)
        self.seen.extend(bytes(len(page.offerings)))

    @property
    def last(self) -> int:
        return self.offerings[-1] if self.offerings else 0

    def find(self, offering: int) -> int:
        """-1 for one that is newer than what was read."""
        return bisect_left(self.offerings, offering) if offering <= self.last else -1

    def listed(self) -> Iterator[int]:
        return (at for at, edition in enumerate(self.editions) if edition)

    def missing(self) -> Iterator[int]:
        return (at for at in self.listed() if not self.seen[at])
