"""The same person again: both agree, see when the other is free, plan a talk, pause, end.

A mentor who leaves is told of kindly; coordinators hear of each pair's beginning and end.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.app.checkins.lookouts import coaches_of, last_coach
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.own_coach import OwnCoach
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.conversation.labels import said
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.ids import PersonId
from bot.domain.oncall import mentoring as rules
from bot.domain.oncall.mentoring import Pair, Side
from bot.domain.zones import local
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.engine.columns import from_ms, to_ms
from bot.store.oncall import mentoring

log = structlog.get_logger()

AGAIN, ANSWER = "again", "pair"
TALK = "mentor_talk"
_MISSED = timedelta(hours=1)


class Mentoring:
    """Pairs. `flows` has the words of what is ticked."""

    def __init__(self, place: Place, on_call: Handoffs, flows: Callable[[], Flows]) -> None:
        self._place = place
        self._on_call = on_call
        self._flows = flows
        self._own = OwnCoach(place, on_call)

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "my_pairs": self._pairs,
            "pair_state": self._state,
            "pair_times": self._times,
            **self._own.calls(),
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "ask_mentor": self._ask,
            "change_pair": self._change,
            "pair_windows": self._windows,
            "propose_talk": self._propose,
            **self._own.dos(),
        }

    def presses(self) -> Mapping[str, Handler]:
        """The coach's button at the end of a talk, and answers to what the other asks."""
        return {AGAIN: self._again, ANSWER: self._answered}

    def timers(self) -> Mapping[str, TimerHandler]:
        """A planned talk is now."""
        return {TALK: self._now}

    async def _pairs(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        """Whose pairs there are; else whether the person may ask for the coach they last talked with."""
        found = await mentoring.of(turn.tx, turn.person.id)
        if found:
            buttons = [{"id": str(one.id), "label": self._name(turn, one)} for one in found]
            return Returned(
                "one" if len(found) == 1 else "many", {"pairs": buttons, "pair": str(found[0].id)}
            )
        coach = await last_coach(turn.tx, turn.person.id)
        other = None if coach is None else await people.by_id(turn.tx, coach)
        if other is None or "coach" not in other.roles:
            return Returned("none", {})
        if not rules.may_have_mentor(turn.person.age):
            return Returned("young", {})
        return Returned("may", {"coach_name": alias(other.id)})

    async def _state(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """One pair as either side sees it: the state, when the other is free, a talk that is planned."""
        pair = await self._mine(turn, args.get("pair"))
        if pair is None:
            return Returned("gone", {})
        side = pair.side_of(turn.person.id)
        theirs = pair.coach_windows if side == "person" else pair.person_windows
        words = turn.messages.text
        free = self._shown(turn, sorted(theirs)) if theirs else words("pair_windows_unsaid")
        told: dict[str, Answer] = {
            "pair_line": words(f"pair_{pair.state}", name=self._name(turn, pair)),
            "windows_line": words("pair_windows", free=free),
            "talk_line": "",
        }
        if pair.talk_at is not None:
            name = "pair_talk_agreed" if pair.talk_agreed else "pair_talk_proposed"
            told["talk_line"] = words(name, when=self._when(turn, pair))
        outcome = {"offered": "waiting", "paused": "paused"}.get(pair.state, "on")
        return Returned(outcome, told)

    async def _times(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        pair = await self._mine(turn, args.get("pair"))
        found = () if pair is None else rules.times(pair, turn.now, self._place.zone)
        buttons = [{"id": str(to_ms(at)), "label": self._clock(turn, at)} for at in found]
        return Returned("some" if found else "none", {"times": buttons})

    async def _ask(self, turn: Turn, _: Talk, __: Answers) -> None:
        """The person would like the coach they last talked with."""
        coach = await last_coach(turn.tx, turn.person.id)
        if coach is not None and rules.may_have_mentor(turn.person.age):
            await self._agrees(
                turn, await mentoring.between(turn.tx, turn.person.id, coach, turn.now), "person"
            )

    async def _again(self, turn: Turn, talk: Talk, of: str) -> None:
        """The coach would like to be asked again, for somebody they have really talked with."""
        who = PersonId(int(of)) if of.isascii() and of.isdecimal() and len(of) < 16 else None
        person = None if who is None else await people.by_id(turn.tx, who)
        talked = person is not None and turn.person.id in await coaches_of(turn.tx, person.id)
        if person is None or not talked or "coach" not in turn.person.roles:
            turn.say("button_not_yours")
        elif not rules.may_have_mentor(person.age):
            turn.say("pair_not_young")
        else:
            self._press_done(turn, talk)
            pair = await mentoring.between(turn.tx, person.id, turn.person.id, turn.now)
            await self._agrees(turn, pair, "coach")
            turn.say("pair_coach_noted", alias=alias(person.id))

    async def _agrees(self, turn: Turn, pair: Pair, side: Side) -> None:
        """One side says yes; the other is asked, or both are introduced."""
        if side in pair.agreed:
            return
        now = rules.agree(pair, side)
        await mentoring.save(turn.tx, now, turn.now)
        if now.state == "introduced":
            await self._tell(turn, now, "coach", "pair_introduced_coach")
            await self._tell(turn, now, "person", "pair_introduced_person")
            await self._tell_coordinators(turn, now, "coordinator_pair")
            log.info("pair_introduced", pair=pair.id)
        else:
            other: Side = "coach" if side == "person" else "person"
            await self._tell(turn, now, other, f"pair_ask_{other}", buttons=True)

    async def _answered(self, turn: Turn, talk: Talk, of: str) -> None:
        """`yes:PAIR`, `no:PAIR`, `suits:PAIR:MS`, `not:PAIR:MS`, `here:PAIR`."""
        what, _, rest = of.partition(":")
        number, _, at = rest.partition(":")
        pair = await self._mine(turn, number)
        side = None if pair is None else pair.side_of(turn.person.id)
        if pair is None or side is None:
            turn.say("pair_gone")
            return
        self._press_done(turn, talk)
        same = pair.talk_at is not None and at == str(to_ms(pair.talk_at))
        match what:
            case "yes" if pair.state == "offered":
                await self._agrees(turn, pair, side)
            case "no" if pair.state == "offered":
                await self._over(turn, pair, side)
                turn.say("pair_no_noted")
            case "suits" if same:
                await self._suits(turn, pair, side)
            case "not" if same:
                await mentoring.save(turn.tx, rules.unplan(pair), turn.now)
                await self._tell(turn, pair, _other(side), "pair_talk_not", when=self._when(turn, pair))
                turn.say("pair_noted")
            case "here" if side == "coach":
                await self._here(turn, pair)
            case _:
                turn.say("stale_button")

    async def _windows(self, turn: Turn, talk: Talk, args: Answers) -> None:
        pair = await self._mine(turn, _chosen(talk))
        ticked = args.get("windows")
        side = None if pair is None else pair.side_of(turn.person.id)
        if pair is not None and side is not None and isinstance(ticked, list | tuple):
            free = rules.free(pair, side, frozenset(str(one) for one in ticked))
            await mentoring.save(turn.tx, free, turn.now)

    async def _propose(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """One side proposes one of the times that suit both; the other answers with a tap."""
        pair = await self._mine(turn, _chosen(talk))
        side = None if pair is None else pair.side_of(turn.person.id)
        at = str(args.get("at") or "")
        if pair is None or side is None or not at.isdecimal() or from_ms(int(at)) <= turn.now:
            return
        planned = rules.plan(pair, side, from_ms(int(at)))
        await mentoring.save(turn.tx, planned, turn.now)
        if planned.talk_agreed:
            await self._suits(turn, pair, side)
        else:
            name = "pair_talk_ask"
            await self._tell(
                turn, planned, _other(side), name, buttons=True, at=f":{at}", when=self._when(turn, planned)
            )

    async def _suits(self, turn: Turn, pair: Pair, side: Side) -> None:
        assert pair.talk_at is not None
        planned = rules.plan(pair, side, pair.talk_at)
        await mentoring.save(turn.tx, planned, turn.now)
        when = self._when(turn, planned)
        await self._tell(turn, planned, _other(side), "pair_talk_set", when=when)
        turn.say("pair_talk_set", name=self._name(turn, planned), when=when)
        timer = Timer(f"{TALK}:{pair.id}", pair.coach, TALK, 0, pair.id, pair.talk_at)
        timers.put(turn.tx, timer)

    async def _now(self, turn: Turn, timer: Timer) -> None:
        """It is time: the person hears that it is, the coach has a button that begins the talk."""
        pair = await mentoring.get(turn.tx, timer.object_id or 0)
        if pair is None or pair.talk_at != timer.due or not pair.talk_agreed:
            return
        if pair.state not in ("introduced", "active") or turn.now - timer.due > _MISSED:
            return
        await self._tell(turn, pair, "coach", "pair_talk_now", buttons=True)
        await self._tell(turn, pair, "person", "pair_talk_now_person")

    async def _here(self, turn: Turn, pair: Pair) -> None:
        """The coach is there: the talk begins, and the pair is active."""
        person = await people.by_id(turn.tx, pair.person)
        if person is None or pair.talk_at is None or not pair.talk_agreed:
            turn.say("stale_button")
        elif not await may_write_first(turn.tx, person) or not await self._on_call.meet(turn, person):
            turn.say("pair_not_now", alias=alias(pair.person))
        else:
            await mentoring.save(turn.tx, rules.talked(pair), turn.now)

    async def _change(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Either side pauses, goes on or ends; the other hears it kindly."""
        pair = await self._mine(turn, _chosen(talk))
        side = None if pair is None else pair.side_of(turn.person.id)
        if pair is None or side is None:
            return
        match str(args.get("to")):
            case "paused":
                await mentoring.save(turn.tx, rules.pause(pair), turn.now)
                await self._tell(turn, pair, _other(side), "pair_paused_by_other")
            case "active":
                await mentoring.save(turn.tx, rules.resume(pair), turn.now)
                await self._tell(turn, pair, _other(side), "pair_resumed_by_other")
            case _:
                await self._over(turn, pair, side)

    async def _over(self, turn: Turn, pair: Pair, by: Side) -> None:
        if not await mentoring.save(turn.tx, rules.end(pair), turn.now, ended_by=by):
            return
        if pair.state != "offered":
            await self._tell(turn, pair, _other(by), f"pair_ended_for_{_other(by)}")
            await self._tell_coordinators(turn, pair, "coordinator_pair_ended")
        elif by == "coach":
            await self._tell(turn, pair, "person", "pair_coach_cannot")
        log.info("pair_ended", pair=pair.id, by=by)

    async def leaves(self, turn: Turn, who: PersonId) -> None:
        """Somebody leaves: a coach who is none any more, or a person who has everything erased."""
        for pair in await mentoring.of(turn.tx, who):
            side = pair.side_of(who)
            ended = await mentoring.save(turn.tx, rules.end(pair), turn.now, ended_by="left")
            if not ended or side is None or pair.state == "offered":
                continue
            name = "pair_coach_left" if side == "coach" else "pair_ended_for_coach"
            await self._tell(turn, pair, _other(side), name)
            if side == "coach":
                await self._tell_coordinators(turn, pair, "coordinator_pair_ended")

    async def _tell(
        self,
        turn: Turn,
        pair: Pair,
        side: Side,
        name: str,
        *,
        buttons: bool = False,
        at: str = "",
        when: str = "",
    ) -> None:
        to = pair.person if side == "person" else pair.coach
        other = await people.by_id(turn.tx, to)
        if other is None or (side == "person" and not await may_write_first(turn.tx, other)):
            return
        rows = (
            [[(b.label, f"{ANSWER}:{b.id}:{pair.id}{at}") for b in turn.messages.buttons(name)]]
            if buttons
            else []
        )
        about = pair.coach if side == "person" else pair.person
        await turn.tell(to, name, rows, key=f"{turn.cause}:{name}:{pair.id}", name=alias(about), when=when)

    async def _tell_coordinators(self, turn: Turn, pair: Pair, name: str) -> None:
        key = f"{name}:{pair.id}:{turn.cause}"
        await turn.tell_coordinators(name, key=key, person=alias(pair.person), coach=alias(pair.coach))

    async def _mine(self, turn: Turn, which: object) -> Pair | None:
        """The pair of that number, if the turn's person is one of it and it has not ended."""
        number = str(which or "")
        pair = await mentoring.get(turn.tx, int(number)) if number.isdecimal() and len(number) < 16 else None
        mine = pair is not None and pair.state != "ended" and pair.side_of(turn.person.id) is not None
        return pair if mine else None

    def _name(self, turn: Turn, pair: Pair) -> str:
        side = pair.side_of(turn.person.id)
        return alias(pair.coach if side == "person" else pair.person)

    def _when(self, turn: Turn, pair: Pair) -> str:
        return self._clock(turn, pair.talk_at or turn.now)

    def _clock(self, turn: Turn, at: datetime) -> str:
        return turn.messages.speech.calendar.short_moment(local(at, self._place.zone))

    def _shown(self, turn: Turn, value: Answer) -> str:
        return said(self._flows(), "windows", value, turn.messages.speech)

    def _press_done(self, turn: Turn, talk: Talk) -> None:
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)


def _chosen(talk: Talk) -> object:
    return None if talk.session is None else talk.session.answers.get("pair")


def _other(side: Side) -> Side:
    return "coach" if side == "person" else "person"
