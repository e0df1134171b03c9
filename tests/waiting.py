"""The one module of the tests that lets real time pass, for what no clock can be moved for."""

import asyncio
import time
from collections.abc import Callable


async def until(true: Callable[[], bool], seconds: float = 40.0) -> None:
    """Return when it is so; fail when it has not come to be so in time."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


class Lifetime:
    """A stretch of real time, at whose end a process is killed wherever it happens to be."""

    def __init__(self, seconds: float) -> None:
        self._over = time.monotonic() + seconds

    @property
    def lasts(self) -> bool:
        """Whether it is not over yet."""
        return time.monotonic() < self._over

    async def goes_on(self, seconds: float) -> None:
        """Let a moment of it pass."""
        await asyncio.sleep(seconds)


async def a_moment() -> None:
    """Let what real sockets and threads have under way go on."""
    await asyncio.sleep(0.01)
