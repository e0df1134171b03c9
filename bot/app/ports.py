"""What the use cases need from the world, as interfaces: a clock, and eyes for raw updates."""

from datetime import datetime
from typing import Protocol

from bot.domain.incoming import Incoming


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
    """Reads raw updates of one channel."""

    def number_and_lane(self, payload: bytes) -> tuple[int, int]:
        """The update's number and the chat it belongs to (0 when it names none); cheap. Raises Unreadable."""

    def read(self, payload: bytes) -> Incoming:
        """The whole update. Raises Unreadable."""
