"""What a flow is once it has been read: steps, ways on, and the words beside them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.domain.conversation.words import Answer, Words

Keeping = Literal["session", "person"]


@dataclass(frozen=True, slots=True)
class Goto:
    """On to a step of the same flow."""

    step: str


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over, with a named outcome."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Hand:
    """On to the start of another flow; the answers go along. `back`: the step to go on at afterwards."""

    flow: str
    back: str | None = None


Target = Goto | End | Hand


@dataclass(frozen=True, slots=True)
class Action:
    """A registered effect. A string argument that begins with `$` is the answer or fact of that name."""

    name: str
    args: Mapping[str, Answer]
    line: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a step, and where it leads.

    `words` are typed wordings that mean it, `within` plain phrases that mean it anywhere in a longer message.
    A `hidden` one has no button: it is only ever typed.
    """

    id: str
    label: Words
    target: Target
    line: int
    words: tuple[str, ...] = ()
    within: re.Pattern[str] | None = None
    hidden: bool = False
    save: Mapping[str, Answer] = field(default_factory=dict)
    keep: Keeping = "session"
    do: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One tick."""

    id: str
    label: Words
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """Waits for one of these buttons."""

    choices: tuple[Choice, ...]
    columns: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Waits for ticks. `none` is the option that clears the others."""

    save: str
    options: tuple[Option, ...]
    many: bool
    at_most: int | None
    none: str | None
    keep: Keeping
    columns: int
    goto: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Waits for a whole number, `low` to `high` included."""

    save: str
    low: int
    high: int
    keep: Keeping
    columns: int
    goto: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Waits for one item of the list that the answer `source` holds ({id, <label>})."""

    source: str
    save: str
    label: str
    keep: Keeping
    columns: int
    goto: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Waits for typed words, a place (typed or shared), a whole number or a date."""

    kind: Literal["text", "place", "number", "date"]
    save: str
    keep: Keeping
    goto: str


@dataclass(frozen=True, slots=True)
class Case:
    """A value, or with `high` a range of numbers, and the step it leads to.

    With `within` words that hold a phrase: `value` is then an example of them.
    """

    value: str
    step: str
    low: int | None = None
    high: int | None = None
    within: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Goes on by what was answered: the first case that the answer holds.

    Phrases count where no value does: the one that stands first in the words.
    """

    on: str
    cases: tuple[Case, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Asks the host to look something up, and goes on by the outcome."""

    name: str
    args: Mapping[str, Answer]
    outcomes: Mapping[str, str]
    line: int


Waiting = Choose | Pick | Scale | Listed | Ask
Automatic = Goto | End | Hand | Route | Calls
Way = Waiting | Automatic


@dataclass(frozen=True, slots=True)
class Reask:
    """Asks again `times` times, then goes on."""

    times: int
    then: str


@dataclass(frozen=True, slots=True)
class KeepWords:
    """Keeps what was typed as an answer, and goes on."""

    name: str
    goto: str


@dataclass(frozen=True, slots=True)
class After:
    """Goes on by itself when nothing was answered for so long."""

    wait: timedelta
    goto: str


@dataclass(frozen=True, slots=True)
class Saying:
    """A text, and its variants by nation (GB-NIR) or country (GB)."""

    default: Words
    by_place: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow."""

    id: str
    line: int
    way: Way
    say: Saying | None = None
    progress: Words | None = None
    do: tuple[Action, ...] = ()
    skip: str | None = None
    enough: str | None = None
    talk: bool = True
    other: Reask | KeepWords | None = None
    after: After | None = None
    card: bool = False

    @property
    def waits(self) -> bool:
        """Whether this step waits for the person."""
        return isinstance(self.way, Waiting)


@dataclass(frozen=True, slots=True)
class Flow:
    """One file of `conversations/`."""

    name: str
    version: int
    title: Words
    start: str
    steps: Mapping[str, Step]
    file: str
    expires: timedelta | None = None
    migrate: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    card: bool = False
    lines: Mapping[str, Words] = field(default_factory=dict)
    line_of: Mapping[str, int] = field(default_factory=dict)
    """Dotted key (`steps.about.choices.yes`) → line of the file."""

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest one above it that is known."""
        while key and key not in self.line_of:
            key = key.rpartition(".")[0]
        return self.line_of.get(key, 1)

    def renamed(self, step: str, version: int) -> str | None:
        """What a step of an older `version` is called today; None when nobody knows."""
        for to in sorted(to for to in self.migrate if to > version):
            step = self.migrate[to].get(step, step)
        return step if step in self.steps else None
