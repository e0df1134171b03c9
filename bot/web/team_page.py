"""The people on the team: who may do what, when each was last here, and suspending somebody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.ports import Clock
from bot.app.staffing.team import PERMISSIONS
from bot.app.staffing.team_desk import Member, TeamDesk
from bot.domain.ids import PersonId
from bot.web.access import RUNS, Door
from bot.web.pages import Pages
from bot.web.times import ago
from bot.web.wording import Wording

PATH = "/team"
_ROLES: Mapping[str, str] = {
    "coordinator": "Coordinator",
    "safety_lead": "Safety lead",
    "coach": "Coach",
    "trainee": "New: not a coach yet",
    "auditor": "Auditor",
}


class TeamPage:
    """Shows and changes it, for coordinators alone."""

    def __init__(self, desk: TeamDesk, clock: Clock, wording: Wording, pages: Pages, zone: ZoneInfo) -> None:
        self._desk = desk
        self._clock = clock
        self._wording = wording
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The page, and what may be changed about one of them."""
        return [
            Door(PATH, self.show, to=RUNS),
            Door(f"{PATH}/{{who:int}}", self.change, to=RUNS, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Everybody who works here."""
        now, reader = self._clock.now(), request.state.person.id
        members = [self._member(one, reader, now) for one in await self._desk.look()]
        return self._pages.page(request, "team", members=members)

    async def change(self, request: Request) -> Response:
        """Suspend, lift, give or take. Raises 404 for what can't be done."""
        form = await request.form(max_files=0, max_fields=3)
        did, what = str(form.get("did", "")), str(form.get("what", ""))
        by, who, now = request.state.person, PersonId(request.path_params["who"]), self._clock.now()
        match did:
            case "suspend":
                done = await self._desk.suspend(by, who, now)
            case "lift":
                done = await self._desk.lift(by, who, now)
            case "give" | "take":
                done = await self._desk.permit(by, who, what, now, given=did == "give")
            case _:
                done = False
        if not done:
            raise HTTPException(404)
        return RedirectResponse(PATH, 303)

    def _member(self, one: Member, reader: PersonId, now: datetime) -> dict[str, Any]:
        words = self._wording.words
        may = [(code, words(f"may_{code}")) for code in PERMISSIONS] if "coach" in one.roles else []
        return {
            "id": one.person,
            "name": one.name,
            "own": one.person == reader,
            "roles": [name for code, name in _ROLES.items() if code in one.roles],
            "seen": None if one.seen is None else ago(one.seen, now, self._zone),
            "reachable": one.reachable,
            "since": None if one.since is None else ago(one.since, now, self._zone),
            "left": "; ".join(words(f"training_{item}") for item in one.left),
            "has": [each for each in may if each[0] in one.roles],
            "could": [each for each in may if each[0] not in one.roles],
        }
