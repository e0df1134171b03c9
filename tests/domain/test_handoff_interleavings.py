"""Every order in which two coaches, a time-out and Ana can come: all of them, step by step, not a sample.

Whatever the order, one coach at most has her; somebody has her or is being asked, or it is over; nobody
reads the summary or her words without having her; and she has heard of every change that concerns her.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import Code
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.handoff import (
    Active,
    Alerting,
    Ask,
    Change,
    Claimed,
    ClearCoachChat,
    Closed,
    Handoff,
    Refusal,
    Requested,
    ShowSummary,
    StartSteps,
    StopSteps,
    TellCoach,
    TellPerson,
    WithdrawAlerts,
)

ANA, BEN, CORA = PersonId(1), PersonId(2), PersonId(3)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BOTH = frozenset({BEN, CORA})
DEPTH = 6


@dataclass(frozen=True, slots=True)
class World:
    """The handoff and what the coaches' phones hold; `at` counts minutes."""

    state: Handoff
    at: int = 0
    steps: bool = True
    reads: frozenset[PersonId] = frozenset()
    """Who has the summary and her words on their phone."""

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=self.at)


Act = tuple[str, Callable[[World], "Change | Refusal"]]


def acts() -> list[Act]:
    """Everything that can happen next, by name; time passes in the strides that mean something."""
    found: list[Act] = [
        ("ana writes", lambda w: handoff.person_wrote(w.state, w.now)),
        ("ana ends", lambda w: handoff.end_by_person(w.state, w.now)),
        ("a step alerts both", lambda w: handoff.alerted(w.state, Code("shift"), BOTH)),
        ("a day is over", lambda w: handoff.give_up(w.state, w.now)),
        ("time-out", lambda w: handoff.silence(w.state, w.now)),
    ]
    for name, coach, other in (("ben", BEN, CORA), ("cora", CORA, BEN)):
        found += [
            (f"{name} accepts", lambda w, c=coach: handoff.accept(w.state, c, w.now)),  # type: ignore[misc]
            (f"{name} declines", lambda w, c=coach: handoff.decline(w.state, c)),  # type: ignore[misc]
            (f"{name} passes", lambda w, c=coach: handoff.pass_on(w.state, c)),  # type: ignore[misc]
            (f"{name} writes", lambda w, c=coach: handoff.coach_wrote(w.state, c, w.now)),  # type: ignore[misc]
            (f"{name} ends", lambda w, c=coach: handoff.end_by_coach(w.state, c, w.now)),  # type: ignore[misc]
            (
                f"the colleague takes over from {name}",
                lambda w, c=coach, o=other: handoff.transfer(w.state, c, o, w.now),  # type: ignore[misc]
            ),
        ]
    return found


ACTS = acts()


def after(world: World, name: str, result: Change | Refusal) -> World:
    """What the effects do to the phones, in their order; Ana hears of it whenever somebody else has her."""
    if isinstance(result, Refusal):
        return world
    was, told = handoff.holder_of(world.state), False
    reads, steps = set(world.reads), world.steps
    for effect in result.effects:
        match effect:
            case ShowSummary(coach):
                assert not reads, f"{name}: two coaches read of Ana"
                reads.add(coach)
            case ClearCoachChat(coach):
                reads.discard(coach)
            case StartSteps():
                steps = True
            case StopSteps():
                steps = False
            case TellPerson():
                told = True
            case TellCoach(coach, _):
                assert coach in {was, handoff.holder_of(result.state)}, f"{name}: told a bystander"
            case WithdrawAlerts(_, but):
                assert but == handoff.holder_of(result.state)
            case _:
                pass
    assert told or handoff.holder_of(result.state) == was, f"{name}: Ana was told nothing"
    return World(result.state, world.at, steps, frozenset(reads))


def holds(world: World, before: World, name: str) -> None:
    """What must be true after anything."""
    holder = handoff.holder_of(world.state)
    assert world.reads == ({holder} if holder is not None else set()), name
    match world.state:
        case Requested() | Alerting():
            assert world.steps, f"{name}: Ana waits and nobody is asked"
            assert handoff.look_at(world.state) is None
        case Claimed() | Active():
            assert not world.steps, f"{name}: others are asked for somebody who is in a talk"
            assert handoff.look_at(world.state) is not None, f"{name}: nobody looks at the silence"
        case Closed():
            assert not world.steps
            assert before.state == world.state or not isinstance(before.state, Closed)
    if isinstance(before.state, Closed):
        assert world.state == before.state, f"{name}: what is over came back"


def strides(world: World) -> Iterator[int]:
    """No time, or until the silence is looked at next."""
    yield 0
    due = handoff.look_at(world.state)
    if due is not None and due > world.now:
        yield -(-(due - world.now) // timedelta(minutes=1))


def explore(start: World, depth: int) -> int:
    """Every order of so many things, from one world; says how many different worlds there are."""
    seen: dict[World, int] = {}
    waiting = [(start, depth)]
    while waiting:
        world, left = waiting.pop()
        if seen.get(world, -1) >= left:
            continue
        seen[world] = left
        if not left:
            continue
        for stride in strides(world):
            later = replace(world, at=world.at + stride)
            for name, act in ACTS:
                then = after(later, name, act(later))
                holds(then, later, name)
                if then != later:
                    waiting.append((then, left - 1))
    return len(seen)


def test_in_every_order_one_has_her_or_somebody_is_asked() -> None:
    """Six things in any order, each at once or when a time-out is due: over a thousand different worlds."""
    assert explore(World(Requested(Ask(HandoffId(7), ANA, NOW, "urge", "today"))), DEPTH) > 1000


@pytest.mark.parametrize("first", [BEN, CORA])
def test_both_at_the_same_moment(first: PersonId) -> None:
    """Whoever is read first has her; the other, on whatever they then do, changes nothing."""
    ask = Ask(HandoffId(7), ANA, NOW, "urge", "today")
    second = CORA if first == BEN else BEN
    won = handoff.accept(Alerting(ask, BOTH), first, NOW)
    assert isinstance(won, Change)
    world = after(World(Alerting(ask, BOTH)), "accepts", won)
    late = (
        handoff.accept(world.state, second, NOW),
        handoff.decline(world.state, second),
        handoff.pass_on(world.state, second),
        handoff.coach_wrote(world.state, second, NOW),
        handoff.end_by_coach(world.state, second, NOW),
        handoff.transfer(world.state, second, first, NOW),
    )
    assert all(isinstance(one, Refusal) for one in late)
