"""One measurement: a stand-in on one core, a bot on the other, and what the bot cost."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psutil

from bench.bots import Bot
from bench.plan import Plan

CORES: Final = sorted(os.sched_getaffinity(0))
BOT_CORE: Final = CORES[0]
STANDIN_CORE: Final = CORES[-1]


class BotEnded(Exception):
    """The bot under test ended by itself, or never polled; holds the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed. Latencies from the moment a person writes to the moment the answer is there."""

    updates_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_update: float
    rss_mib: float
    start_s: float
    stalls: int
    standin_cpu: float
    """The stand-in's share of its core: near 1 means that it was the bottleneck."""


async def measured(plan: Plan, bot: Bot, folder: Path) -> Figures:
    """Start both, let the plan run, and return what it showed.

    `folder` is for the bot's files. Raises `BotEnded` when the bot ends by itself.
    """
    command = [sys.executable, "-m", "bench.standin", plan.to_json()]
    async with _started(STANDIN_CORE, command) as standin:
        events = _events(standin)
        port = (await anext(events))["port"]
        begun = time.time()
        with (folder / "bot.log").open("wb") as log:
            async with _started(BOT_CORE, bot.command(port, folder), bot.environment, log) as process:
                return await _unless_it_ends(process, _watched(events, process, standin, begun), folder, plan)


async def _unless_it_ends(
    bot: Process, watching: Coroutine[Any, Any, Figures], folder: Path, plan: Plan
) -> Figures:
    limit = 60 + plan.warm_s + plan.measure_s + plan.give_up_s
    ended, watched = asyncio.ensure_future(bot.wait()), asyncio.ensure_future(watching)
    await asyncio.wait({ended, watched}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if watched.done():
        return watched.result()
    watched.cancel()
    raise BotEnded((folder / "bot.log").read_text("utf-8", "replace")[-3000:])


async def _watched(
    events: AsyncIterator[dict[str, Any]], bot: Process, standin: Process, begun: float
) -> Figures:
    first_poll = begun
    start: tuple[float, float, float] = (0.0, 0.0, 0.0)
    async for event in events:
        if event["event"] == "first_poll":
            first_poll = event["at"]
        elif event["state"] == "begin":
            start = (event["at"], _cpu_s(bot.pid), _cpu_s(standin.pid))
        else:
            seconds, latencies = event["at"] - start[0], sorted(event["latencies_ms"])
            count = max(len(latencies), 1)
            return Figures(
                updates_per_s=len(latencies) / seconds,
                p50_ms=_at(latencies, 0.50),
                p99_ms=_at(latencies, 0.99),
                cpu_ms_per_update=(_cpu_s(bot.pid) - start[1]) / count * 1000,
                rss_mib=_rss_mib(bot.pid),
                start_s=first_poll - begun,
                stalls=event["stalls"],
                standin_cpu=(_cpu_s(standin.pid) - start[2]) / seconds,
            )
    raise RuntimeError("the stand-in ended by itself")


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


@asynccontextmanager
async def _started(
    core: int, command: list[str], more: Mapping[str, str] | None = None, log: IO[bytes] | None = None
) -> AsyncIterator[Process]:
    """A process on one core for as long as the block lasts; ended politely, then not."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=log or asyncio.subprocess.PIPE,
        stderr=log,
        limit=1 << 26,
        env={**os.environ, **(more or {})},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _events(process: Process) -> AsyncIterator[dict[str, Any]]:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        yield json.loads(line)


def _tree(pid: int) -> list[psutil.Process]:
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def _cpu_s(pid: int) -> float:
    return sum(times.user + times.system for times in (one.cpu_times() for one in _tree(pid)))


def _rss_mib(pid: int) -> float:
    return sum(one.memory_info().rss for one in _tree(pid)) / 2**20
