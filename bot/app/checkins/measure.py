"""The ten statements (BARC-10): their sum is an event, and the person gets their own line as a picture."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.app.conversing.talk import DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Photo
from bot.domain.checkins.curve import curve_png
from bot.domain.conversation.words import Answers
from bot.domain.events import MeasureScored
from bot.domain.zones import local, zone_named
from bot.store.conversing import events

STATEMENTS = tuple(f"m{n}" for n in range(1, 11))
MOST_POINTS = 24


class Measure:
    """Scores them. `zone` is the service's, for people whose own is not known."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"score_measure": self._score}

    async def _score(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """All ten, or nothing: the sum means something only of the whole (Vilsaint and others, 2017)."""
        known = talk.session.answers if talk.session else {}
        given = [known.get(name) for name in STATEMENTS]
        numbers = [one for one in given if isinstance(one, int) and 1 <= one <= 6]
        if len(numbers) != len(STATEMENTS):
            return
        zone = zone_named(turn.person.zone) or self._zone
        points = [*await self._points(turn, zone), (local(turn.now, zone).date(), sum(numbers))]
        turn.record(MeasureScored(sum(numbers)))
        caption = turn.messages.text("measure_first" if len(points) == 1 else "measure_line")
        turn.post(Photo(curve_png(points[-MOST_POINTS:]), caption))

    async def _points(self, turn: Turn, zone: ZoneInfo) -> list[tuple[date, int]]:
        return [
            (local(at, zone).date(), what.score)
            for at, what in await events.of_person(turn.tx, turn.person.id)
            if isinstance(what, MeasureScored)
        ]
