"""Directory health: what is shown, checked, hidden, waiting for somebody, and which lists failed."""

from datetime import datetime

from bot.app.directory.desk import stale
from bot.domain.directory.ranking import HIDDEN
from bot.domain.measures.shown import Table, of_entries
from bot.store.directory import confirmations, sources
from bot.store.directory import health as directory_health
from bot.store.engine.transaction import Transaction


async def standing(tx: Transaction, now: datetime, *, made_up: bool) -> Table:
    """As it stands at `now`; `made_up`: whether entries of made-up sources count too."""
    counts = dict(await directory_health.entries(tx, now - HIDDEN, made_up=made_up))
    known = [one for one in await sources.everything(tx) if made_up or not one.fictional]
    failed = sum(bool(one.last_problem) or stale(one, now) for one in known)
    waiting = await confirmations.waiting(tx) + counts.pop("new")
    return of_entries({**counts, "waiting": waiting, "failed": failed})
