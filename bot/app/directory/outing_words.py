"""Where and when the two of an outing meet: each writes, the bot passes it on, one says that it suits.

No talk is opened: whoever goes along need not be on shift, and an answer may take hours. What was written
last is kept, sealed, as long as the request; both are reminded with it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.taking_back import take_back
from bot.app.conversing.talk import DoHandler, Talk
from bot.app.directory.outing_telling import PRESS, buttons_of, tell_person
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn, Wanted
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.conversation.words import Answers, cut
from bot.domain.oncall import handoff
from bot.domain.oncall.contacts import without_contacts
from bot.domain.zones import local
from bot.store.conversing import message_map, outbox, people, timers
from bot.store.conversing.timers import Timer
from bot.store.directory import outings
from bot.store.directory.outings import Outing
from bot.store.oncall import handoffs

SOON = "outing_soon"
BEFORE = timedelta(hours=2)
"""So long before it begins both are reminded; the evening before where that would be in the night."""
IN_THE_NIGHT, EVENING_BEFORE = 7, timedelta(hours=12)
FLOW = "outing_words"
LONGEST = 300


class OutingWords:
    """What the two write to one another, and the reminder with it. `zone` is the service's."""

    def __init__(self, conversations: Conversations, zone: ZoneInfo) -> None:
        self._zone = zone
        self._conversations = conversations

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"tell_outing": self._tell}

    async def begin(self, turn: Turn, talk: Talk, request: Outing) -> None:
        """Ask one of the two what is to be passed on; nothing in a talk, where words go to somebody else."""
        if not _between(turn, request):
            return turn.say("outing_over")
        if await self._in_talk(turn):
            return turn.say("outing_in_talk")
        return await self._conversations.interrupt(turn, talk, FLOW, {"outing_id": str(request.id)})

    async def _in_talk(self, turn: Turn) -> bool:
        """Whether a coach has the turn's person, or the turn's coach has somebody."""
        opened = await handoffs.open_of(turn.tx, turn.person.id) if turn.person.in_handoff else None
        live = opened is not None and handoff.holder_of(opened.handoff) is not None
        return live or bool(await handoffs.held_by(turn.tx, turn.person.id))

    async def _tell(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Pass on what the turn's person wrote, without anything by which they could be reached."""
        number, said = str(args.get("outing")), str(args.get("words") or "")
        request = await outings.get(turn.tx, int(number)) if number.isdecimal() else None
        if request is None or not _between(turn, request):
            return turn.say("outing_over")
        held_back = turn.messages.text("held_back")
        words = cut(without_contacts(" ".join(said.split()), held_back), LONGEST)
        if not words.replace(held_back, "").strip(" \n.,;:!?-"):
            return turn.say("talk_all_held_back")
        await people.unlock(turn.tx, request.person)
        written = await outings.write(turn.tx, request, words)
        told = await self._to_other(turn, request, "wrote", written, words=words)
        if not told:
            return turn.say("outing_unreached")
        return turn.say("talk_held_back" if held_back in words else "outing_passed_on")

    async def suits(self, turn: Turn, request: Outing, written: int) -> None:
        """What the other wrote suits the turn's person: that is where and when they meet."""
        if not _between(turn, request):
            return turn.say("outing_over")
        if not await outings.agree(turn.tx, request, written):
            return turn.say("outing_newer")
        await people.unlock(turn.tx, request.person)
        words = await outings.last_written(turn.tx, request)
        await self._to_other(turn, request, "suits", written, words=words)
        links = (link_of(request),) if turn.person.id == request.taken_by else ()
        rows = _rows(turn, request, mine=True)
        await turn.tell(
            turn.person.id, "outing_settled", rows, send_class=SendClass.REPLY, links=links, words=words
        )
        return None

    def remind(self, turn: Turn, request: Outing) -> None:
        """Both are reminded, if there is time enough."""
        assert request.taken_by is not None
        due = request.starts - BEFORE
        evening = request.starts - EVENING_BEFORE
        if local(due, self._zone).hour < IN_THE_NIGHT and evening > turn.now:
            due = evening
        if due > turn.now:
            timers.put(turn.tx, Timer(f"{SOON}:{request.id}", request.taken_by, SOON, 0, request.id, due))

    async def soon(self, turn: Turn, request: Outing, facts: Mapping[str, Any]) -> None:
        """It is soon: both hear where they meet, or that they have not said it yet."""
        await people.unlock(turn.tx, request.person)
        words = await outings.last_written(turn.tx, request) if request.agreed else ""
        name = "outing_meet_agreed" if words else f"outing_meet_open_{request.kind}"
        meet = turn.messages.text(name, words=words)
        rows, links = _rows(turn, request, mine=True), (link_of(request),)
        await turn.tell(turn.person.id, "outing_soon_staff", rows, links=links, meet_line=meet, **facts)
        coach = await called(turn.tx, turn.person.id)
        await tell_person(
            turn,
            request,
            f"outing_soon_{request.kind}",
            _rows(turn, request, mine=False),
            coach=coach,
            meet_line=meet,
            **facts,
        )

    async def take_back(self, turn: Turn, request: Outing) -> None:
        """It is over, or off: what was written leaves the chat of whoever went along, or would have."""
        if request.taken_by is not None:
            outbox.withdraw_linked(turn.tx, request.taken_by, link_of(request), turn.now)
            await take_back(turn, link_of(request), request.taken_by)
            message_map.forget(turn.tx, link_of(request))

    async def _to_other(self, turn: Turn, request: Outing, what: str, written: int, *, words: str) -> bool:
        """Tell the other of the two, with the buttons that they have."""
        rows = _rows(turn, request, mine=False)
        if what == "wrote":
            rows = [[(turn.messages.text("outing_suits"), f"{PRESS}:suits:{request.id}:{written}")], *rows]
        if turn.person.id == request.person:
            assert request.taken_by is not None
            key = f"outing:{request.id}:{what}:{turn.cause}"
            name = f"outing_person_{what}"
            return await turn.tell(
                request.taken_by,
                name,
                rows,
                key=key,
                links=(link_of(request),),
                protect=True,
                alias=alias(request.person),
                words=words,
            )
        coach = await called(turn.tx, turn.person.id)
        return await tell_person(turn, request, f"outing_staff_{what}", rows, coach=coach, words=words)


def link_of(request: Outing) -> str:
    """What the messages of an outing have in common that hold words and went to whoever goes along."""
    return f"outing:{request.id}"


def _between(turn: Turn, request: Outing) -> bool:
    """Whether the turn's person is one of the two who have agreed to go, and it has not begun."""
    two = (request.person, request.taken_by)
    return request.state == "taken" and turn.now < request.starts and turn.person.id in two


def _rows(turn: Turn, request: Outing, *, mine: bool) -> Wanted:
    """The buttons of the turn's own side, or of the other: write, and not come after all."""
    person = (turn.person.id == request.person) == mine
    name = "outing_arranged_lift" if person else "outing_thanks_lift"
    return buttons_of(turn, name, request.id)
