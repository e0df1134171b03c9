"""How everyone who works for the service stands at a moment, read from the store."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.app.rules import Place
from bot.domain.oncall.duty import Standing, somebody_on_shift
from bot.domain.oncall.duty import roster as stand_all
from bot.domain.oncall.limits import tired
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs
from bot.store.rota import rotas, stints
from bot.store.store import Store

_A_WEEK = timedelta(days=8)


async def roster(tx: Transaction, place: Place, now: datetime) -> tuple[Standing, ...]:
    """Everyone reachable, by id; the rota is written in the place's zone."""
    rota = await rotas.rota(tx, place.zone, now)
    limits = place.rules.limits
    paused = await stints.paused(tx, now) | await handoffs.asking(tx)
    worked = await stints.between(tx, now - _A_WEEK, now)
    members = [
        replace(
            one,
            room=limits.talks,
            paused=one.person in paused,
            tired=tired(limits, worked.get(one.person, ()), now, place.zone),
        )
        for one in await rotas.members(tx)
    ]
    return stand_all(members, rota, now, place.rules.duty)


async def on_shift(tx: Transaction, place: Place, now: datetime) -> bool:
    """Whether "someone who's been there is on now" may be said: a coach is on shift and free."""
    return somebody_on_shift(await roster(tx, place, now))


class Presence:
    """`on_shift`, looked up once a second and again whenever anything it rests on has changed here."""

    RESTS_ON = frozenset(
        {"shift", "rotation", "rota_change", "duty", "grant", "address", "handoff", "stint", "hard_talk"}
    )

    def __init__(self, store: Store, place: Place) -> None:
        self._store = store
        self._place = place
        self._known: tuple[object, bool] | None = None

    async def __call__(self, tx: Transaction, now: datetime) -> bool:
        """Whether somebody is on shift and free."""
        if tx.touched & self.RESTS_ON:
            return await on_shift(tx, self._place, now)
        changes = self._store.changes
        as_of = (now.replace(microsecond=0), *(changes.get(table, 0) for table in sorted(self.RESTS_ON)))
        if self._known is None or self._known[0] != as_of:
            self._known = (as_of, await on_shift(tx, self._place, now))
        return self._known[1]
