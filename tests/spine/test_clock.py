"""Ticks come again and again, one at a time, whatever one of them or the machine's clock does."""

import asyncio
import logging

import pytest

from bot.clock import Ticker, overdue
from tests.waiting import a_moment


async def test_ticks_go_on(caplog: pytest.LogCaptureFixture) -> None:
    """A tick that raises comes again; a slow one is never run beside itself; neither holds up the others.

    That a slow one is left alone is in order, and fills no log.
    """
    ticker, counts, beside = Ticker(), {"fails": 0, "slow": 0, "quick": 0}, 0
    under_way, release, enough = 0, asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        counts["fails"] += 1
        raise ValueError

    async def slow() -> None:
        nonlocal under_way, beside
        counts["slow"] += 1
        under_way += 1
        beside = max(beside, under_way)
        await release.wait()
        under_way -= 1

    async def quick() -> None:
        counts["quick"] += 1
        if counts["quick"] >= 5 and counts["fails"] >= 3:
            enough.set()

    ticker.every(0.02, "fails", fails)
    ticker.every(0.02, "slow", slow)
    ticker.every(0.02, "quick", quick)
    running = asyncio.create_task(ticker.run())
    async with asyncio.timeout(20):
        await enough.wait()
    assert [
        one.message
        for one in caplog.records
        if one.name.startswith("apscheduler") and one.levelno > logging.INFO
    ] == []
    assert (counts["slow"], beside) == (1, 1)
    release.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_tick_that_the_end_breaks_off_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """The service is told to stop in the middle of one: whoever looks for errors finds none."""
    ticker, begun, ended = Ticker(), asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    ticker.every(0.02, "slow", slow)
    running = asyncio.create_task(ticker.run())
    async with asyncio.timeout(20):
        await begun.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await ended.wait()
    await a_moment()
    assert [one.message for one in caplog.records if one.levelno > logging.INFO] == []


def test_what_is_overdue() -> None:
    """Three intervals and five seconds without one: the scheduler stands still, as after a clock set back."""
    every = {"due": 1.0, "beat": 60.0}
    assert overdue(every, {"due": 100.0, "beat": 100.0}, 107.9) == []
    assert overdue(every, {"due": 100.0, "beat": 100.0}, 108.1) == ["due"]
    assert overdue(every, {"due": 280.0, "beat": 100.0}, 285.1) == ["beat"]
