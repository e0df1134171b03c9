"""A search for services: what helps with a need and is near, what is open first."""

from collections.abc import Mapping

import structlog

from bot.app.conversing.deeds import code, unmet
from bot.app.conversing.talk import CallHandler, Talk
from bot.app.directory.beside_groups import FAMILY, TREATMENT, Beside
from bot.app.directory.search import Search, known_of_person, limit, which_place
from bot.app.directory.shown_list import shown_list
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.domain.directory.places import Which
from bot.domain.directory.wanted import Needs
from bot.domain.events import NeedSought

log = structlog.get_logger()


class ServiceSearch:
    """Looks for them."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"find_services": self._find_services}

    async def _find_services(self, turn: Turn, talk: Talk, args: Answers) -> Returned:
        """Services that help with `need` near the answer `near`, what is open first."""
        known = await known_of_person(turn, talk)
        try:
            looking = await self._search.looking(turn, known, args.get("near") or known.get("place"))
            if isinstance(looking, Which):
                return which_place(looking)
            services = frozenset({str(args.get("need") or known.get("need") or "")})
            any_time = Needs(services=services, language=turn.person.language)
            needs = looking.of_service(any_time)
            most = limit(args.get("limit"))
            found = await self._search.directory.search(
                turn.tx, looking.point, looking.at, needs, most, zone=looking.zone
            )
            wider = not found.groups and needs != any_time
            if wider:
                found = await self._search.directory.search(
                    turn.tx, looking.point, looking.at, any_time, most, zone=looking.zone
                )
        except Exception:  # whatever broke, the person is told so, and has a line that is open
            log.exception("service_search_failed", cause=turn.cause)
            return await self._search.failed(turn, known)
        number = len(found.groups) + len(found.online) + 1
        other = Beside()
        if services <= {FAMILY} or (services <= {TREATMENT} and found.groups):
            family = services <= {FAMILY}
            other = await self._search.other_route(turn, looking, found, number, services=True, family=family)
        shown = {
            **looking.values,
            "approach": min(services),
            **shown_list(turn, found, self._search.reader(turn), looking.middle, other=other),
        }
        if wider and found.groups:
            turn.record(unmet("none_fit", {**known, **looking.values, "approach": min(services)}))
            shown["groups_text"] = f"{turn.messages.text('group_wider')}\n{shown['groups_text']}"
        looking.say_asked(shown)
        shown["line_text"] = await self._search.open_line(turn, known)
        shown.pop("online_text")
        if (need := code(min(services))) is not None:
            turn.record(NeedSought(need, bool(found.groups)))
        if other.listed and not found.groups:
            turn.record(unmet("no_service_near", {**known, **looking.values, "approach": min(services)}))
        return Returned("found" if found.groups or other.listed else "none", {"places": [], **shown})
