"""One turn: everything that one cause (an update, a timer, a form) does, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.channel.outgoing import Body, Button, Post, Redraw, SendClass, Text
from bot.domain.events import Event
from bot.domain.ids import ChatId, MessageId, PersonId
from bot.domain.messages import Messages, said_by
from bot.domain.person import Person
from bot.store.conversing import events, keyboards, message_map, outbox, people
from bot.store.conversing.sessions import SavedSession
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE

Wanted = Sequence[Sequence[tuple[str, str]]]
"""Rows of buttons as (label, action); the action is looked up again at the press."""


@dataclass(slots=True)
class Turn:
    """What a use case is handed. `person` is who caused it, `cause` names it uniquely (`in:55`, `timer:…`).
    `messages` speak the person's language.

    `sent_at` is when the person sent what caused the turn, `message_id` which message that was.
    """

    tx: Transaction
    now: datetime
    person: Person
    cause: str
    messages: Messages
    sent_at: datetime | None = None
    message_id: MessageId | None = None
    reply_to: MessageId | None = None
    send_class: SendClass = SendClass.REPLY
    """How the conversation's own words leave in this turn: NUDGE for what nobody asked for now."""
    met: bool = False
    """Whether `saved` was read together with the person."""
    saved: SavedSession | None = None
    _posts: int = field(default=0)

    def __post_init__(self) -> None:
        self.messages = self.messages.spoken_in(self.person.language)

    def speak(self, language: str) -> None:
        """From here on the turn's person reads another language."""
        self.person = replace(self.person, language=language)
        self.messages = self.messages.spoken_in(language)

    def beside(self, other: Person, why: str) -> "Turn":
        """A turn of somebody else's inside this one and its transaction; `why` keeps its keys apart."""
        return Turn(self.tx, self.now, other, f"{self.cause}:{why}:{other.id}", self.messages)

    def record(self, what: Event, who: PersonId | None = None) -> None:
        """Note an event, of the turn's own person unless `who` is given."""
        about = who or self.person.id
        events.record(self.tx, None if about == SERVICE else about, what, self.now)

    def post(
        self,
        body: Body,
        *,
        to: PersonId | None = None,
        chat: ChatId | None = None,
        send_class: SendClass = SendClass.REPLY,
        key: str = "",
        links: tuple[str, ...] = (),
    ) -> None:
        """Queue a message, to the turn's own person unless `to` and `chat` are given.

        `to`'s key must be unlocked (`people.by_id`, `people.unlock`). `key` defaults to one derived from the
        cause, so that a replayed turn queues nothing twice.
        """
        self._posts += 1
        post = Post(
            chat if chat is not None else self.person.chat,
            body,
            key or f"{self.cause}:{self._posts}",
            send_class,
            links,
        )
        outbox.add(self.tx, to or self.person.id, post, self.now)

    def buttons(
        self, wanted: Wanted, *, to: PersonId | None = None, seq: int = 0, words: Messages | None = None
    ) -> tuple[tuple[Button, ...], ...]:
        """Register buttons for `to`, who reads `words`, and return them with opaque data."""
        actions = [action for row in wanted for _, action in row]
        if not actions or (to or self.person.id) == SERVICE:
            return ()
        data = iter(keyboards.add(self.tx, to or self.person.id, seq, actions, self.now))
        read = words or self.messages
        return tuple(tuple(Button(said_by(read, label), next(data)) for label, _ in row) for row in wanted)

    def say(
        self,
        name: str,
        wanted: Wanted = (),
        /,
        *,
        send_class: SendClass = SendClass.REPLY,
        **fill: object,
    ) -> None:
        """Say the message `name` of conversations/messages.yaml to the turn's own person."""
        self.say_in(self.messages, name, wanted, send_class=send_class, **fill)

    def say_in(
        self,
        words: Messages,
        name: str,
        wanted: Wanted = (),
        /,
        *,
        send_class: SendClass = SendClass.REPLY,
        **fill: object,
    ) -> None:
        """As `say`, in another language."""
        self.post(Text(words.text(name, **fill), self.buttons(wanted, words=words)), send_class=send_class)

    async def tell(
        self,
        to: PersonId,
        name: str,
        wanted: Wanted = (),
        /,
        *,
        send_class: SendClass = SendClass.HANDOFF,
        key: str = "",
        links: tuple[str, ...] = (),
        protect: bool = False,
        reply_to: MessageId | None = None,
        **fill: object,
    ) -> bool:
        """Say the message `name` to somebody else; False when they were erased or cannot be reached.

        `reply_to`: which message of their chat it answers.
        """
        other = await people.by_id(self.tx, to)
        if other is None or not other.reachable:
            return False
        words = self.messages.spoken_in(other.language)
        told = {key: said_by(words, value) for key, value in fill.items()}
        text, rows = words.text(name, **told), self.buttons(wanted, to=to, words=words)
        body = Text(text, rows, protect=protect, reply_to=reply_to)
        self.post(body, to=to, chat=other.chat, send_class=send_class, key=key, links=links)
        return True

    async def read_by(self, who: PersonId, text: str) -> str:
        """A message's words as somebody else reads them."""
        other = await people.by_id(self.tx, who)
        return text if other is None else said_by(self.messages.spoken_in(other.language), text)

    async def redraw(self, to: PersonId, cause: str, text: str | None) -> None:
        """Take the buttons off what somebody was told of a cause (linked as `cause` and their id).

        With `text` it says that instead, and what has not left yet is taken back: it is over.
        """
        if text is not None:
            outbox.withdraw_caused(self.tx, to, cause, self.now)
        if not await people.unlock(self.tx, to):
            return
        said = text and await self.read_by(to, text)
        for chat, message in await message_map.of_link(self.tx, f"{cause}{to}"):
            self.post(Redraw(message, (), said), to=to, chat=chat, send_class=SendClass.REPLACEABLE)

    async def tell_coordinators(
        self, name: str, wanted: Wanted = (), /, *, key: str, but: PersonId | None = None, **fill: Any
    ) -> int:
        """Say the message `name` to every coordinator who can be reached, `but` one; once for each `key`.

        Returns how many were told.
        """
        those = [who for who, _ in await people.with_role(self.tx, "coordinator") if who != but]
        return sum([await self.tell(who, name, wanted, key=f"{key}:{who}", **fill) for who in those])

    async def tell_safety_leads(self, name: str, /, *, key: str, **fill: Any) -> None:
        """Say the message `name` to the safety leads, or where there is none to the coordinators."""
        leads = await people.with_role(self.tx, "safety_lead")
        for who, _ in leads or await people.with_role(self.tx, "coordinator"):
            await self.tell(who, name, key=f"{key}:{who}", **fill)
