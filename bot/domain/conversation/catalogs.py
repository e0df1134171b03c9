"""Translations with gettext: English is the source, a language is one .po file, safety texts come first.

Babel is imported where it is needed: a service that finds its languages compiled never does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from bot.domain.conversation.edges import Spoken, is_safety, spoken
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import plain, unaccented
from bot.domain.conversation.model import Flow
from bot.domain.messages import Messages, Wording, wordings
from bot.domain.speech import NOUNS, Calendar, Speech

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog as BabelCatalog
    from babel.messages.catalog import Message

TEMPLATE_FILE = "locale/foothold.pot"
MESSAGES_TEMPLATE_FILE = "locale/messages.pot"
DATA_TEMPLATE_FILE = "locale/data.pot"
"""The texts outside flows, in files of their own: they change for other reasons."""
DOMAIN = "foothold"
SAFETY = "safety text"
_HEAD = """\
# What Foothold says, for translators. `foothold flows extract` writes this file; docs/translate.md says how.
# Words in {braces} are facts: keep them. "safety text" must be translated before a language is offered."""
_DATED = ('"POT-Creation-Date', '"Generated-By')
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Templates carry no date: the same flows give the same file."""
_PLACES = re.compile(r"^#: .*$", re.MULTILINE)
_REVIEWED = re.compile(r"reviewed by \S.* on \d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language: finished translations, and those a translator has to look at again (`fuzzy`).

    `reviewed`: the English of what a native speaker has signed, by a comment "reviewed by NAME on DATE".
    `plurals` and `rule` are as `bot.domain.speech.Speech` has them. `safety`: the English that is marked so.
    """

    language: str
    file: str
    messages: Mapping[str, str] = field(default_factory=dict)
    fuzzy: frozenset[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rule: str = "n != 1"
    reviewed: frozenset[str] = frozenset()
    safety: frozenset[str] = frozenset()


def read_catalog(language: str, file: str, text: str) -> Catalog:
    """Read one .po file. Raises ValueError where gettext cannot read it."""
    from babel.messages.pofile import PoFileError  # noqa: PLC0415

    try:
        found = _read(text, language)
    except PoFileError as broken:
        raise ValueError(f"{file}: {broken}") from broken
    said = {one.id: one for one in found if isinstance(one.id, str) and one.id}
    done = {name: str(one.string).strip() for name, one in said.items() if one.string and not one.fuzzy}
    counted = (one for one in found if isinstance(one.id, tuple | list) and not one.fuzzy)
    plurals = {one.id[0]: tuple(one.string or ()) for one in counted if all(one.string or ())}
    return Catalog(
        language,
        file,
        done,
        frozenset(name for name, one in said.items() if one.fuzzy),
        {name: one.lineno or 1 for name, one in said.items()},
        plurals,
        found.plural_expr,
        frozenset(name for name, one in said.items() if name in done and is_reviewed(one)),
        frozenset(name for name, one in said.items() if SAFETY in one.auto_comments),
    )


def is_reviewed(message: "Message") -> bool:
    """Whether a translator's comment says who of the native speakers has signed it, and when."""
    return any(_REVIEWED.search(comment) for comment in message.user_comments)


def speech_of(catalog: Catalog, words: Mapping[str, tuple[str, ...]]) -> Speech:
    """A language ready to be spoken; `words` are those that people type in it, by what they mean."""
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415

    return Speech(
        catalog.language,
        {name: said for name, said in catalog.messages.items() if said != name},
        catalog.plurals,
        catalog.rule,
        calendar_of(catalog.language),
        catalog.reviewed,
        (catalog.safety & catalog.messages.keys()) <= catalog.reviewed,
        {meaning: _plain_forms(every) for meaning, every in words.items()},
        get_decimal_symbol(catalog.language),
    )


def _plain_forms(words: Iterable[str]) -> tuple[str, ...]:
    """As typed with accents and without."""
    return tuple(dict.fromkeys(form for word in words for form in (plain(word), unaccented(plain(word)))))


def calendar_of(language: str) -> Calendar:
    """The names of days and months and how dates are put together, by Babel (CLDR)."""
    from babel.dates import format_date, format_skeleton, get_day_names  # noqa: PLC0415

    def dated(skeleton: str, pattern: str) -> tuple[str, ...]:
        every = [date(2026, month, 28) for month in range(1, 13)]
        said = [format_skeleton(skeleton, day, locale=language) for day in every]
        if not said[0].startswith("28"):  # what CLDR has of Welsh puts the month first
            said = [format_date(day, pattern, locale=language) for day in every]
        return tuple(one.replace("28", "{d}", 1) for one in said)

    months = (date(2026, month, 1) for month in range(1, 13))
    return Calendar(
        tuple(get_day_names("wide", locale=language)[day] for day in range(7)),
        tuple(get_day_names("abbreviated", locale=language)[day] for day in range(7)),
        dated("MMMMd", "d MMMM"),
        dated("MMMd", "d MMM"),
        tuple(format_skeleton("yMMMM", on, locale=language).replace("2026", "{y}") for on in months),
        "{day}, {date}",
    )


def write_template(flows: Flows) -> str:
    """The gettext template of all flows, the same for the same flows (no date stands in it)."""
    return _template(
        Wording(f"{flow.file}:{text.key}", text.words.source, is_safety(flow, flow.steps.get(text.step)))
        for flow, text in every_text(flows)
    )


def write_messages_template(files: Mapping[str, Messages]) -> str:
    """The gettext template of the texts outside flows, by the names of their files."""
    return _template(
        Wording(f"{file}:{one.key}", one.text, one.safety)
        for file, messages in files.items()
        for one in wordings(messages)
    )


def write_data_template(data: Iterable[Wording]) -> str:
    """The gettext template of what people read of data/, and of nouns that are counted."""
    return _template(data, counted=True)


def update_catalog(language: str, templates: Sequence[str], before: str = "") -> str:
    """A language's .po file brought up to new templates: a text changed where it stands becomes fuzzy.

    It keeps its old translation for the translator to mend, and is no longer reviewed. gettext's own guessing
    among all texts takes minutes and brings together what has nothing to do with one another.
    """
    from babel.messages.catalog import Catalog as BabelCatalog  # noqa: PLC0415

    fresh = _empty()
    for template in templates:
        for message in _read(template):
            if message.id:
                fresh.add(message.id, locations=message.locations, auto_comments=message.auto_comments)
    old = _read(before, language) if before else BabelCatalog(locale=language)
    old.header_comment = _HEAD
    stood = {where: one.string for one in old if one.string for where, _ in one.locations}
    old.update(fresh, no_fuzzy_matching=True)
    for message in old:
        if isinstance(message.id, str) and message.id and not message.string:
            message.string = next((stood[where] for where, _ in message.locations if where in stood), "")
            message.flags |= {"fuzzy"} if message.string else set()
        if message.fuzzy:
            message.user_comments = [one for one in message.user_comments if not _REVIEWED.search(one)]
    old.obsolete.clear()
    return _written(old)


@dataclass(frozen=True, slots=True)
class Translated:
    """One finished translation, for those who review."""

    where: str
    english: str
    said: str
    safety: bool
    reviewed: bool

    def __str__(self) -> str:
        safe = " (safety)" if self.safety else ""
        return f"{self.where}{safe}\n  {_in_a_line(self.english)}\n  {_in_a_line(self.said)}"


def read_messages_of(language: str, text: str) -> Iterator[Translated]:
    """Every finished translation of a .po file."""
    for one in _read(text, language):
        if one.id and one.string and not one.fuzzy and isinstance(one.id, str):
            where = one.locations[0][0] if one.locations else ""
            yield Translated(where, one.id, str(one.string), SAFETY in one.auto_comments, is_reviewed(one))


def sign(language: str, text: str, where: str, by: str, on: date) -> tuple[str, int]:
    """A .po file with a native speaker's name under what is said at `where`, and how many texts that is."""
    catalog = _read(text, language)
    chosen = [
        one
        for one in catalog
        if one.id and one.string and not one.fuzzy and not is_reviewed(one)
        if any(place.startswith(where) for place, _ in one.locations)
    ]
    for one in chosen:
        one.user_comments.append(f"reviewed by {by} on {on}")
    return _written(catalog), len(chosen)


def _in_a_line(text: str) -> str:
    return " ⏎ ".join(text.splitlines())


def every_text(flows: Flows) -> Iterator[tuple[Flow, Spoken]]:
    """Every text of every flow, with its flow."""
    for _, flow in sorted(flows.by_name.items()):
        for text in spoken(flow):
            yield flow, text


def _template(texts: Iterable[Wording], *, counted: bool = False) -> str:
    template = _empty()
    for one in texts:
        where = one.key.replace(":", "#")  # what follows a colon is a line's number to gettext, else dropped
        template.add(one.text, locations=[(where, 0)], auto_comments=[SAFETY] if one.safety else [])
    for noun, forms in NOUNS.items() if counted else ():
        template.add(forms, locations=[(f"counted#{noun}", 0)], auto_comments=["{n} is a number"])
    return _written(template)


def _empty() -> "BabelCatalog":
    from babel.messages.catalog import Catalog as BabelCatalog  # noqa: PLC0415

    return BabelCatalog(
        project="foothold", charset="utf-8", fuzzy=False, creation_date=_NO_DATE, header_comment=_HEAD
    )


def _read(text: str, language: str | None = None) -> "BabelCatalog":
    """A .po file with its places, which Babel forgets where no line number follows. Raises PoFileError."""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    placed = _PLACES.sub(
        lambda line: " ".join(["#:", *(f"{place}:0" for place in line[0].split()[1:])]), text
    )
    return read_po(BytesIO(placed.encode()), locale=language, domain=DOMAIN, abort_invalid=True)


def _written(catalog: "BabelCatalog") -> str:
    from babel.messages.pofile import write_po  # noqa: PLC0415

    out = BytesIO()
    write_po(out, catalog, width=100, omit_header=False, sort_output=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_DATED))
