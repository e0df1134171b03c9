"""Conversations: the list, one of them, what reviewing adds, and taking them along as a file."""

import re
from collections.abc import AsyncIterator
from datetime import date
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.app.desk.conversation_desk import ConversationDesk, Opened
from bot.app.ports import Clock
from bot.domain.ids import PersonId
from bot.web import exports
from bot.web.access import LEADS, READERS, Door
from bot.web.list_page import PATH, Filter, the_list
from bot.web.pages import Pages
from bot.web.summary_page import the_summary
from bot.web.wording import Wording

_MOST = 2**63 - 1
_OWN_PAGE = re.compile(r"/(conversations/\d+/\d+)?")
_ONE = PATH + "/{person:int}/{number:int}"


class Conversations:
    """For whoever is signed in; coaches find their own. Looking is written down before anything is shown."""

    def __init__(
        self, desk: ConversationDesk, clock: Clock, wording: Wording, pages: Pages, zone: ZoneInfo
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._wording = wording
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The list and one conversation, each also as a file, and what is added to one."""
        return [
            Door(PATH, self.list_all, to=READERS),
            Door(PATH + ".{form:str}", self.take_all, to=LEADS),
            Door(_ONE, self.show, to=READERS),
            Door(_ONE + ".{form:str}", self.take_one, to=LEADS),
            Door(_ONE + "/reviewed", self.reviewed, to=LEADS, methods=["POST"]),
            Door(_ONE + "/note", self.note, to=LEADS, methods=["POST"]),
            Door(_ONE + "/task", self.task, to=LEADS, methods=["POST"]),
            Door("/tasks/{task:int}/done", self.task_done, to=LEADS, methods=["POST"]),
        ]

    async def list_all(self, request: Request) -> Response:
        """What is asked for, newest first."""
        asked, now = Filter.of(request.query_params), self._clock.now()
        wanted = asked.wanted(now, self._zone)
        listed = await self._desk.page(request.state.person, wanted, asked.page, now)
        filled = the_list(listed, asked, self._wording, now, self._zone)
        return self._pages.page(request, "conversations", leads=_leads(request), **filled)

    async def show(self, request: Request) -> Response:
        """One conversation on a screen. Raises 404."""
        return await self._shown(request)

    async def _shown(self, request: Request, unplanned: str = "") -> Response:
        """`unplanned`: what was to be done, where by whom or by when was not right."""
        opened, now = await self._opened(request), self._clock.now()
        filled = the_summary(opened, self._wording, now, self._zone)
        status = 400 if unplanned else 200
        fill = {"leads": _leads(request), "unplanned": unplanned, **filled}
        return self._pages.page(request, "conversation", status, **fill)

    async def take_all(self, request: Request) -> Response:
        """Everything that is asked for, as a file."""
        asked, now = Filter.of(request.query_params), self._clock.now()
        taken = self._desk.export(request.state.person, asked.wanted(now, self._zone), now)
        return self._file(request, taken, "conversations")

    async def take_one(self, request: Request) -> Response:
        """One conversation as a file."""
        opened = await self._opened(request)
        name = f"conversation-{opened.one.alias.lower().replace(' ', '-')}-{opened.one.number}"

        async def only() -> AsyncIterator[Opened]:
            yield opened

        return self._file(request, only(), name)

    async def reviewed(self, request: Request) -> Response:
        """One tap: somebody has read it."""
        who, number = _which(request)
        done = await self._desk.reviewed(request.state.person, who, number, self._clock.now())
        return self._back(request, done=done)

    async def note(self, request: Request) -> Response:
        """Keep a note for staff."""
        who, number = _which(request)
        form = await request.form(max_files=0, max_fields=4)
        note = str(form.get("note", "")).strip()
        done = not note or await self._desk.note(request.state.person, who, number, note, self._clock.now())
        return self._back(request, done=done)

    async def task(self, request: Request) -> Response:
        """Something to be done, by whom, by when."""
        who, _ = _which(request)
        form = await request.form(max_files=0, max_fields=4)
        note, owner = str(form.get("note", "")).strip(), str(form.get("owner", ""))
        try:
            due = date.fromisoformat(str(form.get("due", "")))
            done = bool(note) and await self._desk.task(
                request.state.person, who, note, PersonId(int(owner)), due, self._clock.now()
            )
        except (ValueError, OverflowError):
            done = False
        return self._back(request, done=True) if done or not note else await self._shown(request, note[:300])

    async def task_done(self, request: Request) -> Response:
        """One tap: it is done. Back to where the button was."""
        form = await request.form(max_files=0, max_fields=2)
        back = str(form.get("back", "/"))
        which = min(request.path_params["task"], _MOST)
        if await self._desk.task_done(request.state.person, which, self._clock.now()) is None:
            raise HTTPException(404)
        return RedirectResponse(back if _OWN_PAGE.fullmatch(back) else "/", 303)

    async def _opened(self, request: Request) -> Opened:
        who, number = _which(request)
        opened = await self._desk.one(request.state.person, who, number, self._clock.now())
        if opened is None:
            raise HTTPException(404)
        return opened

    def _file(self, request: Request, taken: AsyncIterator[Opened], name: str) -> Response:
        """Sent row by row: a thousand take seconds to read, and nothing else waits for them."""
        found = exports.rows(taken, self._wording, self._zone)
        match request.path_params["form"]:
            case "csv":
                content, kind = exports.as_csv(found), "text/csv; charset=utf-8"
            case "json":
                content, kind = exports.as_json(found), "application/json"
            case _:
                raise HTTPException(404)
        headers = {"Content-Disposition": f'attachment; filename="{name}.{request.path_params["form"]}"'}
        return StreamingResponse(content, media_type=kind, headers=headers)

    def _back(self, request: Request, *, done: bool) -> Response:
        if not done:
            raise HTTPException(404)
        who, number = _which(request)
        return RedirectResponse(f"{PATH}/{who}/{number}", 303)


def _which(request: Request) -> tuple[PersonId, int]:
    person, number = request.path_params["person"], request.path_params["number"]
    return PersonId(min(person, _MOST)), min(number, _MOST)


def _leads(request: Request) -> bool:
    return bool(request.state.person.roles & LEADS)
