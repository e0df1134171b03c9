"""The weekly rota as the operator writes it at the server: shifts put on, listed, taken off; and its gaps."""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.app.conversing.receiving import CHANNEL
from bot.app.staffing.staff_names import called
from bot.domain.ids import ChatId, PersonId, ShiftId
from bot.domain.rota.shifts import Rotation, Shift
from bot.domain.zones import local
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.rota import rotas

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Refused(ValueError):
    """What was asked cannot be done: says why, and what would help, in one line."""


def day_named(words: str) -> int:
    """The weekday of "Friday", "fri" …; Monday is 0. Raises Refused."""
    asked = words.strip().lower()
    found = [n for n, day in enumerate(DAYS) if len(asked) >= 2 and day.lower().startswith(asked)]
    if len(found) != 1:
        raise Refused(f'"{words}" is no day of the week: write one such as Friday or fri.')
    return found[0]


def time_named(words: str) -> time:
    """The wall time of "20:00", "8:30" or "24:00", which is midnight. Raises Refused."""
    found = re.fullmatch(r"([01]?\d|2[0-3]|24(?=:00)):([0-5]\d)", words.strip(), re.ASCII)
    if found is None:
        raise Refused(f'"{words}" is no time of day: write one such as 20:00.')
    return time(int(found[1]) % 24, int(found[2]))


async def add(tx: Transaction, chat: ChatId, day: int, start: time, end: time) -> str:
    """A weekly shift of the coach with this Telegram id; says what it is. Raises Refused."""
    person = await people.by_chat(tx, CHANNEL, chat)
    if person is None or "coach" not in person.roles:
        raise Refused(
            f"{chat} is no coach's id. First: foothold staff add coach --telegram-id {chat} --name NAME"
        )
    old = await clash(tx, Shift(ShiftId(0), person.id, day, start, end))
    if old is not None:
        raise Refused(f"They are on then already: {await _line(tx, old)}")
    which = await rotas.add_shift(tx, person.id, day, start, end)
    return await _line(tx, Shift(which, person.id, day, start, end))


async def clash(tx: Transaction, new: Shift) -> Shift | None:
    """A weekly shift that its coach has already at some of its hours, or None."""
    mine = (old for old in await rotas.weekly(tx) if old.coach == new.coach)
    return next((old for old in mine if old.overlaps(new)), None)


async def remove(tx: Transaction, which: int) -> None:
    """Take a weekly shift off the rota, by the number `lines` shows. Raises Refused."""
    if not await rotas.remove_shift(tx, ShiftId(which)):
        raise Refused(f"There is no shift {which}: foothold rota list shows their numbers.")


async def lines(tx: Transaction, zone: ZoneInfo, now: datetime) -> list[str]:
    """The weekly shifts by day and time, a line each, then what is taken in turn."""
    shifts = (await rotas.rota(tx, zone, now)).shifts
    return [await _line(tx, shift) for shift in shifts]


async def gaps(tx: Transaction, zone: ZoneInfo, now: datetime, days: int) -> list[str]:
    """When nobody is on shift in the next `days` days, changes by coaches counted; a line each."""
    rota = await rotas.rota(tx, zone, now)
    return [
        f"{_moment(gap.start, zone)} – {_moment(gap.end, zone)}"
        for gap in rota.gaps(now, now + timedelta(days=days))
    ]


async def _line(tx: Transaction, shift: Shift | Rotation) -> str:
    hours = f"{shift.start:%H:%M}–{shift.end:%H:%M}"
    if isinstance(shift, Shift):
        return f"{shift.id:>4}  {DAYS[shift.weekday]:9}  {hours}  {await _names(tx, [shift.coach])}"
    days = ", ".join(DAYS[day][:3] for day in sorted(shift.weekdays))
    each = "a week each" if shift.weeks == 1 else f"{shift.weeks} weeks each"
    return f"      {days}  {hours}  {await _names(tx, shift.coaches)}, {each}, since {shift.since}"


async def _names(tx: Transaction, coaches: Iterable[PersonId]) -> str:
    return ", ".join([await called(tx, who) for who in coaches])


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{local(at, zone):%a %d %b %H:%M}"
