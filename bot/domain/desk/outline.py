"""An outline: what the list of conversations shows of one, kept up event by event.

It holds no more than was shared: what a person takes back by their next word on it leaves every outline of
theirs, so whoever reads outlines cannot read too much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain import events
from bot.domain.desk.summary import APART, TOPICS, conversations, is_answer, shared_since
from bot.domain.events import Event, HandoffAsked, Recorded, Scope
from bot.domain.ids import DangerId, PersonId

FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""From when on answers may be read if nothing was shared."""
_BY_SERVICE = (
    events.CheckInSent
    | events.CheckInMissed
    | events.CheckInStopped
    | events.CaringSent
    | events.MeasureOffered
    | events.DangerPaged
    | events.DangerAcknowledged
    | events.DangerClosed
    | events.HandoffAlerted
    | events.HandoffAccepted
    | events.HandoffReleased
    | events.HandoffUnanswered
    | events.HandoffClosed
)
_COURSE = (
    events.HandoffAsked
    | events.HandoffAlerted
    | events.HandoffAccepted
    | events.HandoffReleased
    | events.HandoffUnanswered
    | events.HandoffClosed
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a person's answers may be read: those since then (None: all). `asked`: whether they were."""

    since: datetime | None = None
    asked: bool = False


@dataclass(slots=True)
class Outline:
    """A person's `number`th conversation. `dangers`: each with its kind, and whether it is open."""

    number: int
    began: datetime
    last: datetime
    shared: Shared
    spoke: bool = False
    """Whether the person did anything themselves: a check-in that nobody answers is no conversation."""
    topics: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    dangers: dict[DangerId, tuple[str, bool]] = field(default_factory=dict)
    handoff: bool = False
    """Whether anything is in the course of a request for a coach."""
    outcome: str = ""
    unanswered: bool = False
    coaches: tuple[PersonId, ...] = ()
    age: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of danger in it, each once."""
        return tuple(dict.fromkeys(kind for kind, _ in self.dangers.values()))

    @property
    def open_dangers(self) -> int:
        """How many of them nobody has closed."""
        return sum(still for _, still in self.dangers.values())

    def fold(self, at: datetime, event: Event) -> None:
        """Take in what happened next."""
        self.last = at
        self.spoke |= not isinstance(event, _BY_SERVICE)
        self.handoff |= isinstance(event, _COURSE)
        if is_answer(event):
            if self.shared.since is None or at >= self.shared.since:
                self._answer(event)
        else:
            self._course(event)

    def _answer(self, event: Event) -> None:
        match event:
            case events.FlowStarted(flow) if flow in TOPICS:
                self.topics = _with(self.topics, flow)
            case events.IntakeAnswered(question, choices) if question == "about":
                self.about = tuple(choices)
            case events.CheckInAnswered():
                self.topics = _with(self.topics, "checkin_answered")
            case events.UnmetNeed(need):
                self.needs = _with(self.needs, need)
            case _:
                pass

    def _course(self, event: Event) -> None:
        match event:
            case events.DangerHeard(danger, what, _, _):
                self.dangers[danger] = (what, True)
            case events.DangerClosed(danger, _, _) if danger in self.dangers:
                self.dangers[danger] = (self.dangers[danger][0], False)
            case events.AgeSaid(age):
                self.age = age
            case events.HandoffAccepted(_, coach, _):
                self.coaches = (*(one for one in self.coaches if one != coach), coach)
                self.outcome = ""
            case events.HandoffClosed(outcome=outcome):
                self.outcome = outcome
                self.unanswered |= outcome == "gave_up"
            case events.HandoffUnanswered():
                self.unanswered, self.outcome = True, ""
            case events.HandoffAsked() | events.HandoffAlerted() | events.HandoffReleased():
                self.outcome = ""
            case _:
                pass


def reaches_back(event: Event) -> bool:
    """Whether it may change outlines before the newest: what is shared, or a danger heard long ago."""
    return isinstance(event, HandoffAsked | events.DangerClosed)


def goes_on(newest: Outline, at: datetime) -> bool:
    """Whether what happens at `at` still belongs to that conversation."""
    return at - newest.last <= APART


def shared_by(recorded: Sequence[Recorded], zone: ZoneInfo) -> Shared:
    """The person's last word on it, by their events; all may be read while they were never asked."""
    asked = [(one.at, one.event.scope) for one in recorded if isinstance(one.event, HandoffAsked)]
    return Shared() if not asked else Shared(since_of(asked[-1][1], asked[-1][0], zone), True)


def since_of(scope: Scope, asked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """From when on answers may be read after that word: None means all, `FAR` none."""
    return FAR if scope == "nothing" else shared_since(scope, asked_at, zone)


def closings(recorded: Sequence[Recorded]) -> Mapping[DangerId, events.Code]:
    """The dangers that were closed, whenever it was, and how."""
    return {one.event.danger: one.event.how for one in recorded if isinstance(one.event, events.DangerClosed)}


def outlines(recorded: Sequence[Recorded], zone: ZoneInfo, first: int = 1) -> list[Outline]:
    """The outlines of all of a person's events, oldest first; the oldest conversation is their `first`."""
    shared, closed = shared_by(recorded, zone), closings(recorded)
    made = []
    for number, part in enumerate(conversations(recorded), first):
        one = Outline(number, part[0].at, part[0].at, shared)
        for happened in part:
            one.fold(happened.at, happened.event)
        one.dangers = {which: (kind, which not in closed) for which, (kind, _) in one.dangers.items()}
        made.append(one)
    return made


def _with(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return codes if code in codes else (*codes, code)
