"""One turn of the engine while it is being worked out; it lives no longer than `advance`."""

from collections.abc import Mapping
from typing import cast

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation import registry
from bot.domain.conversation.boards import Board, in_rows, listed, listed_index
from bot.domain.conversation.dates import day_in, read_date
from bot.domain.conversation.edges import is_safety
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import (
    BACK,
    WAITING,
    matched,
    number,
    phrased,
    plain,
    ticked,
    unaccented,
)
from bot.domain.conversation.model import (
    Action,
    Ask,
    Automatic,
    Calls,
    Choice,
    Choose,
    End,
    Goto,
    Hand,
    Keeping,
    KeepWords,
    Listed,
    Pick,
    Reask,
    Route,
    Scale,
    Step,
    Target,
    Waiting,
)
from bot.domain.conversation.moves import (
    DONE_ID,
    ENOUGH_ID,
    SKIP_ID,
    TALK_ID,
    Call,
    Do,
    Effect,
    Ended,
    Keep,
    Move,
    Redraw,
    Rows,
    Say,
    SetTimer,
)
from bot.domain.conversation.second_thoughts import corrected
from bot.domain.conversation.session import Frame, Session, frozen
from bot.domain.conversation.words import TEXT_LIMIT, Answer, Answers, Words, cut
from bot.domain.conversation.yes_and_no import is_well, yes_or_no
from bot.domain.speech import ENGLISH, in_english

BOUND = 32
"""Steps entered in one turn before the engine takes it for an endless loop."""
DEEPEST = 4
"""Interrupted steps remembered; the oldest is forgotten first."""
WORDS_LIMIT = 2000
"""Characters kept of one typed answer."""
PLACE_LIMIT = 120
OWN_WORDS = "own_words"
"""What somebody wrote where a choice was offered, for the flow that it led to."""


class Turn:
    """A session taken apart, changed by one event, and put together again by `move`."""

    def __init__(self, flows: Flows, session: Session, facts: Answers) -> None:
        self.flows = flows
        self.facts = facts
        self.flow, self.version, self.step = session.flow, session.version, session.step
        self.seq = session.seq
        self.answers: dict[str, Answer] = dict(session.answers)
        self.picked, self.reasked = session.picked, session.reasked
        self.returns: tuple[Frame, ...] = session.returns
        self.effects: list[Effect] = []
        self._entered: list[tuple[str, str]] = []
        self._first = ""
        self._also = ""
        self._is_lost = False
        language = facts.get("language")
        self.speech = flows.voices(language) if isinstance(language, str) else ENGLISH

    def move(self) -> Move:
        """The finished turn."""
        session = Session(
            self.flow,
            self.version,
            self.step,
            self.seq,
            self.answers,
            self.picked,
            self.reasked,
            self.returns,
        )
        return Move(session, tuple(self.effects), tuple(self._entered))

    def settle(self) -> bool:
        """Bring a session of an older file to today's. False when its step is gone: `repair` has spoken."""
        flow = self.flows.by_name.get(self.flow)
        if flow is not None and self.step in flow.steps and self.version == flow.version:
            return True
        today = flow.renamed(self.step, self.version) if flow else None
        if flow is None or today is None:
            self.lost()
            return False
        self.version, self.step = flow.version, today
        return True

    def first_line(self, name: str) -> None:
        """Begin the next message with a line of the engine's own (`stale`, `again` …)."""
        words = self.flows.lines.get(name)
        self._first = words.fill(self.speech, self.answers, self.facts, registry.LIMITS) if words else ""

    def media_line(self, event: SentMedia | SharedPlace) -> str:
        """Which line answers this kind of message."""
        kind = event.kind if isinstance(event, SentMedia) else "other"
        return kind if kind in self.flows.lines else "media"

    # What a person, a timer or the host brings.

    def chose(self, choice: str, seq: int) -> None:
        """A button. One of an older step, or one that is no longer there, has the step said again."""
        step = self._now()
        if isinstance(step.way, Waiting) and seq == self.seq and self._press(step, choice):
            return
        self._again("stale")

    def typed(self, text: str) -> None:
        """Words: a button's wording, an answer, or something that fits nothing."""
        step = self._now()
        if not isinstance(step.way, Waiting):
            return self._run(step)
        board = self._board(step)
        choice = self._heard(step, board, text) if text.strip() else None
        if choice is not None and matched(text, board.index) is None and isinstance(step.way, Choose):
            self.answers[OWN_WORDS] = text.strip()[:WORDS_LIMIT]  # the choice's flow may answer them
        if choice is None and step.progress and isinstance(step.way, Choose):
            choice = self._named_first(board, text)
        if choice is not None and self._press(step, choice):
            return None
        if choice is None and (self._corrects(step, text) or (step.progress and self._beside(step, text))):
            return None
        if text.strip() and self._answered(step, board, text):
            return None
        return self._fits_nothing(step, text)

    def _beside(self, step: Step, text: str) -> bool:
        """Whether these are no answer to one of several questions: to the one before, "hang on", a face."""
        said = unaccented(plain(text))
        if said in BACK and (before := self._question_before(step)):
            self.go(Goto(before))
        elif said in BACK or said in WAITING or not (said or isinstance(step.way, Scale)):
            self._run_again(step)
        else:
            return False
        return True

    def _corrects(self, step: Step, text: str) -> bool:
        """Whether words take back the number given last in a row of questions: "actually 7 not 8".

        Asked why that number, they are asked again; a later question goes on.
        """
        steps = list(self.flows.by_name[self.flow].steps.values())
        before = steps[: steps.index(step)]
        scales = [one.way for one in before if one.progress and isinstance(one.way, Scale)]
        given = [way for way in scales if way.save in self.answers]
        figure = corrected(text, given[-1].low, given[-1].high) if given else None
        if figure is None or isinstance(step.way, Scale):
            return False
        self.first_line("changed")
        if step.progress is None:
            self._take(given[-1], figure)
        else:
            self._keep(given[-1].save, figure, given[-1].keep)
            self._run_again(step)
        return True

    def _question_before(self, step: Step) -> str:
        """The question of this row before a step ("2 of 7" before "3 of 7"), or ""."""
        at, _, of = step.progress.source.partition(" of ") if step.progress else ("", "", "")
        wanted = f"{int(at) - 1} of {of}" if at.isdigit() else ""
        steps = self.flows.by_name[self.flow].steps.values()
        return next((one.id for one in steps if one.progress and one.progress.source == wanted), "")

    def _run_again(self, step: Step) -> None:
        """The step once more, as if it had just been asked: no reproach for words that were no answer."""
        self._say(step, self._rows(step))

    def shared(self, place: SharedPlace) -> None:
        """A position: an answer where a place was asked for."""
        step = self._now()
        if isinstance(step.way, Ask) and step.way.kind == "place":
            return self._take(step.way, {"lat": place.lat, "lon": place.lon})
        return self._again(self.media_line(place))

    def sent(self, media: SentMedia) -> None:
        """A picture, a voice note, a sticker: a stated answer, and the step again."""
        self._again(self.media_line(media))

    def timed_out(self, seq: int) -> None:
        """A timer; one of an older step is passed over."""
        after = self._now().after
        if seq == self.seq and after is not None:
            self.go(Goto(after.goto))

    def returned(self, outcome: str, values: Answers) -> None:
        """What a call found; anything the step does not name goes to its `error`, else to `repair`."""
        way = self._now().way
        if not isinstance(way, Calls):
            return None
        self.answers.update((name, frozen(value)) for name, value in values.items())
        step = way.outcomes.get(outcome) or way.outcomes.get("error")
        return self.go(Goto(step)) if step else self.lost()

    # Going on.

    def go(self, target: Target) -> None:
        """Follow a way on until a step waits, a call is made or the flow ends."""
        match target:
            case Goto(step):
                self._enter(self.flow, step)
            case Hand(flow, back):
                found = self.flows.by_name.get(flow)
                self.returns = tuple(frame for frame in self.returns if frame.flow != flow)
                if back is not None:
                    self._aside(Frame(self.flow, self.version, back, fresh=True))
                self._enter(flow, found.start if found else "")
            case End(outcome):
                self._end(outcome)

    def lost(self) -> None:
        """The step or flow is gone, or runs in circles: apologise, offer help and a person."""
        if self._is_lost:
            return self._end(registry.LOST)
        self._is_lost = True
        self._entered = []
        return self._enter(registry.REPAIR, registry.LOST)

    def come_back(self) -> None:
        """After an interrupt: the step under a new number, its ticks kept, its effects not done twice."""
        step = self._now()
        if not isinstance(step.way, Waiting):
            return self._run(step)
        self.seq += 1
        self.first_line("back")
        return self._wait(step)

    def _enter(self, flow_name: str, step_name: str) -> None:
        flow = self.flows.by_name.get(flow_name)
        step = flow.steps.get(step_name) if flow else None
        if flow is None or step is None:
            return self.lost()
        self._entered.append((flow_name, step_name))
        if len(self._entered) > BOUND:
            return self.lost()
        self.flow, self.version, self.step = flow_name, flow.version, step_name
        self.seq += 1
        self.picked, self.reasked = (), 0
        self._do(step.do)
        return self._wait(step) if isinstance(step.way, Waiting) else self._run(step)

    def _run(self, step: Step) -> None:
        if step.say:
            self._say(step, ())
        way = cast(Automatic, step.way)
        match way:
            case Route():
                self.go(Goto(routed(way, self._known(way.on))))
            case Calls(name, args):
                self.effects.append(Call(name, self._arguments(args)))
            case _:
                self.go(way)

    def _wait(self, step: Step) -> None:
        text, self._also = self._also, ""
        if text and self._is_answered_by(step, text):
            return
        self._say(step, self._rows(step))
        if step.after:
            self.effects.append(SetTimer(step.after.wait, self.seq))

    def _is_answered_by(self, step: Step, text: str) -> bool:
        """Whether the words that answered the question before say this one's answer too.

        Never that of a check in which "none" has to be said.
        """
        if not step.progress or not isinstance(step.way, Pick) or not step.way.many or step.way.none:
            return False
        return self._typed_ticks(step, step.way, text, self._board(step))

    def _end(self, outcome: str) -> None:
        self.effects.append(Ended(self.flow, outcome))
        self.step = ""
        self.picked, self.reasked = (), 0

    # Answers.

    def _heard(self, step: Step, board: Board, text: str) -> str | None:
        """The choice a typed text stands for: one of the step's own first, then Done, Skip, Talk.

        A tick that is typed is a whole answer, not a press: `_typed_ticks` sees to it.
        """
        index = board.index
        if isinstance(step.way, Pick) and step.way.many and matched(text, index):
            return None
        if isinstance(step.way, Listed):
            index = listed_index(listed(self.answers.get(step.way.source), step.way.label))
        exact = matched(text, index) or matched(text, board.controls_index)
        if exact is None and isinstance(step.way, Choose):
            said = phrased(text, ((one.id, one.within) for one in step.way.choices))
            return said or self._answer_in_danger(step.way, text)
        return exact

    def _named_first(self, board: Board, text: str) -> str | None:
        """The one choice that words name and say more than: "start now, its booze"."""
        names, _ = ticked(text, board.index)
        self._also = text if len(names) == 1 else ""
        return names[0] if len(names) == 1 else None

    def _answer_in_danger(self, way: Choose, text: str) -> str | None:
        """A yes or no with what belongs to it; a no that ends a danger only where nothing else is said."""
        answer = yes_or_no(text) if is_safety(self.flows.by_name[self.flow]) else None
        for one in way.choices:
            ends = any(what.name == registry.ENDS_DANGER for what in one.do)
            if one.id == answer and self.speech is ENGLISH and (not ends or is_well(text)):
                return one.id
        return None

    def _press(self, step: Step, choice: str) -> bool:
        """Carry out a choice. False when this step has no such choice."""
        if choice == SKIP_ID and step.skip:
            self.go(Goto(step.skip))
            return True
        if choice == ENOUGH_ID and step.enough:
            self.go(Goto(step.enough))
            return True
        if choice == TALK_ID:
            self._talk()
            return True
        match step.way:
            case Choose(choices):
                for one in choices:
                    if one.id == choice:
                        self._choose(one)
                        return True
            case Pick():
                return self._tick(step, step.way, choice)
            case Scale(low=low, high=high):
                if choice.isascii() and choice.isdigit() and low <= int(choice) <= high:
                    self._take(step.way, int(choice))
                    return True
            case Listed(source=source, label=label):
                for key in listed(self.answers.get(source), label):
                    if key.choice == choice:
                        self._take(step.way, choice)
                        return True
            case _:
                pass
        return False

    def _talk(self) -> None:
        self.put_aside(registry.TALK)
        self.go(Hand(registry.TALK))

    def put_aside(self, flow: str) -> None:
        """Remember the present step, to come back to after `flow`; a menu is not worth it.

        What waits of `flow` itself is dropped: it begins again now, and is not asked twice.
        """
        self.returns = tuple(frame for frame in self.returns if frame.flow != flow)
        if self.step and self.flow != flow and self.flow not in registry.MENUS:
            self._aside(Frame(self.flow, self.version, self.step, self.picked, self.reasked))

    def _aside(self, frame: Frame) -> None:
        self.returns = (*self.returns, frame)[-DEEPEST:]

    def _choose(self, choice: Choice) -> None:
        for name, value in choice.save.items():
            self._keep(name, value, choice.keep)
        self._do(choice.do)
        self.go(choice.target)

    def _tick(self, step: Step, way: Pick, choice: str) -> bool:
        if choice == DONE_ID and way.many:
            self._done(step, way)
            return True
        if choice not in (option.id for option in way.options):
            return False
        if not way.many:
            self._take(way, choice)
            return True
        self.picked = _toggled(way, self.picked, choice)
        self.effects.append(Redraw(self._board(step).ticked(self.picked), self.seq))
        return True

    def _done(self, step: Step, way: Pick) -> None:
        if self.picked:
            return self._take(way, self.picked)
        if step.skip:
            return self.go(Goto(step.skip))
        return self._again("pick_one")

    def _answered(self, step: Step, board: Board, text: str) -> bool:
        """Words that answer the step without being a button's."""
        match step.way:
            case Scale(low=low, high=high):
                figure = number(text, low, high)
                figure = corrected(text, low, high) if figure is None else figure
                if figure is None:
                    return False
                self._take(step.way, figure)
            case Pick(many=True):
                return self._typed_ticks(step, step.way, text, board)
            case Ask():
                value = self._read(step.way, text)
                if value is None:
                    return False
                self._take(step.way, value)
            case _:
                return False
        return True

    def _typed_ticks(self, step: Step, way: Pick, text: str, board: Board) -> bool:
        """A typed list is a whole answer: it is added to what is ticked, and the step is done."""
        names, that_is_all = ticked(text, board.index)
        if not names:
            return False
        picked = self.picked
        for name in names:
            picked = picked if name in picked else _toggled(way, picked, name)
        if isinstance(step.other, KeepWords) and not that_is_all:
            self._keep(step.other.name, text.strip()[:WORDS_LIMIT], "session")
        self._take(way, picked)
        return True

    def _read(self, way: Ask, text: str) -> Answer:
        match way.kind:
            case "text":
                return text.strip()[:WORDS_LIMIT]
            case "place":
                return text.strip()[:PLACE_LIMIT]
            case "number":
                return number(text, 0, 9999)
            case "date":
                today = self.facts.get("today")
                day = today if isinstance(today, str) else ""
                return read_date(text, day) or day_in(text, day)

    def _fits_nothing(self, step: Step, text: str) -> None:
        other = step.other
        if isinstance(other, KeepWords) and text.strip():
            self._also = text if step.progress else ""
            self._keep(other.name, text.strip()[:WORDS_LIMIT], "session")
            return self.go(Goto(other.goto))
        if isinstance(other, Reask) and self.reasked >= other.times:
            return self.go(Goto(other.then))
        self.reasked += 1
        return self._again("which_number" if isinstance(step.way, Scale) else "again")

    def _take(self, way: Pick | Scale | Listed | Ask, value: Answer) -> None:
        self._keep(way.save, value, way.keep)
        self.go(Goto(way.goto))

    def _keep(self, name: str, value: Answer, where: Keeping) -> None:
        self.answers[name] = value
        self.effects.append(Keep(name, value, where))

    # Saying.

    def _again(self, line: str) -> None:
        """The step once more under its own number: buttons and timer stay good."""
        step = self._now()
        self.first_line(line)
        if isinstance(step.way, Waiting):
            self._say(step, self._rows(step))
        else:
            self._run(step)

    def _say(self, step: Step, rows: Rows) -> None:
        text = self._text(step)
        if self._first:
            text = f"{self._first}\n\n{text}" if text else self._first
            self._first = ""
        if not text and not rows:
            return
        ask_place = isinstance(step.way, Ask) and step.way.kind == "place"
        card = step.card or self.flows.by_name[self.flow].card
        self.effects.append(Say(cut(text or "…", TEXT_LIMIT), rows, self.seq, ask_place, card))

    def _text(self, step: Step) -> str:
        if step.say is None:
            return ""
        words = step.say.default
        if step.say.by_place:
            nation, country = self.facts.get("nation"), self.facts.get("country")
            words = step.say.by_place.get(str(nation)) or step.say.by_place.get(str(country)) or words
        text = words.fill(self.speech, self.answers, self.facts, registry.LIMITS)
        if self.speech.doubtful(words.source) and is_safety(self.flows.by_name[self.flow], step):
            text = f"{text}\n\n{self._in_english(step, words)}"
        if step.progress is None:
            return text
        return f"{step.progress.fill(self.speech, self.answers, self.facts, registry.LIMITS)}\n{text}"

    def _in_english(self, step: Step, words: Words) -> str:
        """What stands beneath a safety text that no native speaker has signed: the English, buttons too."""
        text = words.fill(ENGLISH, self.answers, in_english(self.facts), registry.LIMITS)
        if not isinstance(step.way, Choose | Pick):
            return text
        rows = self.flows.board(self.flow, step, ENGLISH).rows
        return f"{text}\n{' '.join(f'[{key.label}]' for row in rows for key in row)}"

    def _rows(self, step: Step) -> Rows:
        board = self._board(step)
        if isinstance(step.way, Listed):
            keys = listed(self.answers.get(step.way.source), step.way.label)
            return in_rows(keys, step.way.columns) + board.controls
        return board.ticked(self.picked)

    def _board(self, step: Step) -> Board:
        return self.flows.board(self.flow, step, self.speech)

    # Looking things up.

    def _now(self) -> Step:
        return self.flows.by_name[self.flow].steps[self.step]

    def _known(self, name: str) -> Answer:
        value = self.answers.get(name)
        return self.facts.get(name) if value is None else value

    def _do(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            args = self._arguments(action.args)
            if action.name == "set_language":  # at once: what is said next is said in it
                self.speech = self.flows.voices(str(args["language"]))
            self.effects.append(Do(action.name, args))

    def _arguments(self, args: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            name: self._known(value[1:]) if isinstance(value, str) and value.startswith("$") else value
            for name, value in args.items()
        }


def _toggled(way: Pick, picked: tuple[str, ...], choice: str) -> tuple[str, ...]:
    """Ticks after one press. `none` clears the others; over `at_most` the oldest tick goes."""
    if choice in picked:
        return tuple(name for name in picked if name != choice)
    if choice == way.none:
        return (choice,)
    now = (*(name for name in picked if name != way.none), choice)
    return now[-way.at_most :] if way.at_most else now


def routed(way: Route, value: Answer) -> str:
    """The step a route leads to for a value."""
    held = value if isinstance(value, tuple | list) else (value,)
    for case in way.cases:
        if case.low is not None and case.high is not None:
            figures = (item for item in held if isinstance(item, int) and not isinstance(item, bool))
            if any(case.low <= figure <= case.high for figure in figures):
                return case.step
        elif case.within is None and case.value in (_as_case(item) for item in held):
            return case.step
    phrases = ((case.step, case.within) for case in way.cases if case.within is not None)
    return (phrased(value, phrases) if isinstance(value, str) else None) or way.otherwise


def _as_case(value: Answer) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
