"""How everyone who works for the service stands at a moment, read from the store."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.duty import Standing, somebody_on_shift
from bot.domain.duty import roster as stand_all
from bot.store import rotas
from bot.store.transaction import Transaction


async def roster(tx: Transaction, zone: ZoneInfo, now: datetime) -> tuple[Standing, ...]:
    """Everyone reachable, by id; `zone` is the service's, in which its rota is written."""
    return stand_all(await rotas.members(tx), await rotas.rota(tx, zone), now)


async def on_shift(tx: Transaction, zone: ZoneInfo, now: datetime) -> bool:
    """Whether "someone who's been there is on now" may be said: a coach is on shift and free."""
    return somebody_on_shift(await roster(tx, zone, now))
