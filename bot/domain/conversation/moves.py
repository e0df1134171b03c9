"""What happens to a conversation (events) and what it makes happen (effects): two closed unions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation.model import Keeping
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers

TALK_ID = "!talk"
SKIP_ID = "!skip"
DONE_ID = "!done"
ENOUGH_ID = "!enough"
"""Choice ids of the engine's own buttons; a flow's own ids never begin with `!`."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a flow afresh. `answers` are what the host already knows for it."""

    flow: str
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chose:
    """A button, as it was made: its choice id and the `seq` of the step it stood under."""

    choice: str
    seq: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Words of the person."""

    text: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The timer of the step with this `seq` has run out."""

    seq: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What a `Call` found. `values` become answers of the session."""

    outcome: str
    values: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expired:
    """The session lay untouched for longer than its flow allows; it closes without a word."""


Event = Start | Chose | Typed | SharedPlace | SentMedia | TimedOut | Returned | Expired


@dataclass(frozen=True, slots=True)
class Key:
    """One button: what it says (translated, filled, short enough) and the choice it stands for."""

    label: str
    choice: str


Rows = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A message of at most 4,096 UTF-16 units. Its buttons belong to `seq`.

    `ask_place`: also offer to share a location. `card`: a safety card.
    """

    text: str
    rows: Rows = ()
    seq: int = 0
    ask_place: bool = False
    card: bool = False


@dataclass(frozen=True, slots=True)
class Redraw:
    """New buttons for the message that was pressed (a tick came or went)."""

    rows: Rows
    seq: int


@dataclass(frozen=True, slots=True)
class Keep:
    """An answer the person gave; `where` says whether it outlives the session."""

    name: str
    value: Answer
    where: Keeping


@dataclass(frozen=True, slots=True)
class Do:
    """A registered effect, its `$arguments` already looked up (None where nothing was known)."""

    name: str
    args: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Call:
    """A look-up: the host answers with `Returned` in the same transaction."""

    name: str
    args: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Send `TimedOut(seq)` after so long, unless the session has moved on."""

    after: timedelta
    seq: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A flow is over. The session is over too; `session.returns` may hold a step to `resume`."""

    flow: str
    outcome: str


Effect = Say | Redraw | Keep | Do | Call | SetTimer | Ended


@dataclass(frozen=True, slots=True)
class Move:
    """Where the session is now, and what is to be carried out, in order."""

    session: Session
    effects: tuple[Effect, ...]
    entered: tuple[tuple[str, str], ...] = ()
    """The steps that were entered on the way, as flow and step."""
