"""What the running service says about itself every few seconds, for doctor in another process."""

from dataclasses import dataclass
from datetime import datetime

from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.transaction import Transaction
from bot.store.keeping import notes

_AT, _HEARD, _RECEIVING, _SENDING = "beat.at", "beat.heard_at", "beat.receiving", "beat.sending"


@dataclass(frozen=True, slots=True)
class Beat:
    """How the service stands. `heard_at` is when Telegram last answered a poll, or was last seen to call us.

    `receiving` and `sending` say what is wrong there, empty while all is well.
    """

    heard_at: datetime | None
    receiving: str = ""
    sending: str = ""


def put(tx: Transaction, beat: Beat, now: datetime) -> None:
    """Keep it; the one before is replaced. A poll that was answered once is not forgotten by a restart."""
    notes.put(tx, _AT, str(to_ms(now)))
    if beat.heard_at is not None:
        notes.put(tx, _HEARD, str(to_ms(beat.heard_at)))
    notes.put(tx, _RECEIVING, beat.receiving)
    notes.put(tx, _SENDING, beat.sending)


def moved(tx: Transaction, now: datetime) -> None:
    """The clock was set back, and all that waits has been moved along: the last beat counts as of now."""
    notes.put(tx, _AT, str(to_ms(now)))


async def last(tx: Transaction) -> tuple[Beat, datetime | None]:
    """The last one, and when it was kept: None when the service never ran."""
    at, heard = await notes.get(tx, _AT), await notes.get(tx, _HEARD)
    beat = Beat(
        None if heard is None else from_ms(int(heard)),
        await notes.get(tx, _RECEIVING) or "",
        await notes.get(tx, _SENDING) or "",
    )
    return beat, None if at is None else from_ms(int(at))
