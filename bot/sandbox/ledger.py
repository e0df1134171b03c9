"""What really happened, written down independently of the bot: append-only, and the witness of every test."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

Kind = Literal["queued", "given", "confirmed", "expired", "dropped", "did", "refused", "answered", "hooked"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    queued: an update came to be · given: it was in an answer to getUpdates · confirmed: the bot's offset
    moved past it · expired, dropped: it was lost as Telegram loses them · hooked: one try at the webhook ·
    did: a call took effect · refused: a call had no effect · answered: what went back (`fate`: sent, reset,
    or hung until the caller left). `body` holds ids, parameters and statuses.
    """

    n: int
    at: datetime
    kind: Kind
    method: str
    chat: int | None
    body: dict[str, Any]


class Ledger:
    """Entries in order, in memory and, with `path`, one JSON line each, appended as they happen."""

    def __init__(self, path: Path | None = None, *, keep: bool = True) -> None:
        """`keep=False` counts and forgets: for long benches, where memory would grow."""
        self.entries: list[Entry] = []
        self.counts: dict[tuple[Kind, str], int] = {}
        self._keep = keep
        self._n = 0
        self.on_add: Callable[[], None] = lambda: None
        """Called after each entry."""
        self._file: IO[str] | None = path.open("a", encoding="utf-8", buffering=1) if path else None

    def add(self, at: datetime, kind: Kind, method: str, chat: int | None = None, **body: Any) -> None:
        """Append one entry."""
        self._n += 1
        self.counts[kind, method] = self.counts.get((kind, method), 0) + 1
        self.on_add()
        if not self._keep and self._file is None:
            return
        entry = Entry(self._n, at, kind, method, chat, body)
        if self._keep:
            self.entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(jsonable(entry)) + "\n")

    def of(self, kind: Kind, method: str | None = None, chat: int | None = None) -> list[Entry]:
        """Entries of one kind, of one method and one chat where these are given."""
        return [
            entry
            for entry in self.entries
            if entry.kind == kind and method in {None, entry.method} and chat in {None, entry.chat}
        ]

    def sent(self, chat: int | None = None) -> Iterator[Entry]:
        """Every message the bot put into a chat, whether or not it heard the answer."""
        return (
            entry for entry in self.of("did", chat=chat) if "message_id" in entry.body and entry.body["new"]
        )

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()


def jsonable(entry: Entry) -> dict[str, Any]:
    """The entry as JSON; `at` in ISO 8601, UTC."""
    return {**asdict(entry), "at": entry.at.isoformat()}
