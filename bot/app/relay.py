"""A talk through the bot: each reads the other's words, and neither sees who the other is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

import structlog

from bot.app.conversations import Conversations, Talk
from bot.app.handoffs import Handoffs, talk_link
from bot.app.misses import missed_by_coach
from bot.app.paging import Paging
from bot.app.rules import Place
from bot.app.staff_names import called
from bot.app.turn import Turn
from bot.app.turns import STOPS, Handler
from bot.domain import handoff
from bot.domain.age import may_send_media
from bot.domain.alias import alias
from bot.domain.conversation.matching import plain
from bot.domain.conversation.moves import Start
from bot.domain.danger.hearing import Hearing, card_for
from bot.domain.ids import HandoffId, PersonId
from bot.domain.incoming import (
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
from bot.domain.outgoing import Copy, SendClass
from bot.domain.person import Person
from bot.domain.whereabouts import without_whereabouts
from bot.store import dangers, handoffs, people
from bot.store.handoffs import Stored

log = structlog.get_logger()

END = frozenset({"end", "end talk", "end the talk", "end it", "finish"})
PASS = frozenset({"pass", "pass on", "pass it on"})
TAKE = frozenset({"accept", "take", "ill take it", "i take it", "take it"})
NOT_ME = frozenset({"not me", "decline", "i cant", "i cant now"})
OVER = frozenset({"safe", "they are safe", "theyre safe"})
MISSED = frozenset({"missed", "that was danger", "that was danger missed"})
CARD = frozenset({"card", "safeguarding"})
DEBRIEF = frozenset({"debrief", "i need someone"})

_RECENTLY = timedelta(hours=1)
"""A coach who types "take it" so long after an alert means that one, and learns what became of it."""


class Relay:
    """Carries lines between a person and the coach who has them."""

    def __init__(self, place: Place, conversations: Conversations, on_call: Handoffs, paging: Paging) -> None:
        self._place = place
        self._conversations = conversations
        self._on_call = on_call
        self._paging = paging

    def presses(self) -> Mapping[str, Handler]:
        """The answers to "shall I end the talk?", and a coach's "that was danger, missed"."""
        return {"talk_end": self._pressed_end, "missed": self._pressed_missed}

    async def live(self, turn: Turn) -> bool:
        """Whether a coach has the turn's person at this moment."""
        return await self._with_coach(turn) is not None

    async def from_staff(self, turn: Turn, incoming: Incoming) -> bool:
        """A coach's line to the person they are with, or a word about the talk. False: it was neither.

        Staff's words are not listened to for danger (safety design, "During a live talk").
        """
        held = await handoffs.held_by(turn.tx, turn.person.id)
        content = incoming.content
        if isinstance(content, Said) and plain(content.text) in CARD:
            await self._show_card(turn)
            return True
        if not held:
            return isinstance(content, Said) and await self._about_alerts(turn, plain(content.text))
        stored = held[0]
        match content:
            case Said():
                if content.edited or not await self._about_talk(turn, stored, plain(content.text)):
                    await self._coach_says(turn, stored, content)
            case SentMedia():
                await self._coach_sends(turn, stored, content)
            case SharedPlace():
                turn.say("talk_kind_off")
            case Commanded() | Pressed() | Blocked() | Moved() | NotPrivate() | Unknown():
                return False
            case _:
                assert_never(content)
        return True

    async def from_person(self, turn: Turn, talk: Talk, incoming: Incoming) -> bool:
        """The person's line to their coach. False when no coach has them.

        Whatever they write, they are there again: what waited for them to write first may leave.
        """
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is not None and opened.waits_for_person:
            handoffs.wait_for_person(turn.tx, opened.handoff.ask.id, waits=False)
        coach = None if opened is None else handoff.holder_of(opened.handoff)
        if opened is None or coach is None:
            return False
        stored, content = opened, incoming.content
        match content:
            case Said(text) if not content.edited and plain(text) in END:
                await self._on_call.end_by_person(turn, talk)
            case Said(text) if not content.edited and plain(text) in STOPS:
                await self.ask_before_stop(turn)
            case Said():
                await self._person_says(turn, stored, coach, content)
            case SentMedia():
                await self._person_sends(turn, stored, coach, content)
            case SharedPlace():
                turn.say("talk_kind_off")
            case Commanded() | Pressed() | Blocked() | Moved() | NotPrivate() | Unknown():
                return False
            case _:
                assert_never(content)
        return True

    async def ask_before_stop(self, turn: Turn) -> bool:
        """ "Stop" in a talk asks first. False when the turn's person is in none."""
        found = await self._with_coach(turn)
        if found is None:
            return False
        buttons = turn.messages.buttons("talk_stop_ask")
        turn.say("talk_stop_ask", [[(b.label, f"talk_end:{b.id}") for b in buttons]], coach=alias(found[1]))
        return True

    async def warn(self, turn: Turn, heard: Hearing) -> None:
        """Danger in the person's words during a talk: the coach hears what it is and what to ask next.

        An emergency shows the person the numbers, once.
        """
        found = await self._with_coach(turn)
        if found is None:
            return
        stored, coach = found
        words = turn.messages.text
        await turn.tell(
            coach,
            "page_new_words",
            alias=alias(turn.person.id),
            kind=words(f"kind_{heard.kind}"),
            level=words(f"level_{heard.level}"),
            question=words(f"question_{card_for(heard)}"),
        )
        if heard.level == "emergency":
            key = f"danger_in_talk:{stored.handoff.ask.id}:{turn.person.open_danger}"
            lines = self._place.numbers(turn.person, turn.now)
            await turn.tell(
                turn.person.id,
                "danger_in_talk",
                send_class=SendClass.DANGER,
                key=key,
                coach=alias(coach),
                **lines,
            )

    async def _about_alerts(self, turn: Turn, typed: str) -> bool:
        """Whatever a button does also works typed: without a talk, the oldest alert is meant."""
        if typed in DEBRIEF:
            await self._debrief(turn)
            return True
        if typed not in TAKE and typed not in NOT_ME:
            return False
        waiting = await handoffs.alerted_to(turn.tx, turn.person.id)
        if waiting:
            which = waiting[0].handoff.ask.id
            await (self._on_call.accept if typed in TAKE else self._on_call.decline)(turn, which)
            return True
        last = await handoffs.last_alerted_to(turn.tx, turn.person.id, turn.now - _RECENTLY)
        if last is None:
            return False
        if typed in TAKE:
            await self._on_call.accept(turn, last)
        return True

    async def _about_talk(self, turn: Turn, stored: Stored, typed: str) -> bool:
        which = stored.handoff.ask.id
        if typed in END:
            await self._on_call.end_by_coach(turn, which)
        elif typed in PASS:
            await self._on_call.pass_on(turn, which)
        elif typed in MISSED:
            await missed_by_coach(turn)
        elif typed in OVER:
            return await self._danger_over(turn, stored)
        else:
            return False
        return True

    async def _coach_says(self, turn: Turn, stored: Stored, said: Said) -> None:
        who = stored.handoff.ask.person
        if stored.waits_for_person:
            turn.say("page_wait_for_them", alias=alias(who))
            return
        told = await turn.tell(who, "talk_from_coach", coach=alias(turn.person.id), text=said.text)
        await self._coach_wrote(turn, stored.handoff.ask.id, who, told=told)

    async def _coach_sends(self, turn: Turn, stored: Stored, media: SentMedia) -> None:
        who = stored.handoff.ask.person
        person = await people.by_id(turn.tx, who)
        if stored.waits_for_person:
            turn.say("page_wait_for_them", alias=alias(who))
        elif media.kind == "other" or turn.message_id is None:
            turn.say("talk_kind_off")
        elif person is not None and not may_send_media(person.age):
            turn.say("talk_media_off")
        else:
            told = person is not None and self._copy(turn, person, ())
            await self._coach_wrote(turn, stored.handoff.ask.id, who, told=told)

    async def _coach_wrote(self, turn: Turn, which: HandoffId, who: PersonId, *, told: bool) -> None:
        if not told:
            why = turn.messages.text("why_blocked")
            turn.say("coach_relay_failed", alias=alias(who), why=why)
            return
        coach = turn.person.id
        await self._on_call.go(turn, which, lambda state: handoff.coach_wrote(state, coach, turn.now))
        person = await people.by_id(turn.tx, who)
        if person is not None and person.open_danger is not None:
            await self._paging.answered(turn, person.open_danger)

    async def _person_says(self, turn: Turn, stored: Stored, coach: PersonId, said: Said) -> None:
        which = stored.handoff.ask.id
        told = await turn.tell(
            coach,
            "talk_edited" if said.edited else "talk_from_person",
            links=(talk_link(which, coach),),
            protect=True,
            alias=alias(turn.person.id),
            text=self._passing(turn, said.text),
        )
        await self._person_wrote(turn, stored, coach, told=told)

    def _passing(self, turn: Turn, words: str) -> str:
        """In danger a number or an address waits for the person's tap; the other words go at once."""
        if turn.person.open_danger is None:
            return words
        return without_whereabouts(words, turn.messages.text("held_back"))

    async def _person_sends(self, turn: Turn, stored: Stored, coach: PersonId, media: SentMedia) -> None:
        if media.kind == "other" or turn.message_id is None:
            turn.say("talk_kind_off")
            return
        if not may_send_media(turn.person.age):
            turn.say("talk_media_off")
            return
        other = await people.by_id(turn.tx, coach)
        told = other is not None and self._copy(turn, other, (talk_link(stored.handoff.ask.id, coach),))
        await self._person_wrote(turn, stored, coach, told=told)

    async def _person_wrote(self, turn: Turn, stored: Stored, coach: PersonId, *, told: bool) -> None:
        which = stored.handoff.ask.id
        if not told:
            turn.say("talk_coach_unreachable", coach=alias(coach))
            await self._on_call.go(turn, which, lambda state: handoff.pass_on(state, coach), silently=True)
            return
        await self._on_call.go(turn, which, lambda state: handoff.person_wrote(state, turn.now))

    def _copy(self, turn: Turn, to: Person, links: tuple[str, ...]) -> bool:
        """Photo or voice by the channel's own copy: no file passes through the bot, and no name with it."""
        if not to.reachable or turn.message_id is None:
            return False
        body = Copy(turn.person.chat, turn.message_id)
        turn.post(body, to=to.id, chat=to.chat, send_class=SendClass.HANDOFF, links=links)
        return True

    async def _danger_over(self, turn: Turn, stored: Stored) -> bool:
        """The coach says that the person is safe: the danger is closed, and the person is told."""
        person = await people.by_id(turn.tx, stored.handoff.ask.person)
        if person is None or person.open_danger is None:
            return False
        if await dangers.close(turn.tx, person.open_danger, "by_staff", turn.now, turn.person.id):
            await self._paging.closed_by_staff(turn, person, person.open_danger)
        return True

    async def _show_card(self, turn: Turn) -> None:
        talk = await self._conversations.load(turn)
        await self._conversations.event(turn, talk, Start("safeguarding"))
        self._conversations.save(turn, talk)

    async def _debrief(self, turn: Turn) -> None:
        name = await called(turn.tx, turn.person.id)
        await turn.tell_coordinators("coordinator_debrief", key=f"{turn.cause}:debrief", name=name)
        turn.say("coach_debrief")

    async def _pressed_end(self, turn: Turn, talk: Talk, which: str) -> None:
        if which != "yes":
            found = await self._with_coach(turn)
            if found is not None:
                turn.say("person_with_you", coach=alias(found[1]))
        elif await self._on_call.end_by_person(turn, talk):
            people.set_pushes(turn.tx, turn.person.id, False)

    async def _pressed_missed(self, turn: Turn, _: Talk, which: str) -> None:
        await missed_by_coach(turn)

    async def _with_coach(self, turn: Turn) -> tuple[Stored, PersonId] | None:
        if not turn.person.in_handoff:
            return None
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        coach = None if opened is None else handoff.holder_of(opened.handoff)
        return None if opened is None or coach is None else (opened, coach)
