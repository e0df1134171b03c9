"""What comes after: groups gone to, check-ins, readiness, urges, practical needs, and what was not found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.events import (
    CheckInAnswered,
    CheckInMissed,
    CheckInSent,
    CompanyArranged,
    Event,
    NeedSought,
    Opened,
    Planned,
    ReadinessSaid,
    Reminded,
    Shown,
    UnmetNeed,
    UrgeEnded,
    UrgeStarted,
    WasNotThere,
    Went,
)
from bot.domain.ids import OfferingId
from bot.domain.measures.period import Period
from bot.domain.measures.story import Mark, Story
from bot.domain.measures.unmet import told

LONGEST_URGE = timedelta(hours=2)
COMPANY = timedelta(days=14)
"""Company arranged this long ago, or less, is company to the meeting that is spoken of."""


def groups(story: Story) -> Iterator[Mark]:
    """Each stage that a person reached with a group, once a day: by the kind of group, and by company."""
    counted: set[Mark] = set()
    company: dict[OfferingId, datetime] = {}
    for one in story.recorded:
        if isinstance(one.event, CompanyArranged):
            company[one.event.offering] = one.at
        staged = _stage(one.event)
        if staged is None:
            continue
        stage, which = staged
        mark = Mark(story.on(one.at), "groups", str(which), stage)
        if mark in counted:
            continue
        counted.add(mark)
        yield mark._replace(row=story.kinds.get(which, "gone"))
        if stage == "shown":
            yield Mark(mark.on, "sent_to", str(which))
        if stage in {"planned", "went", "again"}:
            near = which in company and one.at - company[which] < COMPANY
            yield Mark(mark.on, "company", "with" if near else "alone", stage)


def _stage(event: Event) -> tuple[str, OfferingId] | None:
    match event:
        case Shown(which):
            return "shown", which
        case Opened(which):
            return "opened", which
        case Planned(which):
            return "planned", which
        case Reminded(which):
            return "reminded", which
        case Went(which, again):
            return ("again", which) if again else None if again is False else ("went", which)
        case WasNotThere(which):
            return "not_there", which
        case _:
            return None


def checkins(story: Story) -> Iterator[Mark]:
    """Each check-in that was sent, by its answer within three days; and those not sent, by why."""
    for place, at, sent in story.all_of(CheckInSent):
        answers = (one.event for one in story.after(place) if isinstance(one.event, CheckInAnswered))
        answer = next((a.answer for a in answers if (a.plan, a.on) == (sent.plan, sent.on)), "unanswered")
        yield Mark(story.on(at), "checkins", answer)
    for _, at, missed in story.all_of(CheckInMissed):
        yield Mark(story.on(at), "checkins_not_sent", missed.why)


def readiness(story: Story) -> Iterator[Mark]:
    """Each number said: low, middle or high; and higher, the same or lower than the person's one before."""
    before: int | None = None
    for _, at, said in story.all_of(ReadinessSaid):
        level = "low" if said.score < 4 else "mid" if said.score < 7 else "high"
        yield Mark(story.on(at), "readiness", level)
        if before is not None:
            change = "same" if said.score == before else "higher" if said.score > before else "lower"
            yield Mark(story.on(at), "readiness_change", change)
        before = said.score


def urges(story: Story) -> Iterator[Mark]:
    """Each ten minutes begun, by how the urge felt at their end: lower, same, higher; `left` without one."""
    for place, at, _ in story.all_of(UrgeStarted):
        felt = "left"
        for one in story.after(place, LONGEST_URGE):
            if isinstance(one.event, UrgeStarted):
                break
            if isinstance(one.event, UrgeEnded):
                felt = one.event.felt or "unsaid"
                break
        yield Mark(story.on(at), "urges", felt)


def practical(story: Story) -> Iterator[Mark]:
    """Each practical need that was looked for: met when a service was shown within three days.

    Once a quarter for each person, by the first search: somebody who looks ten times in a night is one.
    """
    looked: set[tuple[str, str]] = set()
    for place, at, sought in story.all_of(NeedSought):
        on = story.on(at)
        need = (Period.holding("quarter", on).code, sought.need)
        if need not in looked:
            looked.add(need)
            tries = (sought, *(one.event for one in story.after(place)))
            met = any(isinstance(one, NeedSought) and one.need == sought.need and one.found for one in tries)
            yield Mark(on, "practical", sought.need, "met" if met else "unmet")


def unmet(story: Story) -> Iterator[Mark]:
    """Each thing looked for and not found: district, and time, what it was, what stood in the way.

    Once a quarter for each person: somebody who looks ten times in a night is one who found nothing.
    """
    met: set[tuple[str, str, str]] = set()
    for _, at, need in story.all_of(UnmetNeed):
        on = story.on(at)
        missed = (Period.holding("quarter", on).code, need.area or "", told(need))
        if missed not in met:
            met.add(missed)
            yield Mark(on, "unmet", *missed[1:])
