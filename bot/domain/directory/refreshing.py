"""When a source is fetched, when its age is worth a word, and when it is hidden."""

import hashlib
from datetime import datetime, timedelta

from bot.domain.directory.ranking import HIDDEN, STALE

WEEKLY = 7
FIRST_RETRY = timedelta(hours=1)
JITTER = 0.1
"""A tenth of the interval either way, so that not every service asks one server at one moment."""


def next_fetch(source: int, every_days: int, now: datetime, failures: int = 0) -> datetime:
    """When a source that was fetched at `now` is fetched again.

    After failures sooner: in an hour, then two, four … but never later than its interval. The same for the
    same source and moment; different for different ones.
    """
    interval = timedelta(days=every_days)
    if failures:
        interval = min(interval, FIRST_RETRY * 2 ** min(failures - 1, 10))
    seed = hashlib.sha256(f"{source}:{now.isoformat()}".encode()).digest()
    share = int.from_bytes(seed[:4]) / 2**32
    return now + interval * (1 - JITTER + 2 * JITTER * share)


def age_of(last_success: datetime | None, now: datetime) -> str:
    """ "" for a source in good order, else "never", "old" (over 30 days) or "hidden" (over 90)."""
    if last_success is None:
        return "never"
    age = now - last_success
    return "hidden" if age > HIDDEN else "old" if age > STALE else ""
