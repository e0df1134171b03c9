"""A search for groups: near somebody or online, as was asked for, or what comes nearest to that."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.app.conversing.deeds import unmet
from bot.app.conversing.talk import CallHandler, Talk
from bot.app.directory.beside_groups import Beside, Known, again_beside, known_of
from bot.app.directory.chosen import offering_id
from bot.app.directory.listings import Suggestions
from bot.app.directory.search import NONE_FOUND, ONLINE, Search, known_of_person, limit, which_place
from bot.app.directory.shown_list import shown_list
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.directory.looking import Looking
from bot.domain.directory.places import Which
from bot.domain.ids import OfferingId

log = structlog.get_logger()

NO_MORE: frozenset[OfferingId] = frozenset()


class GroupSearch:
    """Looks for them."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"find_groups": self._find_groups}

    async def _find_groups(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Look near the answer `near`, or online only; `more` beyond what was shown, `again` as last time.

        A failure is logged and answered with `error`. What was typed ("women's group friday") narrows it;
        when nothing fits that, what comes nearest is shown and the need is noted.
        """
        known = await known_of_person(turn, talk)
        again_there = bool(args.get("again"))
        near = (again_there and known.get("looked_near")) or args.get("near") or known.get("place")
        try:
            looking = await self._search.looking(turn, known, near)
            if isinstance(looking, Which):
                return which_place(looking)
            more = _shown_already(known, but_last=again_there) if args.get("more") or again_there else NO_MORE
            usually = looking.needs == looking.usual and not more
            said = await known_of(turn)
            again = await self._again(turn, said, looking) if usually else Beside()
            first = frozenset({again.listed.id}) if again.listed else frozenset[OfferingId]()
            most, beyond = limit(args.get("limit")), more | said.not_again | first
            goes_on = bool(more) or again_there
            found, wider = await self._found(turn, known, looking, most, beyond, more=goes_on)
            number = len(found.groups) + len(found.online) + len(first) + 1
            other = (
                Beside()
                if more
                else await self._search.other_route(turn, looking, found, number, said.not_again)
            )
        except Exception:  # whatever broke, the person is told so, and has a line that is open
            log.exception("group_search_failed", cause=turn.cause)
            return await self._search.failed(turn, known)
        shown = {
            **looking.values,
            **shown_list(
                turn,
                found,
                self._search.reader(turn),
                looking.middle,
                online_first=looking.needs.online,
                again=again,
                other=other,
            ),
            "wider": wider,
        }
        above = "online_text" if looking.online_first else "groups_text"
        if wider and shown[above]:
            shown[above] = f"{_nearest(turn, looking, wider)}\n{shown[above]}"
        looking.say_asked(shown)
        shown["looked_near"] = near
        shown["shown"] = [*(map(str, sorted(more | first))), *(str(one.listed.id) for one in found.groups)]
        shown["line_text"] = await self._search.open_line(turn, known)
        if found.online and (near == ONLINE or looking.needs.online):
            return Returned("found_online", {**NONE_FOUND, **shown})
        there = "found" if found.groups or again.listed else "beside" if shown["groups"] else "none"
        return Returned(there, {**NONE_FOUND, **shown})

    async def _found(
        self,
        turn: Turn,
        known: Mapping[str, Any],
        looking: Looking,
        most: int,
        beyond: frozenset[OfferingId],
        *,
        more: bool,
    ) -> tuple[Suggestions, int]:
        """What was asked for, or else what comes nearest, and how far that is from it: 0 is just that.

        `more` goes on where the last search was.
        """
        ways = looking.wider()
        level = min(int(known.get("wider") or 0), len(ways) - 1) if more else 0
        while True:
            found = await self._search.directory.search(
                turn.tx, looking.point, looking.at, ways[level], most, zone=looking.zone, beyond=beyond
            )
            there = (found.groups or (looking.online_first and found.online)) and not ways[level].unlisted
            if there or more or level + 1 == len(ways):
                return found, level
            if not level:
                turn.record(unmet("none_fit", {**known, **looking.values}))
            level += 1

    async def _again(self, turn: Turn, said: Known, looking: Looking) -> Beside:
        """What they would go to again, for those who let us remember."""
        if not turn.person.remembers:
            return Beside()
        return await again_beside(
            turn, self._search.directory, said, looking.point, self._search.reader(turn)
        )


def _nearest(turn: Turn, looking: Looking, level: int) -> str:
    """What is said above a list that is not quite what was asked for."""
    if not looking.only_later(level):
        return turn.messages.text("group_wider")
    return turn.messages.text("group_not_now" if looking.now else "group_other_time")


def _shown_already(known: Mapping[str, Any], *, but_last: bool) -> frozenset[OfferingId]:
    """What was shown, without the last list with `but_last`."""
    last = {str(one["id"]) for one in known.get("groups") or ()} if but_last else frozenset()
    shown = (offering_id(one) for one in known.get("shown") or () if str(one) not in last)
    return frozenset(one for one in shown if one is not None)
