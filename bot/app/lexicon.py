"""The danger lexicon as a listener: compiled once, and kept beside it as Python keeps its bytecode."""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import structlog

from bot.app import files
from bot.domain import danger, frozen
from bot.domain.danger import answers, groups, lexicon, listener, pattern, phrases, reading, spelling
from bot.domain.danger.listener import Listener, load_listener
from bot.domain.frozen import CannotFreeze, CannotThaw, freeze, kinds_of, thaw

log = structlog.get_logger()

_MODULES = (answers, groups, lexicon, listener, pattern, phrases, reading, spelling)
_FOR_PEOPLE: Mapping[type, frozenset[str]] = {
    lexicon.Rule: frozenset({"why", "when", "unless", "hears", "ignores"})
}
"""What of a rule only those who tend the lexicon read: a listener that was kept does not have it."""
KEPT = Path("__pycache__") / "lexicon.jsonl"


def open_listener(folder: Path = files.DATA / "danger") -> Listener:
    """The listener of the lexicon in `folder`: as kept there, if neither data nor code has changed since.

    Compiling takes ten times as long, and four times the memory while it is done. Raises
    LexiconError, SecondReaderError.
    """
    path, of = folder / KEPT, _fingerprint(folder)
    made = _read(path, of)
    if made is None:
        made = load_listener(files.lexicon_texts(folder))
        if not sys.dont_write_bytecode:
            _keep(path, of, made)
    made.read_with(files.second_reader())
    return made


def _classes() -> Iterator[type]:
    """The classes that a listener is made of."""
    for module in _MODULES:
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__.startswith(danger.__name__):
                yield thing


def _fingerprint(folder: Path) -> str:
    """A hash of everything a compiled lexicon follows from: its files, and the code that compiles them."""
    digest = hashlib.sha256()
    code = Path(_file(danger)).parent.glob("*.py")
    for path in sorted([*folder.glob("*.*"), *code, Path(_file(frozen))]):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _file(module: ModuleType) -> str:
    assert module.__file__ is not None
    return module.__file__


def _read(path: Path, of: str) -> Listener | None:
    """The listener kept at `path`, if it is whole and the one of this fingerprint."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            if lines.readline() != _heading(of, lines):
                return None
            lines.seek(0)
            lines.readline()
            kept = thaw(lines, kinds_of(_classes()))
    except (OSError, UnicodeDecodeError, CannotThaw):
        return None
    return kept if isinstance(kept, Listener) else None


def _heading(of: str, lines: Iterator[str]) -> str:
    """The first line: what it was made of, and a hash of the lines that follow."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    return f"{of} {digest.hexdigest()}\n"


def _keep(path: Path, of: str, made: Listener) -> None:
    """Write it whole or not at all; where nothing may be written, it is compiled at each start."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        lines = [f"{line}\n" for line in freeze(made, kinds_of(_classes()), _FOR_PEOPLE)]
        path.parent.mkdir(exist_ok=True)
        beside.write_text(_heading(of, iter(lines)) + "".join(lines), encoding="utf-8", newline="\n")
        beside.replace(path)
    except (OSError, CannotFreeze) as wrong:
        with suppress(OSError):
            beside.unlink()
        log.info("lexicon_not_kept", reason=type(wrong).__name__)
