"""How the last starts of the service went, as one note."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.keeping import notes

NAME = "boots"

State = Literal["begun", "worked", "failed", "ended"]
"""begun: and nothing more is known, so it runs or was killed. worked: a turn was committed.
failed: ended by an exception before that. ended: in good order."""


@dataclass(frozen=True, slots=True)
class Boot:
    """The last start. `failures` is how many in a row, up to now, ended by an exception of their own."""

    at_ms: int
    state: State
    failures: int = 0
    error: str = ""


def put(tx: Transaction, boot: Boot) -> None:
    """Keep how the last start stands."""
    notes.put(tx, NAME, json.dumps(asdict(boot)))


async def last(tx: Transaction) -> Boot | None:
    """The last start; None before the first, and for a note that cannot be read."""
    said = await notes.get(tx, NAME)
    try:
        return None if said is None else Boot(**json.loads(said))
    except (TypeError, ValueError):
        return None


def begun(before: Boot | None, now: datetime) -> Boot:
    """The start after `before`: failures in a row go on counting, a start that worked clears them."""
    if before is None or before.state in ("worked", "ended"):
        return Boot(to_ms(now), "begun")
    return Boot(to_ms(now), "begun", before.failures, before.error)
