"""What stands between the service and the world: Telegram, the sender, the web pages."""

import asyncio
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.app.conversing.receiving import Receiver
from bot.app.desk.conversation_desk import ConversationDesk
from bot.app.desk.today import Today
from bot.app.directory.desk import DirectoryDesk
from bot.app.library import files
from bot.app.library.languages import Languages
from bot.app.ports import Clock
from bot.app.rota.rota_desk import RotaDesk
from bot.app.staffing.team_desk import TeamDesk
from bot.domain.channel.delivery import AsGoodAsDone, Delivered, Patience
from bot.domain.channel.pace import Pace
from bot.domain.messages import Messages
from bot.settings import Settings
from bot.store.store import Store
from bot.telegram.client import Introduction, Telegram
from bot.telegram.ingest import as_raw
from bot.telegram.raw import raw_update
from bot.telegram.sender import Gone, Sender, SetAside, Unsaid
from bot.telegram.transport import Timeouts
from bot.wiring.rooms import Ground, Rooms

if TYPE_CHECKING:
    from bot.web.webhook import Webhook

log = structlog.get_logger()


def telegram_of(settings: Settings) -> Telegram:
    """The bot's account. Raises LookupError without a token."""
    if settings.telegram.token is None:
        raise LookupError("no token was given")
    return Telegram(
        settings.telegram.token.get_secret_value(),
        settings.telegram.base_url,
        connections=settings.telegram.connections,
        timeouts=Timeouts(connect=settings.telegram.connect_timeout_s, read=settings.telegram.read_timeout_s),
    )


def sender_of(
    settings: Settings,
    store: Store,
    telegram: Telegram,
    clock: Clock,
    gone: Gone,
    damaged: SetAside,
    unsaid: Unsaid,
    mark: str,
) -> Sender:
    """The sender; `gone` and `damaged` are told, `unsaid` is asked, `mark` goes under what is sent again."""
    wished = settings.sender
    return Sender(
        store,
        telegram,
        clock,
        Pace(wished.per_second, wished.per_chat_per_second),
        gone,
        damaged,
        unsaid,
        concurrency=wished.concurrency,
        mark=mark,
        jitter=random.SystemRandom().random,
        patience=Patience(
            timedelta(seconds=wished.retry_first_s),
            timedelta(seconds=wished.retry_longest_s),
            timedelta(seconds=wished.unknown_wait_s),
            wished.unknown_tries,
        ),
    )


async def introduce(telegram: Telegram, settings: Settings, languages: Languages) -> None:
    """Name, descriptions and commands, as far as Telegram takes them now; the next start tries again."""
    outcome = await telegram.introduce(await asyncio.to_thread(introductions, settings, languages))
    if not isinstance(outcome, Delivered | AsGoodAsDone):
        log.warning("not_introduced", outcome=type(outcome).__name__)


def introductions(settings: Settings, languages: Languages) -> dict[str, Introduction]:
    """How the bot presents itself, by language; "" is for everybody else."""
    words = files.messages(voices=languages.passing)
    others = {code: introduction(settings, words.spoken_in(code)) for code in languages.offered}
    return {"": introduction(settings, words), **others}


def introduction(settings: Settings, words: Messages) -> Introduction:
    """How the bot presents itself in a language: nothing about drink, drugs or recovery."""
    commands = [
        (name.removeprefix("command_"), words.text(name))
        for name in words.all()
        if name.startswith("command_")
    ]
    return Introduction(
        settings.service.name, words.text("profile_short"), words.text("profile_description"), commands
    )


async def serve_pages(ground: Ground, rooms: Rooms, receiver: Receiver, telegram: Telegram) -> None:
    """Serve the dashboard, and the webhook's address where Telegram calls, until cancelled."""
    from bot.web.app import build_app  # noqa: PLC0415 - people come first: the poller waits for no template
    from bot.web.server import serve  # noqa: PLC0415

    dashboard, home = ground.settings.dashboard, ground.settings.service

    async def bot_name() -> str:
        return (await telegram.me()).username

    desk = DirectoryDesk(ground.store, ground.directory, ground.place.zone, home.country, home.nation)
    conversations = ConversationDesk(ground.store, rooms.summaries, ground.place.zone)
    today = Today(
        ground.store,
        ground.content.messages,
        ground.place,
        rooms.handoffs,
        rooms.paging,
        rooms.outings,
        desk,
        conversations,
    )
    app = build_app(
        store=ground.store,
        clock=ground.clock,
        messages=ground.content.messages,
        summaries=rooms.summaries,
        conversation_desk=conversations,
        today=today,
        signins=rooms.signins,
        calendars=rooms.calendars,
        measures=rooms.measures,
        service=ground.settings.service.name,
        zone=ground.place.zone,
        public_url=dashboard.public_url,
        desk=desk,
        bot_name=bot_name,
        team=TeamDesk(ground.store, ground.content.messages, rooms.team),
        rota=RotaDesk(ground.store, ground.place, ground.content.messages),
        flows=ground.flows,
        webhook=_webhook(ground.settings, receiver),
    )
    await serve(app, dashboard.host, dashboard.port)


def _webhook(settings: Settings, receiver: Receiver) -> "Webhook | None":
    from bot.web.webhook import Webhook  # noqa: PLC0415

    if settings.telegram.mode != "webhook" or settings.telegram.webhook_secret is None:
        return None
    secret = settings.telegram.webhook_secret.get_secret_value()
    return Webhook(settings.telegram.webhook_path, secret, lambda body: as_raw(raw_update(body)), receiver)
