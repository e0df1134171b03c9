"""Checks of what people read: lengths, facts, stigma words, and how much stands on a safety card."""

import re
from collections.abc import Iterator

from bot.domain.conversation import registry
from bot.domain.conversation.boards import TICK, WIDTHS, width
from bot.domain.conversation.catalogs import Catalog
from bot.domain.conversation.check_host import facts_known
from bot.domain.conversation.edges import Spoken, is_safety, spoken
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Flow
from bot.domain.conversation.problems import Problem, meant
from bot.domain.conversation.words import (
    TEXT_LIMIT,
    VALUE_LIMIT,
    names_in,
    stray_braces,
    units,
)
from bot.domain.speech import SOURCE_LANGUAGE
from bot.domain.words import FELLOWSHIPS, slips

CARD_WORDS = 60
SENTENCE_WORDS = 12
"""Safety cards (design: safety, "Answering"): at most so many words, and so many to a sentence."""

_SENTENCE_END = re.compile(r"[.!?…:]+(?:\s|$)|\n")


def check_words(
    flows: Flows, proper_names: tuple[str, ...] = FELLOWSHIPS, catalogs: tuple[Catalog, ...] = ()
) -> Iterator[Problem]:
    """Every text of every flow. `proper_names` come from the data: a fellowship keeps its own name."""
    known = facts_known(flows.by_name)
    spoken_in = (Catalog(SOURCE_LANGUAGE, ""), *catalogs)
    for flow in flows.by_name.values():
        for text in spoken(flow):
            yield from _braces(flow, text, known[flow.name])
            yield from _shaming(flow, text, proper_names)
            if text.kind == "button":
                yield from _button(flow, text)
            for catalog in spoken_in if text.kind == "text" else ():
                yield from _length(flows, flow, text, catalog)
            if text.kind == "text":
                yield from _card(flow, text)


def _problem(flow: Flow, text: Spoken, what: str, fix: str = "", warning: bool = False) -> Problem:
    return Problem(flow.file, text.words.line, text.key, what, fix, "warning" if warning else "error")


def _braces(flow: Flow, text: Spoken, known: set[str]) -> Iterator[Problem]:
    if stray_braces(text.words.source):
        yield _problem(flow, text, "a brace that is no {fact}", "braces are for facts only")
    for name in names_in(text.words.source):
        if text.kind in ("button", "title"):
            yield _problem(flow, text, f"{{{name}}} in a {text.kind}", "facts go into texts only")
        elif name not in known:
            fix = meant(name, known, "docs/flows.md says where the facts stand")
            yield _problem(flow, text, f"nothing gives {{{name}}}", fix)


def _shaming(flow: Flow, text: Spoken, proper_names: tuple[str, ...]) -> Iterator[Problem]:
    for slip in slips(text.words.source, proper_names):
        yield _problem(flow, text, f"{slip.word!r} is a word that shames", f"say: {slip.instead}")


def _button(flow: Flow, text: Spoken) -> Iterator[Problem]:
    wording = text.words.source
    letters = width(wording) + (width(TICK) if text.ticks else 0)
    if letters > WIDTHS[1]:
        what = f"a button of {letters} letters, a phone shows {WIDTHS[1]}: {wording!r}"
        yield _problem(flow, text, what, "shorten it")


def _length(flows: Flows, flow: Flow, text: Spoken, catalog: Catalog) -> Iterator[Problem]:
    """With the English beneath a safety text that nobody has reviewed in this language."""
    step, language = flow.steps[text.step], catalog.language
    parts = [text.words.source, step.progress.source if step.progress else ""]
    said = [catalog.messages.get(part, part) for part in parts]
    if is_safety(flow, step) and text.words.source in catalog.messages.keys() - catalog.reviewed:
        said.append(text.words.source)
    longest = sum(largest(part) for part in said) + 1 + _first_line(flows, catalog) + 2
    if longest > TEXT_LIMIT:
        yield _problem(
            flow,
            text,
            f"may come to {longest} letters with its facts, Telegram takes {TEXT_LIMIT} [{language}]",
            "shorten it or split the step",
        )


def largest(wording: str) -> int:
    """UTF-16 units of a wording with the largest facts put in."""
    names = names_in(wording)
    bare = units(wording) - sum(len(name) + 2 for name in names)
    return bare + sum(registry.LIMITS.get(name, VALUE_LIMIT) for name in names)


def _first_line(flows: Flows, catalog: Catalog) -> int:
    lines = (catalog.messages.get(words.source, words.source) for words in flows.lines.values())
    return max((largest(line) for line in lines), default=0)


def _card(flow: Flow, text: Spoken) -> Iterator[Problem]:
    wording = text.words.source
    count = len(_words(wording))
    step = flow.steps[text.step]
    if count > CARD_WORDS:
        card = step.card or flow.card
        what = f"{count} words, {CARD_WORDS} are enough" + (" for a safety card" if card else "")
        yield _problem(flow, text, what, "shorten it or split the step", warning=not card)
    if not is_safety(flow, step):
        return
    for sentence in _SENTENCE_END.split(wording):
        length = len(_words(sentence))
        if length > SENTENCE_WORDS:
            beginning = " ".join(sentence.split()[:4])
            yield _problem(
                flow,
                text,
                f"a sentence of {length} words on a safety card: {beginning} …",
                f"{SENTENCE_WORDS} at most",
                warning=True,
            )


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", re.sub(r"\{[a-z0-9_]+\}", "", text))
