"""The rota for coordinators: a week of it, its gaps, and changes that can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from bot.app.rota import rota_by_hand
from bot.app.rota.loads import could_cover, hours_csv, loads
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.staffing.team import note
from bot.app.turn import Turn
from bot.domain.ids import PersonId, ShiftId
from bot.domain.messages import Messages
from bot.domain.oncall import load
from bot.domain.oncall.limits import Span, strain
from bot.domain.oncall.load import Load
from bot.domain.oncall.mentoring import Pair
from bot.domain.person import Person
from bot.domain.rota.shifts import Added, Gap, Leave, Override, Removed, Replaced, Rota, Rotation
from bot.domain.rota.shifts import Shift as Weekly
from bot.domain.rota.shifts import Turn as Shift
from bot.domain.rota.typed import Hours, shown
from bot.domain.zones import latest_moment, local, moment
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.oncall import mentoring
from bot.store.rota import rota_changes, rotas
from bot.store.store import Store

log = structlog.get_logger()

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Change:
    """A change that holds, with its id; it ends after now, so it can be taken back."""

    id: int
    what: Override


@dataclass(frozen=True, slots=True)
class Week:
    """What the page shows. `suggested`: for each gap who could take it, least burdened first; `month`: what
    each coach has carried in this one."""

    monday: date
    rota: Rota
    turns: Sequence[Shift]
    gaps: Sequence[Gap]
    suggested: Sequence[Sequence[PersonId]]
    changes: Sequence[Change]
    month: Sequence[Load]
    names: Mapping[PersonId, str]
    coaches: Sequence[PersonId]
    pairs: Sequence[tuple[Pair, datetime, datetime | None, str]]
    """Of a person and a coach who talk again: since when, until when, ended by whom; the last four weeks'."""


class RotaDesk:
    """Shows the rota and changes it; whoever is concerned hears of it in the chat."""

    def __init__(self, store: Store, place: Place, messages: Messages) -> None:
        self._store = store
        self._place = place
        self._messages = messages

    async def week(self, monday: date, now: datetime) -> Week:
        """The week from that Monday on, in the service's zone; gaps from now on."""
        zone = self._place.zone
        start, end = (moment(on, time(0), zone) for on in (monday, monday + _WEEK))
        async with self._store.reading() as tx:
            rota = await self._rota(tx, min(start, now))
            turns = rota.turns(start, end)
            gaps = rota.gaps(max(start, now), end) if max(start, now) < end else ()
            if not rota.shifts and not rota.overrides:
                gaps = ()
            suggested = await could_cover(tx, self._place, gaps, now)
            made = await rota_changes.made(tx, now)
            today = local(now, zone)
            month = await loads(tx, load.month(today.year, today.month, zone), now)
            members = [one.person for one in await rotas.members(tx) if "coach" in one.roles]
            known = {one.coach for one in turns} | {one.coach for one in month} | {*members}
            known |= {one.coach for _, one in made}
            known |= {one.by for _, one in made if isinstance(one, Replaced)}
            known |= {
                who
                for one in rota.shifts
                for who in ([one.coach] if isinstance(one, Weekly) else one.coaches)
            }
            pairs = await mentoring.everybody(tx, now - 4 * _WEEK)
            known |= {pair.coach for pair, *_ in pairs}
            names = {who: await called(tx, who) for who in sorted(known)}
        changes = [
            Change(which, what) for which, what in made if not (isinstance(what, Leave) and what.is_gone)
        ]
        return Week(monday, rota, turns, gaps, suggested, changes, month, names, members, pairs)

    async def add(self, by: Person, coach: PersonId, on: date, start: time, end: time, now: datetime) -> str:
        """Put a coach on once; "" or why not. Beyond a limit it is done, and said."""
        zone = self._place.zone
        hours = Hours(moment(on, start, zone), latest_moment(on if end > start else on + _DAY, end, zone))
        async with self._store.transaction() as tx:
            person = await people.by_id(tx, coach)
            if person is None or "coach" not in person.roles:
                return "That is no coach any more."
            if hours.end <= now:
                return "That is over already."
            rota = await self._rota(tx, now)
            if any(one.coach == coach for one in rota.turns(hours.start, hours.end)):
                return "They are on then already."
            if _away(rota, coach, hours):
                return "They are on leave then."
            much = self._too_much(rota, coach, hours)
            await rota_changes.add_change(tx, Added(coach, hours.start, hours.end), now)
            await self._hears(tx, by, coach, "rota_put_on", hours, now)
        return much

    async def remove(self, by: Person, coach: PersonId, hours: Hours, now: datetime) -> str:
        """Take a coach off these hours; "" or why not."""
        async with self._store.transaction() as tx:
            if not _has(await self._rota(tx, now), coach, hours) or hours.end <= now:
                return "That shift has changed meanwhile."
            await rota_changes.add_change(tx, Removed(coach, hours.start, hours.end), now)
            await self._hears(tx, by, coach, "rota_taken_off", hours, now)
        return ""

    async def replace(self, by: Person, coach: PersonId, other: PersonId, hours: Hours, now: datetime) -> str:
        """Give a coach's hours to another; "" or why not."""
        async with self._store.transaction() as tx:
            rota, person = await self._rota(tx, now), await people.by_id(tx, other)
            if not _has(rota, coach, hours) or hours.end <= now:
                return "That shift has changed meanwhile."
            if person is None or "coach" not in person.roles or other == coach:
                return "Choose another coach."
            if any(one.coach == other for one in rota.turns(hours.start, hours.end)):
                return "They are on then already."
            if _away(rota, other, hours):
                return "They are on leave then."
            much = self._too_much(rota, other, hours)
            await rota_changes.add_change(tx, Replaced(coach, other, hours.start, hours.end), now)
            await self._hears(tx, by, coach, "rota_taken_off", hours, now)
            await self._hears(tx, by, other, "rota_put_on", hours, now)
        return much

    async def add_weekly(
        self, by: Person, coach: PersonId, day: int, start: time, end: time, now: datetime
    ) -> str:
        """Put a coach on every week; "" or why not. Beyond a limit it is done, and said."""
        new = Weekly(ShiftId(0), coach, day, start, end)
        async with self._store.transaction() as tx:
            person = await people.by_id(tx, coach)
            if person is None or "coach" not in person.roles:
                return "That is no coach any more."
            old = await rota_by_hand.clash(tx, new)
            if old is not None:
                return f"They are on then already: {every_week(old)}."
            first = Rota(self._place.zone, (new,)).turns(now, now + 2 * _WEEK)[0]
            much = self._too_much(await self._rota(tx, now), coach, Hours(first.start, first.end))
            await rotas.add_shift(tx, coach, day, start, end)
            await self._told(tx, by, coach, "rota_weekly_on", every_week(new), every_week(new), now)
        return much

    async def remove_weekly(self, by: Person, which: ShiftId, now: datetime) -> str:
        """Take a weekly shift off; "" or why not."""
        async with self._store.transaction() as tx:
            old = next((one for one in await rotas.weekly(tx) if one.id == which), None)
            if old is None or not await rotas.remove_shift(tx, which):
                return "That shift is off the rota already."
            await self._told(tx, by, old.coach, "rota_weekly_off", every_week(old), every_week(old), now)
        return ""

    async def remove_rotation(self, by: Person, which: ShiftId, now: datetime) -> str:
        """Take hours off that coaches took in turn; "" or why not."""
        async with self._store.transaction() as tx:
            old = next((one for one in await rota_changes.rotations(tx) if one.id == which), None)
            if old is None or not await rota_changes.remove_rotation(tx, which):
                return "Those hours are off the rota already."
            for who in old.coaches:
                await self._told(tx, by, who, "rota_weekly_off", in_turn(old), in_turn(old), now)
        return ""

    async def away(self, by: Person, coach: PersonId, first: date, last: date, now: datetime) -> str:
        """A coach is on leave from one local date up to and with another; "" or why not."""
        zone = self._place.zone
        hours = Hours(moment(first, time(0), zone), moment(last + _DAY, time(0), zone))
        async with self._store.transaction() as tx:
            person = await people.by_id(tx, coach)
            if person is None or "coach" not in person.roles:
                return "That is no coach any more."
            if last < first or hours.end <= now:
                return "The last day is before the first, or over already."
            leave = Leave(coach, hours.start, hours.end)
            if leave in await rota_changes.changes(tx, now):
                return "They are on leave then already."
            await rota_changes.add_change(tx, leave, now)
            await self._hears(tx, by, coach, "rota_away", hours, now)
        return ""

    async def take_back(self, by: Person, which: int, now: datetime) -> str:
        """A change no longer holds; "" or why not."""
        async with self._store.transaction() as tx:
            found = next((what for number, what in await rota_changes.made(tx, now) if number == which), None)
            if found is None or not await rota_changes.take_back(tx, which, now):
                return "That change is over, or was taken back before."
            concerned = {found.coach, *([found.by] if isinstance(found, Replaced) else [])}
            for who in sorted(concerned):
                await self._hears(tx, by, who, "rota_taken_back", Hours(found.start, found.end), now)
        return ""

    async def hours_csv(self, year: int, month: int, now: datetime, *, each: bool) -> str:
        """What coaches were there for in a month, to be paid from."""
        async with self._store.reading() as tx:
            return await hours_csv(tx, load.month(year, month, self._place.zone), now, each=each)

    async def _rota(self, tx: Transaction, now: datetime) -> Rota:
        return await rotas.rota(tx, self._place.zone, now)

    def _too_much(self, rota: Rota, coach: PersonId, hours: Hours) -> str:
        near = rota.turns(hours.start - 8 * _DAY, hours.end + 8 * _DAY)
        has = [Span(one.start, one.end) for one in near if one.coach == coach]
        found = strain(self._place.rules.limits, self._place.zone, has, Span(hours.start, hours.end))
        if not found.too_much:
            return ""
        hour = timedelta(hours=1)
        rest = "" if found.rest is None else f" and {found.rest / hour:g} hours' rest beside another shift"
        return (
            f"It is done. That makes {found.week / hour:g} hours for them that week{rest}: more than agreed."
        )

    async def _hears(
        self, tx: Transaction, by: Person, coach: PersonId, name: str, hours: Hours, now: datetime
    ) -> None:
        start = str(int(hours.start.timestamp()))
        await self._told(tx, by, coach, name, start, shown(hours, self._place.zone), now)

    async def _told(
        self, tx: Transaction, by: Person, coach: PersonId, name: str, what: str, when: str, now: datetime
    ) -> None:
        """The coach hears of it, and it is written down."""
        await note(tx, by.id, "rota_changed", coach, f"{name} {what}", now)
        turn = Turn(tx, now, by, f"rota:{name}:{coach}:{what}:{now.timestamp():.0f}", self._messages)
        await turn.tell(coach, name, key=f"{turn.cause}:told", when=when)
        log.info(name, coach=coach)


def every_week(shift: Weekly) -> str:
    """As coaches and coordinators read it: "Friday 20:00–02:00"."""
    return f"{rota_by_hand.DAYS[shift.weekday]} {shift.start:%H:%M}–{shift.end:%H:%M}"


def in_turn(turns: Rotation) -> str:
    """Hours taken in turn: "Friday, Saturday 20:00–02:00"."""
    days = ", ".join(rota_by_hand.DAYS[day] for day in sorted(turns.weekdays))
    return f"{days} {turns.start:%H:%M}–{turns.end:%H:%M}"


def _has(rota: Rota, coach: PersonId, hours: Hours) -> bool:
    found = rota.turns(hours.start, hours.end)
    return any(one.coach == coach and Hours(one.start, one.end) == hours for one in found)


def _away(rota: Rota, coach: PersonId, hours: Hours) -> bool:
    return any(
        isinstance(one, Leave) and one.coach == coach and one.start < hours.end and hours.start < one.end
        for one in rota.overrides
    )
