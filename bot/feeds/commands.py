"""What `foothold helplines verify` does: print, return an exit code."""

from datetime import datetime

from bot.app.library.helplines import verify
from bot.domain.directory.helplines import Helplines
from bot.feeds.exit_codes import OK, WRONG_USE, Write
from bot.store.store import Store


async def verify_helpline(
    store: Store, helplines: Helplines, line_id: str, *, now: datetime, write: Write
) -> int:
    """`helplines verify ID`: note that a coordinator has checked the line today. 2 for an unknown id."""
    line = helplines.by_id.get(line_id)
    if line is None:
        write(f"{line_id}: no such line. The ids are in data/helplines.yaml.")
        return WRONG_USE
    async with store.transaction() as tx:
        verify(tx, line, now.date())
    numbers = " · ".join(channel.value for channel in line.channels)
    write(f"{line.name} ({numbers}): checked on {now.date()}.")
    return OK
