"""One small step with a date: noted, and asked after on the evening of that day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.app.checkins.sending import CheckIns
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.checkins.checkin import evening_after
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import Code, StepChosen
from bot.domain.zones import local, moment
from bot.store.checkins import plans
from bot.store.conversing import answers, people, timers
from bot.store.conversing.timers import Timer

STEP_DAY = "step_day"
_WORDS = "next_step"
_FAR = timedelta(days=366)
_NOON = time(12, 0)
_SOON: Mapping[str, timedelta] = {"today": timedelta(), "tomorrow": timedelta(days=1)}


class Steps:
    """Notes the step a person chose and asks how it went. `place` has the hours."""

    def __init__(self, place: Place, check_ins: CheckIns) -> None:
        self._place = place
        self._check_ins = check_ins

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"plan_step": self._plan}

    def timers(self) -> Mapping[str, TimerHandler]:
        """What happens on the evening of the day."""
        return {STEP_DAY: self._ask}

    async def _plan(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """`step` is its code, whose words stand in messages.yaml; a step planned before is replaced."""
        code = str(args["step"])
        words = turn.messages.text(f"step_{code}")
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, _WORDS, words, turn.now)
        else:
            talk.unkept[_WORDS] = words
        zone = self._check_ins.plans.zone_of(turn.person)
        today = local(turn.now, zone).date()
        on = _day(args.get("on"), today)
        turn.record(StepChosen(Code(code), on))
        if on is None or not today <= on <= today + _FAR:
            return
        starts = max(moment(on, _NOON, zone), turn.now)
        due = evening_after(starts, turn.person.id, zone, self._place.rules.hours)
        self._remind(turn, due)

    def _remind(self, turn: Turn, due: datetime) -> None:
        who = turn.person.id
        timers.put(turn.tx, Timer(f"{STEP_DAY}:{who}", who, STEP_DAY, 0, None, due))
        people.set_pushes(turn.tx, who, True)
        turn.person = replace(turn.person, pushes=True)

    async def _ask(self, turn: Turn, timer: Timer) -> None:
        """How did it go? Not when its time has gone by, nor where it could harm."""
        late = turn.now - timer.due > self._place.rules.hours.late
        if late or not turn.person.pushes or not await may_write_first(turn.tx, turn.person):
            return
        turn.send_class = SendClass.NUDGE
        await self._check_ins.stand_in(turn)
        more = await plans.open_of(turn.tx, turn.person.id) is not None
        known: Answers = {"kind": "step", "why": "", "measure": "", "plan": "more" if more else "last"}
        await self._check_ins.ask_how(turn, known)


def _day(said: Answer, today: date) -> date | None:
    if not isinstance(said, str):
        return None
    if said in _SOON:
        return today + _SOON[said]
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
