"""The clock a person lives by: what it shows, and another one when they are somewhere else."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.checkins.plans import Plans
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.zones import local, zone_named
from bot.store.conversing import people


class Clocks:
    """Sets it, and with it the plan of check-ins, which moves along."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"time_there": self._time_there}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"set_zone": self._do_set}

    async def _time_there(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        """What the clock shows by which the person is written to, after a change in the same turn too."""
        there = local(turn.now, self._plans.zone_of(turn.person))
        return Returned("told", {"there_time": f"{there:%H:%M}"})

    async def _do_set(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The person says by which clock they live; in another `country` its numbers are theirs."""
        zone = zone_named(str(args["zone"]))
        if zone is None:
            return
        who = turn.person
        country = str(args.get("country") or who.country)
        nation = who.nation if country == who.country else ""
        people.set_place(turn.tx, who.id, country=country, nation=nation, zone=zone.key)
        people.confirm_zone(turn.tx, who.id)
        turn.person = replace(who, country=country, nation=nation, zone=zone.key, zone_confirmed=True)
        await self._plans.change_zone(turn, zone)
