"""Everything that is counted, in one list; counting is adding up the marks of each person's story."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from bot.domain.measures import following, helping, reach
from bot.domain.measures.story import Mark, Measure, Story

MEASURES: tuple[Measure, ...] = (
    reach.reach,
    reach.people,
    helping.first_help,
    helping.humans,
    helping.next_steps,
    helping.danger,
    helping.danger_answered,
    following.groups,
    following.checkins,
    following.readiness,
    following.urges,
    following.practical,
    following.unmet,
)


def counted(stories: Iterable[Story], first: date, after: date) -> Counter[Mark]:
    """How often each mark was made on the local days from `first` up to, not including, `after`."""
    return Counter(
        mark
        for story in stories
        for measure in MEASURES
        for mark in measure(story)
        if first <= mark.on < after
    )
