"""How each list of the directory is, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.directory.desk import Health as SourceHealth
from bot.app.directory.desk import stale
from bot.domain.directory.listing import one_line
from bot.domain.directory.refreshing import age_of
from bot.web.groups_page import NAME
from bot.web.times import Shown, ago, count

STALE = "Not shown any more, for nothing came in for 90 days"
OLD = "Nothing came in for 30 days; after 90 it is not shown any more"
NEVER = "Never came in"
_MOST_REJECTED = 10
MANY = 20
"""One row in so many not taken is worth a look: over 5%, as for a scheduled fetch (directory design)."""


@dataclass(frozen=True, slots=True)
class Health:
    """A source, and whether it is well."""

    source: str
    name: str
    state: str
    words: str
    last: Shown | None
    entries: str
    missing: str
    rejected: Sequence[str]
    rejected_in_all: str


def health(one: SourceHealth, now: datetime, zone: ZoneInfo) -> Health:
    """What coordinators read of a source; its times are shown on the clock of `zone`."""
    source, counts = one.source, one.counts
    name = one_line(source.name, NAME)
    last = None if source.last_success is None else ago(source.last_success, now, zone)
    if source.by_hand:
        words = "Each entry is shown for 90 days after somebody has checked it"
        return Health(source.name, name, "good", words, None, "", "", (), "")
    state, words = "good", "Well"
    if stale(source, now):
        state, words = "bad", STALE if source.last_success else NEVER
    elif source.last_problem:
        state, words = "warn", "It did not come in the last time"
    elif age_of(source.last_success, now) == "old":
        state, words = "warn", OLD
    elif counts.rejected * MANY > counts.taken + counts.rejected:
        state, words = "warn", "It came in, but many rows were not taken"
    if source.last_problem:
        words = f"{words}: {one_line(source.last_problem, 200)}"
    rejected = [
        f"{each.where} ({one_line(each.name, NAME) or 'no name'}): {one_line(each.why, 120)}"
        for each in one.rejected[:_MOST_REJECTED]
    ]
    return Health(
        source.name,
        name,
        state,
        words,
        last,
        count(counts.taken, "row"),
        f"{one.missing} no longer in it" if one.missing else "",
        rejected,
        f"{count(max(counts.rejected, len(one.rejected)), 'row')} not taken",
    )
