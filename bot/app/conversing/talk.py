"""Where a person is in their conversation, and what handles what a flow calls for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers
from bot.domain.ids import MessageId
from bot.domain.speech import ENGLISH, Speech
from bot.store.engine.columns import from_ms, to_ms

REMEMBERED_TEXTS = 3


@dataclass(slots=True)
class Talk:
    """Where a person is: the engine's session and the little the program must remember beside it.

    `asked` is what the bot said last. `recent` are the person's last words with their time (ms).
    `unkept` are answers that wait for the person's word on whether they may be kept. `softly` holds when
    (ms) a soft check was last asked by which rule. `place` is a number or an
    address that may be sent on to staff.
    """

    session: Session | None = None
    asked: str = ""
    recent: list[tuple[int, str]] = field(default_factory=list)
    unkept: dict[str, Answer] = field(default_factory=dict)
    softly: dict[str, int] = field(default_factory=dict)
    place: str = ""
    unsent: str = ""
    """A coach's words that wait until they have said for which of their talks they are."""
    hidden: tuple[MessageId, ...] = ()
    """The messages that are being deleted in this turn."""
    keys: bool = False
    """Whether the keyboard that asks for a location is still under the person's text field."""
    pressed: MessageId | None = None
    """The message whose button was pressed in this turn."""
    unanswered: str = ""
    """The words that a soft check was asked about: answered in this turn, now that it is a no."""
    speech: Speech = ENGLISH
    """The person's language."""

    def heard(self, text: str, at: datetime) -> None:
        """Remember the person's words for a few minutes."""
        self.recent = [*self.recent, (to_ms(at), text)][-REMEMBERED_TEXTS:]

    def recent_texts(self) -> list[tuple[str, datetime]]:
        """The last words, oldest first, with when they were sent."""
        return [(text, from_ms(ms)) for ms, text in self.recent]


CallHandler = Callable[[Turn, Talk, Answers], Awaitable[Returned]]
DoHandler = Callable[[Turn, Talk, Answers], Awaitable[None]]
FactSource = Callable[[Turn, Session | None], Awaitable[Mapping[str, Answer]]]
