"""The directory's first page: looking up, what waits, how each list is; one tap does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.directory.chosen import offering_id
from bot.app.directory.desk import A_PAGE, MOST_PAIRS, UNCHECKED, DirectoryDesk, Pair
from bot.app.directory.likenesses import Decision
from bot.app.ports import Clock
from bot.domain.directory.listing import Reader, begins, kind_of, name_of, one_line, place_line
from bot.domain.directory.places import Found, NotFound, Which
from bot.domain.directory.programmes import programme
from bot.domain.directory.wording import distance_text, weekly_text
from bot.domain.ids import OfferingId, PersonId
from bot.domain.messages import Messages
from bot.store.directory.confirmations import ToReview
from bot.store.directory.looking_up import LookedUp, Only
from bot.store.directory.offerings import Listed
from bot.web.access import LEADS, Door
from bot.web.groups_page import NAME, PATH, WHY
from bot.web.pages import Pages
from bot.web.source_health import health
from bot.web.times import Shown, ago, count

ONLY: Mapping[Only, str] = {
    "": "Everything",
    "unchecked": "Not found right for 90 days",
    "missing": "No longer in its list",
    "hidden": "Shown to nobody",
    "waiting": "New, and nobody has looked",
}
_SAID: Mapping[str, Decision] = {"same": "same", "different": "different", "undecided": ""}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    which: OfferingId
    name: str
    kind: str
    when: str
    where: str
    far: str = ""
    state: str = ""
    checked: Shown | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. Anything unknown in it means no filter."""

    q: str
    looked: LookedUp
    page: int
    lists: bool
    """Whether a page of the whole list is asked for, rather than what people would be shown near a place."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Read from an address."""
        said = {name: query.get(name, "").strip()[:200] for name in ("q", "source", "programme", "only")}
        only: Only = next((one for one in ONLY if one == said["only"]), "")
        page = query.get("page", "")
        return cls(
            said["q"][:80],
            LookedUp(said["q"][:80], said["source"], said["programme"], only),
            max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
            "page" in query or any(said[name] for name in ("source", "programme", "only")),
        )

    def address(self, page: int, path: str = PATH) -> str:
        """The address of a page of the same list."""
        looked = self.looked
        said = {"q": self.q, "source": looked.source, "programme": looked.programme, "only": looked.only}
        return f"{path}?{urlencode({name: value for name, value in said.items() if value} | {'page': page})}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: `near` a place, as people see it, or a page of a list; or places to choose from."""

    lines: Sequence[Line]
    said: str
    near: bool = False
    page: int = 1
    pages: int = 1
    options: Sequence[str] = ()


class DirectoryPage:
    """The page for whoever is signed in."""

    def __init__(
        self, desk: DirectoryDesk, clock: Clock, messages: Messages, pages: Pages, zone: ZoneInfo
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._messages = messages
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The page, and what is done on it."""
        return [
            Door(PATH, self.show, to=LEADS),
            Door(PATH + "/checked", self.checked, to=LEADS, methods=["POST"]),
            Door(PATH + "/pairs/{pair:int}/{said:str}", self.decided, to=LEADS, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What waits and the sources' health; with words or a filter in the address what they find."""
        now, asked = self._clock.now(), Asked.of(request.query_params)
        if asked.q or asked.lists:
            return await self._list(request, asked, now)
        seen = await self._desk.overview(now)
        pairs = await self._desk.pairs(seen.pairs[:MOST_PAIRS])
        return self._pages.page(
            request,
            "groups",
            asked=asked,
            said="",
            review=[
                self._review(one, now, who=seen.said_by.get(one.who, "") if one.who else "", late=late)
                for one, late in seen.review
            ],
            more_review=seen.more_review,
            waiting=[self._line(one, now) for one in seen.waiting],
            more_waiting=seen.more_waiting,
            pairs=[self._pair(one) for one in pairs],
            more_pairs=len(seen.pairs) - len(pairs),
            **await self._done(request.query_params, request.state.person.id, now),
            sources=[health(one, now, self._zone) for one in await self._desk.health(seen.sources)],
            **await self._choices(),
        )

    async def _list(self, request: Request, asked: Asked, now: datetime) -> Response:
        found = await self._found(asked, now)
        return self._pages.page(
            request,
            "groups",
            asked=asked,
            lines=found.lines,
            said=found.said,
            options=found.options,
            page=found.page,
            pages=found.pages,
            before=asked.address(found.page - 1) if found.page > 1 else "",
            after=asked.address(found.page + 1) if found.page < found.pages else "",
            every=asked.address(1) if found.near else "",
            checking=asked.address(found.page, f"{PATH}/checked"),
            **await self._choices(),
        )

    async def _choices(self) -> Mapping[str, Any]:
        names, codes = await self._desk.choices()
        programmes = sorted(((code, _programme(code)) for code in codes), key=lambda one: one[1].lower())
        return {
            "sources_of": [(name, one_line(name, NAME)) for name in names],
            "programmes": programmes,
            "onlys": ONLY.items(),
        }

    async def _found(self, asked: Asked, now: datetime) -> Answer:
        """Entries near a place of that name, as people are shown them, else a page of those asked for."""
        answer = NotFound() if asked.lists else await self._desk.place(asked.q)
        if isinstance(answer, Found):
            near = await self._desk.near(answer.place, now)
            if lines := [self._near(one.listed, one.starts, one.km, now) for one in near]:
                return Answer(lines, f"Near {answer.place.label}, as people are shown them", near=True)
        found = await self._desk.looked_up(asked.looked, asked.page, now)
        listed = found.listed
        if isinstance(answer, Which) and not listed:
            return Answer((), "Which one?", options=[one.label for one in answer.options])
        said = "By name" if listed else "Nothing like that is here."
        return Answer([self._line(one, now) for one in listed], said, page=found.page, pages=found.pages)

    def _line(self, listed: Listed, now: datetime) -> Line:
        entry = listed.entry
        return Line(
            listed.id,
            name_of(self._messages, entry),
            kind_of(self._messages, entry),
            weekly_text(self._messages, entry.slots),
            place_line(self._messages, entry),
            state="Shown to nobody" if listed.hidden else "",
            checked=None if listed.checked is None else ago(listed.checked, now, self._zone),
        )

    def _near(self, listed: Listed, starts: datetime | None, km: float | None, now: datetime) -> Line:
        entry = listed.entry
        country = entry.venue.country if entry.venue else ""
        far = "" if km is None else distance_text(self._messages, km, country or self._desk.country)
        when = begins(self._messages, entry, starts, Reader(self._zone, self._desk.country, now))
        name, kind = name_of(self._messages, entry), kind_of(self._messages, entry)
        return Line(listed.id, name, kind, when, place_line(self._messages, entry), far)

    def _review(self, one: ToReview, now: datetime, *, who: str, late: bool) -> Mapping[str, object]:
        return {
            "address": f"{PATH}/{one.offering}",
            "name": one_line(one.name, NAME),
            "why": WHY.get(one.why, one.why),
            "people": count(one.people, "person").replace("persons", "people"),
            "who": who,
            "since": ago(one.since, now, self._zone),
            "late": _late(one) if late else "",
            "right": one.why == UNCHECKED,
        }

    def _pair(self, pair: Pair) -> Mapping[str, object]:
        doubt = pair.doubt
        both = (
            (doubt.first, one_line(doubt.one, 2 * NAME), self._facts(pair.one)),
            (doubt.second, one_line(doubt.other, 2 * NAME), self._facts(pair.other)),
        )
        return {"id": doubt.id, "both": both, "why": f"{doubt.why}, names {doubt.percent}% alike"}

    def _facts(self, listed: Listed | None) -> str:
        if listed is None:
            return ""
        entry = listed.entry
        return f"{weekly_text(self._messages, entry.slots)} · {place_line(self._messages, entry)}"

    async def _done(self, query: Mapping[str, str], by: PersonId, now: datetime) -> Mapping[str, Any]:
        """What was tapped a moment ago, so that a wrong tap can be undone."""
        pair, which = offering_id(query.get("decided")), offering_id(query.get("did"))
        opened = None if which is None else await self._desk.one(which, now)
        return {
            "undo": None if pair is None else await self._desk.decided_pair(pair),
            "did": None if opened is None else self._line(opened.listed, now),
            "back": opened is not None and opened.may_be_undone_by(by, now),
        }

    async def checked(self, request: Request) -> Response:
        """What was ticked is right as it stands: after an afternoon at the phone."""
        form = await request.form(max_files=0, max_fields=2 * A_PAGE)
        now = self._clock.now()
        for said in form.getlist("which")[:A_PAGE]:
            if isinstance(said, str) and (which := offering_id(said)) is not None:
                await self._desk.checked(request.state.person.id, which, now)
        asked = Asked.of(request.query_params)
        return RedirectResponse(asked.address(asked.page), 303)

    async def decided(self, request: Request) -> Response:
        """One tap on a doubtful pair: the same thing, or two. Raises 404 for anything else."""
        said = _SAID.get(request.path_params["said"])
        pair = min(int(request.path_params["pair"]), 2**63 - 1)
        if said is None or not await self._desk.decided(
            request.state.person.id, pair, said, self._clock.now()
        ):
            raise HTTPException(404)
        return RedirectResponse(f"{PATH}?decided={pair}" if said else PATH, 303)


def _programme(code: str) -> str:
    return one_line(programme(code).name, NAME) if code else ""


def _late(one: ToReview) -> str:
    return "over 90 days: shown to nobody" if one.why == UNCHECKED else "over three working days"
