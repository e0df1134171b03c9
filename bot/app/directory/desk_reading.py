"""What a coordinator is shown of the directory: what waits, how sources are, one entry with what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.directory.offering import Rejected
from bot.domain.ids import PersonId
from bot.store.directory import deeds
from bot.store.directory.confirmations import Said, ToReview
from bot.store.directory.generations import Counts
from bot.store.directory.likenesses import Doubtful
from bot.store.directory.offerings import Listed
from bot.store.directory.sources import Source

TAKEN_BACK_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be the same thing; either is None once it is gone."""

    doubt: Doubtful
    one: Listed | None
    other: Listed | None


@dataclass(frozen=True, slots=True)
class Health:
    """A source, what its last import did, rows that it did not take, and how many entries it lost since."""

    source: Source
    counts: Counts
    rejected: Sequence[Rejected]
    missing: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits, at most so much of each sort, whether there is more of it; and how the sources are.

    Each in `review` with whether it is late: it has waited longer than three working days, or was written by
    hand and nobody has checked it for so long that it is shown no more.
    """

    review: Sequence[tuple[ToReview, bool]]
    more_review: bool
    waiting: Sequence[Listed]
    more_waiting: bool
    pairs: Sequence[Doubtful]
    sources: Sequence[Source]
    said_by: Mapping[PersonId, str]
    """What those are called whose word waits."""


@dataclass(frozen=True, slots=True)
class LookedUpPage:
    """A `page` (from 1) of so many `pages` of what was looked up."""

    listed: Sequence[Listed]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Record:
    """What people said after they meant to go, in the last year: how many said what."""

    went: int = 0
    again: int = 0
    not_again: int = 0
    not_there: int = 0
    did_not_go: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry, and the `lists` in whose entries' place it stands; what was `said` of all of them, and by
    whom, newest first. `last`: the id of the last word on itself, 0 without one."""

    listed: Listed
    by_hand: bool
    lists: Sequence[Listed]
    last_right: tuple[str, datetime] | None
    too_old: bool
    said: Sequence[tuple[Said, str]]
    last: int
    reported: int
    record: Record

    def may_be_undone_by(self, who: PersonId, now: datetime) -> bool:
        """Whether the last word on itself is that person's own deed of a moment ago."""
        return any(one.id == self.last and may_take_back(one, who, now) for one, _ in self.said)


def may_take_back(one: Said, by: PersonId, now: datetime) -> bool:
    """Whether somebody may take back the last word on an entry: their own deed, of a day at most."""
    return one.said in deeds.UNDONE and one.person == by and now - one.at < TAKEN_BACK_WITHIN
