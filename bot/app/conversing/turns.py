"""What one update does: danger first, then "talk to someone", stop, other commands, then the conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

import structlog

from bot.app.conversing.answering_late import to_answer
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handlers, Home, Places, Relay
from bot.app.conversing.heeding import Heeding
from bot.app.conversing.quarantine import Quarantine
from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.speaking import Speaking
from bot.app.conversing.talk import Talk
from bot.app.conversing.typed import ALSO_ASKS_FOR, ASKS_FOR, STOPS, command_of, hides, meant
from bot.app.danger.alarms import BEREAVEMENT, Alarms
from bot.app.oncall.left_over import PRESS as LEFT_OVER
from bot.app.oncall.left_over import own_words
from bot.app.ports import Clock, Unreadable, UpdateReader
from bot.app.turn import Turn
from bot.domain.arriving import arrival
from bot.domain.channel.incoming import (
    Blocked,
    Commanded,
    Incoming,
    Moved,
    NotPrivate,
    Pressed,
    Said,
    SentMedia,
    SharedPlace,
    Unknown,
)
from bot.domain.channel.outgoing import Leave, Post, SendClass
from bot.domain.checkins.appointed import mentions_appointment
from bot.domain.checkins.wishes import wish
from bot.domain.conversation.matching import asks_for_a_person, plain
from bot.domain.conversation.moves import Chose, Start, Typed
from bot.domain.directory.standing_in import named_alone, standing_in
from bot.domain.messages import Messages
from bot.domain.oncall import coach_words
from bot.domain.oncall.talk_words import only_in_talk
from bot.store.conversing import inbox, keyboards, outbox, people
from bot.store.conversing.inbox import Waiting
from bot.store.engine.columns import from_ms
from bot.store.engine.together import Together
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE
from bot.store.oncall import handoffs
from bot.store.store import Store, in_trouble

log = structlog.get_logger()

LATE = timedelta(minutes=10)
"""Handled later than this, a message gets an apology first (durability design, outcome of a send)."""
HOMES = ("coach_home", "coordinator_home")
"""Staff's own screens."""
QUIET = timedelta(minutes=30)
"""After this long without a word, whoever answered for an open danger hears that the person writes again."""


class Turns:
    """Carries out turns for the lanes."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        reader: UpdateReader,
        conversations: Conversations,
        alarms: Alarms,
        heeding: Heeding,
        relay: Relay,
        places: Places,
        speaking: Speaking,
        handlers: Handlers,
        messages: Messages,
        home: Home,
        quarantine: Quarantine,
    ) -> None:
        self._store = store
        self._together = Together(store)
        self._clock = clock
        self._reader = reader
        self._conversations = conversations
        self._standing = conversations.standing
        self._alarms = alarms
        self._heeding = heeding
        self._relay = relay
        self._places = places
        self._speaking = speaking
        self._handlers = handlers
        self._messages = messages
        self._home = home
        self._quarantine = quarantine

    async def handle(self, waiting: Sequence[Waiting]) -> int:
        """The head of a lane, all or nothing; several late messages are answered together, once."""
        first = self._read(waiting[0])
        if self._clock.now() - first.at <= LATE or not isinstance(first.content, Said):
            await self._one(waiting[0], first)
            return 1
        return await self._late(waiting, first)

    async def _one(self, row: Waiting, incoming: Incoming) -> None:
        async def turn(tx: Transaction) -> None:
            if row.tried and not await inbox.is_new(tx, row.id):
                return
            row.tried = True  # if this runs again, the commit may have failed or not
            inbox.done(tx, row.id, incoming.message_id, self._clock.now())
            await self._carry_out(tx, row, incoming, late=False)

        await self._together.run(turn)

    async def _late(self, waiting: Sequence[Waiting], first: Incoming) -> int:
        """All late words of a person are listened to first, then what matters most is answered."""
        rows = [(waiting[0], first)]
        for row in () if waiting[0].attempts else waiting[1:]:  # after a failure each answers for itself
            try:
                incoming = self._read(row)
            except Unreadable:
                break
            if self._clock.now() - incoming.at <= LATE or not isinstance(incoming.content, Said):
                break
            rows.append((row, incoming))
        async with self._store.transaction() as tx:
            fresh = [pair for pair in rows if not pair[0].tried or await inbox.is_new(tx, pair[0].id)]
            for row, incoming in fresh:
                inbox.done(tx, row.id, incoming.message_id, self._clock.now())
            if fresh:
                answered = await to_answer(tx, fresh, self._messages, self._heeding.urgency)
                for row, incoming in answered:
                    await self._carry_out(tx, row, incoming, late=row is answered[0][0])
        return len(rows)

    def _read(self, row: Waiting) -> Incoming:
        return self._reader(row.payload, from_ms(row.received_ms))

    async def _carry_out(self, tx: Transaction, row: Waiting, incoming: Incoming, *, late: bool) -> None:
        now = self._clock.now()
        match incoming.content:
            case NotPrivate():
                post = Post(incoming.chat, Leave(), f"leave:{row.id}", SendClass.REPLACEABLE)
                outbox.add(tx, SERVICE, post, now)
                return
            case Moved(to):
                people.move_chat(tx, CHANNEL, incoming.chat, to)
                outbox.move(tx, incoming.chat, to)
                return
            case Unknown(what):
                log.info("update_of_unknown_kind", inbox=row.id, what=what)
                return
            case _:
                pass
        if isinstance(incoming.content, Pressed):
            keyboards.foresee(tx, incoming.content.data)
        home = self._home
        language = self._speaking.guess(incoming.language) or home.language
        person, saved = await people.meet(
            tx, CHANNEL, incoming.chat, now, language=language, country=home.country, zone=home.zone
        )
        turn = Turn(
            tx,
            now,
            person,
            f"in:{row.id}",
            self._messages,
            incoming.at,
            incoming.message_id,
            incoming.reply_to,
            met=True,
            saved=saved,
        )
        if not person.reachable and not isinstance(incoming.content, Blocked):
            people.set_reachable(tx, CHANNEL, incoming.chat, True)
            turn.person = replace(person, reachable=True)
        if person.hidden and not isinstance(incoming.content, Blocked):
            people.set_hidden(tx, person.id, False)
            turn.person = replace(turn.person, hidden=False)
            await self._alarms.back(turn)
        elif person.seen_at is not None and now - person.seen_at >= QUIET:
            await self._alarms.back(turn)
        arrived = None if person.is_staff else arrival(incoming.content, person.seen_at, now)
        if arrived is not None:
            turn.record(arrived)
        people.seen(tx, person.id, now)
        await self._heard(turn, incoming, late=late)

    async def _heard(self, turn: Turn, incoming: Incoming, *, late: bool) -> None:
        if late:
            turn.say("too_late", send_class=SendClass.DANGER)  # before the card, which overtakes all else
        if turn.person.is_staff and await self._relay.from_staff(turn, incoming):
            return
        talk = await self._conversations.load(turn)
        if turn.person.unanswered and not isinstance(incoming.content, Blocked):
            await self._handlers.returned(turn)
        if turn.person.seen_at is None and not self._heeding.says_danger(incoming):
            self._speaking.greet(turn, self._home.language)
        match incoming.content:
            case Said():
                await self._said(turn, talk, incoming, incoming.content)
                await self._places.noticed(turn, talk, incoming.content.text)
            case SentMedia(_, _, caption):
                if not (caption and await self._heeding.answer(turn, talk, caption)):
                    await self._otherwise(turn, talk, incoming, incoming.content)
                await self._places.noticed(turn, talk, caption)
            case SharedPlace():
                await self._otherwise(turn, talk, incoming, incoming.content)
            case Commanded(name, payload):
                await self._commanded(turn, talk, incoming, name, payload)
            case Pressed():
                await self._pressed(turn, talk, incoming.content)
            case Blocked(again):
                if again:
                    people.set_reachable(turn.tx, CHANNEL, incoming.chat, True)
                else:
                    await self._handlers.gone(turn)
            case NotPrivate() | Moved() | Unknown():
                return
            case _:
                assert_never(incoming.content)
        if talk.unanswered:
            await self._answered(turn, talk, talk.unanswered)
        self._conversations.save(turn, talk)

    async def _said(self, turn: Turn, talk: Talk, incoming: Incoming, said: Said) -> None:
        """Words: danger, then a person, then stop, then what a coach may type, then the conversation.

        Before all of them "hide this", which says no danger itself: nothing may be shown after it.
        """
        if not said.edited and await self._hides(turn, talk, said.text):
            return
        if await self._heeding.answer(turn, talk, said.text):
            return
        typed = plain(said.text)
        if await self._places.typed(turn, talk, typed):
            return
        if await self._relay.from_person(turn, talk, incoming) or said.edited:
            return
        named = "" if self._standing.is_button(talk, said.text) else meant(talk, typed)
        if named == "talk" or asks_for_a_person(said.text):
            await self._conversations.interrupt(turn, talk, "talk")
        elif named == "stop" or typed in STOPS:
            await self._command(turn, talk, "stop", "")
        elif turn.person.is_staff and self._orders(talk, typed):
            word, _, rest = typed.partition(" ")
            await self._handlers.staff_commands[word](turn, talk, rest)
        elif turn.person.is_staff and await self._of_staff(turn, talk, said.text):
            return
        elif not await self._asks(turn, talk, said.text):
            words = "no" if self._alarms.refused(talk, said.text) else said.text
            await self._conversation(turn, talk, Typed(words))

    async def _of_staff(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words are answered as a coach's own, or look meant for somebody they aren't with.

        A command or a search is neither.
        """
        if await self._handlers.staff_words(turn, text):
            return True
        at_home = any(self._standing.is_in(talk, one) for one in HOMES)
        rests = at_home or self._standing.at_rest(talk)
        if rests and turn.person.open_danger is None:
            if coach_words.at_a_loss(plain(text)):
                await self._command(turn, talk, "help", "")
                return True
            if "coach" in turn.person.roles and only_in_talk(text):
                turn.say("coach_not_yours")
                return True
        if plain(text) in ASKS_FOR or self._handlers.sought(text):
            return False
        return await self._relay.left_over(turn, talk, text, danger=False)

    async def _asks(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words are a convener's, say how it went, stand for a command or tell of a past death:
        then they are answered."""
        if await self._handlers.how_it_went(turn, talk, text):
            return True
        if not self._standing.is_button(talk, text) and await self._handlers.convenes(turn, talk, text):
            return True
        if language := self._speaking.agreed(turn, talk, plain(text)):
            await self._command(turn, talk, "language", language)
        elif (command := self._asked_for(talk, plain(text), text)) is not None:
            await self._command(turn, talk, *command)
        elif self._alarms.mourned(talk, text):
            await self._conversations.interrupt(turn, talk, BEREAVEMENT)
        else:
            return False
        return True

    async def _answered(self, turn: Turn, talk: Talk, words: str) -> None:
        """What was asked about first, in case it meant danger, gets the answer it would have had."""
        if not await self._asks(turn, talk, words):
            await self._conversation(turn, talk, Typed(words))

    def _orders(self, talk: Talk, typed: str) -> bool:
        """Whether staff's words begin with a command; at a question for their own words it stands alone."""
        word, _, rest = typed.partition(" ")
        own = self._standing.wants_words(talk) and not self._standing.in_danger(talk)
        return word in self._handlers.staff_commands and not (own and rest)

    async def _hides(self, turn: Turn, talk: Talk, text: str) -> bool:
        """ "hide this", and the answer to "Hide it now?": in a live talk they are not the coach's to read."""
        session = talk.session
        asked = session is not None and not session.over and session.flow == "hide"
        button = self._standing.is_button(talk, text)
        live, typed = await self._relay.live(turn), plain(text)
        if live and asked and button:
            await self._conversation(turn, talk, Typed(text))
        elif (hides(typed) or meant(talk, typed) == "hide") and (live or not button):
            await self._command(turn, talk, "hide", "")
        else:
            return False
        return True

    def _asked_for(self, talk: Talk, typed: str, text: str) -> tuple[str, str] | None:
        """The command that typed words stand for, as the bot's own texts promise: 'write "forget me"'."""
        if self._standing.is_button(talk, typed):
            return None
        if language := self._speaking.named(typed):
            return "language", language
        if asked := command_of(ASKS_FOR, talk, typed):
            return asked, ""
        other = command_of(ALSO_ASKS_FOR, talk, typed)
        also = (other, "") if other else self._wished(talk, typed, text) or self._appointed(talk, text)
        if also is None and self._handlers.sought(text):
            also = ("find", text)
        if also is None and (asked := self._standing.seeks_groups(talk)):
            search = self._handlers.narrowing(text, place=asked == "list")
            also = ("find", search) if search else None
        if also is None:
            also = self._mentioned(talk, text)
        return None if also is None or self._standing.wants_words(talk) else also

    def _wished(self, talk: Talk, typed: str, text: str) -> tuple[str, str] | None:
        """A wish about check-ins. "Make it seven" is one only where nothing else is being spoken of."""
        found = wish(typed, text)
        moves = found is not None and found[1].startswith(":")
        return None if moves and not self._standing.at_rest(talk) else found

    def _appointed(self, talk: Talk, text: str) -> tuple[str, str] | None:
        """An appointment that is told of; in the flow that asks about it, words are its own answers."""
        told = mentions_appointment(text) and not self._standing.is_in(talk, "appointment")
        return ("appointment_said", text) if told else None

    def _mentioned(self, talk: Talk, text: str) -> tuple[str, str] | None:
        """What words ask for, or tell, that is known by name and has no button here."""
        if self._standing.is_in(talk, "lines") and standing_in(text) is not None:
            return "lines", text
        if not self._standing.wants_place(talk) and (place := self._handlers.staying(text)):
            return "clock", place
        return ("topic", text) if self._conversations.names_topic(talk, text) else None

    async def _commanded(self, turn: Turn, talk: Talk, incoming: Incoming, name: str, payload: str) -> None:
        known = name in self._handlers.commands or name in self._handlers.staff_commands
        words = payload if known else f"{name} {payload}"  # "/i want to die" is words, not a command
        if words and name != "start" and await self._heeding.answer(turn, talk, words):
            return
        spoken = replace(incoming, content=Said(f"/{words}".strip()))
        if known or not await self._relay.from_person(turn, talk, spoken):
            await self._command(turn, talk, name, payload)

    async def _command(self, turn: Turn, talk: Talk, name: str, payload: str) -> None:
        if name in self._handlers.commands:
            await self._handlers.commands[name](turn, talk, payload)
        elif turn.person.is_staff and name in self._handlers.staff_commands:
            await self._handlers.staff_commands[name](turn, talk, payload)
        else:
            await self._conversations.event(turn, talk, Start("repair"))

    async def _pressed(self, turn: Turn, talk: Talk, pressed: Pressed) -> None:
        talk.pressed = pressed.message_id
        found = await keyboards.meaning(turn.tx, turn.person.id, pressed.data, turn.now)
        if found is None:
            turn.say("stale_button")
            return
        action, seq = found
        kind, _, of = action.partition(":")
        if kind == "choose":
            await self._conversation(turn, talk, Chose(of, seq))
        elif kind == LEFT_OVER:
            words = own_words(talk, of)
            if words and not await self._heeding.answer(turn, talk, words):
                await self._conversation(turn, talk, Typed(words))
        elif kind in self._handlers.presses:
            await self._handlers.presses[kind](turn, talk, of)
        else:
            log.error("press_of_unknown_kind", kind=kind)
            turn.say("stale_button")

    async def _otherwise(
        self, turn: Turn, talk: Talk, incoming: Incoming, content: SentMedia | SharedPlace
    ) -> None:
        if not await self._relay.from_person(turn, talk, incoming):
            await self._conversation(turn, talk, content)

    async def _conversation(
        self, turn: Turn, talk: Talk, event: Typed | Chose | SentMedia | SharedPlace
    ) -> None:
        fresh = talk.session is None or (talk.session.over and not talk.session.returns)
        if isinstance(event, Chose | SentMedia) or not (
            isinstance(event, Typed) or fresh or self._standing.at_menu(talk)
        ):
            await self._conversations.event(turn, talk, event)
        elif fresh and await self._alarms.again(turn, talk):
            return
        elif fresh and await handoffs.open_of(turn.tx, turn.person.id) is not None:
            await self._conversations.event(turn, talk, Start("talk"))
        elif isinstance(event, SharedPlace):
            await self._near(turn, talk, event)
        elif (fresh or self._standing.at_menu(talk)) and (place := self._place_alone(event.text)):
            await self._command(turn, talk, place, event.text)
        elif fresh:
            await self._conversations.begin(turn, talk, event.text)
        elif await self._conversations.goes_back(turn, talk, event.text):
            return
        elif not await self._conversations.say_again(
            turn, talk, event.text, is_place=bool(self._handlers.where(event.text))
        ):
            await self._conversations.event(turn, talk, event)

    async def _near(self, turn: Turn, talk: Talk, place: SharedPlace) -> None:
        """A position that nobody asked for: what there is near it, soonest first."""
        await self._conversations.introduce(turn, talk)
        await self._conversations.start(
            turn, talk, "groups", {"place": {"lat": place.lat, "lon": place.lon}, "named": "yes"}
        )

    def _place_alone(self, text: str) -> str:
        """The command for a message that is nothing but a place: a town, or a country or a state; or ""."""
        if self._handlers.where(text):
            return "where"
        return "there" if named_alone(text) is not None else ""

    async def failed(self, row: Waiting, wrong: Exception) -> bool:
        """Count a failed turn; the third sets the update aside, tells a human, answers the person kindly.

        A store in trouble is not the update's fault, and is not counted.
        """
        if in_trouble(wrong):
            return False
        async with self._store.transaction() as tx:
            inbox.failed(tx, row.id)
            row.attempts += 1
            if row.attempts < inbox.POISON_AFTER and not isinstance(wrong, Unreadable):
                return False
            await self._quarantine.update(tx, row, type(wrong).__name__)
        return True
