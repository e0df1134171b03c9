"""The host of the engine: loads where a person is, advances, carries the effects out, saves."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

import structlog

from bot.app.turn import Turn
from bot.domain.channel.outgoing import Redraw as RedrawMessage
from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.conversation import engine, registry
from bot.domain.conversation.boards import Board
from bot.domain.conversation.first_words import NO_FIRST_WORDS, FirstWords
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import asks, matched, number, phrased, plain, ticked
from bot.domain.conversation.model import Ask, Choose, Listed, Pick, Reask, Route, Scale
from bot.domain.conversation.moves import (
    Call,
    Do,
    Ended,
    Event,
    Expired,
    Keep,
    Move,
    Redraw,
    Returned,
    Rows,
    Say,
    SetTimer,
    Start,
    Typed,
)
from bot.domain.conversation.session import Session, session_from_json, session_to_json
from bot.domain.conversation.turn import routed
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import Code, FlowEnded, FlowStarted
from bot.domain.ids import MessageId
from bot.domain.speech import ENGLISH, Speech
from bot.store.conversing import answers, sessions, steps_seen, timers
from bot.store.conversing.timers import Timer
from bot.store.engine.columns import from_ms, to_ms
from bot.store.keeping.vault import SERVICE

log = structlog.get_logger()

MOST_CALLS = 12
STEP_TIMER = "step"
LASTS = timedelta(hours=24)
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


def _is_greeted(session: Session) -> bool:
    return (session.flow, session.step) == _GREETED


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
        self._flows = flows
        self._facts = facts
        self._calls = calls
        self._dos = dos
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
        facts = await self._gather(turn, talk)
        move = engine.advance(self._flows(), talk.session, event, facts)
        await self._carry(turn, talk, move, facts, enters=not isinstance(event, Start))

    async def start(self, turn: Turn, talk: Talk, flow: str, known: Answers | None = None) -> None:
        """Begin `flow` afresh; while danger is answered it comes between, and the answer goes on after it."""
        if self.in_danger(talk):
            await self.interrupt(turn, talk, flow, known)
        else:
            await self.event(turn, talk, Start(flow, known or {}))

    async def begin(self, turn: Turn, talk: Talk, text: str) -> None:
        """Somebody begins, with these words: screen zero, unless they are understood and no mere greeting.

        Then they are on their way: a line says who is writing, and nothing is asked again.
        """
        turn.record(FlowStarted(Code(_OPENING)))
        facts = await self._gather(turn, talk)
        opening = engine.advance(self._flows(), talk.session, Start(_OPENING, _known_by_now(talk)), facts)
        led, words = self._led_to(opening.session, text, facts)
        to = led.session
        understood = to.flow not in (registry.REPAIR, _OPENING) and not _is_greeted(to)
        if facts["country"] and understood:
            talk.session = opening.session
            if not self.is_danger(to.flow):  # nothing comes before the numbers, nor after them
                _introduce(turn, facts)
            await self.event(turn, talk, Typed(words))
        else:
            await self._carry(turn, talk, opening, facts, enters=False)

    async def introduce(self, turn: Turn, talk: Talk) -> None:
        """A line that says who is writing, to whom that may be new."""
        _introduce(turn, await self._gather(turn, talk))

    async def say_again(self, turn: Turn, talk: Talk, text: str, *, is_place: bool) -> bool:
        """Whether words that the person's step has no answer to are understood as first words would be.

        Then they are on their way. A step that does more than ask what is closest is left only where
        it would ask again or say goodbye, and for no small word ("ok", "idk"); one that asks for a place,
        for a feeling, unless the words name a place (`is_place`). One of a row of questions and an answer
        to danger are never left.
        """
        session = talk.session
        if session is None or session.over or session.returns or self.is_danger(session.flow):
            return False
        facts = await self._gather(turn, talk)
        asks_only = session.flow in _ASK_ONLY
        if not facts["country"] or self._means_choice(talk, session, text):
            return False
        felt_only = self._asked(session) == "place" and not is_place and not self._is_questioned(session)
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
        if session is None or session.over or not session.returns or self.is_danger(session.flow):
            return False
        aside = session.returns[-1]
        waiting = replace(session, flow=aside.flow, version=aside.version, step=aside.step)
        if not self._is_questioned(waiting) or self._means_choice(talk, session, text):
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
        if session.flow in _HELD or self._is_questioned(session):
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
        if session is None or session.over or self._means_choice(talk, session, text):
            return False
        opening = self._flows().by_name[_OPENING]
        way = opening.steps[opening.start].way
        hidden = [one for one in way.choices if one.hidden] if isinstance(way, Choose) else []
        if plain(text) in {plain(words) for one in hidden for words in one.words}:
            return True
        return asks(text) and phrased(text, ((one.id, one.within) for one in hidden)) is not None

    async def topic(self, turn: Turn, talk: Talk, text: str) -> None:
        """Go where words lead from screen zero, which is not said; one of a row of questions waits."""
        facts = await self._gather(turn, talk)
        if self._is_questioned(talk.session):
            opening = engine.interrupt(self._flows(), talk.session, _OPENING, facts)
        else:
            opening = engine.advance(self._flows(), talk.session, Start(_OPENING), facts)
        talk.session = opening.session
        await self.event(turn, talk, Typed(text))

    def _is_questioned(self, session: Session | None) -> bool:
        """Whether a session stands at one of several questions ("3 of 7")."""
        step = None if session is None else self._flows().step(session.flow, session.step)
        return step is not None and step.progress is not None

    async def interrupt(self, turn: Turn, talk: Talk, flow: str, known: Answers | None = None) -> None:
        """Put the present step aside for `flow`."""
        turn.record(FlowStarted(Code(flow)))
        facts = await self._gather(turn, talk)
        move = engine.interrupt(self._flows(), talk.session, flow, facts, known)
        await self._carry(turn, talk, move, facts, enters=False)

    async def resume(self, turn: Turn, talk: Talk) -> None:
        """Back to the step that was put aside, if there is one."""
        if talk.session is not None and talk.session.returns:
            facts = await self._gather(turn, talk)
            move = engine.resume(self._flows(), talk.session, facts)
            await self._carry(turn, talk, move, facts, enters=False)

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

    def is_danger(self, flow: str) -> bool:
        """Whether a flow answers danger: what it says goes before everything else."""
        found = self._flows().by_name.get(flow)
        return found is not None and (found.card or "danger/" in found.file)

    def in_danger(self, talk: Talk) -> bool:
        """Whether danger is being answered, or was put aside: whatever comes between, the answer goes on."""
        session = talk.session
        if session is None:
            return False
        aside = any(self.is_danger(frame.flow) for frame in session.returns)
        return aside or (not session.over and self.is_danger(session.flow))

    def is_button(self, talk: Talk, words: str) -> bool:
        """Whether these words stand for a button of the step the person is in."""
        board = self._board(talk)
        return board is not None and matched(words, board.index) is not None

    def is_control(self, talk: Talk, words: str) -> bool:
        """Whether these words stand for Done, Skip or the like under the step the person is in."""
        board = self._board(talk)
        return board is not None and matched(words, board.controls_index) is not None

    def _board(self, talk: Talk) -> Board | None:
        """The step's buttons in the person's language, which answer to their English names too."""
        session = talk.session
        if session is None or session.over:
            return None
        flows = self._flows()
        step = flows.step(session.flow, session.step)
        return None if step is None or not step.waits else flows.board(session.flow, step, talk.speech)

    def _means_choice(self, talk: Talk, session: Session, words: str) -> bool:
        """Whether words stand for a choice of a session's step, or hold a phrase that does."""
        flow = None if session.over else self._flows().by_name.get(session.flow)
        step = None if flow is None else flow.steps.get(session.step)
        if step is None or not isinstance(step.way, Choose):
            return False
        within = ((one.id, one.within) for one in step.way.choices)
        typed = matched(words, self._flows().board(session.flow, step, talk.speech).index) is not None
        return typed or phrased(words, within) is not None

    def seeks_groups(self, talk: Talk) -> Literal["list", "place", ""]:
        """Whether the person has a list of groups before them, or is asked where to look for some."""
        session = talk.session
        if session is None or session.over:
            return ""
        flow = self._flows().by_name.get(session.flow)
        step = None if flow is None else flow.steps.get(session.step)
        if step is not None and isinstance(step.way, Listed) and step.way.source == "groups":
            return "list"
        asked = step is not None and isinstance(step.way, Ask) and step.way.kind == "place"
        return "place" if asked and session.flow == "groups" else ""

    def wants_words(self, talk: Talk) -> bool:
        """Whether the person is at a question for their own words, or in an answer to danger."""
        session = talk.session
        if session is None or session.over:
            return False
        return self._asked(session) == "text" or self.is_danger(session.flow)

    def wants_place(self, talk: Talk) -> bool:
        """Whether the person is asked where they are."""
        return talk.session is not None and self._asked(talk.session) == "place"

    def _asked(self, session: Session) -> str:
        """What kind of typed answer a session waits for, or ""."""
        step = self._flows().step(session.flow, session.step)
        return step.way.kind if step is not None and isinstance(step.way, Ask) else ""

    def at_menu(self, talk: Talk) -> bool:
        """Whether the person is only asked what is closest."""
        session = talk.session
        return session is not None and not session.over and session.flow in (_ASK_ONLY | registry.MENUS)

    def at_rest(self, talk: Talk) -> bool:
        """Whether nothing is being spoken of but how and when the person is to be asked how they are."""
        session = talk.session
        return session is None or session.over or self.at_menu(talk) or session.flow in _ABOUT_ASKING

    def is_under_way(self, talk: Talk) -> bool:
        """Whether something is gone through that goes on after what comes between: no menu, no danger."""
        session = talk.session
        if session is None or session.over or self.is_danger(session.flow):
            return False
        return session.flow not in registry.MENUS | {"language"}

    def is_in(self, talk: Talk, flow: str) -> bool:
        """Whether the person is in this flow."""
        return talk.session is not None and not talk.session.over and talk.session.flow == flow

    def routes(self, flow: str, step: str, text: str) -> bool:
        """Whether a route of a flow knows these words by a case of its own."""
        found = self._flows().step(flow, step)
        way = None if found is None else found.way
        return isinstance(way, Route) and routed(way, text) != way.otherwise

    async def _gather(self, turn: Turn, talk: Talk) -> Answers:
        facts: dict[str, Answer] = {}
        for source in self._facts:
            facts.update(await source(turn, talk.session))
        return facts

    async def _carry(
        self, turn: Turn, talk: Talk, move: Move, facts: Answers, *, enters: bool = True
    ) -> None:
        """Carry out a move; look-ups are answered and the engine goes on, at most MOST_CALLS times.

        Another flow that the move led to is noted as begun, unless `enters` says that this is no news.
        """
        for _ in range(MOST_CALLS):
            flow = move.session.flow
            if enters and flow and talk.session is not None and talk.session.flow != flow:
                turn.record(FlowStarted(Code(flow)))
            _note_steps(turn, talk.session if enters else None, move)
            enters, talk.session = True, move.session
            call = await self._effects(turn, talk, move)
            if call is None:
                return
            returned = await self._calls[call.name](turn, talk, call.args)
            if facts.get("language") not in (None, turn.person.language):
                facts = await self._gather(turn, talk)
            move = engine.advance(self._flows(), talk.session, returned, facts)
        log.error("too_many_calls", flow=talk.session.flow if talk.session else "")

    async def _effects(self, turn: Turn, talk: Talk, move: Move) -> Call | None:
        call = None
        for effect in move.effects:
            match effect:
                case Say():
                    self._say(turn, talk, effect)
                case Redraw(rows, seq):
                    if talk.pressed is not None:
                        body = RedrawMessage(talk.pressed, turn.buttons(_actions(rows), seq=seq))
                        turn.post(body, send_class=SendClass.REPLACEABLE)
                case Keep(name, value, where):
                    self._keep(turn, talk, name, value, where == "person")
                case Do(name, args):
                    await self._dos[name](turn, talk, args)
                case Call():
                    call = effect
                case SetTimer() if turn.person.id == SERVICE:
                    pass
                case SetTimer(after, seq):
                    key = f"{STEP_TIMER}:{turn.person.id}"
                    timer = Timer(key, turn.person.id, STEP_TIMER, seq, None, turn.now + after)
                    timers.put(turn.tx, timer)
                case Ended(flow, outcome):
                    turn.record(FlowEnded(Code(flow), Code(outcome)))
                    await self._ended(turn, talk, flow, outcome)
                case _:
                    assert_never(effect)
        return call

    def _say(self, turn: Turn, talk: Talk, said: Say) -> None:
        urgent = said.card or (talk.session is not None and self.is_danger(talk.session.flow))
        if turn.person.open_danger is not None and turn.send_class is SendClass.REPLY:
            urgent = True  # in order with the cards, which overtake everything else
        if talk.keys and not said.ask_place and not urgent:
            turn.post(Text(turn.messages.text("noted"), clear_keys=True), send_class=turn.send_class)
        talk.keys = said.ask_place or (talk.keys and urgent)
        body = Text(
            said.text,
            turn.buttons(_actions(said.rows), seq=said.seq),
            ask_location=turn.messages.text("share_location") if said.ask_place else "",
        )
        turn.post(body, send_class=SendClass.DANGER if urgent else turn.send_class)
        talk.asked = said.text

    def _keep(self, turn: Turn, talk: Talk, name: str, value: Answer, outlives: bool) -> None:
        if not outlives:
            return
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, name, value, turn.now)
        else:
            talk.unkept[name] = value

    async def _ended(self, turn: Turn, talk: Talk, flow: str, outcome: str) -> None:
        """After an interruption: back to where the person was, unless they are waiting for somebody."""
        if talk.session is not None and talk.session.returns and outcome not in registry.QUIET_ENDS:
            facts = await self._gather(turn, talk)
            move = engine.resume(self._flows(), talk.session, facts)
            await self._carry(turn, talk, move, facts, enters=False)


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
_ASK_ONLY = frozenset({registry.REPAIR, registry.HEARD, registry.OPEN_LINES, "help", "language"})
"""Flows that only ask what is closest: words that mean something elsewhere lead there."""
_HELD = frozenset(
    {registry.TALK, "talk_waiting", "call_back", "book_time", "mentor", "forget", "hide", "stop"}
)
"""Flows that are not left for a feeling: a person is being asked for, or all that is here is to go."""
_ABOUT_ASKING = frozenset({"checkin", "checkin_answer"})
_KNOWN_FOR = timedelta(hours=12)
"""Who wrote within this time knows who is writing."""


def _known_by_now(talk: Talk) -> Answers:
    """What a soft check, just answered with no, has asked already: whether somebody else is awake."""
    was = talk.session.answers if talk.unanswered and talk.session is not None else {}
    return {"asked": "awake"} if (was.get("kind"), was.get("who")) == ("overdose_now", "other") else {}


def _introduce(turn: Turn, facts: Answers) -> None:
    if turn.person.seen_at is None or turn.now - turn.person.seen_at > _KNOWN_FOR:
        turn.say("hello_short", coach_line=facts["coach_line"], service=facts["service"])


def _note_steps(turn: Turn, before: Session | None, move: Move) -> None:
    """Where a person came to, and that they went on from the step `before`; staff try things out."""
    if not move.entered or turn.person.id == SERVICE or turn.person.is_staff:
        return
    came = {(before.flow, before.step): True} if before is not None and not before.over else {}
    came |= dict.fromkeys(move.entered, True)
    if not move.session.over:
        came[move.session.flow, move.session.step] = False
    steps_seen.seen(turn.tx, turn.person.id, came, turn.now)


def _actions(rows: Rows) -> list[list[tuple[str, str]]]:
    return [[(key.label, f"choose:{key.choice}") for key in row] for row in rows]
