"""Sets the question "how is it now?" a while after an urge, or a request that nobody answered."""

from datetime import datetime, timedelta

from bot.domain.ids import PersonId
from bot.store import timers
from bot.store.timers import Timer
from bot.store.transaction import Transaction

FOLLOW_UP = "follow_up"
AFTER = timedelta(minutes=25)
"""Twenty to thirty minutes (product design, "Check-ins")."""


def follow_up(tx: Transaction, who: PersonId, now: datetime) -> None:
    """Ask them in 25 minutes; set again, it moves."""
    timers.put(tx, Timer(f"{FOLLOW_UP}:{who}", who, FOLLOW_UP, 0, None, now + AFTER))
