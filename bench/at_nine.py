"""Five thousand check-ins due at nine, sent by the whole service at Telegram's own rate."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from bench import many_plans
from bench.bots import TOKEN, configured
from bench.load import STANDIN_CORE
from bench.many_plans import KEY
from bench.people import FIRST_CHAT
from bench.plan import Manner, Plan
from bot.clock import SystemClock
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId, PersonId
from bot.settings import load
from bot.settings.kinds import encode_key
from bot.store.conversing import outbox, people
from bot.store.engine.columns import to_ms
from bot.wiring import build

QUIET = Plan("open", Manner(), people=1, rate=0.001, warm_s=10_000)
"""Nobody writes."""
SECRETS = {"FOOTHOLD_TELEGRAM__TOKEN": TOKEN, "FOOTHOLD_MASTER_KEY": encode_key(KEY)}


async def measure(folder: Path, due: int) -> dict[str, float]:
    """The whole service at Telegram's own rate: `due` check-ins, danger and handoffs among them."""
    now = datetime.now(UTC)
    zone = f"Etc/GMT{(now.hour - 12):+d}"  # a zone in which it is noon; its name counts the other way round
    at = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    path = folder / "foothold.db"
    many_plans.ours(path, due + many_plans.EXTRA, due, at, zone)
    async with standin() as port:
        settings = load(configured(folder, port), {**os.environ, **SECRETS})
        rated = settings.sender.model_copy(update={"per_second": 30.0, "per_chat_per_second": 1.0})
        service = await build(settings.model_copy(update={"sender": rated}), SystemClock())
        running = asyncio.create_task(service.run())
        await service.started.wait()
        await asyncio.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
        while await open_nudges(path, due) and datetime.now(UTC) - at < timedelta(minutes=8):
            async with service.store.transaction() as tx:
                for n, kind in enumerate((SendClass.DANGER, SendClass.HANDOFF)):
                    who = PersonId(due + 1 + (int(time.monotonic() * 2) + n) % many_plans.EXTRA)
                    await people.unlock(tx, who)
                    chat, key = ChatId(2 * FIRST_CHAT + who), f"{kind}:{time.monotonic_ns()}"
                    outbox.add(tx, who, Post(chat, Text("hello"), key, kind), datetime.now(UTC))
            await asyncio.sleep(0.5)
        service.stop()
        await running
    return waits(path, at)


async def open_nudges(path: Path, due: int) -> bool:
    """Whether check-ins are still to be sent."""
    with sqlite3.connect(path) as db:
        sent = db.execute("SELECT count(*) FROM outbox WHERE send_class='nudge' AND state='delivered'")
        return bool(sent.fetchone()[0] < due)


def waits(path: Path, at: datetime) -> dict[str, float]:
    """How long the last check-in took from that moment on, and p99 of the others from queue to delivery."""
    found: dict[str, float] = {}
    with sqlite3.connect(path) as db:
        last = db.execute(
            "SELECT max(done_at), count(*) FROM outbox WHERE send_class='nudge' AND state='delivered'"
        )
        done, found["fired"] = last.fetchone()
        found["last_s"] = (done - to_ms(at)) / 1000
        for kind in ("danger", "handoff"):
            rows = db.execute(
                "SELECT done_at - created_at FROM outbox WHERE send_class=? AND state='delivered'", (kind,)
            ).fetchall()
            found[kind] = quantiles([row[0] / 1000 for row in rows], n=100)[98]
    return found


@asynccontextmanager
async def standin(plan: Plan = QUIET) -> AsyncIterator[int]:
    """The stand-in for Telegram on the other core, with the people of `plan`; its port."""
    command = ("taskset", "-c", str(STANDIN_CORE), sys.executable, "-m", "bench.standin", plan.to_json())
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())["port"]
    finally:
        process.kill()
        await process.wait()
