"""What people's commands do: most begin the flow of their name."""

from collections.abc import Awaitable, Callable, Mapping

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.relay import Relay
from bot.app.staffing.staff import Staff
from bot.app.turn import Turn
from bot.domain.conversation.moves import Start
from bot.domain.conversation.words import Answer
from bot.domain.directory.typed import Looked
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import to_ms

BEGIN_FLOWS = (
    "bad_night",
    "checkin",
    "forget",
    "groups",
    "hide",
    "intake",
    "mentor",
    "mydata",
    "mydetails",
    "own_words",
    "privacy",
    "services",
    "urge",
    "waiting",
    "ways",
)
"""Commands that begin the flow of their name."""


class Commands:
    """The commands that everybody has."""

    def __init__(
        self,
        conversations: Conversations,
        relay: Relay,
        staff: Staff,
        looked: Callable[[str], Looked | None],
        where: Callable[[str], str],
        scanned: Callable[[Turn, str], Awaitable[Listed | None]],
    ) -> None:
        """`looked` reads a search from words, `scanned` the group or service of a poster's code."""
        self._scanned = scanned
        self._conversations = conversations
        self._looked = looked
        self._place = where
        self._relay = relay
        self._staff = staff

    def all(self) -> Mapping[str, Handler]:
        """Every command by its name."""
        return {
            **{name: self._begins(name) for name in BEGIN_FLOWS},
            "clock": self._clock,
            "find": self._find,
            "lines": self._lines,
            "there": self._there,
            "where": self._where,
            "help": self._help,
            "start": self._start,
            "stop": self._stop,
            "talk": self._talk,
            "topic": self._conversations.topic,
        }

    def _begins(self, flow: str) -> Handler:
        async def begin(turn: Turn, talk: Talk, _: str) -> None:
            await self._conversations.start(turn, talk, flow)

        return begin

    async def _help(self, turn: Turn, talk: Talk, _: str) -> None:
        """What the bot can do; for staff, who may need it for themselves too, their own screen first."""
        roles = turn.person.roles
        staff = "coach_home" if "coach" in roles else "coordinator_home" if "coordinator" in roles else "help"
        flow = "help" if turn.person.open_danger is not None else staff
        await self._conversations.start(turn, talk, flow)

    async def _find(self, turn: Turn, talk: Talk, words: str) -> None:
        """ "/find meetings near Leeds tonight", or the same words without a command."""
        looked = self._looked(words) or Looked(place=words.strip())
        known: dict[str, Answer] = {"asked": words, "asked_at": to_ms(turn.sent_at or turn.now)}
        if looked.place:
            known |= {"place": looked.place, "named": "yes"}
        elif talk.session and talk.session.flow in ("groups", "services"):  # looked for just now: there again
            known |= {"place": place} if (place := talk.session.answers.get("place")) else {}
        if looked.online and not looked.place:
            known["online"] = "yes"
        if looked.services:
            known["need"] = min(looked.services)
        await self._conversations.start(turn, talk, "services" if looked.services else "groups", known)

    async def _clock(self, turn: Turn, talk: Talk, place: str) -> None:
        """Where somebody is now, whose words may have named the place."""
        known = {"named": "yes", "clock_place": place} if place else {}
        await self._conversations.start(turn, talk, "clock", known)

    async def _lines(self, turn: Turn, talk: Talk, _: str) -> None:
        """The lines that were looked for, once more: the person has said where they are."""
        words = talk.session.answers.get("own_words", "") if talk.session else ""
        await self._conversations.start(turn, talk, "lines", {"own_words": words, "land": "here"})

    async def _there(self, turn: Turn, talk: Talk, _: str) -> None:
        """A country or a state and nothing else; it has been kept as theirs by now."""
        await self._conversations.introduce(turn, talk)
        await self._conversations.start(turn, talk, "lines", {"stands": "yes"})

    async def _where(self, turn: Turn, talk: Talk, words: str) -> None:
        """A place and nothing else, as first words: whether groups are meant there is asked."""
        search = f"meetings {words}"
        looked = self._looked(search)
        if looked is None or not looked.place:
            await self._find(turn, talk, search)
            return
        at = to_ms(turn.sent_at or turn.now)
        known: dict[str, Answer] = {"asked": search, "asked_at": at, "place": looked.place, "named": "yes"}
        known |= {"unsure": "yes", "place_name": self._place(words)}
        await self._conversations.start(turn, talk, "groups", known)

    async def _start(self, turn: Turn, talk: Talk, payload: str) -> None:
        if await self._staff.joins(turn, payload):
            return
        listed = await self._scanned(turn, payload)
        if listed is not None:
            flow = "services" if listed.entry.kind == "service" else "groups"
            await self._conversations.start(turn, talk, flow, {"group": str(listed.id), "chosen": "yes"})
        else:
            await self._begins("start")(turn, talk, "")

    async def _stop(self, turn: Turn, talk: Talk, _: str) -> None:
        if not await self._relay.ask_before_stop(turn):
            await self._conversations.event(turn, talk, Start("stop"))

    async def _talk(self, turn: Turn, talk: Talk, _: str) -> None:
        await self._conversations.interrupt(turn, talk, "talk")
