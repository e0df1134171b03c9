"""What the stand-in needs of a clock; `bot.clock.MovableClock` is one."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that knows the time and can wait."""

    def now(self) -> datetime:
        """The present, aware, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` of this clock's own time have passed."""
