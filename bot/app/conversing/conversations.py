"""The host of the engine: loads where a person is, advances, carries the effects out, saves."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.app.conversing.carrying import Carrying
from bot.app.conversing.standing import ASK_ONLY, Standing
from bot.app.conversing.talk import CallHandler, DoHandler, FactSource, Talk
from bot.app.turn import Turn
from bot.domain.conversation import engine, registry
from bot.domain.conversation.first_words import NO_FIRST_WORDS, FirstWords
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import asks, matched, number, phrased, plain, ticked
from bot.domain.conversation.model import Choose, Pick, Reask, Scale
from bot.domain.conversation.moves import (
    Event,
    Expired,
    Keep,
    Move,
    Start,
    Typed,
)
from bot.domain.conversation.session import Session, session_from_json, session_to_json
from bot.domain.conversation.words import Answers
from bot.domain.events import Code, FlowStarted
from bot.store.conversing import sessions
from bot.store.engine.columns import from_ms, to_ms
from bot.store.keeping.vault import SERVICE

LASTS = timedelta(hours=24)


class Conversations:
    """Runs flows for people. `flows` is asked at each turn, so that a mended wording is live at once.

    `first_words`: what people write first for what the flows know by other words.
    """

    def __init__(
        self,
        flows: Callable[[], Flows],
        facts: Sequence[FactSource],
        calls: Mapping[str, CallHandler],
        dos: Mapping[str, DoHandler],
        first_words: FirstWords = NO_FIRST_WORDS,
    ) -> None:
        self.standing = Standing(flows)
        self._flows = flows
        self._carrying = Carrying(flows, self.standing, facts, calls, dos)
        self._first_words = first_words

    async def load(self, turn: Turn) -> Talk:
        """Where the person is; a session that lay too long is closed without a word."""
        saved = turn.saved if turn.met else await sessions.get(turn.tx, turn.person.id)
        if saved is None:
            return Talk(speech=turn.messages.speech)
        found = json.loads(saved.state)
        talk = Talk(
            session_from_json(found["session"]) if found["session"] else None,
            found["asked"],
            [(ms, text) for ms, text in found["recent"]],
            found["unkept"],
            found["softly"],
            found.get("place", ""),
            found.get("unsent", ""),
            keys=found.get("keys", False),
            speech=turn.messages.speech,
        )
        if talk.session is not None and self._expired(talk.session, from_ms(saved.updated_ms), turn.now):
            talk.session = engine.advance(self._flows(), talk.session, Expired(), {}).session
            talk.unkept = {}
        return talk

    def _expired(self, session: Session, since: datetime, now: datetime) -> bool:
        flow = self._flows().by_name.get(session.flow)
        lasts = flow.expires if flow is not None and flow.expires is not None else LASTS
        return now - since > lasts

    def save(self, turn: Turn, talk: Talk) -> None:
        """Keep where the person is now; of somebody just erased, nothing."""
        if turn.person.id == SERVICE:
            return
        session = talk.session
        state = {
            "session": session_to_json(session) if session else "",
            "asked": talk.asked,
            "recent": talk.recent,
            "unkept": talk.unkept,
            "softly": talk.softly,
            "place": talk.place,
            "unsent": talk.unsent,
            "keys": talk.keys,
        }
        sessions.put(
            turn.tx,
            turn.person.id,
            flow=session.flow if session else "",
            version=session.version if session else 0,
            step=session.step if session else "",
            seq=session.seq if session else 0,
            state=json.dumps(state, ensure_ascii=False),
            now=turn.now,
        )

    async def event(self, turn: Turn, talk: Talk, event: Event) -> None:
        """Something happened in the conversation."""
        if isinstance(event, Start):
            turn.record(FlowStarted(Code(event.flow)))
        facts = await self._carrying.gather(turn, talk)
        move = engine.advance(self._flows(), talk.session, event, facts)
        await self._carrying.carry(turn, talk, move, facts, enters=not isinstance(event, Start))

    async def start(self, turn: Turn, talk: Talk, flow: str, known: Answers | None = None) -> None:
        """Begin `flow` afresh; while danger is answered it comes between, and the answer goes on after it."""
        if self.standing.in_danger(talk):
            await self.interrupt(turn, talk, flow, known)
        else:
            await self.event(turn, talk, Start(flow, known or {}))

    async def begin(self, turn: Turn, talk: Talk, text: str) -> None:
        """Somebody begins, with these words: screen zero, unless they are understood and no mere greeting.

        Then they are on their way: a line says who is writing, and nothing is asked again.
        """
        turn.record(FlowStarted(Code(_OPENING)))
        facts = await self._carrying.gather(turn, talk)
        opening = engine.advance(self._flows(), talk.session, Start(_OPENING, _known_by_now(talk)), facts)
        led, words = self._led_to(opening.session, text, facts)
        to = led.session
        understood = to.flow not in (registry.REPAIR, _OPENING) and not _is_greeted(to)
        if facts["country"] and understood:
            talk.session = opening.session
            if not self.standing.is_danger(to.flow):  # nothing comes before the numbers, nor after them
                _introduce(turn, facts)
            await self.event(turn, talk, Typed(words))
        else:
            await self._carrying.carry(turn, talk, opening, facts, enters=False)

    async def introduce(self, turn: Turn, talk: Talk) -> None:
        """A line that says who is writing, to whom that may be new."""
        _introduce(turn, await self._carrying.gather(turn, talk))

    async def say_again(self, turn: Turn, talk: Talk, text: str, *, is_place: bool) -> bool:
        """Whether words that the person's step has no answer to are understood as first words would be.

        Then they are on their way. A step that does more than ask what is closest is left only where
        it would ask again or say goodbye, and for no small word ("ok", "idk"); one that asks for a place,
        for a feeling, unless the words name a place (`is_place`). One of a row of questions and an answer
        to danger are never left.
        """
        session = talk.session
        if session is None or session.over or session.returns or self.standing.is_danger(session.flow):
            return False
        facts = await self._carrying.gather(turn, talk)
        asks_only = session.flow in ASK_ONLY
        if not facts["country"] or self.standing.means_choice(talk, session, text):
            return False
        felt_only = (
            self.standing.asked(session) == "place"
            and not is_place
            and not self.standing.is_questioned(session)
        )
        if not asks_only and not felt_only and not self._has_no_answer(session, text, facts):
            return False
        opening = engine.advance(self._flows(), session, Start(_OPENING), facts).session
        led, words = self._led_to(opening, text, facts)
        greets = session.flow == registry.HEARD and _is_greeted(led.session)
        if led.session.flow == registry.REPAIR or greets or (not asks_only and _SMALL in led.entered):
            return False
        if felt_only and led.session.flow != registry.HEARD:
            return False
        talk.session = opening
        await self.event(turn, talk, Typed(words))
        return True

    async def goes_back(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words answer the question that was put aside, and not what came between.

        Who asked "who reads this" in the middle of the questions goes on with "alcohol".
        """
        session = talk.session
        if session is None or session.over or not session.returns or self.standing.is_danger(session.flow):
            return False
        aside = session.returns[-1]
        waiting = replace(session, flow=aside.flow, version=aside.version, step=aside.step)
        if not self.standing.is_questioned(waiting) or self.standing.means_choice(talk, session, text):
            return False
        if not self._takes(talk, waiting, text):
            return False
        talk.session = replace(
            waiting,
            seq=session.seq + 1,
            picked=aside.picked,
            reasked=aside.reasked,
            returns=session.returns[:-1],
        )
        await self.event(turn, talk, Typed(text))
        return True

    def _takes(self, talk: Talk, session: Session, text: str) -> bool:
        """Whether a question has these words for an answer of its own."""
        step = self._flows().step(session.flow, session.step)
        if step is None:
            return False
        match step.way:
            case Scale(low=low, high=high):
                return number(text, low, high) is not None
            case Pick() | Choose():
                board = self._flows().board(session.flow, step, talk.speech)
                known = matched(text, board.index) or matched(text, board.controls_index)
                return known is not None or bool(ticked(text, board.index)[0])
            case _:
                return False

    def _has_no_answer(self, session: Session, text: str, facts: Answers) -> bool:
        """Whether a step would only ask again, say goodbye or not understand these words."""
        if session.flow in _HELD or self.standing.is_questioned(session):
            return False
        here = engine.advance(self._flows(), session, Typed(text), facts)
        step = self._flows().step(session.flow, session.step)
        asked_again = step is not None and isinstance(step.other, Reask)
        kept = any(isinstance(effect, Keep) and effect.name != _OWN for effect in here.effects)
        lost = here.session.over or here.session.flow == registry.REPAIR
        return not kept and (asked_again or lost)

    def _led_to(self, opening: Session, text: str, facts: Answers) -> tuple[Move, str]:
        """Where these words lead from screen zero, or the words under which they are known; and which.

        Where nobody understands them, that is `repair`. What only a single word of them tells is left for
        what others wrote, where that is near.
        """
        led = engine.advance(self._flows(), opening, Typed(text), facts)
        if led.session.flow != registry.REPAIR and _ABOUT not in led.entered:
            return led, text
        known = self._first_words.known_as(text)
        return (engine.advance(self._flows(), opening, Typed(known), facts), known) if known else (led, text)

    def names_topic(self, talk: Talk, text: str) -> bool:
        """Whether words ask for something that screen zero knows by name and shows no button for."""
        session = talk.session
        if session is None or session.over or self.standing.means_choice(talk, session, text):
            return False
        opening = self._flows().by_name[_OPENING]
        way = opening.steps[opening.start].way
        hidden = [one for one in way.choices if one.hidden] if isinstance(way, Choose) else []
        if plain(text) in {plain(words) for one in hidden for words in one.words}:
            return True
        return asks(text) and phrased(text, ((one.id, one.within) for one in hidden)) is not None

    async def topic(self, turn: Turn, talk: Talk, text: str) -> None:
        """Go where words lead from screen zero, which is not said; one of a row of questions waits."""
        facts = await self._carrying.gather(turn, talk)
        if self.standing.is_questioned(talk.session):
            opening = engine.interrupt(self._flows(), talk.session, _OPENING, facts)
        else:
            opening = engine.advance(self._flows(), talk.session, Start(_OPENING), facts)
        talk.session = opening.session
        await self.event(turn, talk, Typed(text))

    async def interrupt(self, turn: Turn, talk: Talk, flow: str, known: Answers | None = None) -> None:
        """Put the present step aside for `flow`."""
        turn.record(FlowStarted(Code(flow)))
        facts = await self._carrying.gather(turn, talk)
        move = engine.interrupt(self._flows(), talk.session, flow, facts, known)
        await self._carrying.carry(turn, talk, move, facts, enters=False)

    async def resume(self, turn: Turn, talk: Talk) -> None:
        """Back to the step that was put aside, if there is one."""
        if talk.session is not None and talk.session.returns:
            facts = await self._carrying.gather(turn, talk)
            move = engine.resume(self._flows(), talk.session, facts)
            await self._carrying.carry(turn, talk, move, facts, enters=False)

    def put_down(self, talk: Talk) -> None:
        """End what the person was in the middle of; steps are still counted: old buttons stay old."""
        if talk.session is not None:
            talk.session = Session("", 0, "", seq=talk.session.seq)
        talk.unkept = {}

    async def unsay(self, turn: Turn, flows: Collection[str], said_at: datetime) -> None:
        """One of `flows`, begun at that moment, never arrived: whoever writes next is where they were."""
        turn.saved, turn.met = await sessions.get(turn.tx, turn.person.id), True
        if turn.saved is None or turn.saved.updated_ms != to_ms(said_at):
            return
        talk = await self.load(turn)
        if talk.session is not None and talk.session.flow in flows:
            talk.session = replace(talk.session, step="", picked=(), reasked=0)
            self.save(turn, talk)


_OPENING = "start"
"""Screen zero: whatever its choices are called by counts as well in one's first words."""
_GREETED = (registry.HEARD, "hello")
"""The step that answers a greeting; a first one is answered by screen zero."""
_ABOUT = (registry.HEARD, "about")
"""The step that goes by single words, last of all."""
_SMALL = (registry.HEARD, "small")
"""The step that looks for small words, where no feeling and no need was heard."""
_OWN = "own_words"
"""What words that fit nothing are kept as, where nothing is asked that they could answer."""
_HELD = frozenset(
    {registry.TALK, "talk_waiting", "call_back", "book_time", "mentor", "forget", "hide", "stop"}
)
"""Flows that are not left for a feeling: a person is being asked for, or all that is here is to go."""
_KNOWN_FOR = timedelta(hours=12)
"""Who wrote within this time knows who is writing."""


def _is_greeted(session: Session) -> bool:
    return (session.flow, session.step) == _GREETED


def _known_by_now(talk: Talk) -> Answers:
    """What a soft check, just answered with no, has asked already: whether somebody else is awake."""
    was = talk.session.answers if talk.unanswered and talk.session is not None else {}
    return {"asked": "awake"} if (was.get("kind"), was.get("who")) == ("overdose_now", "other") else {}


def _introduce(turn: Turn, facts: Answers) -> None:
    if turn.person.seen_at is None or turn.now - turn.person.seen_at > _KNOWN_FOR:
        turn.say("hello_short", coach_line=facts["coach_line"], service=facts["service"])
