"""Somebody to walk in with, or a lift: asked through the bot, arranged by a coordinator, closed by a check.

Rules of the safety design ("Under 18, and meeting in person"): only adults, only staff with `may_meet`, at
the venue's public door, never a home; the check asks whether both are back safe. Neither sees the other's
number or chat. Whoever asked hears either way: what nobody has taken shortly before it begins is answered
with a no. Both sides may change their mind with one tap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.conversations import Conversations, DoHandler, Talk
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.directory.group_plans import chosen_start, offering_id, reader_of
from bot.app.directory.listings import Directory
from bot.app.directory.outing_words import PRESS, SOON, OutingWords
from bot.app.oncall.escalations import may_write_first
from bot.app.oncall.own_coach import mentors_of
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn, Wanted
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.conversation.words import Answers
from bot.domain.directory.listing import clock_of, moment_text, name_of, next_time, place_line
from bot.domain.events import Code, CompanyArranged, UnmetNeed
from bot.domain.ids import PersonId
from bot.domain.person import Age
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import offerings, outings
from bot.store.directory.offerings import Listed
from bot.store.directory.outings import Outing

log = structlog.get_logger()

BACK = "outing_back"
LATE = "outing_late"
UNANSWERED = "outing_unanswered"
SILENT = "outing_silent"
AFTER = timedelta(hours=2)
"""After the start: by then both are on their way home."""
PATIENCE = timedelta(hours=1)
"""After that the coordinators are told that nobody has said so."""
EARLY = timedelta(minutes=10)
IN_TIME = timedelta(hours=1)
"""Before the start: who has found nobody by then is told so."""
SILENT_AFTER = timedelta(hours=2)
"""So long one of the staff may leave the question open before the coordinators hear so; less when it is soon
that they would go."""
KINDS = ("company", "lift")


class Outings:
    """Arranges them. `zone` is the service's, for people whose own is not known."""

    def __init__(self, directory: Directory, zone: ZoneInfo, conversations: Conversations) -> None:
        self._directory = directory
        self.words = OutingWords(conversations, zone)
        self._zone = zone

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"ask_outing": self._ask, **self.words.dos()}

    def presses(self) -> Mapping[str, Handler]:
        """Buttons of staff, and of the person."""
        return {PRESS: self._pressed}

    def timers(self) -> Mapping[str, TimerHandler]:
        """One asked is silent; nobody was found; it is soon; are both back; nobody has said so."""
        return {
            UNANSWERED: self._unanswered,
            SILENT: self._silent,
            SOON: self._soon,
            BACK: self._ask_back,
            LATE: self._nobody_said,
        }

    async def ask_staff(self, turn: Turn, which: int, who: PersonId) -> bool:
        """The turn's coordinator has one of the staff asked; False for a request that is not open."""
        request = await outings.get(turn.tx, which)
        if request is None or request.state != "asked":
            return False
        await self._ask_staff(turn, request, who)
        return True

    async def cannot(self, turn: Turn, which: int) -> bool:
        """It cannot be arranged, and the person hears so; False for a request that is not open."""
        request = await outings.get(turn.tx, which)
        if request is None or request.state != "asked":
            return False
        await self._end(turn, request, "outing_refused")
        return True

    async def _ask(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Note the request and put it to the coordinators, with a button for each who may meet people."""
        kind = str(args.get("kind") or "")
        which = offering_id(args.get("group"))
        listed = None if which is None else await self._directory.details(turn.tx, which, turn.now)
        if kind not in KINDS or listed is None or listed.entry.venue is None:
            return turn.say("group_gone")
        found = next_time(listed.entry, chosen_start(talk, listed.id, turn.now) or turn.now)
        turn.record(UnmetNeed(Code(f"{kind}_to_group")))
        if turn.person.age is not Age.ADULT:
            return turn.say("outing_not_arranged")
        if found is None or found[1] - turn.now < EARLY:
            return turn.say("outing_too_soon")
        if any(
            one.offering == listed.id for one in await outings.ahead_of(turn.tx, turn.person.id, turn.now)
        ):
            return turn.say("outing_asked_already")
        number = await outings.ask(turn.tx, turn.person.id, listed.id, kind, found[1], turn.now)
        request = Outing(number, turn.person.id, listed.id, kind, found[1], "asked", None)
        told = await self._put_to_coordinators(turn, request, listed)
        log.info("outing_asked", outing=number, kind=kind, coordinators=told)
        if not told:
            return turn.say("outing_nobody")
        self._answer_in_time(turn, request)
        return turn.say("outing_asked", buttons_of(turn, "outing_asked", number))

    async def set_timers(self, turn: Turn, request: Outing) -> None:
        """When the two are reminded and asked whether they are back, or the person hears of nobody."""
        if request.taken_by is None:
            return self._answer_in_time(turn, request)
        await timers.drop(turn.tx, f"{SOON}:{request.id}")
        self.words.remind(turn, request)
        due = request.starts + AFTER
        return timers.put(turn.tx, Timer(f"{BACK}:{request.id}", request.taken_by, BACK, 0, request.id, due))

    def _answer_in_time(self, turn: Turn, request: Outing) -> None:
        """An hour before the start, or when half of what is left has gone."""
        due = max(request.starts - IN_TIME, turn.now + (request.starts - turn.now) / 2)
        key = f"{UNANSWERED}:{request.id}"
        timers.put(turn.tx, Timer(key, request.person, UNANSWERED, 0, request.id, due))

    async def _put_to_coordinators(self, turn: Turn, request: Outing, listed: Listed) -> int:
        mine = await mentors_of(turn.tx, request.person)
        names = ", ".join([await called(turn.tx, who) for who in mine])
        rows = await self._meeters(turn, request, first=mine)
        more = [turn.messages.text("outing_own_coach", coach=names)] if mine else []
        more += [turn.messages.text("outing_nobody_may")] if len(rows) == 1 else []
        return await turn.tell_coordinators(
            f"outing_for_coordinator_{request.kind}",
            rows,
            key=f"outing:{request.id}",
            mentor="".join(more),
            **self._facts(turn, listed, request.starts, alias(request.person)),
        )

    async def _meeters(
        self, turn: Turn, request: Outing, first: Sequence[PersonId] = (), but: PersonId | None = None
    ) -> Wanted:
        """A button for each who may meet people, and one for nobody."""
        meeters = [who for who, _ in await people.with_role(turn.tx, "may_meet")]
        meeters.sort(key=lambda who: who not in first)
        rows = [
            [(await called(turn.tx, who), f"{PRESS}:ask:{request.id}:{who}")]
            for who in meeters
            if who not in (request.person, but)
        ]
        return [*rows, [(turn.messages.text("outing_cannot"), f"{PRESS}:cannot:{request.id}:0")]]

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """A button: `what:outing:staff`."""
        what, _, rest = of.partition(":")
        number, _, other = rest.partition(":")
        request = await outings.get(turn.tx, int(number)) if number.isdecimal() else None
        if request is None or not other.isdecimal():
            return turn.say("stale_button")
        if what == "write":
            return await self.words.begin(turn, talk, request)
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        match what:
            case "ask" | "cannot" if "coordinator" in turn.person.roles:
                if what == "ask":
                    return await self._ask_staff(turn, request, PersonId(int(other)))
                return await self._end(turn, request, "outing_refused")
            case "yes" | "no" if "may_meet" in turn.person.roles:
                return await self._answered(turn, talk, request, coming=what == "yes")
            case "suits":
                return await self.words.suits(turn, request, int(other))
            case "off" if request.person == turn.person.id:
                return await self._changed_mind(turn, request)
            case "drops" if request.taken_by == turn.person.id:
                return await self._drops(turn, request)
            case "back" | "not_safe" if request.taken_by == turn.person.id:
                return await self._came_back(turn, request, safe=what == "back")
            case _:
                return turn.say("stale_button")

    async def _ask_staff(self, turn: Turn, request: Outing, who: PersonId) -> None:
        staff = await people.by_id(turn.tx, who)
        listed = await self._directory.details(turn.tx, request.offering, turn.now)
        if request.state != "asked" or request.starts <= turn.now or listed is None:
            return turn.say("outing_over")
        if staff is None or "may_meet" not in staff.roles:
            return turn.say("outing_may_not")
        wanted = buttons_of(turn, f"outing_for_staff_{request.kind}", request.id)
        facts = self._facts(turn, listed, request.starts, alias(request.person))
        key = f"outing:{request.id}:to:{who}:{turn.cause}"
        if not await turn.tell(who, f"outing_for_staff_{request.kind}", wanted, key=key, **facts):
            rows = await self._meeters(turn, request, but=who)
            return turn.say("outing_unreached", rows)
        patience = min(SILENT_AFTER, (request.starts - turn.now) / 4)
        key = f"{SILENT}:{request.id}:{who}"
        timers.put(turn.tx, Timer(key, who, SILENT, 0, request.id, turn.now + patience))
        return turn.say("outing_staff_asked", await self._meeters(turn, request, but=who))

    async def _silent(self, turn: Turn, timer: Timer) -> None:
        """The turn's staff has said neither yes nor no: the coordinators may ask somebody else."""
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is not None and request.state == "asked" and request.starts > turn.now:
            await self._ask_another(turn, request, "outing_staff_silent")

    async def _answered(self, turn: Turn, talk: Talk, request: Outing, *, coming: bool) -> None:
        """One of the staff says yes or no; the person hears a yes, the coordinators both.

        Of a lift the first word about where is theirs.
        """
        await timers.drop(turn.tx, f"{SILENT}:{request.id}:{turn.person.id}")
        listed = await self._directory.details(turn.tx, request.offering, turn.now)
        name = await called(turn.tx, turn.person.id)
        if request.state != "asked" or request.starts <= turn.now or listed is None:
            return turn.say("outing_over")
        if not coming:
            await self._ask_another(turn, request, "outing_staff_cannot")
            return turn.say("outing_noted")
        if not await outings.take(turn.tx, request.id, turn.person.id):
            return turn.say("outing_over")
        who = alias(request.person)
        await self._tell_coordinators(turn, request, "outing_staff_comes", name=name, alias=who)
        turn.record(CompanyArranged(listed.id, Code(request.kind)), request.person)
        facts = self._facts(turn, listed, request.starts, who)
        said = f"outing_arranged_{request.kind}"
        wanted = buttons_of(turn, said, request.id)
        await self._tell_person(turn, request, said, wanted, coach=name, **facts)
        thanks = f"outing_thanks_{request.kind}"
        turn.say(thanks, buttons_of(turn, thanks, request.id), **facts)
        mine = replace(request, state="taken", taken_by=turn.person.id)
        await self.set_timers(turn, mine)
        return await self.words.begin(turn, talk, mine) if request.kind == "lift" else None

    async def _soon(self, turn: Turn, timer: Timer) -> None:
        request = await outings.get(turn.tx, timer.object_id or 0)
        listed = request and await self._directory.details(turn.tx, request.offering, turn.now)
        if request is not None and request.state == "taken" and listed and turn.now < request.starts:
            await self.words.soon(
                turn, request, self._facts(turn, listed, request.starts, alias(request.person))
            )

    async def _ask_another(self, turn: Turn, request: Outing, said: str) -> None:
        """The turn's staff does not come, or does not say so: the coordinators may ask somebody else."""
        rows = await self._meeters(turn, request, but=turn.person.id)
        key = f"outing:{request.id}:{said}:{turn.cause}"
        coach = await called(turn.tx, turn.person.id)
        await turn.tell_coordinators(said, rows, key=key, coach=coach, **await self.which(turn, request))

    async def _drops(self, turn: Turn, request: Outing) -> None:
        """Who said yes cannot come after all: the person hears at once, and it is asked for anew."""
        if request.starts <= turn.now or not await outings.give_back(turn.tx, request.id, turn.person.id):
            return turn.say("outing_over")
        await timers.drop(turn.tx, f"{BACK}:{request.id}")
        await timers.drop(turn.tx, f"{SOON}:{request.id}")
        await timers.drop(turn.tx, f"{UNANSWERED}:{request.id}")
        await self.words.take_back(turn, request)
        self._answer_in_time(turn, request)
        coach, which = await called(turn.tx, turn.person.id), await self.which(turn, request)
        await self._tell_person(turn, request, "outing_dropped", coach=coach, **which)
        await self._ask_another(turn, request, "outing_staff_cannot")
        return turn.say("outing_dropped_noted", alias=alias(request.person))

    async def erased(self, turn: Turn) -> None:
        """The turn's person is about to be erased: nobody waits for them, what they wrote is gone."""
        for request in await outings.of_person(turn.tx, turn.person.id):
            await self.words.take_back(turn, request)
        for request in await outings.ahead_of(turn.tx, turn.person.id, turn.now):
            await self._called_off(turn, request)

    async def _changed_mind(self, turn: Turn, request: Outing) -> None:
        """The person would rather not."""
        return turn.say("outing_off_noted" if await self._called_off(turn, request) else "outing_over")

    async def _called_off(self, turn: Turn, request: Outing) -> bool:
        """Whoever would come along and the coordinators hear that nobody needs to; False when it is over."""
        if not await outings.close(turn.tx, request.id, "off", turn.now):
            return False
        await self.words.take_back(turn, request)
        facts = await self.which(turn, request)
        key = f"outing:{request.id}:off"
        if request.taken_by is not None:
            await turn.tell(request.taken_by, "outing_off", key=f"{key}:{request.taken_by}", **facts)
        await turn.tell_coordinators("outing_off", key=key, but=request.taken_by, **facts)
        return True

    async def _unanswered(self, turn: Turn, timer: Timer) -> None:
        """Nobody was found in time: the person hears so, as they were told they would."""
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is None or request.state != "asked":
            return
        await outings.close(turn.tx, request.id, "off", turn.now)
        which = await self.which(turn, request)
        await self._tell_person(turn, request, "outing_refused", **which)
        await self._tell_coordinators(turn, request, "outing_not_found", **which)

    async def _ask_back(self, turn: Turn, timer: Timer) -> None:
        """Two hours after the start: is everybody back safe?"""
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is None or request.state != "taken":
            return
        wanted = buttons_of(turn, "outing_back", request.id)
        turn.say("outing_back", wanted, send_class=SendClass.HANDOFF)
        late = Timer(f"{LATE}:{request.id}", turn.person.id, LATE, 0, request.id, turn.now + PATIENCE)
        timers.put(turn.tx, late)

    async def _nobody_said(self, turn: Turn, timer: Timer) -> None:
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is not None and request.state == "taken":
            await self._worry(turn, request, "outing_no_word")

    async def _came_back(self, turn: Turn, request: Outing, *, safe: bool) -> None:
        if not await outings.close(turn.tx, request.id, "back" if safe else "not_safe", turn.now):
            return turn.say("outing_over")
        if not safe:
            await self._worry(turn, request, "outing_not_safe")
            return turn.say("outing_staff_not_safe")
        await self.words.take_back(turn, request)
        return turn.say("outing_staff_back")

    async def _worry(self, turn: Turn, request: Outing, said: str) -> None:
        name = await called(turn.tx, turn.person.id)
        log.warning(said, outing=request.id)
        await self._tell_coordinators(turn, request, said, name=name, alias=alias(request.person))

    async def _end(self, turn: Turn, request: Outing, said: str) -> None:
        """A coordinator could not arrange it: the person hears so, honestly."""
        if not await outings.close(turn.tx, request.id, "off", turn.now):
            return turn.say("outing_over")
        await self._tell_person(turn, request, said, **await self.which(turn, request))
        return turn.say("outing_noted")

    async def _tell_person(
        self, turn: Turn, request: Outing, said: str, wanted: Wanted = (), **fill: Any
    ) -> None:
        person = await people.by_id(turn.tx, request.person)
        if person is not None and await may_write_first(turn.tx, person):
            key = f"outing:{request.id}:{said}:{turn.cause}"
            await turn.tell(person.id, said, wanted, key=key, **fill)

    async def _tell_coordinators(self, turn: Turn, request: Outing, said: str, **fill: Any) -> None:
        await turn.tell_coordinators(said, key=f"outing:{request.id}:{said}:{turn.person.id}", **fill)

    async def which(self, turn: Turn, request: Outing) -> dict[str, Any]:
        """What tells a request from another of the same person; also of one that is hidden or gone."""
        listed = await offerings.details(turn.tx, request.offering)
        if listed is not None:
            return self._facts(turn, listed, request.starts, alias(request.person))
        time = moment_text(turn.messages, request.starts, self._zone, turn.now)
        return {"alias": alias(request.person), "name": turn.messages.text("summary_a_group"), "time": time}

    def _facts(self, turn: Turn, listed: Listed, starts: datetime, who: str) -> dict[str, Any]:
        clock = clock_of(listed.entry, reader_of(turn, self._zone).zone)
        return {
            "alias": who,
            "name": name_of(turn.messages, listed.entry),
            "where": place_line(turn.messages, listed.entry),
            "time": moment_text(turn.messages, starts, clock, turn.now),
            "meet": moment_text(turn.messages, starts - EARLY, clock, turn.now),
        }


def buttons_of(turn: Turn, name: str, number: int) -> Wanted:
    """A message's buttons for an outing."""
    return [[(one.label, f"{PRESS}:{one.id}:{number}:0")] for one in turn.messages.buttons(name)]
