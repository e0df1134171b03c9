"""Tells coaches of their shifts and coordinators of gaps: each notice once, in a transaction of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.ports import Clock
from bot.app.rota.loads import could_cover
from bot.app.rota.shift_changes import ShiftChanges, pack, unpack
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.ids import PersonId
from bot.domain.messages import Messages
from bot.domain.person import Person
from bot.domain.rota import notices as shift_notices
from bot.domain.rota.notices import LOOK_AGAIN, Kind, Notice, gaps_until
from bot.domain.rota.shifts import Gap, Rota
from bot.domain.rota.typed import Hours
from bot.store.conversing import people
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs
from bot.store.rota import rota_changes, rotas
from bot.store.store import Store

log = structlog.get_logger()

_SUGGESTED = 3
_CLOSE = timedelta(hours=2)
"""Who says so long before a shift that they are ready is not asked again; a day before, they are."""


class ShiftNotices:
    """The sweep over notices, and what coaches press under them."""

    RESTS_ON = frozenset({"shift", "rotation", "rota_change"})

    def __init__(
        self, store: Store, clock: Clock, messages: Messages, place: Place, changes: ShiftChanges
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._place = place
        self._changes = changes
        self._nothing_before: datetime | None = None
        self._as_of: tuple[int, ...] = ()

    def presses(self) -> Mapping[str, Handler]:
        """ "I'm ready", and "I can't"."""
        return {"ready": self._pressed}

    async def sweep(self) -> int:
        """Tell what is due; returns how many notices there were."""
        now, changed = self._clock.now(), self._changed()
        if self._nothing_before is not None and now < self._nothing_before and changed == self._as_of:
            return 0
        async with self._store.reading() as tx:
            notices = shift_notices.around(await self._rota(tx, now), now, self._place.rules.hours.quiet)
        told = [await self._tell(one, now) for one in notices if one.due <= now]
        later = [one.due for one in notices if one.due > now]
        self._nothing_before, self._as_of = min([*later, now + LOOK_AGAIN]), changed
        return sum(told)

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When the next notice is due, or None."""
        now = self._clock.now()
        notices = shift_notices.around(await self._rota(tx, now), now, self._place.rules.hours.quiet)
        told = {one.key for one in notices if await rota_changes.was_told(tx, one.key)}
        return min((one.due for one in notices if one.key not in told), default=None)

    async def _tell(self, notice: Notice, now: datetime) -> bool:
        async with self._store.transaction() as tx:
            if not await rota_changes.note_told(tx, notice.key, notice.until, now):
                return False
            match notice.kind:
                case Kind.WEEK:
                    await self._tell_week(tx, now)
                case Kind.GAPS:
                    await self._tell_gaps(tx, notice.kind, now)
                case Kind.DAY | Kind.HOUR | Kind.BEGINS | Kind.ENDS:
                    await self._tell_coach(tx, notice, now)
                case _:
                    assert_never(notice.kind)
        return True

    async def _tell_coach(self, tx: Transaction, notice: Notice, now: datetime) -> None:
        coach = None if notice.coach is None else await people.by_id(tx, notice.coach)
        if coach is None or notice.hours is None:
            return
        turn = Turn(tx, now, coach, f"notice:{notice.key}", self._messages)
        if not coach.reachable:
            if notice.kind in (Kind.DAY, Kind.HOUR):
                await self._tell_coordinators(turn, "coordinator_unreachable", coach, notice.hours)
            return
        ready = await rota_changes.was_told(tx, _ready(coach.id, notice.hours))
        match notice.kind:
            case Kind.DAY | Kind.HOUR if not ready:
                name = "shift_day_before" if notice.kind is Kind.DAY else "shift_hour_before"
                self._ask(turn, name, notice.hours)
            case Kind.BEGINS if not ready:
                self._ask(turn, "coach_shift_begins", notice.hours)
                await self._tell_coordinators(turn, "coordinator_not_ready", coach, notice.hours)
            case Kind.ENDS:
                for held in await handoffs.held_by(tx, coach.id):
                    turn.say("shift_ends", alias=alias(held.handoff.ask.person))
            case _:
                return

    def _ask(self, turn: Turn, name: str, hours: Hours) -> None:
        buttons = [[(b.label, f"ready:{b.id}:{pack(hours)}") for b in turn.messages.buttons(name)]]
        shown = self._changes.when(hours)
        turn.say(name, buttons, when=shown, until=shown.rpartition("–")[2])

    async def _tell_week(self, tx: Transaction, now: datetime) -> None:
        """Each coach their own week, coordinators everybody's and the gaps of a fortnight."""
        rota = await self._rota(tx, now)
        week = rota.turns(now, now + 7 * shift_notices.A_DAY)
        for who in sorted({one.coach for one in week}):
            coach = await people.by_id(tx, who)
            if coach is not None and coach.reachable:
                mine = "\n".join(self._changes.when(Hours(t.start, t.end)) for t in week if t.coach == who)
                turn = Turn(tx, now, coach, f"week:{to_ms(now)}:{who}", self._messages)
                turn.say("shift_week", list=mine)
        await self._tell_gaps(tx, Kind.WEEK, now)

    async def _tell_gaps(self, tx: Transaction, kind: Kind, now: datetime) -> None:
        rota = await self._rota(tx, now)
        gaps = rota.gaps(now, gaps_until(kind, now))
        if not gaps:
            return
        shown = gaps[:10]
        could = await could_cover(tx, self._place, shown, now)
        lines = "\n".join([await self._gap(tx, gap, who) for gap, who in zip(shown, could, strict=True)])
        name = "coordinator_gaps_fortnight" if kind is Kind.WEEK else "coordinator_gaps_soon"
        for who, _ in await people.with_role(tx, "coordinator"):
            person = await people.by_id(tx, who)
            if person is not None:
                turn = Turn(tx, now, person, f"{name}:{to_ms(now)}:{who}", self._messages)
                turn.say(name, list=lines, n=len(gaps))
        log.info("rota_gaps", gaps=len(gaps))

    async def _gap(self, tx: Transaction, gap: Gap, could: Sequence[PersonId]) -> str:
        """A gap, and who could be asked: who has carried least first."""
        when = self._changes.when(Hours(gap.start, gap.end))
        names = ", ".join([await called(tx, who) for who in could[:_SUGGESTED]])
        return f"{when} ({names})" if names else when

    async def _tell_coordinators(self, turn: Turn, name: str, coach: Person, hours: Hours) -> None:
        await turn.tell_coordinators(
            name,
            key=f"{turn.cause}:{name}",
            name=await called(turn.tx, coach.id),
            when=self._changes.when(hours),
        )

    async def _pressed(self, turn: Turn, _: Talk, which: str) -> None:
        """`yes:START:END` or `no:START:END`; who has given the shift away since is told so."""
        what, __, packed = which.partition(":")
        hours = unpack(packed)
        rota = await self._rota(turn.tx, turn.now)
        mine = any(one.coach == turn.person.id for one in rota.turns(hours.start, hours.end))
        if not mine or hours.end <= turn.now:
            turn.say("shift_not_yours", when=self._changes.when(hours))
        elif what == "yes":
            if turn.now >= hours.start - _CLOSE:
                await rota_changes.note_told(turn.tx, _ready(turn.person.id, hours), hours.end, turn.now)
            turn.say("shift_ready")
        else:
            await self._changes.ask_everyone(turn, hours)

    async def _rota(self, tx: Transaction, now: datetime) -> Rota:
        return await rotas.rota(tx, self._place.zone, now)

    def _changed(self) -> tuple[int, ...]:
        return tuple(self._store.changes.get(table, 0) for table in sorted(self.RESTS_ON))


def _ready(coach: PersonId, hours: Hours) -> str:
    return f"ready:{coach}:{int(hours.start.timestamp())}"
