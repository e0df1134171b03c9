"""The rota in staff's own calendars: a private address each, and leave taken from a file of theirs."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.talk import Talk
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Text
from bot.domain.ids import ChatId
from bot.domain.messages import Messages
from bot.domain.rota import calendar as rota_calendar
from bot.domain.rota.shifts import Leave
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.rota import rota_changes, rotas
from bot.store.store import Store

log = structlog.get_logger()

PATH = "/rota/"
_BYTES = 32
_BEFORE, _AHEAD = timedelta(days=14), timedelta(days=90)


class RotaCalendars:
    """Addresses that phones subscribe to; a coach's shows their own shifts, a coordinator's all."""

    def __init__(self, store: Store, place: Place, messages: Messages, public_url: str) -> None:
        self._store = store
        self._place = place
        self._messages = messages
        self._public_url = public_url.rstrip("/")

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/calendar`, typed or as a command."""
        return {"calendar": self.link}

    async def link(self, turn: Turn, _: Talk, __: str) -> None:
        """Send an address that needs no password; the one before it ends."""
        token = secrets.token_urlsafe(_BYTES)
        rota_changes.put_calendar(turn.tx, turn.person.id, token, turn.now)
        text = turn.messages.text("calendar_link", link=f"{self._public_url}{PATH}{token}.ics")
        turn.post(Text(text, preview=False))
        log.info("calendar_link", person=turn.person.id)

    async def file(self, token: str, now: datetime) -> bytes | None:
        """What a phone that asks at this address gets; None when it ended or its owner left."""
        async with self._store.reading() as tx:
            who = await rota_changes.calendar_of(tx, token)
            person = None if who is None else await people.by_id(tx, who)
            if person is None or not person.is_staff:
                return None
            rota = await rotas.rota(tx, self._place.zone, now - _BEFORE)
            turns = rota.turns(now - _BEFORE, now + _AHEAD)
            names = {person.id: self._messages.text("calendar_own")}
            if person.roles & {"coordinator", "safety_lead"}:
                names = {one: await called(tx, one) for one in {turn.coach for turn in turns}}
        return rota_calendar.written(turns, names, now)


async def take_leave(
    tx: Transaction, chat: ChatId, content: bytes, zone: ZoneInfo, now: datetime
) -> list[str]:
    """Put every time away in a coach's calendar file on the rota, once; a line for each one, taken or not.

    Raises rota_calendar.NoCalendar, and LookupError when this id is no coach's.
    """
    person = await people.by_chat(tx, CHANNEL, chat)
    if person is None or "coach" not in person.roles:
        raise LookupError(f"{chat} is no coach's id")
    found, left_out = rota_calendar.leave_in(content, now, zone)
    known = set(await rota_changes.changes(tx, now))
    lines = []
    for hours in found:
        leave = Leave(person.id, hours.start, hours.end)
        if leave not in known:
            await rota_changes.add_change(tx, leave, now)
        shown = [at.astimezone(zone).strftime("%a %d %b %H:%M") for at in (hours.start, hours.end)]
        lines.append(f"{'known' if leave in known else 'away'}: {shown[0]} – {shown[1]}")
    return [*lines, *(f"left out: {line}" for line in left_out)]
