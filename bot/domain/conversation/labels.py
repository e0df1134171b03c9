"""What a kept answer is called where it was given: the words of its button."""

from collections.abc import Iterator

from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Choose, Pick
from bot.domain.conversation.words import Answer, Words
from bot.domain.speech import Speech


def said(flows: Flows, name: str, value: Answer, speech: Speech) -> str:
    """An answer as the person gave it: the labels of buttons, else their own words; "" for a position."""
    if isinstance(value, str):
        label = next((words for of, words in _labels(flows, name) if of == value), None)
        return label.fill(speech, {}, {}, {}) if label else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (said(flows, name, item, speech) for item in value)))
    return ""


def _labels(flows: Flows, name: str) -> Iterator[tuple[Answer, Words]]:
    for flow in flows.by_name.values():
        for step in flow.steps.values():
            match step.way:
                case Choose(choices):
                    yield from ((one.save[name], one.label) for one in choices if name in one.save)
                case Pick(save=save, options=options) if save == name:
                    yield from ((one.id, one.label) for one in options)
                case _:
                    pass
