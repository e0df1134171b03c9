"""Danger in what somebody wrote: the card at once, the page to staff, and what stays open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.talk import Talk
from bot.app.turn import Turn
from bot.domain.conversation.yes_and_no import says_no, yes_or_no
from bot.domain.danger.attending import (
    Here,
    Opened,
    attend,
    is_answered,
    is_lesser,
    is_worse,
    may_ask,
    mourns,
    question_of,
    says_young,
    told,
)
from bot.domain.danger.hearing import THREAT, Hearing, card_for, needs_silence, of_card
from bot.domain.danger.joining import joined
from bot.domain.danger.listener import Listener
from bot.domain.danger.own_texts import OwnTexts
from bot.domain.events import AgeSaid, Code, DangerClosed, DangerHeard
from bot.domain.ids import DangerId
from bot.domain.keeping.whereabouts import without_whereabouts
from bot.domain.person import Age
from bot.store.conversing import people
from bot.store.danger import danger_log, dangers
from bot.store.engine.columns import from_ms, to_ms

log = structlog.get_logger()

SOFT = "soft"
"""The flow of the one direct question."""
SAID = "said"
"""The answer under which a flow holds the words that it only asks about."""
BEREAVEMENT = "bereavement"
"""The flow that answers a death that is past: a reply, not a card (safety design)."""


class Pager(Protocol):
    """Tells staff about a danger and sees to it that somebody answers."""

    async def page(self, turn: Turn, danger: DangerId, words: str) -> None:
        """Page for an open danger; paging again for a raised level pages at once."""

    async def back(self, turn: Turn, danger: DangerId) -> None:
        """The person writes again whose danger is open."""

    async def young(self, turn: Turn, danger: DangerId) -> None:
        """The person turns out to be a child: children's lines, and the safeguarding lead is told."""

    async def over(self, turn: Turn, danger: DangerId) -> None:
        """The person has said no: nobody is paged any more."""


class Alarms:
    """Listens, and answers danger before anything else."""

    def __init__(
        self,
        listener: Listener,
        conversations: Conversations,
        pager: Pager,
        own: OwnTexts | None = None,
        sought: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`sought` says whether words look for a group or a service."""
        self._sought = sought
        self._listener = listener
        self._own = own or OwnTexts()
        self._conversations = conversations
        self._standing = conversations.standing
        self._pager = pager

    def hear(self, talk: Talk, text: str, at: datetime) -> tuple[Hearing, ...]:
        """What a message holds where the person is (`attend`); own words are remembered for the next one.

        A text of the service's that was sent on holds nothing; what is written around it is heard.
        """
        text = self._own.without(text)
        if not text:
            return ()
        here = self._here(talk, text)
        if _at_soft(talk) and yes_or_no(text) == "no":
            talk.recent = []  # what they say no to is not joined to the reason they give
        if not here.button:
            talk.heard(text, at)
        return attend(self._listener, text, here, talk.recent_texts(), at)

    def mourned(self, talk: Talk, text: str) -> bool:
        """Whether words without danger in them tell of a death that is past, and may be answered as that.

        Not at a question for one's own words, nor in an answer to danger, nor where it is answered already.
        """
        there = {frame.flow for frame in talk.session.returns} if talk.session is not None else set()
        if talk.session is not None and not talk.session.over:
            there.add(talk.session.flow)
        if BEREAVEMENT in there or self._standing.in_danger(talk):
            return False
        if self._standing.wants_words(talk) or self._standing.is_button(talk, text):
            return False
        return mourns(self._listener, text)

    def refused(self, talk: Talk, text: str) -> bool:
        """Whether words in which no danger is are a longer no to the one direct question."""
        return _at_soft(talk) and says_no(text) and not self._listener.listen(text)

    async def answer(self, turn: Turn, talk: Talk, heard: Hearing, words: str) -> bool:
        """Show the card or ask softly; False when the conversation under way already deals with just this."""
        words = self._that_say_it(talk, heard, words, turn.sent_at or turn.now)
        if heard.tier == "soft":
            return await self._ask(turn, talk, heard, words)
        card = card_for(heard)
        young = _grows_young(turn, heard, words)
        known = await self._open(turn)
        if known is None:
            danger = await self._add(turn, heard)
        else:
            danger, opened = known
            worse = is_worse(heard, opened)
            here = self._here(talk)
            if is_answered(heard, here, opened):
                return False
            if is_lesser(heard, here, opened):
                await self.note(turn, heard, words)
                if young:
                    await self._pager.young(turn, danger)
                return False
            if opened.kind != heard.kind or worse:
                dangers.raise_to(
                    turn.tx,
                    danger,
                    kind=heard.kind,
                    level=heard.level if worse else opened.level,
                    about=heard.who,
                    rule=heard.rule,
                )
        turn.record(DangerHeard(danger, Code(heard.kind), Code(heard.level), Code(heard.who)))
        log.info("danger_heard", danger=danger, kind=heard.kind, level=heard.level, rule=heard.rule)
        await self._note_heard(turn, heard, danger, card, words)
        facts = told(heard, words)
        if "why" in facts:
            facts[SAID] = words
        await self._conversations.interrupt(turn, talk, card, facts)
        if heard.level != "concern":
            await self._pager.page(turn, danger, words)
        return True

    async def confirm(self, turn: Turn, *, kind: str, level: str, who: str, card: str = "") -> None:
        """The person said yes: the danger is now of this kind and level, and staff are paged."""
        rule = f"{THREAT}.said_yes" if card == "threat" else "said_yes"
        known = await self._open(turn)
        if known is None:
            danger = await dangers.add(
                turn.tx, turn.person.id, kind=kind or "suicide", level=level, tier="alarm",
                about=who or "self", rule=rule, now=turn.now,
            )  # fmt: skip
            turn.person = replace(turn.person, open_danger=danger)
            turn.record(DangerHeard(danger, Code(kind or "suicide"), Code(level), Code(who or "self")))
        else:
            danger, opened = known
            dangers.raise_to(
                turn.tx, danger, kind=kind or opened.kind, level=level, about=who or "self", rule=rule
            )
        await self._pager.page(turn, danger, "")

    async def again(self, turn: Turn, talk: Talk) -> bool:
        """Ask about the danger that is still open, when nothing else is under way.

        False when there is none, or when somebody near may read it: then nothing tells of it by itself.
        """
        row = None if turn.person.open_danger is None else await dangers.get(turn.tx, turn.person.open_danger)
        if row is None or row["quiet"]:
            return False
        heard = Hearing(row["kind"], row["level"], "alarm", row["who"], row["rule"])
        await self._conversations.interrupt(turn, talk, card_for(heard), told(heard))
        return True

    async def back(self, turn: Turn) -> None:
        """The person writes again: whoever answered for the danger that is still open hears of it."""
        if turn.person.open_danger is not None:
            await self._pager.back(turn, turn.person.open_danger)

    async def page(self, turn: Turn) -> None:
        """Page for the danger that is open."""
        if turn.person.open_danger is not None:
            await self._pager.page(turn, turn.person.open_danger, "")

    async def note(self, turn: Turn, heard: Hearing, words: str) -> None:
        """Open or raise a danger without showing anything: a coach is with the person. Pages an emergency."""
        _grows_young(turn, heard, words)
        known = await self._open(turn)
        if known is None:
            danger = await self._add(turn, heard)
        else:
            danger, opened = known
            if is_worse(heard, opened):
                dangers.raise_to(
                    turn.tx, danger, kind=heard.kind, level=heard.level, about=heard.who, rule=heard.rule
                )
            elif needs_silence(heard.kind, heard.rule):
                dangers.silence(turn.tx, danger)
        turn.record(DangerHeard(danger, Code(heard.kind), Code(heard.level), Code(heard.who)))
        await self._note_heard(turn, heard, danger, "talk", words)
        if heard.level == "emergency":
            await self._pager.page(turn, danger, words)

    async def close(self, turn: Turn, talk: Talk, how: str) -> None:
        """A clear no closes the danger it was asked about: it ends with the last one that is open.

        One that was put aside for it stays open, and is what the person's danger is from now on. What was
        asked about may be answered now, where it came in the middle of nothing.
        """
        if talk.session is not None and not talk.session.returns:
            talk.unanswered = str(talk.session.answers.get(SAID, ""))
        which = turn.person.open_danger
        row = None if which is None else await dangers.get(turn.tx, which)
        if which is None or row is None or self._asks_of_another(talk, row["kind"]):
            return
        aside = await self._put_aside(turn, talk, which)
        if aside is not None:
            dangers.raise_to(
                turn.tx, which, kind=aside.kind, level=row["level"], about=aside.who, rule=aside.rule
            )
            if talk.session is not None:
                known = {**talk.session.answers, **told(aside), "level": row["level"]}
                talk.session = replace(talk.session, answers=known)
            return
        if await dangers.close(turn.tx, which, how, turn.now):
            turn.record(DangerClosed(which, "person", Code(how)))
            await self._pager.over(turn, which)
        turn.person = replace(turn.person, open_danger=None)

    def _asks_of_another(self, talk: Talk, kind: str) -> bool:
        """Whether the question just answered was a soft check about something else than the open danger."""
        session = talk.session
        return session is not None and session.flow == SOFT and session.answers.get("kind") != kind

    async def _put_aside(self, turn: Turn, talk: Talk, which: DangerId) -> Hearing | None:
        """The danger whose card waits beneath the one just answered, as it was heard."""
        session = talk.session
        cards = [] if session is None else [one.flow for one in session.returns if one.flow != session.flow]
        beneath = [found for card in reversed(cards) if (found := of_card(card)) is not None]
        if not beneath:
            return None
        for one in reversed(await danger_log.of_person(turn.tx, turn.person.id)):
            if one.danger == which and one.shown == card_for(beneath[0]):
                return replace(beneath[0], who="self" if one.who == "self" else "other", rule=one.rule)
        return beneath[0]

    async def _note_heard(
        self, turn: Turn, heard: Hearing, danger: DangerId | None, shown: str, words: str
    ) -> None:
        """A line of the log for review; with the words only if they agreed, or life is at risk."""
        may_keep = turn.person.remembers or heard.level == "emergency"
        said = without_whereabouts(words, turn.messages.text("held_back")) if may_keep else ""
        await danger_log.add(
            turn.tx, turn.person.id, heard, danger=danger, shown=shown, said=said, now=turn.now
        )

    async def _ask(self, turn: Turn, talk: Talk, heard: Hearing, words: str) -> bool:
        asked = None if _left_open(talk) else talk.softly.get(heard.rule)
        if not may_ask(self._here(talk), None if asked is None else from_ms(asked), turn.now):
            return False
        talk.softly = {**talk.softly, heard.rule: to_ms(turn.now)}
        await self._note_heard(turn, heard, turn.person.open_danger, "soft", words)
        await self._conversations.interrupt(turn, talk, SOFT, {**told(heard, words), SAID: words})
        return True

    def _that_say_it(self, talk: Talk, heard: Hearing, words: str, at: datetime) -> str:
        """These words, or with those just before, where only together they say what was heard."""
        if any(one.kind == heard.kind for one in self._listener.listen(words)):
            return words
        return joined(talk.recent_texts(), at) or words

    def _here(self, talk: Talk, text: str = "") -> Here:
        session = talk.session
        flow = "" if session is None or session.over else session.flow
        at_danger = session is not None and self._standing.is_danger(session.flow)
        button = self._standing.is_button(talk, text) or self._standing.is_control(talk, text)
        asked = bool(text) and self._listener.is_about_danger(question_of(talk.asked))
        return Here(flow, at_danger, button, talk.asked, search=asked and self._sought(text))

    async def _open(self, turn: Turn) -> tuple[DangerId, Opened] | None:
        if turn.person.open_danger is None:
            return None
        row = await dangers.get(turn.tx, turn.person.open_danger)
        return None if row is None else (turn.person.open_danger, Opened(row["kind"], row["level"]))

    async def _add(self, turn: Turn, heard: Hearing) -> DangerId:
        danger = await dangers.add(
            turn.tx,
            turn.person.id,
            kind=heard.kind,
            level=heard.level,
            tier=heard.tier,
            about=heard.who,
            rule=heard.rule,
            now=turn.now,
        )
        turn.person = replace(turn.person, open_danger=danger)
        return danger


def _at_soft(talk: Talk) -> bool:
    """Whether somebody is at the one direct question."""
    return talk.session is not None and not talk.session.over and talk.session.flow == SOFT


def _left_open(talk: Talk) -> bool:
    """Whether a soft question was put aside for something else, and never answered."""
    return talk.session is not None and any(frame.flow == SOFT for frame in talk.session.returns)


def _grows_young(turn: Turn, heard: Hearing, words: str) -> bool:
    """Keep that the person is under 18 where their words say so; whether that is new.

    Who said to be 18 or over is not taken for a child for one sentence: staff hear of it all the same.
    """
    if turn.person.age in (Age.ADULT, Age.MINOR) or turn.person.is_staff or not says_young(heard, words):
        return False
    people.set_age(turn.tx, turn.person.id, Age.MINOR)
    turn.record(AgeSaid(Code(Age.MINOR.value)))
    turn.person = replace(turn.person, age=Age.MINOR)
    return True
