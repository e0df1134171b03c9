"""Asking for an outing, until one of the staff has said yes, or nobody has in time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app.conversing.due import TimerHandler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.chosen import chosen, time_meant
from bot.app.directory.listings import Directory
from bot.app.directory.outing_back import OutingBack
from bot.app.directory.outing_telling import (
    EARLY,
    PRESS,
    buttons_of,
    facts_of,
    tell_coordinators,
    tell_person,
    which_one,
)
from bot.app.directory.outing_words import SOON, OutingWords
from bot.app.oncall.own_coach import mentors_of
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn, Wanted
from bot.domain.alias import alias
from bot.domain.conversation.words import Answers
from bot.domain.events import Code, CompanyArranged, UnmetNeed
from bot.domain.ids import PersonId
from bot.domain.person import Age
from bot.store.conversing import people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.directory.offerings import Listed
from bot.store.directory.outings import Outing

log = structlog.get_logger()

UNANSWERED = "outing_unanswered"
SILENT = "outing_silent"
IN_TIME = timedelta(hours=1)
"""Before the start: who has found nobody by then is told so."""
SILENT_AFTER = timedelta(hours=2)
"""So long one of the staff may leave the question open before the coordinators hear so; less when it is soon
that they would go."""
KINDS = ("company", "lift")


class OutingAsking:
    """Puts it to coordinators and staff. `zone` is the service's, for people whose own is not known."""

    def __init__(self, directory: Directory, words: OutingWords, back: OutingBack, zone: ZoneInfo) -> None:
        self._directory = directory
        self._words = words
        self._back = back
        self._zone = zone

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"ask_outing": self._ask}

    def timers(self) -> Mapping[str, TimerHandler]:
        """One asked is silent; nobody was found."""
        return {UNANSWERED: self._unanswered, SILENT: self._silent}

    async def _ask(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Note the request and put it to the coordinators, with a button for each who may meet people."""
        kind = str(args.get("kind") or "")
        listed = await chosen(turn, self._directory, args.get("group"))
        if kind not in KINDS or listed is None or listed.entry.venue is None:
            return turn.say("group_gone")
        found = time_meant(turn, talk, listed)
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
        answer_in_time(turn, request)
        return turn.say("outing_asked", buttons_of(turn, "outing_asked", number))

    async def set_timers(self, turn: Turn, request: Outing) -> None:
        """When the two are reminded and asked whether they are back, or the person hears of nobody."""
        if request.taken_by is None:
            return answer_in_time(turn, request)
        await timers.drop(turn.tx, f"{SOON}:{request.id}")
        self._words.remind(turn, request)
        return self._back.ask_later(turn, request)

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
            **facts_of(turn, listed, request, self._zone),
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

    async def ask_staff(self, turn: Turn, request: Outing, who: PersonId) -> None:
        """The turn's coordinator has one of the staff asked."""
        staff = await people.by_id(turn.tx, who)
        listed = await self._directory.details(turn.tx, request.offering, turn.now)
        if request.state != "asked" or request.starts <= turn.now or listed is None:
            return turn.say("outing_over")
        if staff is None or "may_meet" not in staff.roles:
            return turn.say("outing_may_not")
        wanted = buttons_of(turn, f"outing_for_staff_{request.kind}", request.id)
        facts = facts_of(turn, listed, request, self._zone)
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
            await self.ask_another(turn, request, "outing_staff_silent")

    async def answered(self, turn: Turn, talk: Talk, request: Outing, *, coming: bool) -> None:
        """One of the staff says yes or no; the person hears a yes, the coordinators both.

        Of a lift the first word about where is theirs.
        """
        await timers.drop(turn.tx, f"{SILENT}:{request.id}:{turn.person.id}")
        listed = await self._directory.details(turn.tx, request.offering, turn.now)
        name = await called(turn.tx, turn.person.id)
        if request.state != "asked" or request.starts <= turn.now or listed is None:
            return turn.say("outing_over")
        if not coming:
            await self.ask_another(turn, request, "outing_staff_cannot")
            return turn.say("outing_noted")
        if not await outings.take(turn.tx, request.id, turn.person.id):
            return turn.say("outing_over")
        who = alias(request.person)
        await tell_coordinators(turn, request, "outing_staff_comes", name=name, alias=who)
        turn.record(CompanyArranged(listed.id, Code(request.kind)), request.person)
        facts = facts_of(turn, listed, request, self._zone)
        said = f"outing_arranged_{request.kind}"
        wanted = buttons_of(turn, said, request.id)
        await tell_person(turn, request, said, wanted, coach=name, **facts)
        thanks = f"outing_thanks_{request.kind}"
        turn.say(thanks, buttons_of(turn, thanks, request.id), **facts)
        mine = replace(request, state="taken", taken_by=turn.person.id)
        await self.set_timers(turn, mine)
        return await self._words.begin(turn, talk, mine) if request.kind == "lift" else None

    async def ask_another(self, turn: Turn, request: Outing, said: str) -> None:
        """The turn's staff does not come, or does not say so: the coordinators may ask somebody else."""
        rows = await self._meeters(turn, request, but=turn.person.id)
        key = f"outing:{request.id}:{said}:{turn.cause}"
        coach = await called(turn.tx, turn.person.id)
        which = await which_one(turn, request, self._zone)
        await turn.tell_coordinators(said, rows, key=key, coach=coach, **which)

    async def _unanswered(self, turn: Turn, timer: Timer) -> None:
        """Nobody was found in time: the person hears so, as they were told they would."""
        request = await outings.get(turn.tx, timer.object_id or 0)
        if request is None or request.state != "asked":
            return
        await outings.close(turn.tx, request.id, "off", turn.now)
        which = await which_one(turn, request, self._zone)
        await tell_person(turn, request, "outing_refused", **which)
        await tell_coordinators(turn, request, "outing_not_found", **which)


def answer_in_time(turn: Turn, request: Outing) -> None:
    """The person hears of nobody an hour before the start, or when half of what is left has gone."""
    due = max(request.starts - IN_TIME, turn.now + (request.starts - turn.now) / 2)
    key = f"{UNANSWERED}:{request.id}"
    timers.put(turn.tx, Timer(key, request.person, UNANSWERED, 0, request.id, due))
