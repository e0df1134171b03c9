"""What people say about their check-ins, by a button or in words, and the plan put into words."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from bot.app.checkins.plans import TAKEN_BACK, Plans
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.checkins.cadence import EVERY_DAY, Cadence, Days
from bot.domain.checkins.checkin import Window
from bot.domain.checkins.wishes import CHECKINS
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import CheckInAnswered, Code
from bot.domain.zones import zone_named
from bot.store.checkins import checkins, plans
from bot.store.checkins.plans import OpenPlan

SetUp = Callable[[Turn, Talk, Answers], Awaitable[None]]

_DAYS: Mapping[str, Days] = {
    "any": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
    **{name: frozenset({n}) for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}


class PlanWishes:
    """Carries them out."""

    def __init__(self, of: Plans, set_up: SetUp) -> None:
        """`set_up` begins the questions about check-ins, with what is known of the wish."""
        self._plans = of
        self._set_up = set_up

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "set_checkin": self._do_set,
            "change_checkin": self._do_change,
            "pause_checkins": self._do_pause,
            "resume_checkins": self._do_resume,
            "again_checkins": self._do_again,
            "first_days": self._do_first_days,
            "stop_checkins": self._do_stop,
        }

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"my_checkins": self._my_checkins}

    def commands(self) -> Mapping[str, Handler]:
        """What typed words may mean anywhere: "pause", "resume", "ask me less"."""
        return {CHECKINS: self._by_words}

    async def _my_checkins(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        last = await plans.last_of(turn.tx, turn.person.id)
        zone_ok = "yes" if turn.person.zone_confirmed else "no"
        if last is None or (last.ended is not None and last.ended not in TAKEN_BACK):
            return Returned("none", {"checkin_line": "", "zone_ok": zone_ok})
        waiting = await checkins.waiting_of(turn.tx, turn.person.id) if last.ended is None else None
        line = self.in_words(turn, last, waiting[0] if waiting else None)
        state = "on" if last.plan.paused_on is None else "paused"
        return Returned(
            state if last.ended is None else "before",
            {"checkin_line": line, "zone_ok": zone_ok},
        )

    def in_words(self, turn: Turn, of: OpenPlan, on: date | None) -> str:
        """How often, in which part of the day, on which days, and when next."""
        words = turn.messages.text
        days = next((name for name, found in _DAYS.items() if found == of.plan.days), "some")
        said = [words(f"checkin_how_{of.plan.cadence.value}"), words(f"checkin_in_{of.window.value}")]
        if days != "any":
            said.append(words(f"checkin_on_{days}"))
        line = ", ".join(said)
        if on is None:
            return line
        return words("checkin_line_next", line=line, on=turn.messages.speech.calendar.whole_date(on))

    async def _by_words(self, turn: Turn, talk: Talk, wish: str) -> None:
        """A wish about check-ins, typed anywhere; in one line, or asked about if there are none."""
        what, _, more = wish.partition(":")
        opened = await plans.open_of(turn.tx, turn.person.id)
        if what == "not_now":
            return await self._not_now(turn)
        if opened is None and what in ("daily", "standard", "lighter", ""):
            known: Answers = {"cadence": what or None, "window": more or None}
            return await self._set_up(turn, talk, {name: said for name, said in known.items() if said})
        if opened is None:
            stopped = what in ("stop", "pause") and await self._plans.stop(turn)
            return turn.say("checkin_stopped" if stopped else "checkin_none")
        match what:
            case "pause":
                await self._plans.pause(turn, int(more) if more else None)
                return turn.say("checkin_paused")
            case "stop":
                await self._plans.stop(turn)
                return turn.say("checkin_stopped")
            case "resume":
                await self._plans.resume(turn)
            case _:
                await self._plans.change(turn, cadence=_cadence(what), window=_window(more))
        return await self._say_plan(turn)

    async def _not_now(self, turn: Turn) -> None:
        """Said in answer to a check-in of today it counts as an answer; it is heard at any time."""
        last = await checkins.sent(turn.tx, turn.person.id, 1)
        if last and last[0].answer is None:
            checkins.answer(turn.tx, last[0].plan, last[0].on, "not_now", turn.now)
            turn.record(CheckInAnswered(last[0].plan, last[0].on, Code("not_now")))
        turn.say("checkin_not_now")

    async def _say_plan(self, turn: Turn) -> None:
        opened = await plans.open_of(turn.tx, turn.person.id)
        if opened is None:
            return turn.say("checkin_none")
        waiting = await checkins.waiting_of(turn.tx, turn.person.id)
        return turn.say(
            "checkin_now_it_is", line=self.in_words(turn, opened, waiting[0] if waiting else None)
        )

    async def _do_set(self, turn: Turn, _: Talk, args: Answers) -> None:
        window = _window(args.get("window"))
        if window is None:
            await self._plans.stop(turn)
            return
        ends = _date(args.get("until"))
        cadence = _cadence(args.get("cadence")) or Cadence.STANDARD
        zone = zone_named(str(args.get("zone") or ""))
        await self._plans.agree(turn, window, zone=zone, cadence=cadence, ends=ends)

    async def _do_change(self, turn: Turn, _: Talk, args: Answers) -> None:
        await self._plans.change(
            turn,
            window=_window(args.get("window")),
            cadence=_cadence(args.get("cadence")),
            days=_days(args.get("days")),
        )

    async def _do_pause(self, turn: Turn, _: Talk, args: Answers) -> None:
        days = args.get("days")
        await self._plans.pause(turn, days if isinstance(days, int) and 0 < days < 400 else None)

    async def _do_resume(self, turn: Turn, _: Talk, __: Answers) -> None:
        await self._plans.resume(turn)

    async def _do_again(self, turn: Turn, _: Talk, __: Answers) -> None:
        await self._plans.again(turn)

    async def _do_first_days(self, turn: Turn, _: Talk, __: Answers) -> None:
        """After a slip: the days of the beginning once more, in the part of the day they had."""
        opened = await plans.last_of(turn.tx, turn.person.id)
        window = Window.EVENING if opened is None else opened.window
        days = EVERY_DAY if opened is None else opened.plan.days
        await self._plans.agree(turn, window, cadence=Cadence.STANDARD, days=days)

    async def _do_stop(self, turn: Turn, _: Talk, __: Answers) -> None:
        await self._plans.stop(turn)


def _window(said: Answer) -> Window | None:
    return Window(said) if isinstance(said, str) and said in set(Window) else None


def _cadence(said: Answer) -> Cadence | None:
    return Cadence(said) if isinstance(said, str) and said in set(Cadence) else None


def _days(said: Answer) -> Days | None:
    """Named days, or ticked ones; none of them is no answer."""
    named = (said,) if isinstance(said, str) else said
    if not isinstance(named, list | tuple):
        return None
    return frozenset().union(*(_DAYS.get(str(one), frozenset()) for one in named)) or None


def _date(said: Answer) -> date | None:
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
