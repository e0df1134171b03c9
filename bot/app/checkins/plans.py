"""Plans of check-ins: agreed to, changed, paused, taken up again, ended; and the next slot of each."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.checkins import own_steps
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins import checkin
from bot.domain.checkins.cadence import EVERY_DAY, Cadence, Days, counts_as_unanswered
from bot.domain.checkins.checkin import Ending, Plan, Slot, Window
from bot.domain.checkins.wishes import ASK_ME
from bot.domain.events import CheckInPaused, CheckInPlanned, CheckInStopped, Code
from bot.domain.person import Person
from bot.domain.zones import local, zone_named
from bot.store.checkins import checkins, lookouts, plans
from bot.store.conversing import events, outbox, people, timers
from bot.store.engine.transaction import Transaction

log = structlog.get_logger()

TAKEN_BACK: frozenset[Ending | None] = frozenset({"silent", "blocked", "stopped"})
"""Endings after which a plan may be taken up again as it was; one that came to its end is not."""


class Plans:
    """Plans of people. `place` has the service's zone, for people whose own is not known, and its hours."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def agree(
        self,
        turn: Turn,
        window: Window,
        *,
        zone: ZoneInfo | None = None,
        cadence: Cadence = Cadence.STANDARD,
        days: Days = EVERY_DAY,
        began: date | None = None,
        ends: date | None = None,
    ) -> Slot | None:
        """The turn's person wants to be asked, from tomorrow on; a plan they had is replaced.

        `zone` when they said where they are; their own or the service's otherwise. `began`: how far along it
        is taken up. Returns the first slot.
        """
        who = turn.person
        if zone is not None:
            people.set_place(turn.tx, who.id, country=who.country, nation=who.nation, zone=zone.key)
        people.confirm_zone(turn.tx, who.id)
        people.set_pushes(turn.tx, who.id, True)
        there = zone or self.zone_of(who)
        await self.end(turn.tx, who, "changed", turn.now)
        today = local(turn.now, there).date()
        new = await plans.add(
            turn.tx,
            who.id,
            cadence=cadence,
            window=window,
            zone=there,
            began=began or today,
            now=turn.now,
            days=days,
            ends=ends,
        )
        at = checkin.time_in(window, new, self._place.rules.hours)
        plan = Plan(new, cadence, at, there, began or today, days, ends_on=ends)
        plans.save(turn.tx, plan, window)
        turn.record(CheckInPlanned(new, Code(window.value), Code(cadence.value)))
        log.info("checkin_planned", plan=new, window=window.value, cadence=cadence.value)
        return await self.lay(turn.tx, who, plan, turn.now)

    async def stop(self, turn: Turn, why: Ending = "stopped") -> bool:
        """No more check-ins for the turn's person; what waits, was promised or is still unsent is taken back.

        False when there was neither a plan nor a promise.
        """
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is not None:
            plans.save(turn.tx, await self._unsent(turn, opened.plan), opened.window)
        outbox.withdraw(turn.tx, turn.person.id, SendClass.NUDGE, turn.now)
        lookouts.end_of(turn.tx, turn.person.id, turn.now)
        promised = await timers.take_back(turn.tx, turn.person.id, ASK_ME)
        return await self.end(turn.tx, turn.person, why, turn.now) or promised

    async def change(
        self,
        turn: Turn,
        *,
        window: Window | None = None,
        cadence: Cadence | None = None,
        days: Days | None = None,
        zone: ZoneInfo | None = None,
    ) -> Slot | None:
        """Change a plan in force; what is not named stays. Returns the next slot, None without a plan."""
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None:
            return None
        was = opened.plan
        wanted = window or opened.window
        new = replace(
            was,
            at=checkin.time_in(wanted, was.id, self._place.rules.hours),
            cadence=cadence or was.cadence,
            days=days or was.days,
            zone=zone or was.zone,
        )
        if cadence is not None and cadence is not was.cadence:
            new = replace(new, began_on=local(turn.now, new.zone).date(), ends_on=None)
            turn.record(CheckInPlanned(was.id, Code(wanted.value), Code(cadence.value)))
        return await self._replaced(turn, new, wanted)

    async def change_zone(self, turn: Turn, zone: ZoneInfo) -> Slot | None:
        """The person is somewhere else: the plan follows, tomorrow if today already had its check-in."""
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None or opened.plan.zone.key == zone.key:
            return None
        return await self.change(turn, zone=zone)

    async def pause(self, turn: Turn, days: int | None) -> bool:
        """Nothing for so many days, or until the person says (None); then on from where they were."""
        timers.drop_of(turn.tx, turn.person.id, ASK_ME)
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None:
            return False
        today = local(turn.now, opened.plan.zone).date()
        until = None if days is None else today + timedelta(days=days)
        plan = replace(checkin.resumed(opened.plan, today), unanswered=0, paused_on=today, paused_until=until)
        await self._replaced(turn, plan, opened.window)
        turn.record(CheckInPaused(plan.id, days))
        return True

    async def resume(self, turn: Turn) -> Slot | None:
        """Take a paused plan up again now."""
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None:
            return None
        today = local(turn.now, opened.plan.zone).date()
        people.set_pushes(turn.tx, turn.person.id, True)
        return await self._replaced(turn, checkin.resumed(opened.plan, today), opened.window)

    async def again(self, turn: Turn) -> Slot | None:
        """The plan that ended by silence, a block or "stop", as it was and as far along as it had come."""
        was = await plans.last_of(turn.tx, turn.person.id)
        if was is None or was.ended not in TAKEN_BACK:
            return None
        zone = self.zone_of(turn.person)
        today = local(turn.now, zone).date()
        sent = await checkins.sent(turn.tx, turn.person.id, max(1, was.plan.unanswered - 2))
        last = sent[-1].on if sent else None
        began = checkin.begins_again(was.plan, today, last)
        return await self.agree(turn, was.window, cadence=was.plan.cadence, days=was.plan.days, began=began)

    async def returned(self, turn: Turn) -> None:
        """The turn's person writes again after check-ins they let go by: on from where they were."""
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None or not opened.plan.unanswered:
            return
        was = opened.plan
        sent = await checkins.sent(turn.tx, turn.person.id, max(1, was.unanswered - 2))
        today = local(turn.now, was.zone).date()
        plan = checkin.returned(was, today, sent[-1].on if sent else None)
        plans.save(turn.tx, plan, opened.window)
        if plan.began_on != was.began_on:
            checkins.withdraw(turn.tx, was.id, turn.now)
            await self.lay(turn.tx, turn.person, plan, turn.now, after=today)

    async def lay(
        self,
        tx: Transaction,
        who: Person,
        plan: Plan,
        now: datetime,
        *,
        after: date = date.min,
        late: bool = False,
    ) -> Slot | None:
        """Lay down the next slot, later than the local date `after`.

        `late`: one that should have been sent a little while ago still may; else what has gone by is passed
        over. A plan with none left has come to its own end, a resting one waits.
        """
        last = await checkins.last_had(tx, who.id)
        had = None if last is None and after == date.min else max(last or after, after)
        early = plan.cadence is Cadence.STANDARD and (had is None or had < own_steps.second_day(plan))
        step = early and await own_steps.for_the_first_days(tx, who.id, plan)
        hours = self._place.rules.hours if late else replace(self._place.rules.hours, late=timedelta())
        slot = checkin.next_slot(plan, now, had, hours, step=step)
        if slot is not None:
            checkins.add_slot(tx, who.id, slot)
        elif plan.paused_on is None:
            await self.end(tx, who, "done", now)
        return slot

    async def end(self, tx: Transaction, who: Person, why: Ending, now: datetime) -> bool:
        """End the plan in force; False if there is none."""
        opened = await plans.open_of(tx, who.id)
        if opened is None or not await plans.end(tx, opened.plan.id, why, now):
            return False
        checkins.withdraw(tx, opened.plan.id, now)
        events.record(tx, who.id, CheckInStopped(opened.plan.id, Code(why)), now)
        return True

    def zone_of(self, who: Person) -> ZoneInfo:
        """The person's own zone, or the service's."""
        return zone_named(who.zone) or self._place.zone

    async def _replaced(self, turn: Turn, plan: Plan, window: Window) -> Slot | None:
        """Write a changed plan; what waited under the old one is taken back."""
        checkins.withdraw(turn.tx, plan.id, turn.now)
        plan = await self._unsent(turn, plan)
        plans.save(turn.tx, plan, window)
        return await self.lay(turn.tx, turn.person, plan, turn.now)

    async def _unsent(self, turn: Turn, plan: Plan) -> Plan:
        """Take back a check-in that is still in the outbox; the plan as it is without it.

        Its date has had none then, and nobody left unanswered what they never got.
        """
        for last in await checkins.sent(turn.tx, turn.person.id, 1):
            cause = f"slot:{plan.id}:{last.on.isoformat()}:"
            if last.plan != plan.id or not await outbox.unqueue(turn.tx, turn.person.id, cause):
                continue
            checkins.take_back(turn.tx, plan.id, last.on, turn.now)
            log.info("checkin_taken_back", plan=plan.id)
            before = max(0, plan.unanswered - 1)
            if plan.unanswered and counts_as_unanswered(last.kind, before):
                plan = replace(plan, unanswered=before)
        return plan
