"""Words for the codes that events hold: a choice reads as the button did that the person pressed."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Action, Choose, Flow, Option, Pick, Step
from bot.domain.messages import Messages

_QUESTIONS: Mapping[str, str] = {
    "where": "Where they are with it",
    "about": "What it is about",
    "safety": "Safety check",
    "wants": "What would help most",
    "needs": "What would make going possible",
    "family_wants": "What would help them",
    "before_slip": "Just before the slip",
}
_CODES: Mapping[str, str] = {
    # danger, and how it ended
    "said_no": "a clear “no” to the question",
    "person_closed": "the person said it is over",
    "by_staff": "a member of staff",
    "erased": "everything was erased",
    # how a request for a person ended
    "talked": "They talked",
    "cancelled": "The person no longer wanted it",
    "gave_up": "Nobody came in 24 hours",
    "quiet": "Both were quiet for two hours",
    # what could not be found
    "no_group_near": "A group nearby",
    "no_group_online": "A group online",
    "none_fit": "A group that fits",
    "place_unknown": "Their place, on our map",
    "company_to_group": "Someone to go with",
    "language": "Another language",
    "coach_debrief": "Time to talk it over, for a coach",
    "zone_missing": "Their time zone, in our list",
    # next steps
    "own_step": "A step in their own words",
    "if_then": "An if–then plan for a bad moment",
    # steps of an escalation
    "shift": "everyone on shift",
    "everyone": "everyone available",
    "again": "everyone once more",
    "shift_start": "the next shift",
    "waiting": "While waiting for an appointment",
    "worried": "Worried about someone",
}
_BY_MESSAGE = ("kind", "level", "who", "topic")
"""Codes whose words are in conversations/messages.yaml, as `kind_…`."""


class Wording:
    """Looks words up; a code that nobody has words for is spelled out. `flows` is asked at each look."""

    def __init__(self, flows: Callable[[], Flows], messages: Messages) -> None:
        self._flows = flows
        self._messages = messages
        self._read: tuple[Flows, Mapping[tuple[str, str], str]] | None = None

    def code(self, code: str) -> str:
        """Any code: a flow by its title, else what it says."""
        if code in _CODES:
            return _CODES[code]
        for kind in _BY_MESSAGE:
            if (name := f"{kind}_{code}") in self._messages:
                return self._messages.text(name)
        flow = self._flows().by_name.get(code)
        return code.replace("_", " ") if flow is None else flow.title.source

    def topic(self, flow: str) -> str:
        """What somebody came with, short."""
        name = f"topic_{flow}"
        said = self._messages.text(name) if name in self._messages else self.code(flow)
        return said[:1].upper() + said[1:]

    def kind(self, kind: str, code: str) -> str:
        """The words for a danger's `kind`, `level`, `who`, or a request's `topic`."""
        name = f"{kind}_{code}"
        return self._messages.text(name) if name in self._messages else code.replace("_", " ")

    def question(self, question: str) -> str:
        """What was asked, in a few words."""
        return _QUESTIONS.get(question) or question.replace("_", " ").capitalize()

    def choice(self, question: str, choice: str) -> str:
        """What was chosen, as its button says today."""
        flows = self._flows()
        if self._read is None or self._read[0] is not flows:
            self._read = flows, dict(_choices(flows))
        return self._read[1].get((question, choice)) or choice.replace("_", " ").capitalize()


def _choices(flows: Flows) -> Iterator[tuple[tuple[str, str], str]]:
    """(question, choice) → label, from the steps that record an answer."""
    for flow in flows.by_name.values():
        for step in flow.steps.values():
            if isinstance(step.way, Choose):
                for choice in step.way.choices:
                    for question, _ in _recorded(choice.do):
                        yield (question, choice.id), choice.label.source
            for question, answer in _recorded(step.do):
                for option in _options(flow, step, answer):
                    yield (question, option.id), option.label.source


def _recorded(do: Iterable[Action]) -> Iterator[tuple[str, str]]:
    """Which question is recorded, and under which name its answer was saved."""
    for action in do:
        if action.name == "record" and action.args.get("event") == "intake_answered":
            yield str(action.args.get("question")), str(action.args.get("choices")).removeprefix("$")


def _options(flow: Flow, recording: Step, answer: str) -> Iterator[Option]:
    """The ticks that lead to the step which records them."""
    for step in flow.steps.values():
        if isinstance(step.way, Pick) and step.way.save == answer and step.way.goto == recording.id:
            yield from step.way.options
