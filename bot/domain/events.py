"""What happened, as ids and numbers: all that summaries and measures ever read. Never a free word."""

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, NewType, assert_never

from bot.domain.ids import DangerId, HandoffId, OfferingId, PersonId, PlanId

_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,47}")


class Code(str):
    """An id out of our own files (a flow, a question, an answer, an area), so never what somebody wrote.

    Raises ValueError for anything but lower-case letters, digits and underscores, at most 48.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> "Code":
        if not _CODE.fullmatch(value):
            raise ValueError("not a code: lower-case letters, digits and underscores, at most 48")
        return super().__new__(cls, value)


Scope = Literal["everything", "today", "nothing"]
"""What a person lets a coach see of their answers."""
Side = Literal["person", "coach", "service"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A person wrote first, or again after twelve hours; `entry` says by which door (start, words …)."""

    entry: Code


@dataclass(frozen=True, slots=True)
class Helped:
    """Something usable reached the person: a card, an exercise, a list. The first one stops the clock."""

    by: Code


@dataclass(frozen=True, slots=True)
class FlowStarted:
    """A conversation began (urge, slip, intake, family …)."""

    flow: Code


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """A conversation came to one of its ends."""

    flow: Code
    outcome: Code


@dataclass(frozen=True, slots=True)
class IntakeAnswered:
    """An answer by choice: which question, which choices. Own words are kept elsewhere, sealed."""

    question: Code
    choices: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadinessSaid:
    """0–10. `reason_kept` when the person said why, in words that are sealed elsewhere."""

    score: int
    reason_kept: bool = False


@dataclass(frozen=True, slots=True)
class AgeSaid:
    """The answer to "Are you 18 or over?"."""

    age: Code


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The person agreed to something: sharing with a coach (`share_everything` …), being remembered."""

    scope: Code
    handoff: HandoffId | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A group or service was put in front of the person, `rank` from 1."""

    offering: OfferingId
    rank: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The person looked at its details."""

    offering: OfferingId


@dataclass(frozen=True, slots=True)
class Planned:
    """The person means to go, on a local date where known. `reminder` when they want to be reminded."""

    offering: OfferingId
    on: date | None = None
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class Reminded:
    """The person was reminded of it, an hour before."""

    offering: OfferingId


@dataclass(frozen=True, slots=True)
class CompanyArranged:
    """Somebody of staff said yes to going there with the person, or to a lift (`kind`: company, lift)."""

    offering: OfferingId
    kind: Code


@dataclass(frozen=True, slots=True)
class Went:
    """The person says they went; `again` when they said whether they would go again."""

    offering: OfferingId
    again: bool | None = None


@dataclass(frozen=True, slots=True)
class DidNotGo:
    """The person says they did not go."""

    offering: OfferingId


@dataclass(frozen=True, slots=True)
class WasNotThere:
    """The person says there was nothing at that place and time."""

    offering: OfferingId


@dataclass(frozen=True, slots=True)
class NeedSought:
    """A service for a practical need (food, hostel …) was looked for; `found` when one was shown."""

    need: Code
    found: bool


@dataclass(frozen=True, slots=True)
class HelplineShown:
    """A line was given, said to be open at that moment."""

    line: Code


@dataclass(frozen=True, slots=True)
class StepChosen:
    """A next step other than a group: a service, a plan, a word with someone; with its date if it has one."""

    step: Code
    on: date | None = None


@dataclass(frozen=True, slots=True)
class UrgeStarted:
    """Ten minutes began; `rating` 0–10 where the person gave one."""

    rating: int | None = None


@dataclass(frozen=True, slots=True)
class UrgeEnded:
    """Ten minutes are over; `felt`: lower, same or higher than at their beginning, as the person says."""

    rating: int | None = None
    rounds: int = 1
    felt: Code | None = None


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """What could not be found: what kind, roughly where (a district), what stood in the way.

    `band` is when it was looked for ("tue_evening"), `approach` which kind ("twelve_step", "not_12_step",
    "smart", "naloxone"); None where nothing was said of it.
    """

    need: Code
    area: Code | None = None
    barriers: tuple[Code, ...] = ()
    band: Code | None = None
    approach: Code | None = None


@dataclass(frozen=True, slots=True)
class HandoffAsked:
    """The person asked for someone who has been there."""

    handoff: HandoffId
    topic: Code
    scope: Scope
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class HandoffAlerted:
    """One step of the escalation ran: how many coaches it reached, which may be none."""

    handoff: HandoffId
    step: Code
    people: int


@dataclass(frozen=True, slots=True)
class HandoffAccepted:
    """A coach took it, so many seconds after it was asked for."""

    handoff: HandoffId
    coach: PersonId
    after_s: int


@dataclass(frozen=True, slots=True)
class HandoffReleased:
    """A coach who had accepted passed it on, or was silent (`silent`)."""

    handoff: HandoffId
    coach: PersonId
    silent: bool


@dataclass(frozen=True, slots=True)
class HandoffTransferred:
    """A coach gave the talk to a named colleague, who took it."""

    handoff: HandoffId
    coach: PersonId
    to: PersonId


@dataclass(frozen=True, slots=True)
class TalkReported:
    """What the coach said of a talk in three taps after its end: how it ended, what follows, how worried."""

    handoff: HandoffId
    outcome: Code
    follow_up: Code
    risk: Code


@dataclass(frozen=True, slots=True)
class HandoffUnanswered:
    """The person was told honestly that nobody has answered yet."""

    handoff: HandoffId
    after_s: int


@dataclass(frozen=True, slots=True)
class HandoffClosed:
    """It is over: who ended it, and how (talked, cancelled, gave_up, quiet, erased)."""

    handoff: HandoffId
    by: Side
    outcome: Code
    talked_s: int | None = None


@dataclass(frozen=True, slots=True)
class DangerHeard:
    """Danger was heard, or heard again at a higher level."""

    danger: DangerId
    what: Code
    level: Code
    who: Code
    soft: bool = False


@dataclass(frozen=True, slots=True)
class DangerPaged:
    """One step of the page ran: how many staff it reached."""

    danger: DangerId
    step: Code
    people: int


@dataclass(frozen=True, slots=True)
class DangerAcknowledged:
    """A member of staff answered the page."""

    danger: DangerId
    staff: PersonId
    after_s: int


@dataclass(frozen=True, slots=True)
class DangerClosed:
    """A clear "no", or a member of staff, closed it (`how`)."""

    danger: DangerId
    by: Side
    how: Code


@dataclass(frozen=True, slots=True)
class CheckInPlanned:
    """The person chose to be asked how they are doing, in a part of their day."""

    plan: PlanId
    window: Code
    cadence: Code


@dataclass(frozen=True, slots=True)
class CheckInStopped:
    """No more check-ins: the person's wish, or a block, or the plan's own end (`why`)."""

    plan: PlanId
    why: Code


@dataclass(frozen=True, slots=True)
class CheckInSent:
    """Sent, for this local date."""

    plan: PlanId
    on: date


@dataclass(frozen=True, slots=True)
class CheckInAnswered:
    """Answered with one tap."""

    plan: PlanId
    on: date
    answer: Code


@dataclass(frozen=True, slots=True)
class CheckInMissed:
    """Not sent for this local date, and why (late, quiet, blocked)."""

    plan: PlanId
    on: date
    why: Code


@dataclass(frozen=True, slots=True)
class CheckInPaused:
    """The person wants to hear nothing for a while: so many days, or until they say."""

    plan: PlanId
    days: int | None = None


@dataclass(frozen=True, slots=True)
class CaringSent:
    """Kind words that ask nothing were sent."""

    plan: PlanId
    on: date


@dataclass(frozen=True, slots=True)
class MeasureOffered:
    """The ten statements (BARC-10) were offered."""


@dataclass(frozen=True, slots=True)
class MeasureScored:
    """All ten were answered: the sum, 10 to 60."""

    score: int


@dataclass(frozen=True, slots=True)
class AppointmentSet:
    """The person gave the date of an appointment, or a new one (`moved`)."""

    on: date
    moved: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentOver:
    """How it went with it: went, missed, cancelled."""

    on: date
    how: Code


Event = (
    Arrived
    | Helped
    | FlowStarted
    | FlowEnded
    | IntakeAnswered
    | ReadinessSaid
    | AgeSaid
    | ConsentGiven
    | Shown
    | Opened
    | Planned
    | Reminded
    | CompanyArranged
    | Went
    | DidNotGo
    | WasNotThere
    | NeedSought
    | HelplineShown
    | StepChosen
    | UrgeStarted
    | UrgeEnded
    | UnmetNeed
    | HandoffAsked
    | HandoffAlerted
    | HandoffAccepted
    | HandoffReleased
    | HandoffTransferred
    | TalkReported
    | HandoffUnanswered
    | HandoffClosed
    | DangerHeard
    | DangerPaged
    | DangerAcknowledged
    | DangerClosed
    | CheckInPlanned
    | CheckInStopped
    | CheckInSent
    | CheckInAnswered
    | CheckInMissed
    | CheckInPaused
    | CaringSent
    | MeasureOffered
    | MeasureScored
    | AppointmentSet
    | AppointmentOver
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event, when it happened (aware, UTC), and to whom."""

    at: datetime
    person: PersonId
    event: Event


def name_of(event: Event) -> str:
    """The name an event is stored under. It never changes once it has been stored."""
    match event:
        case Arrived():
            return "arrived"
        case Helped():
            return "helped"
        case FlowStarted():
            return "flow_started"
        case FlowEnded():
            return "flow_ended"
        case IntakeAnswered():
            return "intake_answered"
        case ReadinessSaid():
            return "readiness_said"
        case AgeSaid():
            return "age_said"
        case ConsentGiven():
            return "consent_given"
        case Shown():
            return "shown"
        case Opened():
            return "opened"
        case Planned():
            return "planned"
        case Reminded():
            return "reminded"
        case CompanyArranged():
            return "company_arranged"
        case Went():
            return "went"
        case DidNotGo():
            return "did_not_go"
        case WasNotThere():
            return "was_not_there"
        case NeedSought():
            return "need_sought"
        case HelplineShown():
            return "helpline_shown"
        case StepChosen():
            return "step_chosen"
        case UrgeStarted():
            return "urge_started"
        case UrgeEnded():
            return "urge_ended"
        case UnmetNeed():
            return "unmet_need"
        case HandoffAsked():
            return "handoff_asked"
        case HandoffAlerted():
            return "handoff_alerted"
        case HandoffAccepted():
            return "handoff_accepted"
        case HandoffReleased():
            return "handoff_released"
        case HandoffTransferred():
            return "handoff_transferred"
        case TalkReported():
            return "talk_reported"
        case HandoffUnanswered():
            return "handoff_unanswered"
        case HandoffClosed():
            return "handoff_closed"
        case DangerHeard():
            return "danger_heard"
        case DangerPaged():
            return "danger_paged"
        case DangerAcknowledged():
            return "danger_acknowledged"
        case DangerClosed():
            return "danger_closed"
        case CheckInPlanned():
            return "checkin_planned"
        case CheckInStopped():
            return "checkin_stopped"
        case CheckInSent():
            return "checkin_sent"
        case CheckInAnswered():
            return "checkin_answered"
        case CheckInMissed():
            return "checkin_missed"
        case CheckInPaused():
            return "checkin_paused"
        case CaringSent():
            return "caring_sent"
        case MeasureOffered():
            return "measure_offered"
        case MeasureScored():
            return "measure_scored"
        case AppointmentSet():
            return "appointment_set"
        case AppointmentOver():
            return "appointment_over"
        case _:
            assert_never(event)


KINDS: Mapping[str, type[Event]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower().replace("check_in", "checkin"): kind
    for kind in typing.get_args(Event)
}
"""Every kind of event under the name `name_of` gives it (a test holds the two equal)."""
_HINTS: Mapping[type[Event], Mapping[str, Any]] = {
    kind: typing.get_type_hints(kind) for kind in KINDS.values()
}


def to_json(event: Event) -> dict[str, Any]:
    """A mapping for JSON: `event` holds the name; fields that hold None are left out."""
    held = {f.name: getattr(event, f.name) for f in fields(event)}
    return {"event": name_of(event)} | {name: _plain(v) for name, v in held.items() if v is not None}


def from_json(stored: Mapping[str, Any]) -> Event:
    """The event that `to_json` wrote, or that a flow names. Raises ValueError for anything else."""
    name = stored.get("event")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"no such event: {name!r}")
    hints = _HINTS[kind]
    if unknown := stored.keys() - hints.keys() - {"event"}:
        raise ValueError(f"{name}: no such field: {', '.join(sorted(unknown))}")
    values = {field: _read(hints[field], stored[field]) for field in stored.keys() & hints.keys()}
    try:
        return kind(**values)
    except TypeError as missing:
        raise ValueError(f"{name}: a field is missing") from missing


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _read(hint: Any, value: Any) -> Any:
    if isinstance(hint, NewType):
        return _read(hint.__supertype__, value)
    choices = typing.get_args(hint)
    if choices and type(None) in choices:
        return None if value is None else _read(choices[0], value)
    if typing.get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_read(choices[0], one) for one in value)
    if typing.get_origin(hint) is Literal and value in choices:
        return value
    if hint in (int, bool) and type(value) is hint:
        return value
    if hint is Code and isinstance(value, str):
        return Code(value)
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    raise ValueError(f"{value!r} is not what this field holds")
