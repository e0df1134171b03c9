"""What is worked out from files and kept beside them, as Python keeps the bytecode of a module."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

import structlog

from bot import domain
from bot.domain.keeping.frozen import CannotFreeze, CannotThaw, freeze, kinds_of, thaw

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A thing of the class `kind`, made of `classes` and nothing else, kept in `path`.

    `without`: attributes that only the making needs; a thing that was kept does not have them.
    """

    path: Path
    kind: type[T]
    classes: tuple[type, ...]
    without: Mapping[type, frozenset[str]] = field(default_factory=dict)

    def get(self, sources: Iterable[Path], make: Callable[[], T]) -> T:
        """What was kept, if neither the `sources` nor the rules of the domain have changed; else made anew.

        Raises what `make` raises. Nothing is kept where nothing may be written.
        """
        of = _fingerprint(sources)
        kept = self._read(of)
        if kept is None:
            kept = make()
            self._write(of, kept)
        return kept

    def _read(self, of: str) -> T | None:
        """What is kept, if it is whole and of this fingerprint."""
        try:
            with self.path.open(encoding="utf-8", newline="\n") as lines:
                if lines.readline() != _heading(of, lines):
                    return None
                lines.seek(0)
                lines.readline()
                kept = thaw(lines, kinds_of(self.classes))
        except (OSError, UnicodeDecodeError, CannotThaw):
            return None
        return kept if isinstance(kept, self.kind) else None

    def _write(self, of: str, made: T) -> None:
        """Whole or not at all."""
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            lines = [f"{line}\n" for line in freeze(made, kinds_of(self.classes), self.without)]
            self.path.parent.mkdir(exist_ok=True)
            beside.write_text(_heading(of, lines) + "".join(lines), encoding="utf-8", newline="\n")
            beside.replace(self.path)
        except (OSError, CannotFreeze) as wrong:
            with suppress(OSError):
                beside.unlink()
            reason = str(wrong) if isinstance(wrong, CannotFreeze) else type(wrong).__name__
            log.warning("not_kept", file=self.path.name, reason=reason)


def classes_of(*modules: ModuleType) -> Iterator[type]:
    """Every class of ours that these modules make or name."""
    for module in modules:
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__.startswith(f"{domain.__name__}."):
                yield thing


def _fingerprint(sources: Iterable[Path]) -> str:
    """A hash of everything that a thing follows from: the files it is read from, and our rules for it."""
    digest = hashlib.sha256()
    code = sorted(Path(domain.__path__[0]).rglob("*.py"))
    for path in (*sorted(sources), *code):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _heading(of: str, lines: Iterable[str]) -> str:
    """The first line: what it was made of, and a hash of the lines that follow."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    return f"{of} {digest.hexdigest()}\n"
