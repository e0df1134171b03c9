"""The stand-in as a process of its own, without the page: `python -m bot.sandbox --port N --state FILE`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.things import Limits
from bot.sandbox.world import TOKEN


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--state", type=Path, help="file that keeps everything between runs")
    parser.add_argument("--ledger", type=Path, help="file the ledger is appended to, JSON Lines")
    parser.add_argument("--forget", action="store_true", help="keep no ledger in memory (long benches)")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument(
        "--limits", action="store_true", help="refuse what is sent too fast, as Telegram does"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--aiohttp", action="store_true", help="the full server instead of the lean one")
    return parser.parse_args()


async def _run(options: argparse.Namespace) -> None:
    sandbox = Sandbox(
        limits=Limits(enforced=options.limits),
        token=options.token,
        ledger=options.ledger,
        keep_ledger=not options.forget,
        state=options.state,
        lean=not options.aiohttp,
        seed=options.seed,
    )
    await sandbox.start(options.port)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    sys.stdout.write(f"{sandbox.base_url}\n")
    sys.stdout.flush()
    await over.wait()
    await sandbox.stop()


if __name__ == "__main__":
    asyncio.run(_run(_options()))
