"""The project's own labelled messages: files that a person can read, one voice each.

voice: who writes like this
[suicide emergency self +overdose_now]      what follows: label, level, who; what else is just as right
a message, one a line; ⏎ is a line end in it
a question of the bot → the message that answers it
[none]                                      sounds like danger and is none
[ordinary]                                  what people write all day
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from bot.app.library import files
from bot.domain.danger import Kind

CORPUS: Final = Path(__file__).parent.parent / "tests" / "domain" / "danger" / "corpus"
LEVELS: Final = ("emergency", "urgent", "concern")
WHO: Final = ("self", "other")
NO_DANGER: Final = ("none", "ordinary")
NEAR_DANGER: Final = frozenset({"how long does withdrawal last", "my script ran out"})
"""First words of which nobody can say that they are no danger."""


class CorpusError(ValueError):
    """A file of messages that cannot be read; the text names the file and the line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message. `right` holds every label that is right for it, empty for no danger."""

    id: str
    text: str
    label: str
    severity: str
    who: str
    right: frozenset[str]
    voice: str
    prev: str | None = None


def messages(folder: Path = CORPUS) -> list[Message]:
    """All messages of the corpus, by file name; of the whole of it also what people write first, which is
    ordinary. Raises CorpusError."""
    found = [
        one for file in sorted(folder.glob("*.txt")) for one in read_voice(file.stem, file.read_text("utf-8"))
    ]
    known = {_bare(one.text) for one in found if one.prev is None}
    if folder == CORPUS:
        found += [one for one in _first_words() if _bare(one.text) not in known]
    return found


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower())) or text


def _first_words() -> Iterator[Message]:
    said = files.first_words().said
    for name in sorted(said.keys() - NEAR_DANGER):
        for text in said[name]:
            yield _message("first-words", text, None, ("ordinary", "none", "self", frozenset()))


def read_voice(voice: str, text: str) -> Iterator[Message]:
    """The messages of one file. Raises CorpusError."""
    head: tuple[str, str, str, frozenset[str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("voice:"):
            continue
        if words.startswith("[") and words.endswith("]"):
            head = _head(words[1:-1].split(), f"{voice}:{number}")
            continue
        if head is None:
            raise CorpusError(f"{voice}:{number}: a message before the first heading")
        prev, arrow, said = words.partition(" → ")
        yield _message(voice, (said if arrow else words), prev if arrow else None, head)


def _head(words: list[str], where: str) -> tuple[str, str, str, frozenset[str]]:
    also = {word[1:] for word in words if word.startswith("+")}
    label, *rest = [word for word in words if not word.startswith("+")]
    if label in NO_DANGER and not rest and not also:
        return label, "none", "self", frozenset()
    kinds = get_args(Kind)
    if label in kinds and also <= set(kinds) and len(rest) == 2 and rest[0] in LEVELS and rest[1] in WHO:
        return label, rest[0], rest[1], frozenset({label, *also})
    raise CorpusError(f"{where}: {' '.join(words)!r} is no heading")


def _message(voice: str, said: str, prev: str | None, head: tuple[str, str, str, frozenset[str]]) -> Message:
    text = said.replace(" ⏎ ", "\n")
    label, severity, who, right = head
    name = f"{zlib.crc32(f'{prev}|{text}'.encode()):08x}"
    return Message(name, text, label, severity, who, right, voice, prev)


def read_lines(lines: Iterable[str]) -> list[Message]:
    """The messages of a JSON Lines file: `{"id", "text", "label", "severity", "who", "also", "prev"}`."""
    return [_row(json.loads(line)) for line in lines if line.strip()]


def _row(row: dict[str, Any]) -> Message:
    right = frozenset({row["label"], *row.get("also", ())} - {"none"})
    return Message(
        str(row["id"]),
        row["text"],
        row["label"],
        row["severity"],
        row["who"],
        right,
        "given",
        row.get("prev"),
    )
