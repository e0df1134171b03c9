"""Somebody to walk in with, or a lift: asked through the bot, arranged by a coordinator, closed by a check.

Rules of the safety design ("Under 18, and meeting in person"): only adults, only staff with `may_meet`, at
the venue's public door, never a home; the check asks whether both are back safe. Neither sees the other's
number or chat. Whoever asked hears either way: what nobody has taken shortly before it begins is answered
with a no. Both sides may change their mind with one tap.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.listings import Directory
from bot.app.directory.outing_asking import UNANSWERED, OutingAsking, answer_in_time
from bot.app.directory.outing_back import OutingBack
from bot.app.directory.outing_telling import PRESS, facts_of, tell_person, which_one
from bot.app.directory.outing_words import SOON, OutingWords
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.checkins.checkin import Hours
from bot.domain.ids import PersonId
from bot.store.conversing import timers
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.directory.outings import Outing


class Outings:
    """Arranges them. `zone` is the service's, for people whose own is not known."""

    def __init__(
        self, directory: Directory, zone: ZoneInfo, conversations: Conversations, hours: Hours
    ) -> None:
        self._directory = directory
        self._zone = zone
        self.words = OutingWords(conversations, zone)
        self._back = OutingBack(self.words, zone, hours)
        self.asking = OutingAsking(directory, self.words, self._back, zone)

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {**self.asking.dos(), **self.words.dos()}

    def presses(self) -> Mapping[str, Handler]:
        """Buttons of staff, and of the person."""
        return {PRESS: self._pressed}

    def timers(self) -> Mapping[str, TimerHandler]:
        """One asked is silent; nobody was found; it is soon; are both back; nobody has said so."""
        return {**self.asking.timers(), SOON: self._soon, **self._back.timers()}

    async def ask_staff(self, turn: Turn, which: int, who: PersonId) -> bool:
        """The turn's coordinator has one of the staff asked; False for a request that is not open."""
        request = await outings.get(turn.tx, which)
        if request is None or request.state != "asked":
            return False
        await self.asking.ask_staff(turn, request, who)
        return True

    async def cannot(self, turn: Turn, which: int) -> bool:
        """It cannot be arranged, and the person hears so; False for a request that is not open."""
        request = await outings.get(turn.tx, which)
        if request is None or request.state != "asked":
            return False
        await self._end(turn, request)
        return True

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
                    return await self.asking.ask_staff(turn, request, PersonId(int(other)))
                return await self._end(turn, request)
            case "yes" | "no" if "may_meet" in turn.person.roles:
                return await self.asking.answered(turn, talk, request, coming=what == "yes")
            case "suits":
                return await self.words.suits(turn, request, int(other))
            case "off" if request.person == turn.person.id:
                return await self._changed_mind(turn, request)
            case "drops" if request.taken_by == turn.person.id:
                return await self._drops(turn, request)
            case "back" | "not_safe" if request.taken_by == turn.person.id:
                return await self._back.came_back(turn, request, safe=what == "back")
            case _:
                return turn.say("stale_button")

    async def _soon(self, turn: Turn, timer: Timer) -> None:
        request = await outings.get(turn.tx, timer.object_id or 0)
        listed = request and await self._directory.details(turn.tx, request.offering, turn.now)
        if request is not None and request.state == "taken" and listed and turn.now < request.starts:
            await self.words.soon(turn, request, facts_of(turn, listed, request, self._zone))

    async def _drops(self, turn: Turn, request: Outing) -> None:
        """Who said yes cannot come after all: the person hears at once, and it is asked for anew."""
        if request.starts <= turn.now or not await outings.give_back(turn.tx, request.id, turn.person.id):
            return turn.say("outing_over")
        await self._back.ask_not(turn, request)
        await timers.drop(turn.tx, f"{SOON}:{request.id}")
        await timers.drop(turn.tx, f"{UNANSWERED}:{request.id}")
        await self.words.take_back(turn, request)
        answer_in_time(turn, request)
        coach, which = await called(turn.tx, turn.person.id), await which_one(turn, request, self._zone)
        await tell_person(turn, request, "outing_dropped", coach=coach, **which)
        await self.asking.ask_another(turn, request, "outing_staff_cannot")
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
        facts = await which_one(turn, request, self._zone)
        key = f"outing:{request.id}:off"
        if request.taken_by is not None:
            await turn.tell(request.taken_by, "outing_off", key=f"{key}:{request.taken_by}", **facts)
        await turn.tell_coordinators("outing_off", key=key, but=request.taken_by, **facts)
        return True

    async def _end(self, turn: Turn, request: Outing) -> None:
        """A coordinator could not arrange it: the person hears so, honestly."""
        if not await outings.close(turn.tx, request.id, "off", turn.now):
            return turn.say("outing_over")
        await tell_person(turn, request, "outing_refused", **await which_one(turn, request, self._zone))
        return turn.say("outing_noted")
