"""Danger in what somebody sends, heard before anything else is done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.handlers import Relay
from bot.app.conversing.speaking import Speaking, offer_of
from bot.app.conversing.talk import Talk
from bot.app.danger.alarms import Alarms
from bot.app.operators import tell_coordinators
from bot.app.turn import Turn
from bot.domain.channel.incoming import Incoming, Said
from bot.domain.channel.outgoing import SendClass
from bot.domain.danger.attending import SOFTLY_AGAIN
from bot.domain.danger.hearing import Hearing, urgency
from bot.domain.danger.tongues import Tongues
from bot.domain.directory.standing_in import standing_in
from bot.domain.person import Person
from bot.domain.zones import zone_named
from bot.store.conversing import people
from bot.store.engine.columns import to_ms

log = structlog.get_logger()


class Heeding:
    """Listens to words in every language that is known, and sees that danger is answered."""

    def __init__(
        self,
        alarms: Alarms,
        relay: Relay,
        tongues: Tongues,
        speaking: Speaking,
        numbers: Callable[[Person | None, datetime], Mapping[str, str]],
        moved: Callable[[Turn, ZoneInfo], Awaitable[object]],
    ) -> None:
        """`numbers` are those of a safety line for a person, now; `moved` hears of another clock."""
        self._alarms = alarms
        self._relay = relay
        self._tongues = tongues
        self._speaking = speaking
        self._numbers = numbers
        self._clock_moved = moved

    def says_danger(self, incoming: Incoming) -> bool:
        """Whether first words say danger: then nothing comes before the card."""
        text = incoming.content.text if isinstance(incoming.content, Said) else ""
        written = self._tongues.read(text)
        return bool(written is not None and written.danger) or bool(
            self._alarms.hear(Talk(), text, incoming.at)
        )

    def urgency(self, incoming: Incoming) -> int:
        """The greater, the more urgent is the danger in these words; 0 where there is none."""
        text = incoming.content.text if isinstance(incoming.content, Said) else ""
        heard = self._alarms.hear(Talk(), text, incoming.at)
        return max((999 - urgency(h)[0] * 100 - urgency(h)[1] for h in heard), default=0)

    async def answer(self, turn: Turn, talk: Talk, words: str) -> bool:
        """Listen; True when a card or a question has answered the message.

        Where they say to be counts before: the card has its numbers, and one that stands has them anew.
        """
        moved = await self._moved(turn, words)
        answered = await self._answer(turn, talk, words)
        if moved and not answered and turn.person.open_danger is not None:
            turn.say("safety_line", send_class=SendClass.DANGER, **self._numbers(turn.person, turn.now))
        return answered

    async def _moved(self, turn: Turn, words: str) -> bool:
        """Keep the country and the clock that the words name as theirs; whether its numbers are others."""
        who, there = turn.person, standing_in(words)
        if there is None or who.is_staff:
            return False
        same = there.country == who.country and there.nation in ("", who.nation)
        nation, zone = who.nation if same else there.nation, there.zone or who.zone
        if same and zone == who.zone:
            return False
        people.set_place(turn.tx, who.id, country=there.country, nation=nation, zone=zone)
        turn.person = replace(who, country=there.country, nation=nation, zone=zone)
        if zone != who.zone and (clock := zone_named(zone)) is not None:
            await self._clock_moved(turn, clock)
        return not same

    async def _answer(self, turn: Turn, talk: Talk, words: str) -> bool:
        try:
            heard = self._alarms.hear(talk, words, turn.sent_at or turn.now)
        except Exception:  # listening must never cost an answer: the neutral safety line, and a page
            log.exception("listening_failed", cause=turn.cause)
            turn.say("safety_line", send_class=SendClass.DANGER, **self._numbers(turn.person, turn.now))
            key = f"listening:{turn.cause}"
            await tell_coordinators(
                turn.tx, turn.messages, turn.now, key, "operator_listening_failed", inbox=turn.cause
            )
            return True
        heard = heard or await self._in_another_tongue(turn, talk, words)
        if not heard:
            return False
        if await self._relay.live(turn):
            return await self._in_talk(turn, heard[0], words)
        if turn.person.is_staff and await self._relay.left_over(turn, talk, words, danger=True):
            return True
        for hearing in heard:
            if await self._alarms.answer(turn, talk, hearing, words):
                return True
        return False

    async def _in_another_tongue(self, turn: Turn, talk: Talk, words: str) -> tuple[Hearing, ...]:
        """Another language: the numbers, with danger each time, else once a day; and what danger is in it.

        A language that is spoken here is answered in it: danger with its card, the rest with an offer.
        """
        written = self._tongues.read(words)
        if written is None or (written.danger is None and written.tongue == talk.speech.language):
            return ()
        if written.danger is not None and self._speaking.follow(turn, talk, written):
            return (written.danger,)
        known, now_ms = offer_of(written.tongue), to_ms(turn.now)
        if written.danger is None and (
            now_ms - talk.softly.get(known, 0) < SOFTLY_AGAIN / timedelta(milliseconds=1)
            or await self._relay.live(turn)
        ):
            return ()
        talk.softly = {**talk.softly, known: now_ms}
        if self._speaking.speaks(written.tongue):
            self._speaking.offer(turn, written.tongue, self._numbers(turn.person, turn.now))
            return ()
        opening = written.opening or turn.messages.text("other_language_opening")
        lines = self._numbers(turn.person, turn.now)
        turn.say("other_language", send_class=SendClass.DANGER, opening=opening, **lines)
        return () if written.danger is None else (written.danger,)

    async def _in_talk(self, turn: Turn, heard: Hearing, words: str) -> bool:
        """In a live talk the coach leads: they hear of it; an emergency also shows the numbers, once."""
        await self._alarms.note(turn, heard, words)
        await self._relay.warn(turn, heard)
        return False
