"""Small flows of the tests' own, and a person who talks to them."""

from pathlib import Path

import pytest

from bot.domain.conversation.engine import advance, interrupt, resume
from bot.domain.conversation.load import Flows, load_flows
from bot.domain.conversation.moves import Chose, Do, Effect, Event, Keep, Move, Returned, Say, Start, Typed
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers

HERE = Path(__file__).parent / "flows"
FACTS: Answers = {"crisis_line": "116 123", "pages_state": "Two people were told.", "country": "GB"}


def texts() -> dict[str, str]:
    """The test flows by file name."""
    return {path.name: path.read_text() for path in sorted(HERE.glob("*.yaml"))}


class Talker:
    """One person in front of the flows: says things, and remembers what came back."""

    def __init__(self, flows: Flows, facts: Answers = FACTS) -> None:
        self.flows = flows
        self.facts = facts
        self.session: Session | None = None
        self.effects: tuple[Effect, ...] = ()

    def happens(self, event: Event) -> tuple[Effect, ...]:
        return self._take(advance(self.flows, self.session, event, self.facts))

    def starts(self, flow: str) -> tuple[Effect, ...]:
        return self.happens(Start(flow))

    def types(self, text: str) -> tuple[Effect, ...]:
        return self.happens(Typed(text))

    def presses(self, choice: str) -> tuple[Effect, ...]:
        return self.happens(Chose(choice, self.seq))

    def is_told(self, outcome: str, **values: Answer) -> tuple[Effect, ...]:
        return self.happens(Returned(outcome, values))

    def is_interrupted_by(self, flow: str) -> tuple[Effect, ...]:
        return self._take(interrupt(self.flows, self.session, flow, self.facts))

    def comes_back(self) -> tuple[Effect, ...]:
        assert self.session is not None
        return self._take(resume(self.flows, self.session, self.facts))

    @property
    def seq(self) -> int:
        return self.session.seq if self.session else 0

    @property
    def step(self) -> str:
        return self.session.step if self.session else ""

    @property
    def at(self) -> str:
        return f"{self.session.flow}.{self.session.step}" if self.session else ""

    def heard(self) -> str:
        """The texts of the last turn."""
        return "\n".join(effect.text for effect in self.effects if isinstance(effect, Say))

    def buttons(self) -> list[str]:
        """The labels under the last message of the last turn."""
        said = [effect for effect in self.effects if isinstance(effect, Say)]
        return [key.label for row in said[-1].rows for key in row]

    def kept(self) -> dict[str, Answer]:
        return {effect.name: effect.value for effect in self.effects if isinstance(effect, Keep)}

    def done(self) -> list[str]:
        return [effect.name for effect in self.effects if isinstance(effect, Do)]

    def _take(self, move: Move) -> tuple[Effect, ...]:
        self.session, self.effects = move.session, move.effects
        return move.effects


@pytest.fixture(scope="session")
def flows() -> Flows:
    return load_flows(texts())


@pytest.fixture
def ana(flows: Flows) -> Talker:
    return Talker(flows)
