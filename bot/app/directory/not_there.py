"""Nothing was there: the entry is hidden once two people have said so, and the coordinators look at it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.due import TimerHandler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.chosen import offering_id
from bot.app.directory.listings import Directory
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.conversation.words import Answers
from bot.domain.directory.listing import name_of
from bot.domain.directory.working_days import REMOVE_AFTER, escalates_at
from bot.domain.events import WasNotThere
from bot.domain.ids import OfferingId
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import offerings, reports, reviewing
from bot.store.engine.columns import to_ms

log = structlog.get_logger()

UNCHECKED = "group_unchecked"
LOOKED_FOR, TAKEN_OFF = 0, 1
"""What the timer of an entry that was not there asks: has somebody looked; is it to go for good."""


class NotThere:
    """Takes reports. Zone, country and nation are the service's, by whose days the coordinators work."""

    def __init__(self, directory: Directory, zone: ZoneInfo, country: str, nation: str) -> None:
        self._directory = directory
        self._zone = zone
        self._country, self._nation = country, nation

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have noted."""
        return {"wasnt_there": self._wasnt_there}

    def timers(self) -> Mapping[str, TimerHandler]:
        """Nobody has looked."""
        return {UNCHECKED: self._still_unchecked}

    async def _wasnt_there(self, turn: Turn, _: Talk, args: Answers) -> None:
        which = offering_id(args.get("group"))
        if which is not None:
            turn.post(Text(await self.reported(turn, which)))

    async def reported(self, turn: Turn, which: OfferingId) -> str:
        """Note that nothing was there; what may honestly be said of it."""
        listed = await self._directory.details(turn.tx, which, turn.now)
        if listed is None:
            return turn.messages.text("group_gone")
        which = listed.id
        reported = await self._directory.report_missing(turn.tx, turn.person.id, which, turn.now)
        turn.record(WasNotThere(which))
        if reported.hidden:
            log.warning("group_hidden_after_reports", offering=which, people=reported.people)
            await self._tell_coordinators(turn, which)
        return turn.messages.text("group_wasnt_there" if reported.hidden else "group_wasnt_there_first")

    async def _tell_coordinators(self, turn: Turn, which: OfferingId) -> None:
        """At once, and again on the third working day if nobody has looked (`working_days`)."""
        listed = await offerings.details(turn.tx, which)
        name = name_of(turn.messages, listed.entry) if listed else ""
        due = escalates_at(turn.now, self._zone, self._country, self._nation)
        await timers.drop(turn.tx, f"{UNCHECKED}:{which}")  # of an earlier time: it was found right since
        since = to_ms(turn.now)
        for who, _ in await people.with_role(turn.tx, "coordinator"):
            if await turn.tell(
                who, "group_for_coordinator", key=f"reported:{which}:{since}:{who}", name=name
            ):
                timers.put(
                    turn.tx, Timer(f"{UNCHECKED}:{which}:{who}", who, UNCHECKED, LOOKED_FOR, which, due)
                )

    async def _still_unchecked(self, turn: Turn, timer: Timer) -> None:
        """Nobody has looked for three working days: told again; for ninety days: taken off the list."""
        which = OfferingId(timer.object_id or 0)
        listed = await offerings.details(turn.tx, which)
        if listed is None or not listed.hidden or not await reports.count(turn.tx, which):
            return
        if timer.seq == LOOKED_FOR:
            key, due = f"{UNCHECKED}:{which}", turn.now + REMOVE_AFTER
            timers.put(turn.tx, Timer(key, turn.person.id, UNCHECKED, TAKEN_OFF, which, due))
            turn.say(
                "group_for_coordinator_late",
                name=name_of(turn.messages, listed.entry),
                send_class=SendClass.HANDOFF,
            )
        else:
            reviewing.retire(turn.tx, which)
            reports.settle(turn.tx, which)
            key = f"taken_off:{which}:{to_ms(turn.now)}"
            await turn.tell_coordinators(
                "group_for_coordinator_off", key=key, name=name_of(turn.messages, listed.entry)
            )
