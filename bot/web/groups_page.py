"""The directory for coordinators: what waits, looking things up, one entry, checking, writing, its poster."""

import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

import segno
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.directory.desk import A_PAGE, UNCHECKED, DirectoryDesk, Draft, Record, stale
from bot.app.directory.posters import payload_of
from bot.app.ports import Clock
from bot.domain.directory.draft import Time
from bot.domain.directory.listing import NOTES_LIMIT, Reader, begins, kind_of, name_of, one_line, place_line
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry
from bot.domain.directory.places import Found, NotFound, Which
from bot.domain.directory.programmes import programme
from bot.domain.directory.wording import TAG_WORDS, distance_text, weekly_text
from bot.domain.ids import OfferingId
from bot.domain.messages import Messages
from bot.store.directory.confirmations import ToReview
from bot.store.directory.sources import Source
from bot.web.access import LEADS, Door
from bot.web.pages import Pages
from bot.web.times import Shown, ago, count

PATH = "/groups"
WHY: Mapping[str, str] = {
    "reported": "It wasn't there",
    "time": "The day or time has changed",
    "place": "The place has changed",
    "ended": "It has ended",
    "other": "Something has changed",
    "right": "Still right",
    "checked": "Checked by a coordinator",
    UNCHECKED: "Nobody has checked it for a month",
}
_ORIGINS: Mapping[tuple[str, str], str] = {
    ("zone", "default"): "the time zone is the list's, not its own",
    ("programme", "default"): "the programme is the list's, not its own",
    ("point", "postcode"): "the map point is that of its postcode",
    ("point", "town"): "the map point is the middle of its town",
    ("point", "area"): "the map point is the middle of the area that the list is for",
    ("needs", "description"): "what it helps with is read from its description",
}
"""Fields that are not the source's own word (`Entry.origins`)."""
_FIELDS = (
    "name", "programme", "kind", "venue", "address", "postcode", "link", "page", "phone", "notes",
    "check_first",
)  # fmt: skip
MOST_TIMES = 14
_MOST_FIELDS = 40 + len(TAG_WORDS) + len(NEED_WORDS) + 4 * MOST_TIMES
USUAL_TIMES = 7
_NAME = 60
"""UTF-16 units of a name from outside; `one_line` takes out what turns text round or hides in it."""
FEW = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    address: str
    name: str
    kind: str
    when: str
    where: str
    far: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """A source, and whether it is well."""

    name: str
    state: str
    words: str
    last: Shown | None


class Groups:
    """The pages for whoever is signed in. `bot_name` is the bot's name on Telegram, for posters' links."""

    def __init__(
        self,
        desk: DirectoryDesk,
        clock: Clock,
        messages: Messages,
        pages: Pages,
        zone: ZoneInfo,
        bot_name: Callable[[], Awaitable[str]],
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._messages = messages
        self._pages = pages
        self._zone = zone
        self._bot_name = bot_name

    def routes(self) -> list[Door]:
        """The list, one entry, its poster, and what may be done with it."""
        one = PATH + "/{which:int}"
        return [
            Door(PATH, self.overview, to=LEADS),
            Door(PATH + "/pairs/{pair:int}/{said:str}", self.decided, to=LEADS, methods=["POST"]),
            Door(f"{PATH}/new", self.form, to=LEADS),
            Door(f"{PATH}/new", self.write, to=LEADS, methods=["POST"]),
            Door(one, self.show, to=LEADS),
            Door(f"{one}/edit", self.form, to=LEADS),
            Door(f"{one}/edit", self.write, to=LEADS, methods=["POST"]),
            Door(f"{one}/checked", self.checked, to=LEADS, methods=["POST"]),
            Door(f"{one}/retired", self.retired, to=LEADS, methods=["POST"]),
            Door(f"{one}/poster", self.poster, to=LEADS),
            Door(f"{one}/code.svg", self.code, to=LEADS),
        ]

    async def overview(self, request: Request) -> Response:
        """What waits and the sources' health; with words in the address also what they find."""
        now, asked = self._clock.now(), request.query_params.get("q", "").strip()[:80]
        page = _number(request.query_params.get("page", ""))
        seen = await self._desk.overview(now)
        browsed = "page" in request.query_params
        lines, said, more = await self._found(asked, page, now) if asked or browsed else ([], "", False)
        options = await self._options(asked) if asked and not lines else []
        return self._pages.page(
            request,
            "groups",
            asked=asked,
            lines=lines,
            said=said,
            options=options,
            page=page,
            more=more,
            review=[
                {
                    "address": f"{PATH}/{one.offering}",
                    "name": one_line(one.name, _NAME),
                    "why": WHY.get(one.why, one.why),
                    "people": count(one.people, "person").replace("persons", "people"),
                    "since": ago(one.since, now, self._zone),
                    "late": _late(one) if late else "",
                    "right": one.why == UNCHECKED,
                }
                for one, late in seen.review
            ],
            waiting=[
                {
                    "address": f"{PATH}/{one.offering}",
                    "name": one_line(one.name, _NAME),
                    "source": one_line(one.source, _NAME),
                }
                for one in seen.waiting
            ],
            pairs=[
                replace(one, one=one_line(one.one, 2 * _NAME), other=one_line(one.other, 2 * _NAME))
                for one in seen.pairs
            ],
            sources=[self._health(source, now) for source in seen.sources],
        )

    async def _found(self, asked: str, page: int, now: datetime) -> tuple[Sequence[Line], str, bool]:
        """Entries near a place of that name, else those whose own name holds the words; without any, all."""
        match await self._desk.place(asked) if asked else NotFound():
            case Found(place) if page == 1:
                near = await self._desk.near(place, now)
                lines = [self._line(one.listed.id, one.listed.entry, one.starts, one.km, now) for one in near]
                if lines:
                    return lines, f"Near {place.label}, as people are shown them", False
            case Which():
                return [], "Which one?", False
            case Found() | NotFound():
                pass
        named = await self._desk.named(asked, page)
        lines = [
            Line(f"{PATH}/{which}", one_line(name, _NAME), _programme(code), "", one_line(source, _NAME))
            for which, name, code, source in named
        ]
        return lines, "By name" if lines else "Nothing is called that, and no place is.", len(named) == A_PAGE

    async def _options(self, asked: str) -> Sequence[str]:
        found = await self._desk.place(asked)
        return [one.label for one in found.options] if isinstance(found, Which) else []

    def _line(
        self, which: OfferingId, entry: Entry, starts: datetime | None, km: float | None, now: datetime
    ) -> Line:
        country = entry.venue.country if entry.venue else ""
        far = "" if km is None else distance_text(self._messages, km, country or self._desk.country)
        when = begins(self._messages, entry, starts, Reader(self._zone, self._desk.country, now))
        return Line(
            f"{PATH}/{which}",
            name_of(self._messages, entry),
            kind_of(self._messages, entry),
            when,
            place_line(self._messages, entry),
            far,
        )

    def _health(self, source: Source, now: datetime) -> Health:
        name = one_line(source.name, _NAME)
        last = None if source.last_success is None else ago(source.last_success, now, self._zone)
        if source.by_hand:
            return Health(name, "good", "Each entry is shown for 90 days after somebody has checked it", None)
        if stale(source, now):
            return Health(name, "bad", "Not shown any more: nothing came in for 90 days", last)
        if source.last_problem:
            return Health(name, "warn", one_line(source.last_problem, 200), last)
        return Health(name, "good", "Well", last)

    async def show(self, request: Request) -> Response:
        """One entry, with what was said of it. Raises 404 once it is gone."""
        which, now = _which(request), self._clock.now()
        opened = await self._desk.one(which, now)
        if opened is None:
            raise HTTPException(404)
        listed = opened.listed
        return self._pages.page(
            request,
            "group",
            which=which,
            called=name_of(self._messages, listed.entry),
            kind=kind_of(self._messages, listed.entry),
            notes=one_line(listed.entry.notes, NOTES_LIMIT),
            check_first=one_line(listed.entry.check_first, 120),
            when=weekly_text(self._messages, listed.entry.slots),
            where=place_line(self._messages, listed.entry),
            tags=[words for tag, words in TAG_WORDS.items() if tag in listed.entry.tags],
            source=one_line(listed.source, _NAME),
            as_of=None if listed.as_of is None else ago(listed.as_of, now, self._zone),
            checked=listed.checked is not None and listed.checked == listed.as_of,
            too_old=opened.too_old,
            origins=[_ORIGINS[one] for one in listed.entry.origins if one in _ORIGINS],
            updated=listed.entry.updated,
            hidden=listed.hidden,
            reported=count(opened.reported, "person").replace("persons", "people") if opened.reported else "",
            record=_record(opened.record),
            said=[
                {
                    "what": WHY.get(one.said, one.said),
                    "who": who,
                    "at": ago(one.at, now, self._zone),
                    "open": not one.settled,
                }
                for one, who in opened.said
            ],
        )

    async def checked(self, request: Request) -> Response:
        """One tap: it is right as it stands."""
        which = _which(request)
        if not await self._desk.checked(request.state.person.id, which, self._clock.now()):
            raise HTTPException(404)
        return RedirectResponse(f"{PATH}/{which}", 303)

    async def retired(self, request: Request) -> Response:
        """Nobody is sent there any more."""
        which = _which(request)
        if not await self._desk.retired(request.state.person.id, which, self._clock.now()):
            raise HTTPException(404)
        return RedirectResponse(f"{PATH}/{which}", 303)

    async def decided(self, request: Request) -> Response:
        """One tap on a doubtful pair: the same thing, or two. Raises 404 for anything else."""
        said = request.path_params["said"]
        if said not in ("same", "different"):
            raise HTTPException(404)
        pair = min(int(request.path_params["pair"]), 2**63 - 1)
        await self._desk.decided(request.state.person.id, pair, same=said == "same", now=self._clock.now())
        return RedirectResponse(PATH, 303)

    async def form(self, request: Request) -> Response:
        """An empty form, or one with the entry that is to be changed."""
        which = request.path_params.get("which")
        draft = Draft()
        if which is not None:
            opened = await self._desk.one(_which(request), self._clock.now())
            if opened is None:
                raise HTTPException(404)
            draft = Draft.of(opened.listed.entry)
        return self._form(request, draft, which, "")

    async def write(self, request: Request) -> Response:
        """Publish what the form says; with a mistake in it, the form again and what is wrong."""
        which = request.path_params.get("which")
        instead_of = None if which is None else _which(request)
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        draft = _draft(form)
        written = await self._desk.written(request.state.person.id, draft, instead_of, self._clock.now())
        if isinstance(written, str):
            return self._form(request, draft, which, written)
        return RedirectResponse(f"{PATH}/{written}", 303)

    def _form(self, request: Request, draft: Draft, which: int | None, wrong: str) -> Response:
        return self._pages.page(
            request,
            "group_form",
            400 if wrong else 200,
            draft=draft,
            called=one_line(draft.name, _NAME),
            which=which,
            wrong=wrong,
            days=list(enumerate(self._messages.speech.calendar.days)),
            times=[*draft.times, *[Time()] * max(1, USUAL_TIMES - len(draft.times))][:MOST_TIMES],
            first_times=max(2, len(draft.times) + 1),
            tags=TAG_WORDS.items(),
            needs=NEED_WORDS.items(),
            action=f"{PATH}/new" if which is None else f"{PATH}/{which}/edit",
        )

    async def poster(self, request: Request) -> Response:
        """A page to print: what the group is, and the code that opens the bot with it chosen."""
        which = _which(request)
        opened = await self._desk.one(which, self._clock.now())
        if opened is None:
            raise HTTPException(404)
        entry = opened.listed.entry
        return self._pages.page(
            request,
            "poster",
            which=which,
            called=name_of(self._messages, entry),
            when=weekly_text(self._messages, entry.slots),
            where=place_line(self._messages, entry),
        )

    async def code(self, request: Request) -> Response:
        """The QR code of a poster, as an image."""
        link = f"https://t.me/{await self._bot_name()}?start={payload_of(_which(request))}"
        drawn = io.BytesIO()
        segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=8, border=2)
        return Response(drawn.getvalue(), media_type="image/svg+xml")


def _programme(code: str) -> str:
    return one_line(programme(code).name, _NAME) if code else ""


def _draft(form: FormData) -> Draft:
    said = {name: str(form.get(name, "")).strip()[:300] for name in _FIELDS}
    rows = zip_longest(*(form.getlist(name) for name in ("day", "start", "until", "rule")), fillvalue="")
    times = (Time(*(str(cell).strip()[:60] for cell in row)) for row in rows)
    return Draft(
        **said,
        times=[time for time in times if time.day or time.start][:MOST_TIMES],
        tags=frozenset(tag for tag in TAG_WORDS if form.get(f"tag_{tag}")),
        needs=frozenset(need for need in NEED_WORDS if form.get(f"need_{need}")),
        keeps_joining=bool(form.get("keeps_joining")),
    )


def _late(one: ToReview) -> str:
    return "over 90 days: shown to nobody" if one.why == UNCHECKED else "over three working days"


def _record(record: Record) -> list[tuple[str, str]]:
    """What people said, in words; numbers under `FEW` are not said exactly, so that nobody can be guessed."""
    counted = (
        ("Went", record.went),
        ("Would go again", record.again),
        ("Would not go again", record.not_again),
        ("Meant to go and did not", record.did_not_go),
        ("Said that it wasn't there", record.not_there),
    )
    return [(words, str(number) if number >= FEW else f"under {FEW}") for words, number in counted if number]


def _which(request: Request) -> OfferingId:
    return OfferingId(min(int(request.path_params["which"]), 2**63 - 1))


def _number(page: str) -> int:
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1
