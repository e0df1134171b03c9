"""Keyboards and the wordings that count as pressing them, worked out once for each step and language."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.conversation.matching import (
    DONE,
    ENOUGH,
    NO,
    NO_ALONE,
    NONE,
    NOTHING,
    SKIP,
    TALK,
    YES,
    YES_ALONE,
    halves,
    plain,
    unaccented,
    wordings,
)
from bot.domain.conversation.model import Ask, Choose, Listed, Option, Pick, Scale, Step
from bot.domain.conversation.moves import DONE_ID, ENOUGH_ID, SKIP_ID, TALK_ID, Key, Rows
from bot.domain.conversation.words import Answer, Words, cut
from bot.domain.speech import ENGLISH, Speech

LABEL_LIMIT = 40
"""UTF-16 units of a button whose words come from data; the checker holds written labels to less."""
LIST_LIMIT = 12
"""Buttons made from one returned list."""
TICK = "✓ "
WIDTHS = {1: 30, 2: 18, 3: 12, 4: 8, 5: 6, 6: 5}
"""Letters that a phone 360 points wide shows of a button, by the buttons in its row."""
_USUAL = {"yes": YES, "no": NO}


@dataclass(frozen=True, slots=True)
class Board:
    """One waiting step in one language: its buttons, and plain wordings → choice id."""

    controls: Rows
    index: Mapping[str, str]
    controls_index: Mapping[str, str]
    rows: Rows
    """The finished keyboard with nothing ticked."""

    def ticked(self, picked: Sequence[str]) -> Rows:
        """The keyboard with a mark on what is ticked."""
        if not picked:
            return self.rows
        return tuple(
            tuple(Key(TICK + key.label, key.choice) if key.choice in picked else key for key in row)
            for row in self.rows
        )


def in_rows(keys: Sequence[Key], columns: int, more: int = 0) -> Rows:
    """Buttons set out, at most `columns` to a row and never more than a phone can show of the longest.

    `more` is the room to leave in each button for a mark.
    """
    rows = []
    rest = tuple(keys)
    while rest:
        across = max(1, columns)
        while across > 1 and any(width(key.label) + more > WIDTHS[across] for key in rest[:across]):
            across -= 1
        rows.append(rest[:across])
        rest = rest[across:]
    return tuple(rows)


def width(text: str) -> int:
    """Letters' room a text takes on a button; wide letters and emoji take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def board(step: Step, lines: Mapping[str, Words], speech: Speech) -> Board:
    """The board of a waiting step in one language. A list's buttons are added when its data is there."""
    keys: tuple[Key, ...] = ()
    index: dict[str, str] = {}
    columns = 1
    match step.way:
        case Choose(choices, columns):
            keys = tuple(Key(_label(one.label, speech), one.id) for one in choices if not one.hidden)
            index = _index((one.id, _labels(one.label, speech), one.words) for one in choices)
        case Pick(options=options, columns=columns):
            keys = tuple(Key(_label(one.label, speech), one.id) for one in options)
            index = _index((one.id, _labels(one.label, speech), one.words) for one in options)
            _add_halves(index, options, speech)
            if step.way.none:
                _add(index, NONE, step.way.none)
        case Scale(low=low, high=high, columns=columns):
            keys = tuple(Key(str(figure), str(figure)) for figure in range(low, high + 1))
        case Listed() | Ask():
            pass
        case _:
            raise ValueError("only a step that waits has a board")
    controls, controls_index = _controls(step, lines, speech)
    if speech is not ENGLISH:
        _add_speech(index, {"yes": "yes", "no": "no"}, speech)
        if isinstance(step.way, Pick) and step.way.none:
            _add(index, speech.words.get("none", ()), step.way.none)
        _add_speech(controls_index, _MEANT, speech)
    more = len(TICK) if isinstance(step.way, Pick) else 0
    return Board(controls, index, controls_index, in_rows(keys, columns, more) + controls)


def listed(value: Answer, label: str) -> tuple[Key, ...]:
    """Buttons from a returned list; items without an id or a label are passed over."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    items = (item for item in value if isinstance(item, Mapping))
    pairs = ((str(item.get("id") or ""), str(item.get(label) or item.get("label") or "")) for item in items)
    keys = [Key(cut(words.strip(), LABEL_LIMIT), name) for name, words in pairs if name and words.strip()]
    return tuple(keys[:LIST_LIMIT])


def listed_index(keys: Iterable[Key]) -> dict[str, str]:
    """Plain wordings → id for buttons made from a list: the label, the number ("2", "number two", "the second
    one") and the first words where they are one label's only, whatever the ids are."""
    found: dict[str, str] = {}
    for place, key in enumerate(keys, start=1):
        _add(found, (str(place), *wordings(key.label, "", ())), key.choice)
    for begin, (choice, *others) in _beginnings(keys).items():
        if not others:
            _add(found, (begin,), choice)
    for (figure, *ordinals), key in zip(_PLACES, keys, strict=False):
        for word in ordinals:
            _add(found, (word, f"the {word}", f"{word} one", f"the {word} one"), key.choice)
        for word in (str(figure), _FIGURES[int(figure)]):
            _add(found, (f"number {word}", f"no {word}", f"option {word}"), key.choice)
    return found


def _beginnings(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The first words of the labels, in plain form, and the choices of all that begin so.

    "Late Lamp" stands for "Late Lamp, Kirkmere". One word alone may be a place or a wish: "Camden", "women".
    """
    found: dict[str, list[str]] = {}
    for key in keys:
        words = plain(key.label).split()
        for some in range(2, len(words)):
            found.setdefault(" ".join(words[:some]), []).append(key.choice)
    return found


_FIGURES = ("zero", "one", "two", "three", "four", "five", "six")
_PLACES = (
    ("1", "first", "1st", "top", "primera", "la primera", "el primero", "pierwsza", "pierwszy", "y cyntaf"),
    ("2", "second", "2nd", "segunda", "la segunda", "el segundo", "druga", "drugi", "yr ail"),
    ("3", "third", "3rd", "tercera", "la tercera", "el tercero", "trzecia", "trzeci", "y trydydd"),
    ("4", "fourth", "4th", "cuarta", "la cuarta", "el cuarto", "czwarta", "czwarty", "y pedwerydd"),
    ("5", "fifth", "5th", "quinta", "la quinta", "el quinto", "piata", "piaty", "y pumed"),
    ("6", "sixth", "6th", "sexta", "la sexta", "el sexto", "szosta", "szosty", "y chweched"),
)
"""What people type for the place of a button: English, Spanish, Polish, Welsh, without accents."""


def _label(words: Words, speech: Speech) -> str:
    return words.fill(speech, {}, {}, {})


def _labels(words: Words, speech: Speech) -> tuple[str, ...]:
    return (_label(words, speech), words.source)


def _index(options: Iterable[tuple[str, tuple[str, ...], Sequence[str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    names = []
    for name, labels, aliases in options:
        names.append(name)
        for label in labels:
            _add(found, wordings(label, name, aliases), name)
    for place, name in enumerate(names, start=1):
        _add(found, (str(place), *_USUAL.get(name, ())), name)
    for word, spellings in (("yes", YES_ALONE), ("no", NO_ALONE)):
        if word in found:
            _add(found, spellings, found[word])
    return found


def _add_halves(index: dict[str, str], options: Sequence[Option], speech: Speech) -> None:
    owners: dict[str, set[str]] = {}
    for option in options:
        for label in _labels(option.label, speech):
            for half in halves(label):
                owners.setdefault(half, set()).add(option.id)
    for half, names in owners.items():
        if len(names) == 1:
            _add(index, (half,), next(iter(names)))


_MEANT = {DONE_ID: "done", SKIP_ID: "skip", ENOUGH_ID: "enough", TALK_ID: "talk"}


def _add_speech(index: dict[str, str], meant: Mapping[str, str], speech: Speech) -> None:
    """What people type in a language for the choices that an index has, and all it has without accents."""
    for choice in {*index.values()} & meant.keys():
        _add(index, speech.words.get(meant[choice], ()), choice)
    for text, choice in [*index.items()]:
        _add(index, (unaccented(text),), choice)


def _add(index: dict[str, str], texts: Iterable[str], name: str) -> None:
    for text in texts:
        index.setdefault(text, name)


def _controls(step: Step, lines: Mapping[str, Words], speech: Speech) -> tuple[Rows, dict[str, str]]:
    index: dict[str, str] = {}
    wanted = [
        (DONE_ID, "done", DONE, isinstance(step.way, Pick) and step.way.many),
        (SKIP_ID, "skip", SKIP + NOTHING if isinstance(step.way, Ask) else SKIP, step.skip is not None),
        (ENOUGH_ID, "enough", ENOUGH, step.enough is not None),
        (TALK_ID, "talk", TALK, step.talk),
    ]
    keys: dict[str, Key] = {}
    for choice, line, texts, wants in wanted:
        if line in lines and (wants or choice == TALK_ID):
            label = _label(lines[line], speech)
            _add(index, (plain(label), *texts), choice)
            if wants:
                keys[choice] = Key(label, choice)
    done = [(keys[DONE_ID],)] if DONE_ID in keys else []
    rest = tuple(keys[name] for name in (SKIP_ID, ENOUGH_ID, TALK_ID) if name in keys)
    return (*done, *in_rows(rest, 2)), index
