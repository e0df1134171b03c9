"""A danger once heard stays open: pure rules for what opens, raises, keeps and closes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.domain.danger.hearing import LEVELS, Hearing, Kind, Level, Who, most_urgent_first, urgency

Closing = Literal["said_no", "person_closed"]


@dataclass(frozen=True, slots=True)
class Open:
    """An open danger. `raised` counts the times heard; `asked` is what the last question was about."""

    kind: Kind
    level: Level
    who: Who
    rule: str
    since: datetime
    raised: int = 1
    asked: Kind | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """No danger open; `how` and `at` tell of the last one."""

    how: Closing | None = None
    at: datetime | None = None


State = Open | Closed

Change = Literal["opened", "escalated", "kept", "closed", "none"]
"""What a turn did: `opened` and `escalated` page, `kept` pages nobody anew, `closed` ends the follow-ups."""


@dataclass(frozen=True, slots=True)
class Step:
    """The state after an event, and what changed."""

    state: State
    change: Change


def heard(state: State, hearings: tuple[Hearing, ...], now: datetime) -> Step:
    """A message came, with these hearings (possibly none). `now` is aware UTC.

    An alarm opens. With a danger open, a second hit escalates: the most urgent of both is kept, a level
    higher when the same kind is heard again. Nothing heard (another subject, "jk", a restart)
    keeps it open.
    A soft check alone opens nothing: its question is asked, and a yes to that is an alarm.
    """
    alarms = most_urgent_first(hearing for hearing in hearings if hearing.tier == "alarm")
    if isinstance(state, Closed):
        return Step(_opened(alarms[0], now), "opened") if alarms else Step(state, "none")
    if not hearings:
        return Step(state, "kept")
    return _again(state, alarms or hearings)


def _opened(hearing: Hearing, now: datetime) -> Open:
    return Open(hearing.kind, hearing.level, hearing.who, hearing.rule, now)


def _again(state: Open, hearings: tuple[Hearing, ...]) -> Step:
    new = hearings[0]
    known = Hearing(state.kind, state.level, "alarm", state.who, state.rule)
    first = min(known, new, key=urgency)
    level = first.level
    if new.kind == state.kind and LEVELS.index(new.level) >= LEVELS.index(state.level):
        level = LEVELS[max(0, LEVELS.index(state.level) - 1)]
    raised = replace(
        state, kind=first.kind, level=level, who=first.who, rule=first.rule, raised=state.raised + 1
    )
    same = (raised.kind, raised.level) == (state.kind, state.level)
    return Step(raised, "kept" if same else "escalated")


def asked(state: State, about: Kind) -> State:
    """The bot asked its direct question about this kind: only a clear "no" to the matching one closes."""
    return replace(state, asked=about) if isinstance(state, Open) else state


def answered(
    state: State, reply: Literal["yes", "no", "unsure", "taken_back", "other"], now: datetime
) -> Step:
    """An answer to the question asked last (`Listener.reply` reads typed ones; a button's is as clear).

    A clear "no" to the question that matches the open danger closes it, unless it is an emergency: that one
    only a person closes. A yes escalates a level. Anything else, "jk" and "forget it" too, keeps it open.
    """
    if isinstance(state, Closed):
        return Step(state, "none")
    if reply == "yes" and state.asked == state.kind and state.level != "emergency":
        raised = LEVELS[LEVELS.index(state.level) - 1]
        return Step(replace(state, level=raised, raised=state.raised + 1, asked=None), "escalated")
    if reply == "no" and state.asked == state.kind and state.level != "emergency":
        return Step(Closed("said_no", now), "closed")
    return Step(state, "kept")


def closed_by_person(state: State, now: datetime) -> Step:
    """Someone on the team closed it."""
    if isinstance(state, Closed):
        return Step(state, "none")
    return Step(Closed("person_closed", now), "closed")
