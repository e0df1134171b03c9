"""The two pages for coordinators: the list of conversations, and one conversation's summary."""

from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.app.ports import Clock
from bot.app.summaries import Overview, Summaries
from bot.domain.ids import PersonId
from bot.store import audit, people
from bot.store.store import Store
from bot.web.access import LEADS, Door
from bot.web.list_page import Filter, the_list
from bot.web.pages import Pages
from bot.web.summary_page import Names, staff_in, the_summary
from bot.web.wording import Wording

PATH = "/conversations"
DAYS = 30
ROLES = ("coach", "coordinator", "safety_lead")
_MOST = 2**63 - 1


class Conversations:
    """Reads summaries for whoever is signed in; reading one is written down before it is shown."""

    def __init__(
        self, store: Store, clock: Clock, summaries: Summaries, wording: Wording, pages: Pages, zone: ZoneInfo
    ) -> None:
        self._store = store
        self._clock = clock
        self._summaries = summaries
        self._wording = wording
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The list, and a summary by person and number."""
        return [
            Door(PATH, self.list_all, to=LEADS),
            Door(PATH + "/{person:int}/{number:int}", self.show, to=LEADS),
        ]

    async def list_all(self, request: Request) -> Response:
        """The conversations of the last 30 days that the filter lets through."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            staff = {who for role in ROLES for who, _ in await people.with_role(tx, role)}
            recent = await self._summaries.recent(tx, now, DAYS)
        found = [one for one in recent if one.person not in staff or _asked_for_help(one)]
        asked = Filter.of(request.query_params)
        return self._pages.page(
            request, "conversations", days=DAYS, **the_list(found, asked, self._wording, now, self._zone)
        )

    async def show(self, request: Request) -> Response:
        """One conversation's summary."""
        person, number = request.path_params["person"], request.path_params["number"]
        one, others = await self._find(PersonId(person), number)
        now = self._clock.now()
        async with self._store.transaction() as tx:
            reader = request.state.person.id
            await audit.add(tx, reader, "summary_read", f"person:{person} conversation:{number}", now)
        async with self._store.reading() as tx:
            staff = {coach: await people.name_of(tx, coach) for coach in staff_in(one)}
            names = Names(await self._summaries.names_in(tx, one), staff)
        return self._pages.page(
            request, "conversation", **the_summary(one, others, names, self._wording, now, self._zone)
        )

    async def _find(self, person: PersonId, number: int) -> tuple[Overview, list[Overview]]:
        """The conversation and the person's others, newest first. Raises 404."""
        if person > _MOST:
            raise HTTPException(404)
        async with self._store.reading() as tx:
            all_of_them = await self._summaries.of_person(tx, person)
        chosen = [one for one in all_of_them if one.number == number]
        if not chosen:
            raise HTTPException(404)
        return chosen[0], [one for one in all_of_them if one.number != number]


def _asked_for_help(one: Overview) -> bool:
    """Whether somebody of staff was there as a person, and not about their work."""
    return bool(one.summary.flags or one.summary.timeline)
