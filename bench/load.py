"""One measurement: a stand-in on one core, a bot on the other, and what the bot cost."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil

from bench.plan import Plan

CORES: Final = sorted(os.sched_getaffinity(0))
BOT_CORE: Final = CORES[0]
STANDIN_CORE: Final = CORES[-1]


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


Command = Callable[[int], list[str]]
"""The bot's command line, given the stand-in's port."""


async def measured(plan: Plan, bot: Command) -> Figures:
    """Start both, let the plan run, and return what it showed. Raises `RuntimeError` when the bot ends."""
    async with _started(STANDIN_CORE, [sys.executable, "-m", "bench.standin", plan.to_json()]) as standin:
        events = _events(standin)
        port = (await anext(events))["port"]
        begun = time.time()
        async with _started(BOT_CORE, bot(port), quiet=True) as process:
            return await _watched(plan, events, process, standin, begun)


async def _watched(
    plan: Plan,
    events: AsyncIterator[dict[str, Any]],
    bot: asyncio.subprocess.Process,
    standin: asyncio.subprocess.Process,
    begun: float,
) -> Figures:
    first_poll = begun
    start: tuple[float, float, float] = (0.0, 0.0, 0.0)
    async with asyncio.timeout(60 + plan.warm_s + plan.measure_s + plan.give_up_s):
        async for event in events:
            if bot.returncode is not None:
                raise RuntimeError("the bot under test ended by itself")
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
    core: int, command: list[str], *, quiet: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process on one core for as long as the block lasts; ended politely, then not."""
    out = asyncio.subprocess.DEVNULL if quiet else asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdout=out, limit=1 << 26, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _events(process: asyncio.subprocess.Process) -> AsyncIterator[dict[str, Any]]:
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
