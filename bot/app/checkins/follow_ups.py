"""Sets the question "how is it now?" a while after an urge, or a request that nobody answered."""

from datetime import datetime, timedelta

from bot.domain.ids import PersonId
from bot.store.conversing import timers
from bot.store.conversing.timers import Timer
from bot.store.engine.transaction import Transaction

FOLLOW_UP = "follow_up"
AFTER = timedelta(minutes=25)
"""Twenty to thirty minutes (product design, "Check-ins")."""
TOO_LATE = timedelta(minutes=30)
"""One that could not be sent in time (the service was down) is not sent at all; nor is a step's own timer."""


def follow_up(tx: Transaction, who: PersonId, now: datetime) -> None:
    """Ask them in 25 minutes; set again, it moves."""
    timers.put(tx, Timer(f"{FOLLOW_UP}:{who}", who, FOLLOW_UP, 0, None, now + AFTER))
