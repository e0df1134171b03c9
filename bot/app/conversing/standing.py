"""Where a talk stands, by what the flows say of its step."""

from collections.abc import Callable
from typing import Literal

from bot.app.conversing.talk import Talk
from bot.domain.conversation import registry
from bot.domain.conversation.boards import Board
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import matched, phrased
from bot.domain.conversation.model import Ask, Choose, Listed, Route
from bot.domain.conversation.session import Session
from bot.domain.conversation.turn import routed

ASK_ONLY = frozenset({registry.REPAIR, registry.HEARD, registry.OPEN_LINES, "help", "language"})
"""Flows that only ask what is closest: words that mean something elsewhere lead there."""
_ABOUT_ASKING = frozenset({"checkin", "checkin_answer"})


class Standing:
    """Answers questions about a talk. `flows` is asked each time: a mended flow is live at once."""

    def __init__(self, flows: Callable[[], Flows]) -> None:
        self._flows = flows

    def is_questioned(self, session: Session | None) -> bool:
        """Whether a session stands at one of several questions ("3 of 7")."""
        step = None if session is None else self._flows().step(session.flow, session.step)
        return step is not None and step.progress is not None

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

    def means_choice(self, talk: Talk, session: Session, words: str) -> bool:
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
        return self.asked(session) == "text" or self.is_danger(session.flow)

    def wants_place(self, talk: Talk) -> bool:
        """Whether the person is asked where they are."""
        return talk.session is not None and self.asked(talk.session) == "place"

    def asked(self, session: Session) -> str:
        """What kind of typed answer a session waits for, or ""."""
        step = self._flows().step(session.flow, session.step)
        return step.way.kind if step is not None and isinstance(step.way, Ask) else ""

    def at_menu(self, talk: Talk) -> bool:
        """Whether the person is only asked what is closest."""
        session = talk.session
        return session is not None and not session.over and session.flow in (ASK_ONLY | registry.MENUS)

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
