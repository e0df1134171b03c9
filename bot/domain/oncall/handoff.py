"""One request for a person, from asking to ending: five states, and the only ways between them.

Each way is a pure function: it returns the next state with what is to be done about it, or a refusal. One
person has at most one open handoff; exactly one coach has it at a time.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

from bot.domain import events
from bot.domain.events import Code, Event, Scope, Side
from bot.domain.ids import HandoffId, PersonId


@dataclass(frozen=True, slots=True)
class Patience:
    """How long silence is borne. A coach who accepted and is silent is nudged, then the person is given back
    to everyone; in a talk, which is harder to lose, after `desert`. A person who no longer answers is not
    chased: the talk is closed after `close`, and they can go on with the same coach for a day."""

    nudge: timedelta = timedelta(minutes=3)
    release: timedelta = timedelta(minutes=6)
    desert: timedelta = timedelta(minutes=15)
    close: timedelta = timedelta(minutes=60)


ORDINARY = Patience()

Topic = Literal["alcohol", "drugs", "urge", "slip", "someone_else", "danger", "talk"]
PersonNews = Literal[
    "still_trying",
    "accepted",
    "with_you",
    "coach_left",
    "coach_silent",
    "coach_ended",
    "you_ended",
    "cancelled",
    "gave_up",
    "quiet",
    "moved",
    "again",
]
CoachNews = Literal[
    "yours", "still_there", "released", "passed", "person_ended", "you_ended", "quiet", "moved"
]
AlertNews = Literal["taken", "over"]
Outcome = Literal["talked", "cancelled", "gave_up", "quiet", "erased"]


class Refusal(StrEnum):
    """Why a way is closed. Ordinary answers, never errors."""

    TAKEN = "taken"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"
    OWN = "own"
    """It is the coach's own request."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asked for. `topic` is two words for the alert; `passed` are coaches who gave it back."""

    id: HandoffId
    person: PersonId
    asked_at: datetime
    topic: Topic
    scope: Scope
    urgent: bool = False
    passed: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Requested:
    """Nobody has been alerted yet, or the coach who had it gave it back."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class Alerting:
    """These coaches have been alerted; `declined` are those of them who said not me."""

    ask: Ask
    alerted: frozenset[PersonId]
    declined: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A coach has accepted and not yet written."""

    ask: Ask
    coach: PersonId
    claimed_at: datetime
    nudged: bool = False


@dataclass(frozen=True, slots=True)
class Active:
    """They are talking. `waiting_since` is the person's oldest word that the coach has not answered."""

    ask: Ask
    coach: PersonId
    claimed_at: datetime
    last_at: datetime
    waiting_since: datetime | None = None
    nudged: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """Over, once and for all; asking again makes a new one."""

    ask: Ask
    coach: PersonId | None
    by: Side
    outcome: Outcome
    closed_at: datetime


Waiting = Requested | Alerting
Held = Claimed | Active
Open = Waiting | Held
Handoff = Open | Closed


@dataclass(frozen=True, slots=True)
class TellPerson:
    """Say this to the person."""

    news: PersonNews


@dataclass(frozen=True, slots=True)
class TellCoach:
    """Say this to the coach."""

    coach: PersonId
    news: CoachNews


@dataclass(frozen=True, slots=True)
class ShowSummary:
    """Give the coach, and nobody else, what the person agreed to share."""

    coach: PersonId


@dataclass(frozen=True, slots=True)
class WithdrawAlerts:
    """Turn every other coach's alert into "taken" or "over" and take its buttons away."""

    news: AlertNews
    but: PersonId | None = None


@dataclass(frozen=True, slots=True)
class StartSteps:
    """Copy the escalation policy onto the handoff, from now."""


@dataclass(frozen=True, slots=True)
class StopSteps:
    """No further step of the escalation runs."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Everyone alerted has declined: the next step comes now."""


@dataclass(frozen=True, slots=True)
class ClearCoachChat:
    """Delete the person's messages from the coach's chat, as far back as the channel allows (48 h)."""

    coach: PersonId


@dataclass(frozen=True, slots=True)
class Record:
    """Keep an event."""

    event: Event


Effect = (
    TellPerson
    | TellCoach
    | ShowSummary
    | WithdrawAlerts
    | StartSteps
    | StopSteps
    | NextStep
    | ClearCoachChat
    | Record
)


@dataclass(frozen=True, slots=True)
class Change:
    """The next state, and what is to be done about it, in this order."""

    state: Handoff
    effects: tuple[Effect, ...] = field(default=())


def request(now_open: Open | None, ask: Ask) -> Change:
    """Ask for a person. With one open already, however often it is asked, that one stays the one."""
    match now_open:
        case None:
            asked = events.HandoffAsked(ask.id, Code(ask.topic), ask.scope, ask.urgent)
            return Change(Requested(ask), (Record(asked), StartSteps()))
        case Requested() | Alerting():
            return Change(now_open, (TellPerson("still_trying"),))
        case Claimed() | Active():
            return Change(now_open, (TellPerson("with_you"),))
        case _:
            assert_never(now_open)


def alerted(state: Handoff, step: Code, coaches: frozenset[PersonId]) -> Change:
    """A step has alerted these coaches, who may be none. A step that comes too late does nothing."""
    match state:
        case Requested(ask):
            known = Alerting(ask, coaches) if coaches else state
        case Alerting(ask, before, declined):
            known = Alerting(ask, before | coaches, declined - coaches)
        case Claimed() | Active() | Closed():
            return Change(state)
        case _:
            assert_never(state)
    return Change(known, (Record(events.HandoffAlerted(ask.id, step, len(coaches))),))


def accept(state: Handoff, coach: PersonId, now: datetime) -> Change | Refusal:
    """The first coach to accept has it. Accepting twice is the same as once; for all others it is taken."""
    match state:
        case Requested(ask) | Alerting(ask):
            if ask.person == coach:
                return Refusal.OWN
            after_s = int((now - ask.asked_at).total_seconds())
            return Change(
                Claimed(ask, coach, now),
                (
                    StopSteps(),
                    Record(events.HandoffAccepted(ask.id, coach, after_s)),
                    TellCoach(coach, "yours"),
                    ShowSummary(coach),
                    TellPerson("accepted"),
                    WithdrawAlerts("taken", but=coach),
                ),
            )
        case Claimed(coach=holder) | Active(coach=holder):
            return Change(state) if holder == coach else Refusal.TAKEN
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def decline(state: Handoff, coach: PersonId) -> Change | Refusal:
    """An alerted coach says "not me". When nobody alerted is left, the next step comes at once."""
    match state:
        case Requested():
            return Change(state)
        case Alerting(alerted=asked, declined=declined):
            left = replace(state, declined=declined | {coach})
            return Change(left, (NextStep(),) if asked <= left.declined else ())
        case Claimed(coach=holder) | Active(coach=holder):
            return Refusal.NOT_YOURS if holder == coach else Refusal.TAKEN
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def pass_on(state: Handoff, coach: PersonId) -> Change | Refusal:
    """The coach who has it gives it back; everyone else is alerted at once."""
    match state:
        case Requested() | Alerting():
            return Refusal.NOT_YOURS
        case Claimed(coach=holder) | Active(coach=holder):
            return _released(state, silent=False) if holder == coach else Refusal.NOT_YOURS
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def transfer(state: Handoff, coach: PersonId, to: PersonId, now: datetime) -> Change | Refusal:
    """The colleague whom the coach asked takes over: one has it until the other does, and both sides know."""
    match state:
        case Claimed(ask, holder) | Active(ask, holder) if holder == coach:
            if to == ask.person:
                return Refusal.OWN
            return Change(
                Claimed(ask, to, now),
                (
                    Record(events.HandoffTransferred(ask.id, coach, to)),
                    TellCoach(coach, "moved"),
                    ClearCoachChat(coach),
                    TellCoach(to, "yours"),
                    ShowSummary(to),
                    TellPerson("moved"),
                ),
            )
        case Requested() | Alerting() | Claimed() | Active():
            return Refusal.NOT_YOURS
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def again(ask: Ask, coach: PersonId, now: datetime) -> Change:
    """The person comes back to a talk that went quiet, and its coach is there: they go on at once.

    Silence is watched as after any acceptance, so that nobody waits for a coach who has fallen asleep.
    """
    return Change(
        Claimed(ask, coach, now),
        (
            Record(events.HandoffAsked(ask.id, Code(ask.topic), ask.scope, ask.urgent)),
            Record(events.HandoffAccepted(ask.id, coach, int((now - ask.asked_at).total_seconds()))),
            TellCoach(coach, "yours"),
            ShowSummary(coach),
            TellPerson("again"),
        ),
    )


def coach_wrote(state: Handoff, coach: PersonId, now: datetime) -> Change | Refusal:
    """A word of the coach goes to the person."""
    match state:
        case Claimed(ask, holder, claimed_at) if holder == coach:
            return Change(Active(ask, coach, claimed_at, last_at=now))
        case Active(coach=holder) if holder == coach:
            return Change(replace(state, last_at=now, waiting_since=None, nudged=False))
        case Requested() | Alerting() | Claimed() | Active():
            return Refusal.NOT_YOURS
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def person_wrote(state: Handoff, now: datetime) -> Change | Refusal:
    """A word of the person goes to the coach who has it (`holder_of`); before that it stays with the bot."""
    match state:
        case Active(waiting_since=since):
            return Change(replace(state, last_at=now, waiting_since=since or now))
        case Requested() | Alerting() | Claimed():
            return Change(state)
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def back(state: Handoff, now: datetime) -> Change:
    """The person writes again who had to be waited for: the coach's time to answer begins now."""
    match state:
        case Claimed():
            return Change(replace(state, claimed_at=now, nudged=False))
        case Active():
            return Change(replace(state, last_at=now, waiting_since=now, nudged=False))
        case Requested() | Alerting() | Closed():
            return Change(state)
        case _:
            assert_never(state)


def look_at(state: Handoff, patience: Patience = ORDINARY, *, waits: bool = False) -> datetime | None:
    """When `silence` next has something to say about this handoff (UTC), or None.

    `waits`: the coach is not to write before the person does, so that their silence means nothing.
    """
    if waits and isinstance(state, Claimed | Active):
        return (state.claimed_at if isinstance(state, Claimed) else state.last_at) + patience.close
    match state:
        case Claimed(claimed_at=since, nudged=nudged):
            return since + (patience.release if nudged else patience.nudge)
        case Active(last_at=last, waiting_since=since, nudged=nudged):
            if since is None:
                return last + patience.close
            return since + (patience.desert if nudged else patience.nudge)
        case Requested() | Alerting() | Closed():
            return None
        case _:
            assert_never(state)


def silence(state: Handoff, now: datetime, patience: Patience = ORDINARY, *, waits: bool = False) -> Change:
    """What a silence by `now` means: a nudge, back to everyone, and where the person no longer writes, an
    end. Before its time, or when it has been done, nothing. `waits` as in `look_at`."""
    due = look_at(state, patience, waits=waits)
    if due is None or now < due:
        return Change(state)
    if waits and isinstance(state, Claimed | Active):
        return _closed(state, "service", "quiet", now)
    match state:
        case Claimed(claimed_at=since) if now >= since + patience.release:
            return _released(state, silent=True)
        case Active(waiting_since=since) if since is not None and now >= since + patience.desert:
            return _released(state, silent=True)
        case Active(last_at=last, waiting_since=None) if now >= last + patience.close:
            return _closed(state, "service", "quiet", now)
        case Claimed(coach=coach) | Active(coach=coach):
            return Change(replace(state, nudged=True), (TellCoach(coach, "still_there"),))
        case Requested() | Alerting() | Closed():
            return Change(state)
        case _:
            assert_never(state)


def end_by_person(state: Handoff, now: datetime, *, erased: bool = False) -> Change | Refusal:
    """The person ends the talk, or no longer wants to wait, or has had everything `erased`."""
    match state:
        case Requested() | Alerting():
            return _closed(state, "person", "erased" if erased else "cancelled", now)
        case Claimed() | Active():
            return _closed(state, "person", "erased" if erased else "talked", now)
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def end_by_coach(state: Handoff, coach: PersonId, now: datetime) -> Change | Refusal:
    """The coach who has it ends the talk."""
    match state:
        case Claimed(coach=holder) | Active(coach=holder) if holder == coach:
            return _closed(state, "coach", "talked", now)
        case Requested() | Alerting() | Claimed() | Active():
            return Refusal.NOT_YOURS
        case Closed():
            return Refusal.CLOSED
        case _:
            assert_never(state)


def give_up(state: Handoff, now: datetime) -> Change:
    """24 hours have passed and nobody came. Only a handoff that still waits can be given up."""
    match state:
        case Requested() | Alerting():
            return _closed(state, "service", "gave_up", now)
        case Claimed() | Active() | Closed():
            return Change(state)
        case _:
            assert_never(state)


def holder_of(state: Handoff) -> PersonId | None:
    """The coach who has it now, or None."""
    return state.coach if isinstance(state, Claimed | Active) else None


def _released(state: Held, *, silent: bool) -> Change:
    ask = replace(state.ask, passed=state.ask.passed | {state.coach})
    return Change(
        Requested(ask),
        (
            Record(events.HandoffReleased(ask.id, state.coach, silent)),
            TellCoach(state.coach, "released" if silent else "passed"),
            ClearCoachChat(state.coach),
            TellPerson("coach_silent" if silent else "coach_left"),
            StartSteps(),
        ),
    )


def _closed(state: Open, by: Side, outcome: Outcome, now: datetime) -> Change:
    coach = holder_of(state)
    talked_s = int((now - state.claimed_at).total_seconds()) if isinstance(state, Claimed | Active) else None
    effects: list[Effect] = [
        StopSteps(),
        Record(events.HandoffClosed(state.ask.id, by, Code(outcome), talked_s)),
    ]
    if outcome != "erased":
        effects.append(TellPerson(_person_news(by, outcome)))
    if coach is None:
        effects.append(WithdrawAlerts("over"))
    else:
        effects += [TellCoach(coach, _coach_news(by)), ClearCoachChat(coach)]
    return Change(Closed(state.ask, coach, by, outcome, now), tuple(effects))


def _person_news(by: Side, outcome: Outcome) -> PersonNews:
    match outcome:
        case "talked":
            return "you_ended" if by == "person" else "coach_ended"
        case "erased":
            return "cancelled"
        case "cancelled" | "gave_up" | "quiet":
            return outcome
        case _:
            assert_never(outcome)


def _coach_news(by: Side) -> CoachNews:
    match by:
        case "person":
            return "person_ended"
        case "coach":
            return "you_ended"
        case "service":
            return "quiet"
        case _:
            assert_never(by)
