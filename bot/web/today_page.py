"""Today: what waits, each one tap from done; live while it is open, and right by reloading without that."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.app.desk.today import Day, Today
from bot.app.ports import Clock
from bot.app.staffing.looked import looked
from bot.app.staffing.signins import SignIns
from bot.domain.alias import alias
from bot.domain.desk.today import Deed, Sort, Waits
from bot.domain.directory.listing import one_line
from bot.domain.ids import PersonId
from bot.domain.person import Person
from bot.domain.zones import local
from bot.store.store import Store
from bot.web.access import EVERYONE, LEADS, Door
from bot.web.groups_page import NAME, WHY
from bot.web.groups_page import PATH as GROUPS
from bot.web.list_page import PATH as CONVERSATIONS
from bot.web.navigation import room_at, rooms_for
from bot.web.pages import Pages
from bot.web.rota_page import PATH as ROTA
from bot.web.rota_page import form_for
from bot.web.times import Shown, ago, day
from bot.web.wording import Wording, first_up

PATH, LIVE = "/", "/today/live"
LOOK_S = 2
"""How often, in seconds, an open page asks whether anything has changed."""
_AGAIN = timedelta(minutes=1)
TITLES: Mapping[Sort, str] = {
    Sort.DANGER: "Danger",
    Sort.WAITING: "Waiting for a person",
    Sort.SILENT: "A coach has gone silent",
    Sort.GAP: "Nobody on the rota",
    Sort.OUTING: "Somebody to go with, or a lift",
    Sort.TASK: "To do",
    Sort.UNANSWERED: "Nobody came",
    Sort.ENTRY: "Groups to look at",
    Sort.SOURCE: "Lists that did not come in",
}
_DEEDS: Mapping[Deed, str] = {
    Deed.TAKE: "I'm with them",
    Deed.OVER: "It is over",
    Deed.NEXT: "Alert the next people now",
    Deed.OTHERS: "Give it to the others",
    Deed.REVIEWED: "Reviewed",
    Deed.CANNOT: "Can't be arranged",
    Deed.DONE: "Done",
    Deed.RIGHT: "It is right",
    Deed.FETCH: "Fetch it now",
}
_OF_SOURCES = {
    "stale": ("Not shown any more", "It last came in "),
    "never": ("Never came in", "Tried "),
    "problem": ("Did not come in", "What is shown came in "),
}
_A_FILE = "It came as a file: whoever runs the server brings a new one in (foothold directory import)"


@dataclass(frozen=True, slots=True)
class Button:
    """One tap: its words, what it does, to what, and with whom."""

    label: str
    deed: str
    which: int
    to: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, as it is read."""

    id: str
    called: str
    address: str
    note: str
    said: str
    when: Shown | None
    before: str
    pressing: bool
    buttons: tuple[Button, ...]
    step: str = ""
    """What the way to `address` does, where it is the one tap."""


class TodayPage:
    """For those who run the service; the others are sent on to the first page they may open."""

    def __init__(
        self,
        store: Store,
        today: Today,
        signins: SignIns,
        clock: Clock,
        wording: Wording,
        pages: Pages,
        zone: ZoneInfo,
        cookie: str,
    ) -> None:
        self._store = store
        self._today = today
        self._signins = signins
        self._clock = clock
        self._wording = wording
        self._pages = pages
        self._zone = zone
        self._cookie = cookie

    def routes(self) -> list[Door]:
        """The page, its news, and a tap."""
        return [
            Door(PATH, self.show, to=EVERYONE),
            Door(LIVE, self.live, to=LEADS),
            Door("/today", self.do, to=LEADS, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What waits at this moment."""
        reader: Person = request.state.person
        if not reader.roles & LEADS:
            return RedirectResponse(rooms_for(reader.roles)[0].path, 303)
        return self._pages.page(request, "today", live=LIVE, **await self._found(reader))

    async def do(self, request: Request) -> Response:
        """Carry out one tap. Raises 404 for what is no deed; what is over already is simply gone."""
        form = await request.form(max_files=0, max_fields=4)
        which, to = str(form.get("which", "")), str(form.get("to", ""))
        try:
            deed = Deed(str(form.get("deed", "")))
            number, other = int(which[:18]), PersonId(int(to[:18])) if to else None
        except ValueError:
            raise HTTPException(404) from None
        await self._today.do(request.state.person, deed, number, other, self._clock.now())
        return RedirectResponse(PATH, 303)

    async def live(self, request: Request) -> Response:
        """The page's list again whenever it changes, as server-sent events."""
        return StreamingResponse(self.news(request.cookies[self._cookie]), media_type="text/event-stream")

    async def news(self, session: str) -> AsyncIterator[str]:
        """Until the session is over, which being open does not prolong."""
        sent, mark, looked_at = "", None, None
        while (reader := await self._signins.who(session, touch=False)) is not None and reader.roles & LEADS:
            now = self._clock.now()
            if looked_at is None or mark != self._today.mark() or now - looked_at >= _AGAIN:
                mark, looked_at = self._today.mark(), now
                html = self._pages.part("today_list", **await self._found(reader))
                if html != sent:
                    sent = html
                    yield "event: list\n" + "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
            else:
                yield ": nothing new\n\n"
            await self._clock.sleep(LOOK_S)
        yield "event: over\ndata: signed out\n\n"

    async def _found(self, reader: Person) -> dict[str, Any]:
        """What waits, by sort: its code, its title, and its lines; and whether there is a rota."""
        now = self._clock.now()
        found = await self._today.look(reader, now)
        whose = [one.person for one in found.waits if one.person is not None]
        await looked(self._store, reader.id, whose, "today", now)
        lines: dict[Sort, list[Line]] = {}
        for one in found.waits:
            lines.setdefault(one.sort, []).append(self._line(one, found, now))
        groups = [(sort.value, TITLES[sort], some) for sort, some in lines.items()]
        return {"groups": groups, "rota": found.rota}

    def _line(self, one: Waits, found: Day, now: datetime) -> Line:
        who = "" if one.person is None else alias(one.person)
        hours = self._hours(one, now)
        name = one_line(one.name, NAME)
        called = {Sort.ENTRY: name or "Without a name", Sort.SOURCE: name, Sort.GAP: hours}
        when, before = None if one.sort is Sort.GAP else ago(one.since, now, self._zone), ""
        if one.sort in (Sort.TASK, Sort.OUTING):
            when = day(local(one.since, self._zone).date(), now, self._zone)
            before = "late: was due " if one.late else "by " if one.sort is Sort.TASK else ""
        elif one.sort is Sort.DANGER:
            before = "heard "
        elif one.sort is Sort.SOURCE:
            before = _OF_SOURCES[one.word][1]
        return Line(
            f"{one.sort}-{one.which}-{one.person or 0}",
            called.get(one.sort, who),
            self._address(one),
            one.name if one.sort is Sort.TASK else "",
            self._said(one, found, now),
            when,
            before,
            one.sort in (Sort.DANGER, Sort.WAITING, Sort.SILENT) or one.late,
            tuple(self._button(one, deed, to, found) for deed, to in one.deeds),
            "Put somebody on" if one.sort is Sort.GAP else "",
        )

    def _button(self, one: Waits, deed: Deed, to: PersonId | None, found: Day) -> Button:
        asked = f"Ask {found.names.get(to, 'a colleague')}" if deed is Deed.ASK and to is not None else ""
        label = "I'll take it" if deed is Deed.TAKE and one.sort is Sort.WAITING else asked or _DEEDS[deed]
        return Button(label, deed.value, one.which, "" if to is None else str(to))

    def _address(self, one: Waits) -> str:
        if one.sort is Sort.ENTRY:
            return f"{GROUPS}/{one.which}"
        if one.sort is Sort.SOURCE:
            return GROUPS
        if one.sort is Sort.GAP:
            return (
                form_for(one.since, one.until or one.since, self._zone) if room_at(ROTA) is not None else ""
            )
        return f"{CONVERSATIONS}/{one.person}/{one.conversation}" if one.conversation else ""

    def _said(self, one: Waits, found: Day, now: datetime) -> str:
        words, staff = self._wording, found.names.get(one.staff) if one.staff is not None else None
        match one.sort:
            case Sort.DANGER:
                answered = self._answered(one, staff, now) if staff else "nobody has answered yet"
                kind = first_up(words.kind("kind", one.word))
                return f"{kind}, {words.kind('level', one.level).lower()}: {answered}"
            case Sort.WAITING:
                return f"Asked for a person: {words.kind('topic', one.word)}"
            case Sort.SILENT:
                return f"{staff or 'The coach'} has not answered"
            case Sort.OUTING:
                return "Wants somebody to go with" if one.word == "company" else "Needs a lift"
            case Sort.TASK:
                what = "" if one.name else f"{words.start(one.word)}: "
                return what + (f"{staff} does it," if staff else "nobody has it yet,")
            case Sort.UNANSWERED:
                return "Asked for a person, and nobody came"
            case Sort.ENTRY:
                return WHY.get(one.word, one.word)
            case Sort.SOURCE:
                said = _OF_SOURCES[one.word][0]
                return f"{said}." if one.deeds else f"{said}. {_A_FILE}."
            case Sort.GAP:
                return "Nobody is on then"

    def _answered(self, one: Waits, staff: str, now: datetime) -> str:
        """What whoever answered a danger is doing: it stays open until somebody closes it."""
        if one.there:
            return f"{staff} is with them"
        if one.ended is None:
            return f"{staff} answered and is not with them now. Nobody has closed it"
        ended = ago(one.ended, now, self._zone).said
        return f"{staff} talked with them, which ended {ended}. Nobody has closed it"

    def _hours(self, one: Waits, now: datetime) -> str:
        """ "Now – 18:00", "Today 22:30 – tomorrow 09:00"."""
        begin, end = (local(at, self._zone) for at in (one.since, one.until or one.since))
        first = "now" if one.since <= now else f"{day(begin.date(), now, self._zone).said} {begin:%H:%M}"
        today = begin.date() if one.since > now else local(now, self._zone).date()
        on = "" if end.date() == today else f"{day(end.date(), now, self._zone).said} "
        return first_up(f"{first} – {on}{end:%H:%M}")
