"""How everyone who works for the service stands at a moment, read from the store."""

from datetime import datetime

from bot.app.rules import Place
from bot.domain.duty import Standing, somebody_on_shift
from bot.domain.duty import roster as stand_all
from bot.store import rotas
from bot.store.transaction import Transaction


async def roster(tx: Transaction, place: Place, now: datetime) -> tuple[Standing, ...]:
    """Everyone reachable, by id; the rota is written in the place's zone."""
    rota = await rotas.rota(tx, place.zone)
    return stand_all(await rotas.members(tx), rota, now, place.rules.duty)


async def on_shift(tx: Transaction, place: Place, now: datetime) -> bool:
    """Whether "someone who's been there is on now" may be said: a coach is on shift and free."""
    return somebody_on_shift(await roster(tx, place, now))
