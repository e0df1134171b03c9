"""The one-screen summary of a conversation, made from events by rules; what was not shared is not in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain import events
from bot.domain.events import Code, Event, Recorded, Scope, UnmetNeed
from bot.domain.ids import DangerId, OfferingId
from bot.domain.messages import Messages
from bot.domain.spans import in_words
from bot.domain.zones import local, moment

APART = timedelta(hours=12)
"""Events further apart than this belong to two conversations."""
NEVER = datetime.max.replace(tzinfo=UTC)
_NIGHT = timedelta(hours=12)
NONE_CLOSED: Mapping[DangerId, Code] = {}


@dataclass(slots=True)
class Flag:
    """One danger and what was done about it. `answered_after_s` is None while no member of staff has."""

    at: datetime
    kind: Code
    level: Code
    who: Code
    paged: int = 0
    answered_after_s: int | None = None
    closed: Code | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the person means to do, and on which local date if they said."""

    offering: OfferingId | None
    step: Code | None
    on: date | None
    went: bool | None = None


@dataclass(slots=True)
class Summary:
    """What happened in one conversation. `answers` keeps the latest choices for each intake question."""

    alias: str
    scope: Scope
    began: datetime | None = None
    topics: list[Code] = field(default_factory=list)
    answers: dict[Code, tuple[Code, ...]] = field(default_factory=dict)
    readiness: int | None = None
    reason: str = ""
    age: Code | None = None
    flags: dict[DangerId, Flag] = field(default_factory=dict)
    next_step: NextStep | None = None
    timeline: list[Recorded] = field(default_factory=list)
    outcome: Code | None = None
    unmet: list[UnmetNeed] = field(default_factory=list)
    urge: Code | None = None
    """How an urge was after ten minutes, as they said: lower, same or higher."""
    shown: int = 0
    """How many groups and services were put in front of them."""
    lines: int = 0
    """How many lines they were given to ring."""
    check_ins: list[Code] = field(default_factory=list)
    """What they answered when they were asked how they are."""
    follow_up: date | None = None

    @property
    def in_danger(self) -> bool:
        """Whether a danger is still open."""
        return any(flag.closed is None for flag in self.flags.values())


def conversations(recorded: Sequence[Recorded]) -> list[list[Recorded]]:
    """A person's events, oldest first, parted where nothing happened for twelve hours."""
    parts: list[list[Recorded]] = []
    for one in recorded:
        if not parts or one.at - parts[-1][-1].at > APART:
            parts.append([])
        parts[-1].append(one)
    return parts


def shared_since(scope: Scope, now: datetime, zone: ZoneInfo) -> datetime | None:
    """From when on a coach may read answers: None means all of them, `NEVER` none.

    "Today" is since midnight where the person is, and at least twelve hours, so that it holds this evening
    when it is past midnight.
    """
    match scope:
        case "everything":
            return None
        case "today":
            return min(moment(local(now, zone).date(), time(0), zone), now - _NIGHT)
        case "nothing":
            return NEVER
        case _:
            assert_never(scope)


def summarise(
    alias: str,
    recorded: Iterable[Recorded],
    *,
    scope: Scope,
    since: datetime | None,
    reason: str = "",
    follow_up: date | None = None,
    closed: Mapping[DangerId, Code] = NONE_CLOSED,
) -> Summary:
    """Read events, oldest first, into a summary. `closed` are dangers closed since, in another conversation.

    Answers from before `since` stay out (see `shared_since`); so does `reason` when the readiness it
    belongs to does. Danger and the course of the handoff are always in it: they are not answers.
    """
    summary = Summary(alias, scope, follow_up=follow_up)
    for one in recorded:
        summary.began = summary.began or one.at
        if is_answer(one.event):
            if since is None or one.at >= since:
                _answer(summary, one.event, reason)
        else:
            _course(summary, one)
    for danger, flag in summary.flags.items():
        flag.closed = flag.closed or closed.get(danger)
    return summary


def is_answer(event: Event) -> bool:
    """Whether it is something the person told, which is read only where they share it."""
    return isinstance(
        event,
        events.IntakeAnswered
        | events.ReadinessSaid
        | events.FlowStarted
        | events.UrgeStarted
        | events.UrgeEnded
        | events.Shown
        | events.Planned
        | events.StepChosen
        | events.Went
        | events.DidNotGo
        | events.CheckInAnswered
        | events.UnmetNeed,
    )


def _answer(summary: Summary, event: Event, reason: str) -> None:
    match event:
        case events.IntakeAnswered(question, choices):
            summary.answers[question] = choices
        case events.ReadinessSaid(score, reason_kept):
            summary.readiness, summary.reason = score, reason if reason_kept else ""
        case events.FlowStarted(flow) if flow in TOPICS and flow not in summary.topics:
            summary.topics.append(flow)
        case events.UrgeEnded(felt=felt):
            summary.urge = felt or summary.urge
        case events.Shown():
            summary.shown += 1
        case events.CheckInAnswered(answer=answer):
            summary.check_ins.append(answer)
        case events.UnmetNeed():
            summary.unmet.append(event)
        case events.Planned(offering, on):
            summary.next_step = NextStep(offering, None, on)
        case events.StepChosen(step, on):
            summary.next_step = NextStep(None, step, on)
        case events.Went(offering):
            summary.next_step = NextStep(offering, None, None, went=True)
        case events.DidNotGo(offering):
            summary.next_step = NextStep(offering, None, None, went=False)
        case _:
            pass


TOPICS = frozenset(
    Code(flow)
    for flow in ("urge", "change", "slip", "family", "worried", "heavy_drinking", "opioid_break", "waiting",
                 "groups", "services", "daily", "ways", "looking", "talk")
)  # fmt: skip


def _course(summary: Summary, one: Recorded) -> None:
    match one.event:
        case events.DangerHeard(danger, what, level, who):
            flag = summary.flags.setdefault(danger, Flag(one.at, what, level, who))
            flag.kind, flag.level, flag.who = what, level, who
        case events.DangerPaged(danger, _, people) if danger in summary.flags:
            summary.flags[danger].paged += people
        case events.DangerAcknowledged(danger, _, after_s) if danger in summary.flags:
            summary.flags[danger].answered_after_s = after_s
        case events.DangerClosed(danger, _, how) if danger in summary.flags:
            summary.flags[danger].closed = how
        case events.AgeSaid(age):
            summary.age = age
        case events.HelplineShown():
            summary.lines += 1
        case events.HandoffClosed(outcome=outcome):
            summary.timeline.append(one)
            summary.outcome = outcome
        case (
            events.HandoffAsked()
            | events.HandoffAlerted()
            | events.HandoffAccepted()
            | events.HandoffReleased()
            | events.HandoffTransferred()
            | events.HandoffUnanswered()
        ):
            summary.timeline.append(one)
            summary.outcome = None
        case events.TalkReported():
            summary.timeline.append(one)
        case _:
            pass


def lines(
    summary: Summary,
    messages: Messages,
    zone: ZoneInfo,
    label: Callable[[str], str],
    offering: Callable[[OfferingId], str],
) -> list[str]:
    """The summary in words, a line each, times as the clock shows them in `zone`.

    `label` gives the words of a code, `offering` the name of a group or service.
    """

    def listed(codes: Iterable[str]) -> str:
        return ", ".join(label(code) for code in codes)

    out = [messages.text("summary_head", alias=summary.alias, when=_shown(summary.began, zone))]
    out += [_flag_line(flag, messages, zone, label) for flag in summary.flags.values()]
    if summary.age in ("minor", "unsaid"):
        out.append(messages.text(f"summary_age_{summary.age}"))
    if summary.topics:
        out.append(messages.text("summary_topics", topics=listed(summary.topics)))
    for question, choices in summary.answers.items():
        if choices:
            out.append(messages.text("summary_answer", question=label(question), choices=listed(choices)))
    if summary.readiness is not None:
        out.append(messages.text("summary_readiness", score=summary.readiness))
    if summary.reason:
        out.append(messages.text("summary_reason", reason=summary.reason))
    if summary.next_step is not None:
        out.append(_next_line(summary.next_step, messages, label, offering))
    for need in summary.unmet:
        name = "summary_unmet_because" if need.barriers else "summary_unmet"
        out.append(messages.text(name, need=label(need.need), barriers=listed(need.barriers)))
    out += [line for one in summary.timeline if (line := _timeline_line(one, messages, zone, label))]
    if summary.follow_up is not None:
        out.append(messages.text("summary_follow_up", on=_day(summary.follow_up)))
    out.append(messages.text(f"summary_scope_{summary.scope}"))
    return out


def _flag_line(flag: Flag, messages: Messages, zone: ZoneInfo, label: Callable[[str], str]) -> str:
    if flag.closed is not None:
        done = "closed"
    elif flag.answered_after_s is not None:
        done = "answered"
    else:
        done = "paged" if flag.paged else "open"
    return messages.text(
        f"summary_danger_{done}",
        when=_shown(flag.at, zone),
        kind=label(flag.kind),
        level=label(flag.level),
        who=label(flag.who),
        span=_span(messages, flag.answered_after_s),
    )


def _next_line(
    step: NextStep, messages: Messages, label: Callable[[str], str], offering: Callable[[OfferingId], str]
) -> str:
    what = offering(step.offering) if step.offering is not None else label(step.step or "")
    if step.went is not None:
        return messages.text("summary_went" if step.went else "summary_did_not_go", step=what)
    if step.on is not None:
        return messages.text("summary_next_step_on", step=what, on=_day(step.on))
    return messages.text("summary_next_step", step=what)


def _timeline_line(one: Recorded, messages: Messages, zone: ZoneInfo, label: Callable[[str], str]) -> str:
    when = _shown(one.at, zone)
    match one.event:
        case events.HandoffAsked():
            return messages.text("summary_asked", when=when)
        case events.HandoffAlerted(people=0):
            return ""
        case events.HandoffAlerted(people=people):
            return messages.text("summary_alerted", when=when, people=people)
        case events.HandoffAccepted(after_s=after_s):
            return messages.text("summary_accepted", when=when, span=_span(messages, after_s))
        case events.HandoffReleased():
            return messages.text("summary_released", when=when)
        case events.HandoffTransferred():
            return messages.text("summary_transferred", when=when)
        case events.TalkReported(_, outcome, follow_up, risk):
            said = {"outcome": label(outcome), "follow_up": label(follow_up), "risk": label(risk)}
            return messages.text("summary_reported", when=when, **said)
        case events.HandoffUnanswered():
            return messages.text("summary_unanswered", when=when)
        case events.HandoffClosed(outcome=outcome, talked_s=talked_s):
            name = "summary_closed" if talked_s is None else "summary_closed_after"
            return messages.text(name, when=when, outcome=label(outcome), span=_span(messages, talked_s))
        case _:
            return ""


def _shown(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else local(at, zone).strftime("%a %d %b %H:%M")


def _day(on: date) -> str:
    return on.strftime("%a %d %b")


def _span(messages: Messages, seconds: int | None) -> str:
    return "" if seconds is None else in_words(messages, timedelta(seconds=seconds))
