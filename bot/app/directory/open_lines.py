"""A helpline that is open at this moment, for flows that have nothing else."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.app.conversing.deeds import code
from bot.app.conversing.talk import Talk
from bot.app.directory.chosen import reader_of
from bot.app.library.helplines import helplines_today
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.directory.helplines import (
    Channel,
    Country,
    Helplines,
    Line,
    Nation,
    all_open,
    channel_open,
    first_open,
    writing,
)
from bot.domain.directory.helplines import open_now as hours_now
from bot.domain.directory.hours import Open, Openness
from bot.domain.directory.standing_in import land_asked_about, standing_in
from bot.domain.directory.wording import line_text, lines_text
from bot.domain.events import HelplineShown

_AREAS: Mapping[str, tuple[Country, Nation]] = {
    "GB": ("GB", ""), "GB-ENG": ("GB", "GB-ENG"), "GB-SCT": ("GB", "GB-SCT"), "GB-WLS": ("GB", "GB-WLS"),
    "GB-NIR": ("GB", "GB-NIR"), "IE": ("IE", ""), "US": ("US", ""),
}  # fmt: skip
"""The lands whose lines may be asked for from elsewhere."""
MOST = 3
"""Lines that are given at once: more would be a list, and a list is no help."""


async def said_country(_: Turn, __: Talk, args: Answers) -> Returned:
    """Whether words say in which country or state the person is; `Heeding` has kept it by then."""
    said = args.get("text")
    return Returned("yes" if isinstance(said, str) and standing_in(said) is not None else "no", {})


async def land_asked(_: Turn, __: Talk, args: Answers) -> Returned:
    """What flows may look up: the land that a question for a number is about, as an area of the helplines."""
    said = args.get("text")
    area = land_asked_about(said) if isinstance(said, str) else ""
    return Returned("yes" if area else "no", {"land": area} if area else {})


class OpenLines:
    """The helplines for conversations. `zone` is the service's, for people whose own is not known."""

    def __init__(self, lines: Helplines, zone: ZoneInfo) -> None:
        self._lines = lines
        self._zone = zone

    async def open_line(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """What flows may look up: a line for a topic, or else one that listens to anybody."""
        said = await self.open_now(turn, str(args.get("topic") or "crisis"))
        return Returned("found" if said else "none", {"line_text": said})

    async def open_lines(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """Up to `MOST` lines that are answered now, those on the topic first; with `writing` by text or chat.

        They are those of `land`, where one was asked about, else of where the person is. `only`: none on the
        topic, but one for anybody. `none`: none at all.
        """
        by_text, topic = bool(args.get("writing")), str(args.get("topic") or "crisis")
        known = await helplines_today(turn.tx, self._lines)
        where = _AREAS.get(str(args.get("land")), (turn.person.country, turn.person.nation))
        own = all_open(known, topic, *where, turn.now, by_text=by_text)
        others = all_open(known, "crisis", *where, turn.now, by_text=by_text)
        shown = [*own[:MOST], *(line for line in others if line not in own)][: max(MOST, len(own[:MOST]) + 1)]
        told = [self._told(turn, line, by_text=by_text) for line in shown]
        said = lines_text(turn.messages, told, reader_of(turn, self._zone).zone, turn.now)
        return Returned("found" if own else "only" if shown else "none", {"lines_text": said})

    def _told(self, turn: Turn, line: Line, *, by_text: bool) -> tuple[Line, Openness, Channel | None]:
        if (which := code(line.id)) is not None:
            turn.record(HelplineShown(which))
        by = writing(line, turn.now) if by_text else None
        return line, channel_open(line, by, turn.now) if by else hours_now(line, turn.now), by

    async def open_now(self, turn: Turn, topic: str) -> str:
        """A line that is open at this moment, with its number; "" when none is known to be."""
        lines = await helplines_today(turn.tx, self._lines)
        line = first_open(lines, topic, turn.person.country, turn.person.nation, turn.now)
        state = None if line is None else hours_now(line, turn.now)
        if line is None or not isinstance(state, Open):
            return ""
        if (which := code(line.id)) is not None:
            turn.record(HelplineShown(which))
        return line_text(turn.messages, line, state, reader_of(turn, self._zone).zone, turn.now)
