"""The check that closes an outing: are both back safe? And the evening after it: how did it go?"""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.due import TimerHandler
from bot.app.directory.group_reminders import asking_after
from bot.app.directory.outing_telling import buttons_of, tell_coordinators
from bot.app.directory.outing_words import OutingWords
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins.checkin import Hours
from bot.domain.zones import zone_named
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.directory.outings import Outing

log = structlog.get_logger()

BACK = "outing_back"
LATE = "outing_late"
AFTER = timedelta(hours=2)
"""After the start: by then both are on their way home."""
PATIENCE = timedelta(hours=1)
"""After that the coordinators are told that nobody has said so."""


class OutingBack:
    """Asks whoever went along, and tells the coordinators. `zone` is the service's."""

    def __init__(self, words: OutingWords, zone: ZoneInfo, hours: Hours) -> None:
        self._words = words
        self._zone = zone
        self._hours = hours

    def timers(self) -> Mapping[str, TimerHandler]:
        """Are both back; nobody has said so."""
        return {BACK: self._ask, LATE: self._nobody_said}

    def ask_later(self, turn: Turn, request: Outing) -> None:
        """Two hours after the start, of one that somebody has taken."""
        assert request.taken_by is not None
        due = request.starts + AFTER
        timers.put(turn.tx, Timer(f"{BACK}:{request.id}", request.taken_by, BACK, 0, request.id, due))

    async def ask_not(self, turn: Turn, request: Outing) -> None:
        """Whoever had taken it does not go."""
        await timers.drop(turn.tx, f"{BACK}:{request.id}")

    async def _ask(self, turn: Turn, timer: Timer) -> None:
        """Two hours after the start: is everybody back safe?"""
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is None or request.state != "taken":
            return
        wanted = buttons_of(turn, "outing_back", request.id)
        turn.say("outing_back", wanted, send_class=SendClass.HANDOFF)
        person = await people.by_id(turn.tx, request.person)
        if person is not None:
            zone = zone_named(person.zone) or self._zone
            timers.put(turn.tx, asking_after(person.id, request.offering, request.starts, zone, self._hours))
        late = Timer(f"{LATE}:{request.id}", turn.person.id, LATE, 0, request.id, turn.now + PATIENCE)
        timers.put(turn.tx, late)

    async def _nobody_said(self, turn: Turn, timer: Timer) -> None:
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is not None and request.state == "taken":
            await self._worry(turn, request, "outing_no_word")

    async def came_back(self, turn: Turn, request: Outing, *, safe: bool) -> None:
        """Whoever went along has answered."""
        if not await outings.close(turn.tx, request.id, "back" if safe else "not_safe", turn.now):
            return turn.say("outing_over")
        if not safe:
            await self._worry(turn, request, "outing_not_safe")
            return turn.say("outing_staff_not_safe")
        await self._words.take_back(turn, request)
        return turn.say("outing_staff_back")

    async def _worry(self, turn: Turn, request: Outing, said: str) -> None:
        name = await called(turn.tx, turn.person.id)
        log.warning(said, outing=request.id)
        await tell_coordinators(turn, request, said, name=name, alias=alias(request.person))
