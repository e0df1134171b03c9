"""What the use cases need from the world, as interfaces: a clock, and eyes for raw updates."""

from datetime import datetime
from typing import Protocol

from bot.domain.channel.incoming import Incoming


class Clock(Protocol):
    """The time, and waiting for it. `bot/clock.py` holds the real one."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Unreadable(ValueError):
    """A raw update that cannot be understood: it will be set aside."""


class UpdateReader(Protocol):
    """Reads one raw update of the channel."""

    def __call__(self, payload: bytes, received: datetime) -> Incoming:
        """The update, received at that moment (aware, UTC). Raises Unreadable."""
