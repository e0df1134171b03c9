"""Who is there: the rota, `/on` and `/off`, and the question whether somebody still is."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.matching import plain
from bot.domain.oncall import coach_words
from bot.domain.oncall.duty import Duty, asks_at, lapses_at, stand
from bot.domain.zones import local
from bot.store.conversing import timers
from bot.store.conversing.timers import Timer
from bot.store.oncall import handoffs
from bot.store.rota import rotas

log = structlog.get_logger()

ASK, LAPSE = "duty_ask", "duty_lapse"


class Rotas:
    """What coaches say about being there. The rota is written in the place's zone."""

    def __init__(self, place: Place, on_call: Handoffs) -> None:
        self._place = place
        self._on_call = on_call

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/on` and `/off`, typed or as commands."""
        return {"on": self.on, "off": self.off}

    def presses(self) -> Mapping[str, Handler]:
        """The buttons under "you're on" and "still there?"."""
        return {"duty": self.pressed}

    async def on(self, turn: Turn, _: Talk, __: str) -> None:
        """A coach is there from now, for four hours; whoever is waiting reaches them at once."""
        if "coach" not in turn.person.roles:
            turn.say("coach_only")
            return
        before = await rotas.duty_of(turn.tx, turn.person.id)
        until = self._be_there(turn)
        lapse = None if before is None else lapses_at(before, self._place.rules.duty)
        confirmed = lapse is not None and lapse > turn.now
        if confirmed:
            turn.say("coach_on_confirmed", until=self._shown(until))
        else:
            turn.say("coach_on", _duty_buttons(turn, "coach_on"), until=self._shown(until))
        log.info("coach_on", coach=turn.person.id, confirmed=confirmed)
        await self._on_call.newcomer(turn)

    async def off(self, turn: Turn, _: Talk, __: str) -> None:
        """A coach stops: no new request reaches them; the talk they are in stays theirs until they end it."""
        if "coach" not in turn.person.roles:
            turn.say("coach_only")
            return
        rotas.say(turn.tx, Duty(turn.person.id, "off", turn.now))
        await self._forget_timers(turn)
        held = await handoffs.held_by(turn.tx, turn.person.id)
        if held:
            turn.say("coach_off_in_talk", alias=", ".join(alias(one.handoff.ask.person) for one in held))
        else:
            turn.say("coach_off")
        log.info("coach_off", coach=turn.person.id)
        team = await roster(turn.tx, self._place, turn.now)
        if not any(standing.on_shift and standing.has("coach") for standing in team):
            await self._nobody_left(turn)

    async def typed(self, turn: Turn, words: str) -> bool:
        """Whether a coach's words said that they are there, or not any more; then it is so."""
        if "coach" not in turn.person.roles:
            return False
        said = coach_words.duty(plain(words), asked=await self._was_asked(turn))
        if said is not None:
            await (self.on if said == "on" else self.off)(turn, Talk(), "")
        return said is not None

    async def _was_asked(self, turn: Turn) -> bool:
        """Whether "still there?" was put to them since they last wrote, and still counts."""
        said, seen = await rotas.duty_of(turn.tx, turn.person.id), turn.person.seen_at
        asked = None if said is None else asks_at(said, self._place.rules.duty)
        until = None if said is None else lapses_at(said, self._place.rules.duty)
        if asked is None or until is None or seen is None:
            return False
        return seen < asked <= turn.now < until

    async def pressed(self, turn: Turn, talk: Talk, which: str) -> None:
        """A button: still there, or off."""
        await (self.off if which == "off" else self.on)(turn, talk, "")

    async def ask(self, turn: Turn, _: Timer) -> None:
        """A quarter of an hour before `/on` lapses: are they still there?"""
        said = await rotas.duty_of(turn.tx, turn.person.id)
        until = None if said is None else lapses_at(said, self._place.rules.duty)
        if until is not None and until > turn.now:
            turn.say("coach_on_confirm", _duty_buttons(turn, "coach_on_confirm"), until=self._shown(until))

    async def lapse(self, turn: Turn, _: Timer) -> None:
        """Four hours without a word: they no longer count, and are told."""
        said = await rotas.duty_of(turn.tx, turn.person.id)
        until = None if said is None else lapses_at(said, self._place.rules.duty)
        if until is None or until > turn.now:
            return
        member = next((m for m in await rotas.members(turn.tx) if m.person == turn.person.id), None)
        rota = await rotas.rota(turn.tx, self._place.zone, turn.now)
        if member is None or not stand(member, rota, turn.now, self._place.rules.duty).on_shift:
            turn.say("coach_lapsed")
            log.info("coach_lapsed", coach=turn.person.id)

    def _be_there(self, turn: Turn) -> datetime:
        said = Duty(turn.person.id, "on", turn.now)
        rotas.say(turn.tx, said)
        until = lapses_at(said, self._place.rules.duty)
        ask = asks_at(said, self._place.rules.duty)
        assert until is not None
        assert ask is not None
        who = turn.person.id
        timers.put(turn.tx, Timer(f"{ASK}:{who}", who, ASK, 0, None, ask))
        timers.put(turn.tx, Timer(f"{LAPSE}:{who}", who, LAPSE, 0, None, until))
        return until

    async def _forget_timers(self, turn: Turn) -> None:
        for kind in (ASK, LAPSE):
            timers.drop_of(turn.tx, turn.person.id, kind)

    async def _nobody_left(self, turn: Turn) -> None:
        start = (await rotas.rota(turn.tx, self._place.zone, turn.now)).next_shift_start(turn.now)
        if start is not None:
            shown = turn.messages.speech.calendar.short_time(local(start, self._place.zone))
            turn.say("coach_nobody_else", next_shift=shown)

    def _shown(self, at: datetime) -> str:
        return local(at, self._place.zone).strftime("%H:%M")


def _duty_buttons(turn: Turn, name: str) -> list[list[tuple[str, str]]]:
    return [[(button.label, f"duty:{button.id}") for button in turn.messages.buttons(name)]]
