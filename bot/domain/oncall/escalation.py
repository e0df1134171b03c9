"""What is done, and when, while nobody has answered: policies, and the steps copied from them.

The steps are copied onto each handoff or danger as rows when it begins, with how long after the start each
was meant to come, so that a policy changed later does not touch what is under way. A step that reaches
nobody never waits: the next climbs up to now. Who is alerted at a step is `whom`, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

from bot.domain.ids import PersonId
from bot.domain.oncall.duty import Standing, available, is_free, may_take
from bot.domain.person import Age

Level = Literal["emergency", "urgent", "concern"]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each step waits (product design, "A coach on call"; safety design, "Answering").

    A handoff's are counted from the asking. `until` is how long it is alerted again; `emergency` and `urgent`
    are how long one step of a danger's page waits for an answer.
    """

    backup: timedelta = timedelta(minutes=3)
    everyone: timedelta = timedelta(minutes=5)
    coordinators: timedelta = timedelta(minutes=10)
    honest: timedelta = timedelta(minutes=15)
    again: timedelta = timedelta(minutes=30)
    until: timedelta = timedelta(hours=24)
    emergency: timedelta = timedelta(minutes=2)
    urgent: timedelta = timedelta(minutes=10)

    def acknowledge(self, level: Level) -> timedelta:
        """How long one step of a page waits at this level."""
        return self.emergency if level == "emergency" else self.urgent


ORDINARY = Waits()


class Action(StrEnum):
    """What a step does."""

    SHIFT = "shift"
    """Alert every free coach on shift."""
    BACKUP = "backup"
    """Alert those who may be asked outside their shifts (the `backup` grant)."""
    EVERYONE = "everyone"
    """Alert every coach who is available, on shift or not."""
    WORD = "word"
    """Tell the person truthfully who has been asked so far, with a line that is open."""
    HONEST = "honest"
    """Tell the person that nobody has answered yet, with lines that are open."""
    AGAIN = "again"
    """Alert everyone once more, also those who had passed."""
    SHIFT_START = "shift_start"
    """A shift begins: alert those on it."""
    GIVE_UP = "give_up"
    """Nobody came: close it, say so, and tell the coordinators."""
    TRAINED = "trained"
    """Page staff on shift who have the `danger_trained` grant."""
    PAGE_SHIFT = "page_shift"
    """Page everyone on shift, also those in a talk."""
    PAGE_EVERYONE = "page_everyone"
    """Page every coach who is not resting."""
    COORDINATORS = "coordinators"
    """Tell coordinators and the safety lead, whatever the hour."""
    NOBODY_YET = "nobody_yet"
    """Tell the person in danger that nobody has joined yet, and the numbers again."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of a policy: what is done, so long after the start."""

    after: timedelta
    action: Action


Policy = tuple[Rung, ...]


WORDS_AT = (timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=8))
"""When the person hears how it stands, before the honest word that nobody has answered."""


def handoff_policy(waits: Waits = ORDINARY) -> Policy:
    """The policy of a handoff; the starts of shifts are added as they come.

    Of two rungs at one time the alert comes first: what the person is told has then been done.
    """
    rungs = (
        Rung(timedelta(0), Action.SHIFT),
        Rung(waits.backup, Action.BACKUP),
        Rung(waits.everyone, Action.EVERYONE),
        Rung(waits.coordinators, Action.COORDINATORS),
        *(Rung(at, Action.WORD) for at in WORDS_AT if at < waits.honest),
        Rung(waits.honest, Action.HONEST),
        Rung(waits.again, Action.AGAIN),
        Rung(waits.until, Action.GIVE_UP),
    )
    return tuple(sorted(rungs, key=lambda rung: rung.after))


def danger_policy(level: Level, waits: Waits = ORDINARY) -> Policy:
    """Trained staff first, coordinators last, a step on for each time-out; then everyone again, and again."""
    wait = waits.acknowledge(level)
    return (
        Rung(timedelta(0), Action.TRAINED),
        Rung(wait, Action.PAGE_SHIFT),
        Rung(2 * wait, Action.NOBODY_YET),
        Rung(2 * wait, Action.PAGE_EVERYONE),
        Rung(3 * wait, Action.COORDINATORS),
        Rung(8 * wait, Action.PAGE_EVERYONE),
        Rung(8 * wait, Action.COORDINATORS),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One row copied from a policy: `no` gives the order, `due` the moment (UTC).

    `after` is how long after the start it was meant to come; None for a step that was added later.
    """

    no: int
    action: Action
    due: datetime
    after: timedelta | None = None


def copy_steps(policy: Policy, start: datetime, first_no: int = 0) -> tuple[Step, ...]:
    """The steps of a policy, timed from `start`, numbered from `first_no`."""
    return tuple(
        Step(first_no + n, rung.action, start + rung.after, rung.after) for n, rung in enumerate(policy)
    )


def copy_again(policy: Policy, start: datetime, asked_at: datetime, first_no: int) -> tuple[Step, ...]:
    """A handoff's steps once a coach gave it back at `start`; its end still counts from the asking."""
    return tuple(
        replace(step, due=asked_at + step.after)
        if step.action is Action.GIVE_UP and step.after is not None
        else step
        for step in copy_steps(policy, start, first_no)
    )


def policy_of(copied: Iterable[Step]) -> Policy:
    """The policy that was copied first onto a handoff, from all of its steps; empty when there was none."""
    rungs: list[Rung] = []
    for step in sorted(copied, key=lambda one: one.no):
        if step.after is not None:
            rungs.append(Rung(step.after, step.action))
        if step.action is Action.GIVE_UP:
            break
    return tuple(rungs)


def ends_after(policy: Policy) -> timedelta:
    """How long after the asking a handoff under this policy is given up."""
    return max((rung.after for rung in policy if rung.action is Action.GIVE_UP), default=ORDINARY.until)


@dataclass(frozen=True, slots=True)
class Seeker:
    """For whom somebody is looked for. `passed` had it and gave it back: they are left out until `AGAIN`.

    `before` is the coach they talked with within the last day, who is asked with the shift.
    """

    person: PersonId
    age: Age
    passed: frozenset[PersonId] = frozenset()
    before: PersonId | None = None


def whom(action: Action, roster: Iterable[Standing], seeker: Seeker) -> frozenset[PersonId]:
    """Who is alerted at a step: never the person themselves, and with someone under 18 only coaches who may.

    Pages of a danger reach everyone they name whatever the person's age: the rules on age come after life.
    """
    return frozenset(
        standing.person
        for standing in roster
        if standing.person != seeker.person and _reaches(action, standing, seeker)
    )


def _reaches(action: Action, standing: Standing, seeker: Seeker) -> bool:
    age, has_passed = seeker.age, standing.person in seeker.passed
    match action:
        case Action.SHIFT:
            there = is_free(standing) and standing.on_shift
            knows = available(standing) and standing.person == seeker.before
            return not has_passed and (there or knows) and may_take(standing, age)
        case Action.BACKUP:
            helps_out = standing.has("backup") and not standing.on_shift and available(standing)
            return not has_passed and helps_out and may_take(standing, age)
        case Action.EVERYONE:
            return not has_passed and available(standing) and may_take(standing, age)
        case Action.AGAIN:
            return available(standing) and may_take(standing, age)
        case Action.SHIFT_START:
            return standing.on_shift and is_free(standing) and may_take(standing, age)
        case Action.TRAINED:
            return standing.on_shift and standing.has("danger_trained")
        case Action.PAGE_SHIFT:
            return standing.on_shift and standing.has("coach")
        case Action.PAGE_EVERYONE:
            return standing.has("coach") and not standing.resting
        case Action.COORDINATORS:
            return standing.has("coordinator") or standing.has("safety_lead")
        case Action.WORD | Action.HONEST | Action.GIVE_UP | Action.NOBODY_YET:
            return False
        case _:
            assert_never(action)


_CLIMBS = frozenset(
    {
        Action.SHIFT,
        Action.BACKUP,
        Action.EVERYONE,
        Action.TRAINED,
        Action.PAGE_SHIFT,
        Action.PAGE_EVERYONE,
    }
)
_WORDS = frozenset({Action.WORD, Action.NOBODY_YET})
"""What is only said to the person: an alert climbs past it."""


def after_nobody(step: Step, left: Iterable[Step], now: datetime) -> Step | None:
    """The step to bring forward to `now` because `step` reached nobody, or None.

    Only from one alert up to the next: an honest word, a repeat and the end keep their own time.
    """
    if step.action not in _CLIMBS:
        return None
    alerts = sorted((one for one in left if one.no > step.no), key=lambda one: one.no)
    for one in alerts:
        if one.action in _CLIMBS or one.action is Action.COORDINATORS:
            return replace(one, due=min(one.due, now))
        if one.action not in _WORDS:
            return None
    return None


Urgency = Literal["first", "still", "nobody"]


def urgency(action: Action, waited: timedelta, waits: Waits = ORDINARY) -> Urgency:
    """How pressing an alert sounds: the first, another one, and once the person was told that nobody came."""
    if waited >= waits.honest:
        return "nobody"
    return "first" if action is Action.SHIFT and waited < timedelta(minutes=1) else "still"


Asked = Literal["shift", "more", "everyone", "off_shift", "nobody"]


def asked_so_far(reached: Mapping[Action, int]) -> Asked:
    """Who has been asked, for the words to the person: `reached` says how many each step done has reached."""
    helping, everyone = reached.get(Action.BACKUP, 0), reached.get(Action.EVERYONE, 0)
    if not reached.get(Action.SHIFT, 0):
        return "off_shift" if helping or everyone else "nobody"
    if Action.EVERYONE in reached:
        return "everyone"
    return "more" if helping else "shift"


def next_round(step: Step, last_no: int, until: datetime, next_shift_start: datetime | None) -> Step | None:
    """After `AGAIN` and each shift's start: the next shift's start if it is before `until`, or None."""
    if step.action not in (Action.AGAIN, Action.SHIFT_START) or next_shift_start is None:
        return None
    if next_shift_start >= until:
        return None
    return Step(last_no + 1, Action.SHIFT_START, next_shift_start)
