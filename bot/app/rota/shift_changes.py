"""The rota by chat: a coach offers hours, asks for cover, swaps, goes on leave, or looks at their shifts.

What was understood is shown first; a button carries it out, and is checked again when it is pressed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.loads import worked_of
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.ids import PersonId
from bot.domain.oncall.limits import Span, Strain, strain
from bot.domain.rota import typed as rota_words
from bot.domain.rota.shifts import Added, Gap, Leave, Replaced, Rota
from bot.domain.rota.shifts import Turn as Shift
from bot.domain.rota.typed import Away, Cover, Hours, Mine, Offer, Swap, shown
from bot.domain.zones import local, moment
from bot.store.engine.columns import from_ms, to_ms
from bot.store.rota import rota_changes, rotas
from bot.store.rota.rota_changes import Wanted

log = structlog.get_logger()

_AHEAD = timedelta(days=14)
_SHOWN = 10


class ShiftChanges:
    """What coaches write about the rota. Hours are those of the place's zone."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def presses(self) -> Mapping[str, Handler]:
        """The buttons under what was understood, and under a colleague's request."""
        return {"shift": self._confirmed, "cover": self._answered}

    async def says(self, turn: Turn, text: str) -> bool:
        """Whether a coach's words were about the rota, and have been answered."""
        if "coach" not in turn.person.roles:
            return False
        wish = rota_words.read(text, turn.now, self._place.zone)
        match wish:
            case None:
                return False
            case Mine():
                await self._show(turn)
            case Offer(readings):
                await self._offer(turn, readings)
            case Cover():
                return await self._cover(turn, wish)
            case Swap():
                return await self._swap(turn, wish)
            case Away(hours):
                await self._away(turn, hours)
        return True

    async def _show(self, turn: Turn) -> None:
        rota = await self._rota(turn)
        mine = [one for one in rota.turns(turn.now, turn.now + _AHEAD) if one.coach == turn.person.id]
        gaps = rota.gaps(turn.now, turn.now + _AHEAD) if rota.shifts else ()
        if mine:
            turn.say("shifts_mine", list=self._lines(mine), gaps=self._gaps(turn, gaps))
        else:
            turn.say("shifts_mine_none", gaps=self._gaps(turn, gaps))

    async def _offer(self, turn: Turn, readings: tuple[Hours, ...]) -> None:
        rota = await self._rota(turn)
        free = [hours for hours in readings if not _overlaps(rota, turn.person.id, hours)]
        if not free:
            turn.say("shift_already", when=self.when(readings[0]))
            return
        labels = {button.id: button.label for button in turn.messages.buttons("shift_offer")}
        rows = [[(labels["yes"], f"shift:add:{pack(free[0])}")]]
        rows += [[(f"{labels['other']} {self.when(one)}", f"shift:add:{pack(one)}")] for one in free[1:2]]
        much = self._too_much(turn, await self._strain(turn, rota, turn.person.id, free[0]))
        turn.say("shift_offer", [*rows, [(labels["no"], "shift:no")]], when=self.when(free[0]), much=much)

    async def _strain(self, turn: Turn, rota: Rota, who: PersonId, hours: Hours) -> Strain:
        """What these hours would mean for a coach together with those they have and had."""
        near = rota.turns(hours.start - _AHEAD, hours.end + _AHEAD)
        has = [Span(one.start, one.end) for one in near if one.coach == who]
        has += await worked_of(turn.tx, who, turn.now)
        more = Span(hours.start, hours.end)
        return strain(self._place.rules.limits, self._place.zone, has, more)

    def _too_much(self, turn: Turn, found: Strain) -> str:
        """A line where a limit would be passed; the coach may all the same."""
        hour = timedelta(hours=1)
        lines = []
        if found.over:
            week = f"{found.week / hour:g}"
            lines.append(turn.messages.text("shift_week_full", hours=week))
        if found.rest is not None:
            rest = f"{found.rest / hour:g}"
            lines.append(turn.messages.text("shift_short_rest", hours=rest))
        return "".join(f"\n{line}" for line in lines)

    async def _cover(self, turn: Turn, wish: Cover) -> bool:
        mine = await self._mine(turn, wish)
        if not mine:
            return wish.named and await self._none_then(turn, wish.on)
        await self.ask_everyone(turn, _hours(mine[0]))
        return True

    async def _none_then(self, turn: Turn, on: date | None) -> bool:
        if on is None:
            await self._show(turn)
        else:
            turn.say("shift_none_then", day=self._day(moment(on, time(12), self._place.zone)))
        return True

    async def _mine(self, turn: Turn, wish: Cover) -> list[Shift]:
        """The coach's own shifts that can be meant: of that date, else the next one."""
        ahead = (await self._rota(turn)).turns(turn.now, turn.now + 4 * _AHEAD)
        mine = [one for one in ahead if one.coach == turn.person.id]
        if wish.on is None:
            return mine[:1]
        return [one for one in mine if local(one.start, self._place.zone).date() == wish.on]

    async def ask_everyone(self, turn: Turn, hours: Hours) -> None:
        """Every colleague who is free then is asked to take these hours of the turn's coach."""
        rota = await self._rota(turn)
        which = await rota_changes.ask_cover(turn.tx, turn.person.id, hours, turn.now)
        asked = 0
        for standing in await roster(turn.tx, self._place, turn.now):
            who = standing.person
            if who == turn.person.id or not standing.has("coach") or not _is_free(rota, who, hours):
                continue
            if not (await self._strain(turn, rota, who, hours)).too_much:
                asked += await self._ask(turn, who, which, "cover_ask", hours)
        turn.say("cover_asked" if asked else "cover_nobody", n=asked, when=self.when(hours))
        if not asked:
            await self._tell_coordinators(turn, "coordinator_cover", when=self.when(hours))
        log.info("cover_asked", cover=which, coaches=asked)

    async def _ask(
        self, turn: Turn, who: PersonId, which: int, name: str, hours: Hours, back: str = ""
    ) -> bool:
        return await turn.tell(
            who,
            name,
            [[(b.label, f"cover:{b.id}:{which}") for b in turn.messages.buttons(name)]],
            key=f"cover:{which}:{who}",
            name=await called(turn.tx, turn.person.id),
            when=self.when(hours),
            back=back,
        )

    async def _swap(self, turn: Turn, wish: Swap) -> bool:
        mine = await self._mine(turn, Cover(wish.on))
        if not mine:
            return await self._none_then(turn, wish.on)
        if wish.other is None:
            turn.say("swap_which", when=self.when(_hours(mine[0])))
            return True
        rota, zone = await self._rota(turn), self._place.zone
        ahead = rota.turns(turn.now, turn.now + 4 * _AHEAD)
        theirs = [
            one
            for one in ahead
            if one.coach != turn.person.id and local(one.start, zone).date() == wish.other
        ]
        if not theirs:
            turn.say("swap_nobody", when=self.when(_hours(mine[0])))
            return True
        hours, sent = _hours(mine[0]), 0
        for one in theirs:
            which = await rota_changes.ask_cover(
                turn.tx, turn.person.id, hours, turn.now, one.coach, _hours(one)
            )
            sent += await self._ask(turn, one.coach, which, "swap_ask", hours, self.when(_hours(one)))
        turn.say("swap_asked" if sent else "cover_nobody", when=self.when(hours))
        return True

    async def _away(self, turn: Turn, hours: Hours) -> None:
        rota = await self._rota(turn)
        lost = [one for one in rota.turns(hours.start, hours.end) if one.coach == turn.person.id]
        labels = turn.messages.buttons("leave_ask")
        actions = {"yes": f"shift:leave:{pack(hours)}", "no": "shift:no"}
        turn.say(
            "leave_ask",
            [[(b.label, actions[b.id]) for b in labels]],
            first=self._day(hours.start),
            last=self._day(hours.end - timedelta(minutes=1)),
            n=len(lost),
        )

    async def _confirmed(self, turn: Turn, _: Talk, which: str) -> None:
        """A press under what was understood: `add:START:END`, `leave:START:END`, or `no`."""
        what, __, packed = which.partition(":")
        if "coach" not in turn.person.roles:
            turn.say("button_not_yours")
            return
        if what == "no":
            turn.say("shift_not_changed")
            return
        hours = unpack(packed)
        if hours.end <= turn.now:
            turn.say("stale_button")
        elif what == "add":
            await self._add(turn, hours)
        else:
            await self._leave(turn, hours)

    async def _add(self, turn: Turn, hours: Hours) -> None:
        if _overlaps(await self._rota(turn), turn.person.id, hours):
            turn.say("shift_already", when=self.when(hours))
            return
        await rota_changes.add_change(turn.tx, Added(turn.person.id, hours.start, hours.end), turn.now)
        turn.say("shift_added", when=self.when(hours))
        await self._tell_coordinators(turn, "coordinator_shift_added", when=self.when(hours))
        log.info("shift_added", coach=turn.person.id)
        if hours.start <= turn.now:
            await self._on_call.newcomer(turn)

    async def _leave(self, turn: Turn, hours: Hours) -> None:
        await rota_changes.add_change(turn.tx, Leave(turn.person.id, hours.start, hours.end), turn.now)
        gaps = (await self._rota(turn)).gaps(max(hours.start, turn.now), hours.end)
        turn.say("leave_done")
        await self._tell_coordinators(
            turn,
            "coordinator_leave",
            first=self._day(hours.start),
            last=self._day(hours.end - timedelta(minutes=1)),
            gaps=self._gaps(turn, gaps),
        )
        log.info("leave_taken", coach=turn.person.id)

    async def _answered(self, turn: Turn, _: Talk, which: str) -> None:
        """A colleague's press: `take:ID` or `no:ID`."""
        what, __, number = which.partition(":")
        if "coach" not in turn.person.roles:
            turn.say("button_not_yours")
            return
        wanted = await rota_changes.open_cover(turn.tx, int(number))
        if what == "no":
            turn.say("cover_refused")
            if wanted is not None and wanted.back_of == turn.person.id:
                await rota_changes.end_cover(turn.tx, wanted.id, turn.now)
                when = self.when(wanted.hours)
                await turn.tell(
                    wanted.coach, "swap_refused", name=await called(turn.tx, turn.person.id), when=when
                )
            return
        if wanted is None or wanted.hours.end <= turn.now or not await self._still(turn, wanted):
            turn.say("cover_gone")
            return
        if not _is_free(await self._rota(turn), turn.person.id, wanted.hours, besides=wanted.back):
            turn.say("shift_already", when=self.when(wanted.hours))
            return
        await self._take(turn, wanted)

    async def _still(self, turn: Turn, wanted: Wanted) -> bool:
        """Whether both still have what they would give."""
        rota = await self._rota(turn)
        if wanted.back is not None and not _has(rota, turn.person.id, wanted.back):
            return False
        return _has(rota, wanted.coach, wanted.hours) and wanted.coach != turn.person.id

    async def _take(self, turn: Turn, wanted: Wanted) -> None:
        me, hours, back = turn.person.id, wanted.hours, wanted.back
        if not await rota_changes.take_cover(turn.tx, wanted.id, me, turn.now):
            turn.say("cover_gone")
            return
        await rota_changes.add_change(turn.tx, Replaced(wanted.coach, me, hours.start, hours.end), turn.now)
        if back is not None:
            await rota_changes.add_change(turn.tx, Replaced(me, wanted.coach, back.start, back.end), turn.now)
        when, given = self.when(hours), "" if back is None else self.when(back)
        whose = await called(turn.tx, wanted.coach)
        turn.say("swap_yours" if back else "cover_yours", when=when, back=given, name=whose)
        news = "swap_taken" if back else "cover_taken"
        await turn.tell(wanted.coach, news, name=await called(turn.tx, turn.person.id), when=when, back=given)
        await self._tell_coordinators(turn, "coordinator_covered", whose=whose, when=when)
        log.info("cover_taken", cover=wanted.id, coach=me)
        if hours.start <= turn.now:
            await self._on_call.newcomer(turn)

    async def _rota(self, turn: Turn) -> Rota:
        return await rotas.rota(turn.tx, self._place.zone, turn.now)

    async def _tell_coordinators(self, turn: Turn, message: str, **fill: str) -> None:
        name, me = await called(turn.tx, turn.person.id), turn.person.id
        await turn.tell_coordinators(message, key=f"{turn.cause}:{message}", but=me, name=name, **fill)

    def _lines(self, turns: Iterable[Shift]) -> str:
        return "\n".join(self.when(_hours(one)) for one in list(turns)[:_SHOWN])

    def _gaps(self, turn: Turn, gaps: Iterable[Gap]) -> str:
        found = list(gaps)
        if not found:
            return ""
        lines = "\n".join(self.when(Hours(gap.start, gap.end)) for gap in found[:_SHOWN])
        return "\n\n" + turn.messages.text("shift_gaps", list=lines)

    def when(self, hours: Hours) -> str:
        """Hours as staff read them, on the service's clock: "Fri 27 Nov 20:00–00:00"."""
        return shown(hours, self._place.zone)

    def _day(self, at: datetime) -> str:
        shown = local(at, self._place.zone)
        return f"{shown:%a} {shown.day} {shown:%b}"


def _hours(turn: Shift) -> Hours:
    return Hours(turn.start, turn.end)


def _overlaps(rota: Rota, coach: PersonId, hours: Hours) -> bool:
    return any(one.coach == coach for one in rota.turns(hours.start, hours.end))


def _is_free(rota: Rota, coach: PersonId, hours: Hours, besides: Hours | None = None) -> bool:
    """Whether a coach has no shift then, but for one they would give away, and is not on leave."""
    on = [one for one in rota.turns(hours.start, hours.end) if one.coach == coach]
    away = any(
        isinstance(one, Leave) and one.coach == coach and one.start < hours.end and hours.start < one.end
        for one in rota.overrides
    )
    return not away and all(besides is not None and _hours(one) == besides for one in on)


def _has(rota: Rota, coach: PersonId, hours: Hours) -> bool:
    return any(_hours(one) == hours and one.coach == coach for one in rota.turns(hours.start, hours.end))


def pack(hours: Hours) -> str:
    """Hours as part of a button's action; `unpack` reads them."""
    return f"{to_ms(hours.start)}:{to_ms(hours.end)}"


def unpack(packed: str) -> Hours:
    """The hours that `pack` wrote."""
    start, _, end = packed.partition(":")
    return Hours(from_ms(int(start)), from_ms(int(end)))
