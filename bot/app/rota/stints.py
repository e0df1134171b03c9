"""Notes when coaches are on shift, as it happens: what they have worked does not change with the rota."""

from datetime import datetime, timedelta

import structlog

from bot.app.ports import Clock
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.domain.oncall.duty import came_at, lapses_at, left_at, was_off
from bot.store.engine.transaction import Transaction
from bot.store.rota import rotas, stints
from bot.store.store import Store

log = structlog.get_logger()

_LOOK_AGAIN = timedelta(hours=1)
_MISSED = timedelta(days=2)
"""A shift that began and ended while the service was down is noted up to so long after."""


class Stints:
    """The sweep that opens and closes them, at the minute of the rota and of `/on` and `/off`."""

    RESTS_ON = frozenset({"shift", "rotation", "rota_change", "duty", "grant", "address"})

    def __init__(self, store: Store, clock: Clock, place: Place) -> None:
        self._store = store
        self._clock = clock
        self._place = place
        self._nothing_before: datetime | None = None
        self._as_of: tuple[int, ...] = ()

    async def sweep(self) -> int:
        """Note who came and who went; returns how many did."""
        now, changed = self._clock.now(), self._changed()
        if self._nothing_before is not None and now < self._nothing_before and changed == self._as_of:
            return 0
        async with self._store.transaction() as tx:
            moved = await self._note(tx, now)
            following = await self._next(tx, now)
        self._nothing_before = min(following or now + _LOOK_AGAIN, now + _LOOK_AGAIN)
        self._as_of = self._changed()
        return moved

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When somebody comes or goes next, or None."""
        return await self._next(tx, self._clock.now())

    async def _note(self, tx: Transaction, now: datetime) -> int:
        rota, lapse = await rotas.rota(tx, self._place.zone, now), self._place.rules.duty
        team = {one.person: one for one in await roster(tx, self._place, now) if one.has("coach")}
        noted = await stints.running(tx)
        there = {who for who, one in team.items() if one.on_shift}
        for who in noted.keys() - there:
            gone = left_at(team[who].member, rota, noted[who], now, lapse) if who in team else now
            stints.end(tx, who, gone)
        for who in there - noted.keys():
            stints.begin(tx, who, came_at(team[who].member, rota, now))
        worked = await stints.between(tx, now - _MISSED, now)
        missed = [
            turn
            for turn in rota.turns(now - _MISSED, now)
            if turn.coach in team.keys() - there
            and turn.end <= now
            and not any(one.start < turn.end and turn.start < one.end for one in worked.get(turn.coach, ()))
            and not was_off(team[turn.coach].member.duty, turn.start)
        ]
        for turn in missed:
            stints.begin(tx, turn.coach, turn.start, turn.end)
        moved = len(noted.keys() ^ there) + len(missed)
        if moved:
            log.info("shifts_noted", came=len(there - noted.keys()), went=len(noted.keys() - there))
        return moved

    async def _next(self, tx: Transaction, now: datetime) -> datetime | None:
        rota = await rotas.rota(tx, self._place.zone, now)
        lapses = [
            at
            for member in await rotas.members(tx)
            if member.duty is not None and (at := lapses_at(member.duty, self._place.rules.duty)) is not None
        ]
        change = rota.next_change(now) if rota.shifts or rota.overrides else None
        return min((at for at in (*lapses, change) if at is not None and at > now), default=None)

    def _changed(self) -> tuple[int, ...]:
        return tuple(self._store.changes.get(table, 0) for table in sorted(self.RESTS_ON))
