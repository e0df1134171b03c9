"""A helpline that is open at this moment, for flows that have nothing else."""

from zoneinfo import ZoneInfo

from bot.app.conversing.conversations import Talk
from bot.app.conversing.deeds import code
from bot.app.directory.chosen import reader_of
from bot.app.library.helplines import helplines_today
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.directory.helplines import Helplines, first_open
from bot.domain.directory.helplines import open_now as hours_now
from bot.domain.directory.hours import Open
from bot.domain.directory.wording import line_text
from bot.domain.events import HelplineShown


class OpenLines:
    """The helplines for conversations. `zone` is the service's, for people whose own is not known."""

    def __init__(self, lines: Helplines, zone: ZoneInfo) -> None:
        self._lines = lines
        self._zone = zone

    async def open_line(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """What flows may look up: a line for a topic, or else one that listens to anybody."""
        said = await self.open_now(turn, str(args.get("topic") or "crisis"))
        return Returned("found" if said else "none", {"line_text": said})

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
