"""One conversation on one screen: what was heard, what was done, what is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.desk.conversation_desk import Opened
from bot.domain import events
from bot.domain.desk import summary
from bot.domain.directory.listing import area_text
from bot.domain.events import Event, Recorded
from bot.domain.ids import PersonId
from bot.domain.zones import local
from bot.store.desk.tasks import Task
from bot.web.list_page import PATH, STATES
from bot.web.prose import told
from bot.web.times import Shown, ago, clock, count, day, span
from bot.web.wording import Wording, first_up

A_GROUP = "A group (its name is no longer in the list)"

_CONSENT: Mapping[str, tuple[str, str]] = {
    "not_asked": (
        "Not asked yet",
        "Nobody has asked them what may be shared, so their own words are left out.",
    ),
    "everything": ("Everything", "They agreed that all they have said may be read."),
    "today": ("Only what they said that day", "What they said before that day is left out."),
    "nothing": (
        "Nothing",
        "Their answers and words are left out. Danger, and what was done, is always here.",
    ),
}


@dataclass(frozen=True, slots=True)
class Safety:
    """One danger, and what was done about it, step by step."""

    kind: str
    level: str
    level_words: str
    who: str
    heard: Shown
    done: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the request's course. `tone` colours its mark: plain, good or warn."""

    at: Shown
    said: str
    tone: str = "plain"


def the_summary(opened: Opened, wording: Wording, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Everything the summary's template is filled with."""
    one, made = opened.one, opened.one.summary
    title, said = _CONSENT[made.scope if one.asked else "not_asked"]
    topics = first_up(" · ".join(wording.code(topic) for topic in made.topics))
    return {
        "alias": one.alias,
        "path": f"{PATH}/{one.person}/{one.number}",
        "told": told(one, opened.names, opened.staff, wording, now, zone),
        "reviewed": None
        if opened.reviewed is None
        else (
            _called(opened, opened.reviewed.by),
            ago(opened.reviewed.at, now, zone),
            opened.reviewed.at < one.last,
        ),
        "notes": [(each.note, _called(opened, each.by), ago(each.at, now, zone)) for each in opened.notes],
        "tasks": [_task(each, opened, wording, now, zone) for each in opened.tasks],
        "owners": opened.owners,
        "tomorrow": (local(now, zone).date() + timedelta(days=1)).isoformat(),
        "person": one.person,
        "state": one.state,
        "state_words": STATES[one.state],
        "began": ago(one.began, now, zone),
        "last": ago(one.last, now, zone),
        "young": {"minor": "Under 18", "unsaid": "Would rather not say if 18 or over"}.get(made.age or ""),
        "safety": [_safety(flag, wording, now, zone) for flag in made.flags.values()],
        "topics": topics,
        "answers": [
            (wording.start(question), first_up(" · ".join(wording.code(choice) for choice in choices)))
            for question, choices in made.answers.items()
            if choices
        ],
        "readiness": made.readiness,
        "reason": made.reason,
        "next_step": _next_step(made.next_step, opened, wording, now, zone),
        "follow_up": None if made.follow_up is None else day(made.follow_up, now, zone),
        "unmet": [_unmet(need, wording) for need in made.unmet],
        "timeline": _timeline(made.timeline, opened, wording, zone),
        "consent": title,
        "consent_said": said,
        "others": [
            (f"{PATH}/{other.person}/{other.number}", ago(other.last, now, zone), STATES[other.state])
            for other in opened.others
        ],
    }


def _called(opened: Opened, who: PersonId | None) -> str:
    return "somebody who has left" if who is None else opened.staff.get(who) or "a member of staff"


def _task(task: Task, opened: Opened, wording: Wording, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": task.id,
        "what": task.note or wording.start(task.kind),
        "owner": "Nobody yet" if task.owner is None else _called(opened, task.owner),
        "due": day(local(task.due, zone).date(), now, zone),
        "late": task.due < now,
    }


def _safety(flag: summary.Flag, wording: Wording, now: datetime, zone: ZoneInfo) -> Safety:
    done = [f"{count(flag.paged, 'member')} of staff told" if flag.paged else "No member of staff told yet"]
    if flag.answered_after_s is not None:
        done.append(f"Answered by staff after {span(flag.answered_after_s)}")
    elif flag.closed is None:
        done.append("No member of staff has answered yet")
    if flag.closed is not None:
        done.append(wording.start(flag.closed))
    return Safety(
        first_up(wording.kind("kind", flag.kind)),
        flag.level,
        wording.kind("level", flag.level),
        wording.kind("who", flag.who),
        ago(flag.at, now, zone),
        tuple(done),
        flag.closed is None,
    )


def _next_step(
    step: summary.NextStep | None, opened: Opened, wording: Wording, now: datetime, zone: ZoneInfo
) -> dict[str, Any] | None:
    if step is None:
        return None
    what = (
        wording.start(step.step or "a step")
        if step.offering is None
        else opened.names.get(step.offering, A_GROUP)
    )
    went = {None: "", True: "They went.", False: "They did not go."}[step.went]
    return {"what": what, "on": None if step.on is None else day(step.on, now, zone), "went": went}


def _unmet(need: events.UnmetNeed, wording: Wording) -> dict[str, Any]:
    barriers = " · ".join(wording.code(barrier) for barrier in need.barriers)
    return {"need": wording.start(need.need), "area": area_text(need.area or ""), "barriers": barriers}


def _timeline(happened: Sequence[Recorded], opened: Opened, wording: Wording, zone: ZoneInfo) -> list[Moment]:
    moments: list[Moment] = []
    on = None
    for one in happened:
        if (line := _line(one.event, opened, wording)) is not None:
            at = clock(one.at, zone)
            today = local(one.at, zone).date()
            if on is not None and today != on:
                at = Shown(f"{today:%a} {at.said}", at.exact, at.machine)
            on = today
            moments.append(Moment(at, *line))
    return moments


def _line(event: Event, opened: Opened, wording: Wording) -> tuple[str, str] | None:
    """What one event of a request says, and its tone."""
    match event:
        case events.HandoffAsked(topic=topic, urgent=urgent):
            marked = ", marked urgent" if urgent else ""
            return f"Asked for a person: {wording.kind('topic', topic)}{marked}", "plain"
        case events.HandoffAlerted(step=step, people=0):
            return f"Nobody could be asked ({wording.code(step)})", "warn"
        case events.HandoffAlerted(step=step, people=people):
            return (
                f"{count(people, 'coach').replace('coachs', 'coaches')} asked ({wording.code(step)})",
                "plain",
            )
        case events.HandoffAccepted(coach=coach, after_s=after_s):
            return f"{opened.staff.get(coach) or 'A coach'} accepted, after {span(after_s)}", "good"
        case events.HandoffReleased(silent=silent):
            return "Given back to everyone: " + ("the coach was silent" if silent else "passed on"), "warn"
        case events.HandoffTransferred(to=to):
            return f"Given on to {opened.staff.get(to) or 'a colleague'}", "plain"
        case events.TalkReported(_, outcome, follow_up, risk):
            said = f"{wording.code(outcome)}; {wording.code(follow_up)}; {wording.code(risk)}"
            return f"The coach says: {said}", "warn" if risk == "risk_high" else "plain"
        case events.HandoffUnanswered(after_s=after_s):
            return f"Told honestly that nobody had answered, after {span(after_s)}", "warn"
        case events.HandoffClosed(outcome=outcome, talked_s=talked_s):
            talked = "" if talked_s is None else f", for {span(talked_s)}"
            return f"{wording.start(outcome)}{talked}", "good" if outcome == "talked" else "warn"
        case _:
            return None
