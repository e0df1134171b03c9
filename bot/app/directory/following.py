"""Reminders and outings follow their group: when its list moves the time, or lacks it, who waits hears soon.

An import may run in another process and tells nobody. So what people wait for is looked at again every few
minutes, and what no longer stands comes due early.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.directory.group_reminders import BEFORE, REMINDER, SAID_GONE, start_of
from bot.app.directory.listings import Directory
from bot.app.directory.outing_changes import change_of
from bot.app.directory.outing_words import BEFORE as BEFORE_OUTING
from bot.app.ports import Clock
from bot.domain.checkins.checkin import Hours
from bot.domain.directory.listing import start_instead
from bot.domain.ids import OfferingId
from bot.domain.zones import humane, zone_named
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.store import Store

log = structlog.get_logger()

LOOK_AGAIN = timedelta(minutes=5)


class Following:
    """Looks every few minutes. `zone` is the service's, for people whose own is not known."""

    def __init__(
        self, store: Store, clock: Clock, directory: Directory, zone: ZoneInfo, hours: Hours
    ) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._zone = zone
        self._hours = hours
        self._nothing_before: datetime | None = None

    async def sweep(self) -> int:
        """Make what no longer stands come due at the next humane hour; says how much there was."""
        now = self._clock.now()
        if self._nothing_before is not None and now < self._nothing_before:
            return 0
        self._nothing_before = now + LOOK_AGAIN
        async with self._store.reading() as tx:
            waiting = await timers.of_kind(tx, REMINDER)
            reminders = [one for one in waiting if one.due > now and one.seq != SAID_GONE]
            asked = [change_of(one) for one in await outings.open_now(tx) if one.starts > now]
        return sum(
            [await self._follow(one, start_of(one), BEFORE, now) for one in reminders]
            + [await self._follow(one, start, BEFORE_OUTING, now, which) for one, start, which in asked]
        )

    async def _follow(
        self, timer: Timer, start: datetime, before: timedelta, now: datetime, which: OfferingId | None = None
    ) -> bool:
        """Whether a timer was set to say that what begins at `start` does not, `before` it at the latest."""
        of = which or OfferingId(timer.object_id or 0)
        async with self._store.reading() as tx:
            listed = await self._directory.details(tx, of, now)
            set_to = await timers.due_at(tx, timer.key)
            person = await people.by_id(tx, timer.person)
        instead = start_instead(listed.entry, start, now) if listed else None
        if instead == start or person is None:
            return False
        latest = min(start, instead or start) - before
        due = humane(now, latest, zone_named(person.zone) or self._zone, self._hours.quiet)
        if set_to is not None and set_to <= due:
            return False
        async with self._store.transaction() as tx:
            timers.put(tx, Timer(timer.key, timer.person, timer.kind, timer.seq, timer.object_id, due))
        log.info("start_moved", offering=of, kind=timer.kind)
        return True
