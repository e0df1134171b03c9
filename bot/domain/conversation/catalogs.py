"""Translations with gettext: English is the source, a language is one .po file, safety texts come first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import product

from babel.messages.catalog import Catalog as BabelCatalog
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.domain.conversation.edges import Spoken, is_safety, spoken
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Flow
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import names_in
from bot.domain.messages import Messages, wordings

TEMPLATE_FILE = "locale/foothold.pot"
MESSAGES_TEMPLATE_FILE = "locale/messages.pot"
"""The texts outside flows, in a file of their own: they change for other reasons."""
DOMAIN = "foothold"
_HEAD = """\
# What Foothold says, for translators. `foothold flows extract` writes this file; docs/flows.md says how.
# Words in {braces} are facts: keep them. "safety text" must be translated before a language is offered."""
_DATED = ('"POT-Creation-Date', '"Generated-By')
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Templates carry no date: the same flows give the same file."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language: finished translations, and those a translator has to look at again (`fuzzy`)."""

    language: str
    file: str
    messages: Mapping[str, str] = field(default_factory=dict)
    fuzzy: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict)


def read_catalog(language: str, file: str, text: str) -> Catalog:
    """Read one .po file. Raises ValueError where gettext cannot read it."""
    try:
        found = read_po(BytesIO(text.encode()), domain=DOMAIN, abort_invalid=True)
    except PoFileError as broken:
        raise ValueError(f"{file}: {broken}") from broken
    messages, fuzzy, lines = {}, set(), {}
    for message in found:
        if not message.id or not isinstance(message.id, str) or not isinstance(message.string, str):
            continue
        lines[message.id] = message.lineno or 1
        if message.fuzzy:
            fuzzy.add(message.id)
        elif message.string.strip():
            messages[message.id] = message.string.strip()
    return Catalog(language, file, messages, frozenset(fuzzy), lines)


def translations(catalogs: tuple[Catalog, ...]) -> dict[str, Mapping[str, str]]:
    """What the loader takes: language → English → translation. What is fuzzy is left in English."""
    return {catalog.language: catalog.messages for catalog in catalogs}


def write_template(flows: Flows) -> str:
    """The gettext template of all flows, the same for the same flows (no date stands in it)."""
    template = _empty()
    for flow, text in _texts(flows):
        step = flow.steps.get(text.step)
        note = ["safety text"] if is_safety(flow, step) else []
        template.add(
            text.words.source,
            locations=[(f"{flow.file}:{text.key}", 0)],
            auto_comments=note,
        )
    return _written(template)


def write_messages_template(files: Mapping[str, Messages]) -> str:
    """The gettext template of the texts outside flows, by the names of their files."""
    template = _empty()
    for file, messages in files.items():
        for one in wordings(messages):
            note = ["safety text"] if one.safety else []
            template.add(one.text, locations=[(f"{file}:{one.key}", 0)], auto_comments=note)
    return _written(template)


def update_catalog(language: str, templates: Sequence[str], before: str = "") -> str:
    """A language's .po file brought up to new templates: changed texts become fuzzy, gone ones obsolete."""
    fresh = _empty()
    for template in templates:
        for message in read_po(BytesIO(template.encode())):
            if message.id:
                fresh.add(message.id, locations=message.locations, auto_comments=message.auto_comments)
    old = read_po(BytesIO(before.encode()), locale=language) if before else BabelCatalog(locale=language)
    old.update(fresh)
    return _written(old)


def check_template(flows: Flows, template: str) -> Iterator[Problem]:
    """A template that does not hold today's texts."""
    if template != write_template(flows):
        yield Problem(TEMPLATE_FILE, 1, "", "out of date", "run `foothold flows extract`")


def check_messages(
    files: Mapping[str, Messages], template: str | None, catalogs: tuple[Catalog, ...]
) -> Iterator[Problem]:
    """As for flows: a template that is out of date (a warning), safety texts not translated, facts lost."""
    if template is not None and template != write_messages_template(files):
        what, fix = "out of date", "run `foothold flows extract`"
        yield Problem(MESSAGES_TEMPLATE_FILE, 1, "", what, fix, severity="warning")
    for catalog, (file, messages) in product(catalogs, files.items()):
        for one in wordings(messages):
            if one.text in catalog.messages:
                yield from _facts(catalog, one.text)
            elif one.safety:
                what = "the translation is out of date" if one.text in catalog.fuzzy else "no translation"
                yield Problem(file, 1, one.key, f"a safety text: {what} [{catalog.language}]", catalog.file)


def check_catalogs(flows: Flows, catalogs: tuple[Catalog, ...]) -> Iterator[Problem]:
    """Safety texts that a language lacks or has an old version of; facts lost in translation."""
    for catalog in catalogs:
        missing = 0
        for flow, text in _texts(flows):
            source = text.words.source
            if source in catalog.messages:
                yield from _facts(catalog, source)
            elif is_safety(flow, flow.steps.get(text.step)):
                yield _untranslated(flow, text, catalog)
            else:
                missing += 1
        if missing:
            what = f"{missing} texts are not translated and will be said in English"
            yield Problem(catalog.file, 1, "", what, severity="warning")


def _empty() -> BabelCatalog:
    return BabelCatalog(
        project="foothold", charset="utf-8", fuzzy=False, creation_date=_NO_DATE, header_comment=_HEAD
    )


def _texts(flows: Flows) -> Iterator[tuple[Flow, Spoken]]:
    for _, flow in sorted(flows.by_name.items()):
        for text in spoken(flow):
            yield flow, text


def _untranslated(flow: Flow, text: Spoken, catalog: Catalog) -> Problem:
    what = "the translation is out of date" if text.words.source in catalog.fuzzy else "no translation"
    return Problem(
        flow.file, text.words.line, text.key, f"a safety text: {what} [{catalog.language}]", catalog.file
    )


def _facts(catalog: Catalog, source: str) -> Iterator[Problem]:
    wanted, given = set(names_in(source)), set(names_in(catalog.messages[source]))
    if wanted != given:
        names = ", ".join(sorted(wanted ^ given))
        line = catalog.lines.get(source, 1)
        yield Problem(catalog.file, line, "msgstr", f"not the facts of the source: {names}")


def _written(catalog: BabelCatalog) -> str:
    out = BytesIO()
    write_po(out, catalog, width=100, omit_header=False, sort_output=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_DATED))
