"""Checks of translations: nothing missing that matters, nothing lost, nothing too long for a phone."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bot.domain.conversation.boards import TICK, WIDTHS, width
from bot.domain.conversation.catalogs import (
    DATA_TEMPLATE_FILE,
    MESSAGES_TEMPLATE_FILE,
    TEMPLATE_FILE,
    Catalog,
    every_text,
    write_data_template,
    write_messages_template,
    write_template,
)
from bot.domain.conversation.edges import is_safety
from bot.domain.conversation.load import Flows
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import names_in, stray_braces
from bot.domain.messages import Messages, Wording, wordings
from bot.domain.speech import NOUNS

FAR_LONGER = 1.6
"""How many times the letters of the English a translation may have, …"""
ANYWAY = 40
"""… and how many more are never too many."""
_FIGURES = re.compile(r"\d+")
_COMMANDS = re.compile(r"(?<![\w<])/[a-z]+\b")
_TAGS = re.compile(r"</?[a-zA-Z][^>]*>|&[a-z]+;")


def check_template(flows: Flows, template: str) -> Iterator[Problem]:
    """A template that does not hold today's texts."""
    if template != write_template(flows):
        yield Problem(TEMPLATE_FILE, 1, "", "out of date", "run `foothold flows extract`")


def check_messages(
    files: Mapping[str, Messages], template: str | None, catalogs: tuple[Catalog, ...]
) -> Iterator[Problem]:
    """As for flows: a template that is out of date (a warning), safety texts not translated, facts lost."""
    if template is not None and template != write_messages_template(files):
        yield _stale(MESSAGES_TEMPLATE_FILE)
    for file, messages in files.items():
        buttons = {label.label for one in messages.all().values() for label in one.buttons}
        yield from _check(((file, 1, one) for one in wordings(messages)), buttons, catalogs)


def check_data(
    data: Iterable[Wording], template: str | None, catalogs: tuple[Catalog, ...]
) -> Iterator[Problem]:
    """The same of what people read of data/, and every form of what is counted."""
    known = list(data)
    if template is not None and template != write_data_template(known):
        yield _stale(DATA_TEMPLATE_FILE)
    yield from _check((("data", 1, one) for one in known), set(), catalogs)
    for catalog in catalogs:
        for noun, (one, _) in NOUNS.items():
            forms = catalog.plurals.get(one, ())
            if not forms or any("{n}" not in form for form in forms):
                what = f"not every form of {noun!r} with its {{n}} [{catalog.language}]"
                yield Problem(catalog.file, 1, f"counted:{noun}", what, "fill every msgstr[…]", "warning")


def check_catalogs(flows: Flows, catalogs: tuple[Catalog, ...]) -> Iterator[Problem]:
    """The same of flows' texts."""
    every = [
        (flow, text, Wording(text.key, text.words.source, is_safety(flow, flow.steps.get(text.step))))
        for flow, text in every_text(flows)
    ]
    buttons = {wording.text for _, text, wording in every if text.kind == "button"}
    ticks = {wording.text for _, text, wording in every if text.ticks}
    yield from _check(
        ((flow.file, text.words.line, wording) for flow, text, wording in every), buttons, catalogs, ticks
    )


def completeness(catalog: Catalog, texts: Iterable[str]) -> str:
    """A line for people: how much of a language is there, and how much of it has been reviewed."""
    wanted = set(texts)
    done = wanted & catalog.messages.keys()
    safe = done & catalog.safety
    return (
        f"{catalog.language}: {len(done)} of {len(wanted)} texts translated, "
        f"{len(wanted & catalog.fuzzy)} to look at again; reviewed by a native speaker: "
        f"{len(done & catalog.reviewed)}, of the {len(safe)} safety texts {len(safe & catalog.reviewed)}"
    )


def _check(
    texts: Iterable[tuple[str, int, Wording]],
    buttons: set[str],
    catalogs: tuple[Catalog, ...],
    ticks: set[str] | frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    for file, line, one in texts:
        for catalog in catalogs:
            if one.text in catalog.messages:
                yield from _translated(catalog, one, one.text in buttons, one.text in ticks)
            elif one.safety:
                what = "the translation is out of date" if one.text in catalog.fuzzy else "no translation"
                what = f"a safety text: {what} [{catalog.language}]"
                yield Problem(file, line, one.key, what, catalog.file)


def _translated(catalog: Catalog, one: Wording, is_button: bool, is_tick: bool) -> Iterator[Problem]:
    source, said = one.text, catalog.messages[one.text]
    line = catalog.lines.get(source, 1)

    def problem(what: str, fix: str = "", *, warning: bool = False) -> Problem:
        return Problem(
            catalog.file, line, "msgstr", f"{what}: {said[:40]!r}", fix, "warning" if warning else "error"
        )

    wanted, given = set(names_in(source)), set(names_in(said))
    if wanted != given:
        names = ", ".join(sorted(wanted ^ given))
        yield Problem(catalog.file, line, "msgstr", f"not the facts of the source: {names}")
    if stray_braces(said):
        yield problem("a brace that is no {fact}")
    if Counter(_TAGS.findall(source)) != Counter(_TAGS.findall(said)):
        yield problem("not the marks of the source", "no HTML")
    if set(_COMMANDS.findall(source)) != set(_COMMANDS.findall(said)):
        yield problem("not the commands of the source", "keep /commands as they are")
    if one.safety and Counter(_FIGURES.findall(source)) != Counter(_FIGURES.findall(said)):
        yield problem("not the figures of the source in a safety text", "keep every number")
    room = WIDTHS[1] - (width(TICK) if is_tick else 0)
    if is_button and width(said) > room:
        yield problem(f"a button of {width(said)} letters, a phone shows {room}", "shorten it")
    elif len(said) > max(len(source) * FAR_LONGER, len(source) + ANYWAY):
        yield problem(f"{len(said)} letters where the English has {len(source)}", "shorten it", warning=True)


def _stale(file: str) -> Problem:
    return Problem(file, 1, "", "out of date", "run `foothold flows extract`", "warning")
