"""The group that two are to go to has another time, or is gone: all who have to do with it hear so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.due import TimerHandler
from bot.app.directory.listings import Directory
from bot.app.directory.outing_telling import EARLY, buttons_of, which_one
from bot.app.directory.outings import Outings
from bot.app.oncall.escalations import may_write_first
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.directory.listing import start_instead
from bot.domain.ids import OfferingId
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.directory.outings import Outing

log = structlog.get_logger()

CHANGED = "outing_changed"


def change_of(request: Outing) -> tuple[Timer, datetime, OfferingId]:
    """The timer that says it to the person (not set yet), when the outing begins, and where it goes."""
    timer = Timer(f"{CHANGED}:{request.id}", request.person, CHANGED, 0, request.id, request.starts)
    return timer, request.starts, request.offering


class OutingChanges:
    """Tells them. `zone` is the service's, for people whose own is not known."""

    def __init__(self, directory: Directory, arranging: Outings, zone: ZoneInfo) -> None:
        self._directory = directory
        self._arranging = arranging
        self._zone = zone

    def timers(self) -> Mapping[str, TimerHandler]:
        """What `Following` has found."""
        return {CHANGED: self._changed}

    async def _changed(self, turn: Turn, timer: Timer) -> None:
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is None or request.state not in ("asked", "taken") or request.starts <= turn.now:
            return
        listed = await self._directory.details(turn.tx, request.offering, turn.now)
        starts = start_instead(listed.entry, request.starts, turn.now) if listed else None
        if starts == request.starts:
            return
        told = await may_write_first(turn.tx, turn.person)
        if starts is None or starts - turn.now < EARLY:
            await self._gone(turn, request, told=told)
        else:
            await self._moved(turn, request, starts, told=told)

    async def _moved(self, turn: Turn, was: Outing, starts: datetime, *, told: bool) -> None:
        """It goes on at the new time, unless one of the two would rather not."""
        request = replace(was, starts=starts, agreed=False)
        await outings.move(turn.tx, request)
        await self._arranging.asking.set_timers(turn, request)
        facts = await which_one(turn, request, self._zone)
        if told:
            rows = buttons_of(turn, "outing_moved", request.id)
            turn.say("outing_moved", rows, send_class=SendClass.HANDOFF, **facts)
        await self._tell_others(turn, request, "outing_moved_staff", facts, told=told)

    async def _gone(self, turn: Turn, request: Outing, *, told: bool) -> None:
        facts = await which_one(turn, request, self._zone)
        await outings.close(turn.tx, request.id, "off", turn.now)
        await self._arranging.words.take_back(turn, request)
        if told:
            turn.say("outing_gone", send_class=SendClass.HANDOFF, **facts)
        await self._tell_others(turn, request, "outing_gone_staff", facts, told=told)

    async def _tell_others(
        self, turn: Turn, request: Outing, said: str, facts: Mapping[str, Any], *, told: bool
    ) -> None:
        """Whoever goes along, and the coordinators."""
        more = "" if told else turn.messages.text("outing_person_untold", alias=facts["alias"])
        key = f"{turn.cause}:{said}"
        if request.taken_by is not None:
            moved = said == "outing_moved_staff"
            rows = buttons_of(turn, "outing_thanks_lift", request.id) if moved else ()
            await turn.tell(request.taken_by, said, rows, key=f"{key}:{request.taken_by}", more=more, **facts)
        await turn.tell_coordinators(said, key=key, but=request.taken_by, more=more, **facts)
        log.info(said, outing=request.id)
