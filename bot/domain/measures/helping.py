"""From a first word to help: first help, a human, a next step, and what was done about danger."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.events import (
    AppointmentSet,
    Arrived,
    DangerAcknowledged,
    DangerHeard,
    DangerPaged,
    HandoffAccepted,
    HandoffAsked,
    HandoffClosed,
    Helped,
    HelplineShown,
    Planned,
    Recorded,
    StepChosen,
    UrgeStarted,
)
from bot.domain.ids import DangerId
from bot.domain.measures.story import Mark, Story, waited

FIRST_HELP = (("m1", 60.0), ("m5", 300.0), ("m30", 1800.0))
HUMAN = (("m5", 300.0), ("m15", 900.0))
STAFF = (("m2", 120.0), ("m5", 300.0), ("m15", 900.0))
DAY = timedelta(hours=24)
TWO_DAYS = timedelta(hours=48)


def first_help(story: Story) -> Iterator[Mark]:
    """How long from a conversation's first word to something usable; none within it: `none`.

    Who only answers a button of the bot's own message did not come for help and is not counted.
    """
    for place, at, arrived in story.all_of(Arrived):
        if arrived.entry == "button":
            continue
        helped = next((one.at for one in story.visit(place) if _helps(one)), None)
        took = "none" if helped is None else waited((helped - at).total_seconds(), FIRST_HELP, "longer")
        yield Mark(story.on(at), "first_help", took)


def _helps(one: Recorded) -> bool:
    match one.event:
        case Helped() | HelplineShown() | HandoffAccepted() | UrgeStarted():
            return True
        case DangerHeard(soft=soft):
            return not soft
        case _:
            return False


def humans(story: Story) -> Iterator[Mark]:
    """Each request for a person, by the hours it was made in and how long until a coach took it.

    `left`: the person ended it first. `nobody`: nobody within 24 hours.
    """
    for place, at, asked in story.all_of(HandoffAsked):
        outcome = "nobody"
        for one in story.after(place, DAY):
            match one.event:
                case HandoffAccepted(asked.handoff):
                    outcome = waited((one.at - at).total_seconds(), HUMAN, "longer")
                    break
                case HandoffClosed(asked.handoff, by="person"):
                    outcome = "left"
                    break
                case _:
                    pass
        yield Mark(story.on(at), "humans", story.band(at), outcome)


def next_steps(story: Story) -> Iterator[Mark]:
    """What a new person planned within 48 hours of their first word: the first thing, or none."""
    for place, at, _ in story.all_of(Arrived):
        steps = (_step(one) for one in story.after(place, TWO_DAYS))
        yield Mark(story.on(at), "next_step", next((step for step in steps if step), "none"))
        return


def _step(one: Recorded) -> str:
    match one.event:
        case Planned():
            return "group"
        case AppointmentSet():
            return "appointment"
        case StepChosen():
            return "own"
        case _:
            return ""


def danger(story: Story) -> Iterator[Mark]:
    """Each danger once, by kind and by the level it was first heard at."""
    for at, heard, _ in _dangers(story):
        yield Mark(story.on(at), "danger", heard.what, heard.level)


def danger_answered(story: Story) -> Iterator[Mark]:
    """Each danger that staff were paged for, by how long until one of them answered; `nobody` in a day."""
    for at, heard, place in _dangers(story):
        after = [one.event for one in story.after(place, DAY)]
        if not any(isinstance(e, DangerPaged) and e.danger == heard.danger for e in after):
            continue
        answered = (e for e in after if isinstance(e, DangerAcknowledged) and e.danger == heard.danger)
        first = next(answered, None)
        took = "nobody" if first is None else waited(first.after_s, STAFF, "longer")
        yield Mark(story.on(at), "danger_answered", took)


def _dangers(story: Story) -> Iterator[tuple[datetime, DangerHeard, int]]:
    seen: set[DangerId] = set()
    for place, at, heard in story.all_of(DangerHeard):
        if heard.danger not in seen:
            seen.add(heard.danger)
            yield at, heard, place
