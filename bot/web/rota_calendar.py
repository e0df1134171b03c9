"""The address that a phone's calendar asks for the rota: no session, only its own secret."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app.ports import Clock
from bot.app.rota.rota_calendars import PATH, RotaCalendars


class RotaCalendar:
    """One route."""

    def __init__(self, calendars: RotaCalendars, clock: Clock) -> None:
        self._calendars = calendars
        self._clock = clock

    def routes(self) -> list[Route]:
        """The file of one address."""
        return [Route(PATH + "{token}.ics", self.file, methods=["GET"])]

    async def file(self, request: Request) -> Response:
        """The calendar, or 404: an address that ended looks like one that never was."""
        found = await self._calendars.file(request.path_params["token"], self._clock.now())
        if found is None:
            return PlainTextResponse("There is no calendar here.\n", 404)
        return Response(found, media_type="text/calendar; charset=utf-8")
