"""Where staff are signed in, and ending it; and the log of who did and read what."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.ports import Clock
from bot.app.staffing.signins import SignIns
from bot.domain.alias import alias
from bot.domain.ids import PersonId
from bot.web.access import COUNTS, EVERYONE, LEADS, Door
from bot.web.pages import Pages
from bot.web.times import ago, count
from bot.web.wording import first_up

SESSIONS, AUDIT = "/sessions", "/audit"
DID: Mapping[str, str] = {
    "entries_compared": "Said whether two entries are the same",
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "session_ended": "Ended a session",
    "invited": "Invited somebody",
    "invite_decided": "Decided on an invitation",
    "role_given": "Gave a role",
    "role_taken": "Took a role away",
    "suspended": "Suspended somebody",
    "suspension_lifted": "Ended a suspension",
    "training_ticked": "Ticked training off",
    "rota_changed": "Changed the rota",
    "did_today": "Did on Today",
    "today_read": "Read who needs something today",
    "checkins_read": "Read the check-ins",
    "list_read": "Read the list of conversations",
    "summary_read": "Read a summary",
    "export_taken": "Took conversations along",
    "reviewed": "Marked as reviewed",
    "noted": "Wrote a note",
    "task_made": "Wrote a task",
    "task_done": "Ticked a task off",
    "danger_log_read": "Read the danger log",
    "danger_log_marked": "Marked what was heard",
    "danger_log_missed": "Said that danger was missed",
    "danger_log_exported": "Took the danger log along",
    "entry_checked": "Checked an entry",
    "entry_retired": "Took an entry away",
    "entry_shown": "Showed an entry again",
    "check_taken_back": "Took a check back",
    "entry_written": "Wrote an entry",
}
_HEARD = re.compile(r"heard:([\d,]*)")
_PEOPLE = re.compile(r"(?:people|person):(\d+(?:,\d+)*)")


class SessionsPage:
    """Two pages and one deed. `cookie` is the name under which browsers hold their session."""

    def __init__(self, signins: SignIns, clock: Clock, pages: Pages, zone: ZoneInfo, cookie: str) -> None:
        self._signins = signins
        self._clock = clock
        self._pages = pages
        self._zone = zone
        self._cookie = cookie

    def routes(self) -> list[Door]:
        """The sessions, ending one, and the log."""
        return [
            Door(SESSIONS, self.show, to=EVERYONE),
            Door(SESSIONS, self.end, to=EVERYONE, methods=["POST"]),
            Door(AUDIT, self.log, to=COUNTS),
        ]

    async def show(self, request: Request) -> Response:
        """One's own; whoever runs the service sees everybody's."""
        now, reader = self._clock.now(), request.state.person
        everybody = bool(reader.roles & LEADS)
        found = await self._signins.sessions(None if everybody else reader.id)
        here = request.cookies[self._cookie]
        return self._pages.page(
            request,
            "sessions",
            everybody=everybody,
            sessions=[
                {
                    "id": one.digest,
                    "name": name,
                    "own": one.person == reader.id,
                    "this": one.is_of(here),
                    "began": ago(one.began, now, self._zone),
                    "seen": ago(one.seen, now, self._zone),
                }
                for one, name in found
            ],
        )

    async def end(self, request: Request) -> Response:
        """End one session. Raises 404 for one there is not, or that is not theirs to end."""
        form = await request.form(max_files=0, max_fields=2)
        reader = request.state.person
        whose = None if reader.roles & LEADS else reader.id
        if not await self._signins.end(str(form.get("session", "")), reader.id, whose):
            raise HTTPException(404)
        return RedirectResponse(SESSIONS, 303)

    async def log(self, request: Request) -> Response:
        """Who did and read what, newest first: code names and deeds, never content."""
        asked = request.query_params.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
        entries, older = await self._signins.log(before)
        now = self._clock.now()
        return self._pages.page(
            request,
            "audit",
            entries=[
                (
                    ago(one.at, now, self._zone),
                    name,
                    _did(one.action),
                    staff or _about(one.object),
                    _what(one.object) if staff else "",
                )
                for one, name, staff in entries
            ],
            older=older,
        )


def _did(action: str) -> str:
    return DID.get(action) or first_up(action.replace("_", " "))


def _about(said: str) -> str:
    """What an entry is about, people by their code names."""

    def named(found: re.Match[str]) -> str:
        return ", ".join(alias(PersonId(int(one))) for one in found[1].split(","))

    def entries(found: re.Match[str]) -> str:
        return count(len(found[1].split(",")), "entry").replace("entrys", "entries") if found[1] else ""

    return _HEARD.sub(entries, _PEOPLE.sub(named, said)).replace(":", " ")


def _what(said: str) -> str:
    """What an entry about staff says besides, such as a role, without moments in milliseconds."""
    return re.sub(r" \d{9,}", "", said.partition(" ")[2]).replace("_", " ")
