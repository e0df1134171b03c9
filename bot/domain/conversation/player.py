"""Talking to flows without a channel: a person's lines go in, a script that a coach can read comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation import engine, registry
from bot.domain.conversation.boards import TICK
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import (
    Call,
    Chose,
    Do,
    Effect,
    Ended,
    Event,
    Keep,
    Move,
    Redraw,
    Returned,
    Rows,
    Say,
    SetTimer,
    Start,
    TimedOut,
    Typed,
)
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers, shown

MOST_CALLS = 12
"""Look-ups answered in a row before the script says that it goes in circles."""

THINGS: Mapping[str, SentMedia | SharedPlace] = {
    "/voice": SentMedia("voice", "voice note"),
    "/photo": SentMedia("photo", "photo"),
    "/sticker": SentMedia("other", "sticker"),
    "/place": SharedPlace(53.80, -1.55),
}
"""What a person can do besides words. The place is the middle of Leeds, to two decimals."""

CannedCalls = Mapping[str, Sequence[Returned]]
"""Call → what it finds, one after the other; the last is found again and again."""


class Attentive(Protocol):
    """Listens for danger while flows are played."""

    def interrupts(self, player: "Player", text: str) -> Start | None:
        """The flow that these words interrupt with, and what it is told; None when nothing does."""

    def did(self, player: "Player", name: str, args: Answers) -> None:
        """A flow had something done."""

    def waited(self, wait: timedelta) -> None:
        """Time passed."""


@dataclass
class Player:
    """One person's conversation. `script` is all that was said and done, as lines."""

    flows: Flows
    facts: Answers = field(default_factory=dict)
    calls: CannedCalls = field(default_factory=dict)
    attentive: Attentive | None = None
    script: list[str] = field(default_factory=list)
    session: Session | None = None
    rows: Rows = ()
    timer: SetTimer | None = None
    said: str = ""
    """What Foothold said last."""
    _asked: dict[str, int] = field(default_factory=dict)

    def start(self, flow: str, answers: Answers | None = None) -> None:
        """Begin a flow."""
        self._happens(Start(flow, answers or {}))

    def says(self, text: str) -> None:
        """Words, or `[Label]` for a button that is there."""
        self.wrote(text)
        heard = self.attentive.interrupts(self, text) if self.attentive else None
        if heard is not None:
            self.is_interrupted(heard.flow, heard.answers)
            return
        label = text[1:-1] if text.startswith("[") and text.endswith("]") else None
        choice = self._choice(label) if label is not None else None
        if label is not None and choice is None:
            self.script.append(f"  (there is no button [{label}])")
        elif choice is not None and self.session is not None:
            self._happens(Chose(choice, self.session.seq))
        else:
            self._happens(Typed(text))

    def wrote(self, text: str) -> None:
        """Note a person's words that something else than the flow answers (danger)."""
        self._writes("Person", text)

    def hears(self, line: str) -> None:
        """A line of a terminal: words, `[Label]`, or a command that begins with a slash."""
        command, _, rest = line.partition(" ")
        if command in THINGS:
            self.does(command[1:], THINGS[command])
        elif command == "/wait" and self.timer is not None:
            self.waits(self.timer.after)
        elif command == "/start" and rest in self.flows.by_name:
            self.start(rest)
        elif line.startswith("/"):
            self.script.append("  (/wait /voice /photo /place /start FLOW /quit)")
        else:
            self.says(line)

    def does(self, what: str, event: Event) -> None:
        """Anything that is not words, noted as a stage direction (`voice note`)."""
        self.script.append(f"Person: ({what})")
        self._happens(event)

    def is_interrupted(self, flow: str, answers: Answers) -> None:
        """Danger was heard, or someone asked for."""
        known = ", ".join(f"{name} {shown(value)}" for name, value in answers.items())
        self.script.append(f"(interrupted by {flow}{': ' if known else ''}{known})")
        self._carry(engine.interrupt(self.flows, self.session, flow, self.facts, answers))

    def waits(self, wait: timedelta) -> None:
        """Time passes; the timer fires if it is due by then."""
        passes = "passes" if _duration(wait).startswith("1 ") else "pass"
        self.script.append(f"({_duration(wait)} {passes})")
        if self.attentive is not None:
            self.attentive.waited(wait)
        timer = self.timer
        if timer is None:
            return
        if timer.after <= wait:
            self.timer = None
            self._happens(TimedOut(timer.seq))
        else:
            self.timer = SetTimer(timer.after - wait, timer.seq)

    @property
    def labels(self) -> list[str]:
        """The buttons there are now."""
        return [key.label for row in self.rows for key in row]

    def _choice(self, label: str) -> str | None:
        """The choice behind a label, ticked or not."""
        wanted = (label, TICK + label)
        return next((key.choice for row in self.rows for key in row if key.label in wanted), None)

    def _happens(self, event: Event) -> None:
        self._carry(engine.advance(self.flows, self.session, event, self.facts))

    def _carry(self, move: Move) -> None:
        for _ in range(MOST_CALLS):
            self.session = move.session
            call: Call | None = None
            ended: Ended | None = None
            for effect in move.effects:
                self._note(effect)
                call = effect if isinstance(effect, Call) else call
                ended = effect if isinstance(effect, Ended) else ended
            if call is not None:
                move = engine.advance(self.flows, self.session, self._found(call), self.facts)
            elif ended and self.session.returns and ended.outcome not in registry.QUIET_ENDS:
                move = engine.resume(self.flows, self.session, self.facts)
            else:
                return
        self.script.append("  (goes in circles)")

    def _found(self, call: Call) -> Returned:
        asked = self._asked.get(call.name, 0)
        self._asked[call.name] = asked + 1
        canned = self.calls.get(call.name) or (default_outcome(call.name),)
        found = canned[min(asked, len(canned) - 1)]
        known = _arguments(call.args)
        self.script.append(f"  (looks up {call.name}{known}: {found.outcome})")
        return found

    def _note(self, effect: Effect) -> None:
        match effect:
            case Say(text, rows):
                self.said = text
                self._writes("Foothold", text)
                self.rows = rows
                self._draws(rows)
            case Redraw(rows):
                self.rows = rows
                self._draws(rows)
            case Keep(name, value, where):
                lasting = " for good" if where == "person" else ""
                self.script.append(f"  (keeps {name}{lasting}: {_value(value)})")
            case Do(name, args):
                self.script.append(f"  (does {name}{_arguments(args)})")
                if self.attentive is not None:
                    self.attentive.did(self, name, args)
            case SetTimer(after):
                self.timer = effect
                self.script.append(f"  (goes on by itself after {_duration(after)})")
            case Ended(flow, outcome):
                self.rows, self.timer = (), None
                self.script.append(f"  (ends {flow}: {outcome})")
            case Call():
                pass

    def _writes(self, who: str, text: str) -> None:
        first, *more = text.split("\n")
        self.script.append(f"{who}: {first}".rstrip())
        self.script += [f"  {line}".rstrip() for line in more]

    def _draws(self, rows: Rows) -> None:
        self.script += ["  " + " ".join(f"[{key.label}]" for key in row) for row in rows]


def default_outcome(call: str) -> Returned:
    """What a look-up without canned answers finds: as little as it can."""
    spec = registry.CALLS.get(call)
    for outcome in ("done", "none", "no", "unknown", "gone"):
        if spec and outcome in spec.outcomes:
            return Returned(outcome)
    return Returned("error")


def _arguments(args: Mapping[str, Answer]) -> str:
    said = ", ".join(f"{name} {_value(value)}" for name, value in args.items() if value is not None)
    return f", {said}" if said else ""


def _value(value: Answer) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(item)}" for name, item in value.items())
    return str(value).lower() if isinstance(value, bool) else shown(value).replace("\n", " / ")


def _duration(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    amount, unit = (seconds, "second") if seconds % 60 else (seconds // 60, "minute")
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
