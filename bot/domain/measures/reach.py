"""Reach: who writes, when, by which door, about what, and the most that came of it."""

from collections.abc import Iterator, Mapping

from bot.domain.events import (
    Arrived,
    DangerHeard,
    FlowStarted,
    HandoffAccepted,
    HelplineShown,
    Recorded,
    Shown,
    UrgeStarted,
)
from bot.domain.measures.period import KINDS, Period
from bot.domain.measures.story import WEEKDAYS, Mark, Story

TOPICS: Mapping[str, str] = {
    "urge": "urge",
    "change": "change",
    "intake": "change",
    "slip": "slip",
    "family": "family",
    "heavy_drinking": "safety",
    "opioid_break": "safety",
    "in_danger": "danger",
    "bereavement": "bereavement",
    "groups": "groups",
    "services": "practical",
    "waiting": "waiting",
    "talk": "person",
    "checkin_answer": "checkin",
    "bad_night": "bad_night",
    "looking": "looking",
}
"""What a conversation is about, by the first of these flows that it came to."""


def reach(story: Story) -> Iterator[Mark]:
    """Conversations by weekday and hours, by door, and by topic with the most that came of them."""
    for place, at, arrived in story.all_of(Arrived):
        on = story.on(at)
        yield Mark(on, "reach", WEEKDAYS[on.weekday()], story.band(at))
        yield Mark(on, "door", arrived.entry)
        visit = story.visit(place)
        yield Mark(on, "about", _topic(visit), _got(visit))


def people(story: Story) -> Iterator[Mark]:
    """Each person once in each week, month, quarter and year: new in it, or known from before."""
    met: set[tuple[str, str]] = set()
    for number, (_, at, __) in enumerate(story.all_of(Arrived)):
        for kind in KINDS:
            period = (kind, Period.holding(kind, story.on(at)).code)
            if period not in met:
                met.add(period)
                yield Mark(story.on(at), f"people_{kind}", "back" if number else "new")


def _topic(visit: list[Recorded]) -> str:
    for one in visit:
        match one.event:
            case DangerHeard():
                return "danger"
            case FlowStarted(flow) if flow in TOPICS:
                return TOPICS[flow]
            case _:
                pass
    return "other"


def _got(visit: list[Recorded]) -> str:
    kinds = {type(one.event) for one in visit}
    if HandoffAccepted in kinds:
        return "person"
    if Shown in kinds:
        return "list"
    return "line" if kinds & {HelplineShown, DangerHeard, UrgeStarted} else "words"
