"""One line of a talk, carried to the other side: words, pictures, voices, stickers, with what they answer."""

from collections.abc import Mapping
from typing import Any

from bot.app.danger.paging import Paging
from bot.app.oncall.handoff_effects import talk_link
from bot.app.oncall.handoffs import Handoffs
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.age import may_send_media
from bot.domain.alias import alias
from bot.domain.channel.delivery import MOST_CHARACTERS, units
from bot.domain.channel.incoming import Said, SentMedia
from bot.domain.channel.outgoing import Copy, Redraw, SendClass
from bot.domain.ids import HandoffId, MessageId, PersonId
from bot.domain.keeping.whereabouts import without_whereabouts
from bot.domain.oncall import handoff
from bot.domain.oncall.contacts import without_contacts
from bot.domain.person import Person
from bot.store.conversing import message_map, people
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import Stored


class Lines:
    """Carries lines both ways. Each is remembered with its copy, so that replies and edits find their way."""

    def __init__(self, place: Place, on_call: Handoffs, paging: Paging) -> None:
        self._place = place
        self._on_call = on_call
        self._paging = paging

    async def coach_says(self, turn: Turn, stored: Stored, text: str, *, edited: bool = False) -> None:
        """The turn's coach's words go to the person."""
        who = await people.by_id(turn.tx, stored.handoff.ask.person)
        words = self._without_contacts(turn, who, text)
        if who is None or stored.waits_for_person or words is None:
            self._not_sent(turn, stored, words)
            return
        copy = await self._copy_of(turn, who) if edited else None
        shown = turn.messages.text("talk_from_coach", coach=alias(turn.person.id), text=words)
        if copy is not None and units(shown) <= MOST_CHARACTERS:
            turn.post(Redraw(copy, (), shown), to=who.id, chat=who.chat, send_class=SendClass.HANDOFF)
            return
        told = await turn.tell(
            who.id,
            "talk_from_coach",
            links=self._remember(turn, stored),
            reply_to=await self._answered(turn, who),
            coach=alias(turn.person.id),
            text=words,
        )
        await self._coach_wrote(turn, stored.handoff.ask.id, who.id, told=told)

    async def coach_sends(self, turn: Turn, stored: Stored, media: SentMedia) -> None:
        """The turn's coach's picture, voice or sticker goes to the person."""
        who = stored.handoff.ask.person
        person = await people.by_id(turn.tx, who)
        if stored.waits_for_person:
            turn.say("page_wait_for_them", alias=alias(who))
        elif self._may_not_pass(turn, person, media, person):
            return
        else:
            told = person is not None and await self._copy(turn, stored, person)
            await self._coach_wrote(turn, stored.handoff.ask.id, who, told=told)

    async def person_says(self, turn: Turn, stored: Stored, coach: PersonId, said: Said) -> None:
        """The turn's person's words go to their coach. While danger is open a number waits for their tap."""
        other = await people.by_id(turn.tx, coach)
        if said.forwarded:
            turn.say("talk_forward_off")
            return
        text = said.text
        if turn.person.open_danger is not None:
            text = without_whereabouts(text, turn.messages.text("held_back"))
        words = self._without_contacts(turn, turn.person, text)
        if words is None:
            return
        told = other is not None and await turn.tell(
            coach,
            "talk_edited" if said.edited else "talk_from_person",
            links=(talk_link(stored.handoff.ask.id, coach), *self._remember(turn, stored)),
            protect=True,
            reply_to=await (self._copy_of(turn, other) if said.edited else self._answered(turn, other)),
            alias=alias(turn.person.id),
            text=words,
        )
        await self._person_wrote(turn, stored, coach, told=told)

    async def person_sends(self, turn: Turn, stored: Stored, coach: PersonId, media: SentMedia) -> None:
        """The turn's person's picture, voice or sticker goes to their coach."""
        if self._may_not_pass(turn, turn.person, media, turn.person):
            return
        other = await people.by_id(turn.tx, coach)
        if other is not None and len(await handoffs.held_by(turn.tx, coach)) > 1:
            link = talk_link(stored.handoff.ask.id, coach)
            await turn.tell(coach, "talk_sent_by", links=(link,), protect=True, alias=alias(turn.person.id))
        told = other is not None and await self._copy(
            turn, stored, other, talk_link(stored.handoff.ask.id, coach)
        )
        await self._person_wrote(turn, stored, coach, told=told)

    def _may_not_pass(
        self, turn: Turn, sender: Person | None, media: SentMedia, person: Person | None
    ) -> bool:
        """Whether this is held back; who sent it is told why. `person` is who is being helped."""
        if media.forwarded:
            turn.say("talk_forward_off")
        elif media.kind == "other" or turn.message_id is None:
            turn.say("talk_kind_off")
        elif person is not None and not may_send_media(person.age):
            turn.say("talk_media_off")
        elif media.caption and self._left_out(sender, turn, media.caption) != media.caption:
            turn.say("talk_caption_off")
        else:
            return False
        return True

    def _left_out(self, person: Person | None, turn: Turn, text: str) -> str:
        known: Mapping[str, Any] = {} if person is None else self._place.numbers(person, turn.now)
        return without_contacts(text, turn.messages.text("held_back"), [str(one) for one in known.values()])

    def _without_contacts(self, turn: Turn, person: Person | None, text: str) -> str | None:
        """The words without numbers and links, their sender told; None when nothing else is in them."""
        words = self._left_out(person, turn, text)
        if words == text:
            return words
        left = words.replace(turn.messages.text("held_back"), "").strip(" \n.,;:!?-")
        turn.say("talk_held_back" if left else "talk_all_held_back")
        return words if left else None

    def _not_sent(self, turn: Turn, stored: Stored, words: str | None) -> None:
        who = alias(stored.handoff.ask.person)
        if stored.waits_for_person:
            turn.say("page_wait_for_them", alias=who)
        elif words is not None:
            turn.say("coach_relay_failed", alias=who, why=turn.messages.text("why_blocked"))

    def _remember(self, turn: Turn, stored: Stored) -> tuple[str, ...]:
        """The link of this line and its copy; the line itself is noted at once."""
        if turn.message_id is None:
            return ()
        link = f"line:{stored.handoff.ask.id}:{turn.cause}"
        message_map.remember(turn.tx, link, turn.person.chat, turn.message_id, turn.now)
        return (link,)

    async def _answered(self, turn: Turn, other: Person | None) -> MessageId | None:
        """Which message of the other side's chat this line answers."""
        if turn.reply_to is None or other is None:
            return None
        return await message_map.counterpart(turn.tx, turn.person.chat, turn.reply_to, other.chat)

    async def _copy_of(self, turn: Turn, other: Person | None) -> MessageId | None:
        """The copy of the turn's own message in the other side's chat."""
        if turn.message_id is None or other is None:
            return None
        return await message_map.counterpart(turn.tx, turn.person.chat, turn.message_id, other.chat)

    async def _copy(self, turn: Turn, stored: Stored, to: Person, *links: str) -> bool:
        """By the channel's own copy: no file passes through the bot, and no name with it."""
        if not to.reachable or turn.message_id is None:
            return False
        body = Copy(turn.person.chat, turn.message_id, reply_to=await self._answered(turn, to))
        links = (*links, *self._remember(turn, stored))
        turn.post(body, to=to.id, chat=to.chat, send_class=SendClass.HANDOFF, links=links)
        return True

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

    async def _person_wrote(self, turn: Turn, stored: Stored, coach: PersonId, *, told: bool) -> None:
        which = stored.handoff.ask.id
        if not told:
            turn.say("talk_coach_unreachable", coach=alias(coach))
            await self._on_call.go(turn, which, lambda state: handoff.pass_on(state, coach), silently=True)
            return
        await self._on_call.go(turn, which, lambda state: handoff.person_wrote(state, turn.now))
