"""Puts the web application together: dashboard, sign-in, webhook, health."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.app.danger.danger_log import DangerLog
from bot.app.desk.conversation_desk import ConversationDesk
from bot.app.desk.measures import Measures
from bot.app.desk.summaries import Summaries
from bot.app.desk.today import Today
from bot.app.directory.desk import DirectoryDesk
from bot.app.ports import Clock
from bot.app.rota.rota_calendars import PATH as CALENDARS
from bot.app.rota.rota_calendars import RotaCalendars
from bot.app.rota.rota_desk import RotaDesk
from bot.app.staffing.signins import SignIns
from bot.app.staffing.team_desk import TeamDesk
from bot.domain.conversation.load import Flows
from bot.domain.messages import Messages
from bot.store.engine.health import answers
from bot.store.store import Store
from bot.web.access import Door
from bot.web.checkins_page import CheckInsPage
from bot.web.conversations import Conversations
from bot.web.danger_page import Dangers
from bot.web.directory_page import DirectoryPage
from bot.web.flows_page import FlowsPage
from bot.web.groups_page import PATH as ENTRIES
from bot.web.groups_page import Groups
from bot.web.guard import HEADERS, SIGNED_OUT, SameOrigin, SignedIn, StrictHeaders
from bot.web.measures_page import MeasuresPage
from bot.web.pages import HERE, Pages
from bot.web.rota_calendar import RotaCalendar
from bot.web.rota_page import RotaPage
from bot.web.sessions_page import SessionsPage
from bot.web.signing_in import SigningIn
from bot.web.team_page import TeamPage
from bot.web.today_page import LIVE, TodayPage
from bot.web.webhook import MOST_BYTES, Webhook
from bot.web.wording import Wording

HEALTH = "/healthz"
_STATIC = "/static/"
_IN = "/in/"


def build_app(
    *,
    store: Store,
    clock: Clock,
    messages: Messages,
    summaries: Summaries,
    conversation_desk: ConversationDesk,
    today: Today,
    signins: SignIns,
    calendars: RotaCalendars,
    measures: Measures,
    service: str,
    zone: ZoneInfo,
    public_url: str,
    desk: DirectoryDesk,
    bot_name: Callable[[], Awaitable[str]],
    rota: RotaDesk,
    team: TeamDesk,
    flows: Callable[[], Flows],
    webhook: Webhook | None = None,
) -> Starlette:
    """The application. `service` is its name, `zone` the one its clocks show.

    Only sign-in, the style sheet, health and the webhook answer somebody who is not signed in.
    """
    https = public_url.startswith("https://")
    pages = Pages(service)
    signing_in = SigningIn(signins, pages, https=https)
    conversations = Conversations(conversation_desk, clock, Wording(messages), pages, zone)
    dangers = Dangers(DangerLog(store), clock, Wording(messages), pages, zone)
    checkins = CheckInsPage(store, clock, Wording(messages), pages, zone)
    cookie = signing_in.session_cookie
    inside: list[Door] = [
        *TodayPage(store, today, signins, clock, Wording(messages), pages, zone, cookie).routes(),
        *conversations.routes(),
        *dangers.routes(),
        *checkins.routes(),
        *DirectoryPage(desk, clock, messages, pages, zone).routes(),
        *Groups(desk, clock, messages, pages, zone, bot_name).routes(),
        *RotaPage(rota, clock, pages, zone).routes(),
        *TeamPage(team, clock, Wording(messages), pages, zone).routes(),
        *FlowsPage(store, clock, flows, pages).routes(),
        *MeasuresPage(measures, messages, pages).routes(),
        *SessionsPage(signins, clock, pages, zone, cookie).routes(),
        signing_in.way_out(),
    ]
    routes: list[BaseRoute] = [
        *inside,
        *signing_in.routes(),
        *RotaCalendar(calendars, clock).routes(),
        Route(HEALTH, _health(store), methods=["GET"]),
        Mount(_STATIC, StaticFiles(directory=HERE / "static")),
    ]
    called_by_machines = []
    if webhook is not None:
        routes.append(webhook.route())
        called_by_machines.append(webhook.path)
    open_paths = (SIGNED_OUT, f"{_IN}*", f"{_STATIC}*", HEALTH, f"{CALENDARS}*.ics", *called_by_machines)
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(StrictHeaders, https=https, lasting=_STATIC),
            Middleware(SameOrigin, public_url=public_url, except_for=called_by_machines),
            Middleware(
                SignedIn,
                signins=signins,
                cookie=cookie,
                open_paths=open_paths,
                quiet=LIVE,
                over=signing_in.over,
            ),
        ],
        exception_handlers={HTTPException: _missing(pages), 500: _broken},
        max_body_size=MOST_BYTES,
    )
    app.router.redirect_slashes = False  # it would build an address from the caller's Host header
    return app


def _health(store: Store) -> Callable[[Request], Awaitable[Response]]:
    async def health(_: Request) -> Response:
        """200 when the store answers, else 503."""
        if await answers(store):
            return PlainTextResponse("well\n")
        return PlainTextResponse("the database does not answer\n", 503)

    return health


def _missing(pages: Pages) -> Callable[[Request, Exception], Response]:
    def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code in (403, 404):
            entry = request.url.path.startswith(f"{ENTRIES}/")
            return pages.page(
                request, "missing", error.status_code, yours=error.status_code == 404, entry=entry
            )
        return PlainTextResponse(error.detail, error.status_code, headers=error.headers)

    return missing


def _broken(_: Request, __: Exception) -> Response:
    return PlainTextResponse("Something went wrong here. It has been noted.", 500, HEADERS)
