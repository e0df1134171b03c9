"""Who is on a day: what a coach or a coordinator asks in the chat the night before."""

from datetime import date, time, timedelta

from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.rota.typed import Hours, asked_who, shown
from bot.domain.zones import local, moment
from bot.store.rota import rotas

_MOST = 20


class WhoIsOn:
    """Reads the rota of a day aloud; its hours are those of the place's zone."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def says(self, turn: Turn, text: str) -> bool:
        """Whether staff asked who is on, and have been told; of today also who is there at the moment."""
        day = asked_who(text, turn.now, self._place.zone)
        if day is None:
            return False
        there = ""
        if day == local(turn.now, self._place.zone).date():
            there = await self._there(turn)
        lines = await self._lines(turn, day)
        said = f"{day:%a} {day.day} {day:%b}"
        if lines:
            turn.say("rota_day", day=said, list="\n".join(lines), there=there)
        else:
            turn.say("rota_day_none", day=said, there=there)
        return True

    async def _lines(self, turn: Turn, day: date) -> list[str]:
        zone = self._place.zone
        rota = await rotas.rota(turn.tx, zone, turn.now)
        turns = rota.turns(moment(day, time(0), zone), moment(day + timedelta(days=1), time(0), zone))
        return [
            f"{shown(Hours(one.start, one.end), zone)} {await called(turn.tx, one.coach)}"
            for one in turns[:_MOST]
        ]

    async def _there(self, turn: Turn) -> str:
        team = await roster(turn.tx, self._place, turn.now)
        names = [await called(turn.tx, one.person) for one in team if one.on_shift and one.has("coach")]
        words = turn.messages.text
        return "\n" + (words("rota_there", names=", ".join(names)) if names else words("rota_there_nobody"))
