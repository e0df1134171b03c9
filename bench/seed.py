"""A database that already knows many people, to see what it costs to start with it.

Run as `python -m bench.seed CONFIG PEOPLE`, with the secrets in the environment.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.people import FIRST_CHAT
from bot.app.conversing.receiving import CHANNEL
from bot.domain.ids import ChatId
from bot.settings import load
from bot.store.conversing import people
from bot.wiring import open_store

BATCH = 2000


async def main(config: Path, count: int) -> None:
    """Add `count` people, each with an address and a key."""
    store = await open_store(load(config, os.environ))
    now = datetime.now(UTC)
    for start in range(0, count, BATCH):
        async with store.transaction() as tx:
            for n in range(start, min(start + BATCH, count)):
                chat = ChatId(2 * FIRST_CHAT + n)
                await people.arrive(tx, CHANNEL, chat, now, language="en", country="GB", zone="Europe/London")
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
