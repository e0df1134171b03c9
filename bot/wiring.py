"""Builds the whole service once, by constructor, from the settings."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.app import files
from bot.app.alarms import Alarms
from bot.app.boots import Boots, SafeTurns, error_type
from bot.app.checkins import CheckIns
from bot.app.content import Content, read_content
from bot.app.conversations import CallHandler, Conversations, DoHandler, Talk
from bot.app.deeds import Deeds
from bot.app.directory import Directory
from bot.app.due import Due, TimerHandler
from bot.app.facts import Facts
from bot.app.flows import LiveFlows
from bot.app.groups import Groups
from bot.app.handoffs import CLEAR, Handoffs
from bot.app.helplines import helplines_today, load_helplines
from bot.app.housekeeping import Housekeeping
from bot.app.lanes import Lanes
from bot.app.paging import Paging
from bot.app.privacy import Privacy
from bot.app.receiving import CHANNEL, Receiver
from bot.app.relay import Relay
from bot.app.roster import Presence
from bot.app.rotas import ASK, LAPSE, Rotas
from bot.app.rules import Place, rules_of
from bot.app.sending_on import SendingOn
from bot.app.signins import SignIns
from bot.app.staff import Staff
from bot.app.summaries import Summaries
from bot.app.turn import Turn
from bot.app.turns import Handler, Handlers, Home, Turns
from bot.app.watch import Watch
from bot.clock import MovableClock, SystemClock, Tick, Ticker
from bot.domain.conversation.moves import Start
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import Answers
from bot.domain.data_map import DataMap
from bot.domain.delivery import AsGoodAsDone, Delivered, Patience
from bot.domain.directory.helplines import number_facts
from bot.domain.messages import Messages
from bot.domain.pace import Pace
from bot.domain.person import Person
from bot.process import Service
from bot.settings import Settings
from bot.settings.kinds import secret_text
from bot.store import people
from bot.store.erasing import Erasing
from bot.store.heartbeat import Beat
from bot.store.migrate import upgrade
from bot.store.outbox import Queued
from bot.store.sqlite import open_sqlite
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.store.vault import Vault
from bot.telegram.client import Introduction, Telegram
from bot.telegram.ingest import Poller, as_raw
from bot.telegram.raw import raw_update
from bot.telegram.reading import read_update
from bot.telegram.sender import Gone, Sender
from bot.telegram.transport import Timeouts
from bot.web.app import build_app
from bot.web.server import serve
from bot.web.webhook import Webhook

log = structlog.get_logger()

AnyClock = SystemClock | MovableClock

FLOW_COMMANDS = (
    "start", "help", "privacy", "mydata", "forget", "mydetails", "language", "hide", "stop", "talk", "groups",
    "checkin", "intake", "urge",
)  # fmt: skip
"""Commands that begin the flow of their name."""


async def open_store(settings: Settings) -> Store:
    """Bring the database to today's tables and open it."""
    path = settings.database.sqlite_path
    vault = Vault(settings.master_key_bytes())
    if path is None:
        from bot.store.postgres import open_postgres  # noqa: PLC0415 - psycopg is an optional extra

        password = secret_text(settings.database.password)
        upgrade(settings.database.url, password)
        return await open_postgres(settings.database.url, vault, password)
    path.parent.mkdir(parents=True, exist_ok=True)
    upgrade(f"sqlite:///{path}")
    return await open_sqlite(path, vault)


async def build(
    settings: Settings, clock: AnyClock, *, demo: bool = False, content: Content | None = None
) -> Service:
    """The service, ready to run; in safe mode after three starts that failed. `content` if already read.

    Raises what the parts raise (broken flows, a newer schema, no key), noted as a start that failed.
    """
    store = await open_store(settings)
    boots = Boots(store)
    try:
        if await boots.begin(clock.now()):
            return await _safe(settings, clock, store, boots)
        return await _whole(settings, clock, store, boots, content or read_content(demo=demo), demo=demo)
    except Exception as wrong:
        await boots.failed(clock.now(), error_type(wrong))
        await store.close()
        raise


async def _safe(settings: Settings, clock: AnyClock, store: Store, boots: Boots) -> Service:
    """Store what comes, answer it with the lines to ring, tell the coordinators; nothing else."""
    messages = files.messages()
    lines = load_helplines(files.DATA)
    numbers = number_facts(lines, settings.service.country, settings.service.nation, clock.now())
    turns = SafeTurns(store, clock, messages, numbers)
    lanes = Lanes(turns.handle, turns.failed, clock)
    telegram = telegram_of(settings)

    async def unreachable(tx: Transaction, item: Queued, _: str) -> None:
        people.set_reachable(tx, CHANNEL, item.chat, False)

    sender = _sender(settings, store, telegram, clock, unreachable, messages.text("sent_again"))
    await turns.alarm(boots.error)
    service = _service(settings, clock, store, boots, telegram, lanes, sender)
    await _keep_house(service, settings, files.data_map())
    return service


async def _whole(
    settings: Settings, clock: AnyClock, store: Store, boots: Boots, content: Content, *, demo: bool
) -> Service:
    messages = content.messages
    flows = LiveFlows(files.CONVERSATIONS, content.flows, content.stamp, _flows_refused)
    zone = ZoneInfo(settings.service.zone)
    directory = Directory(content.places, demo=demo)
    async with store.reading() as tx:
        await directory.learn(tx)
        lines = await helplines_today(tx, content.helplines)

    @lru_cache(maxsize=64)
    def at_minute(country: str, nation: str, minute: datetime) -> Mapping[str, str]:
        return number_facts(lines, country, nation, minute)

    def numbers(person: Person | None, at: datetime) -> Mapping[str, str]:
        country = person.country if person else settings.service.country
        nation = person.nation if person else settings.service.nation
        return at_minute(country, nation, at.replace(second=0, microsecond=0))

    calls: dict[str, CallHandler] = {}
    dos: dict[str, DoHandler] = {}
    place = Place(zone, numbers, rules_of(settings))
    facts = Facts(settings.service.name, settings.safety.lead, zone, numbers, Presence(store, place))
    conversations = Conversations(flows, [facts.gather], calls, dos)
    summaries = Summaries(messages, zone, _label(messages), directory.names)
    handoffs = Handoffs(place, conversations, summaries)
    paging = Paging(place, conversations, handoffs)
    alarms = Alarms(content.listener, conversations, paging)
    relay = Relay(place, conversations, handoffs, paging)
    sending_on = SendingOn()
    rotas = Rotas(place, handoffs)
    checkins = CheckIns(store, clock, messages, conversations, settings.service.name, place)

    async def leaving(turn: Turn, talk: Talk) -> None:
        if turn.person.open_danger is not None:
            await paging.erased(turn, turn.person.open_danger)
        await handoffs.end_by_person(turn, talk, silently=True, erased=True)
        await checkins.stop(turn, "erased")

    groups = Groups(directory, lines, zone, checkins.change_zone)
    privacy = Privacy(content.data_map, leaving)

    async def hide(turn: Turn, talk: Talk, args: Answers) -> None:
        await handoffs.hold(turn)
        await privacy.hide(turn, talk, args)

    staff = Staff()
    signins = SignIns(
        store,
        clock,
        settings.dashboard.public_url,
        sign_in_minutes=settings.dashboard.sign_in_minutes,
        idle_minutes=settings.dashboard.idle_minutes,
        absolute_hours=settings.dashboard.absolute_hours,
    )
    calls |= {**handoffs.calls(), **groups.calls(), **privacy.calls()}
    dos |= {
        **Deeds(alarms).all(), **handoffs.dos(), **checkins.dos(), **groups.dos(), **privacy.dos(),
        **sending_on.dos(),
        "hide_chat": hide,
    }  # fmt: skip
    watch = Watch(store, clock, messages, handoffs, paging)

    async def gone(turn: Turn) -> None:
        await checkins.stop(turn, "blocked")
        await handoffs.gone(turn)

    async def unreachable(tx: Transaction, item: Queued, reason: str) -> None:
        people.set_reachable(tx, "telegram", item.chat, False)
        person = await people.by_id(tx, item.person)
        if person is not None:
            await gone(Turn(tx, clock.now(), person, f"gone:{item.id}", messages))

    async def stop(turn: Turn, talk: Talk, _: str) -> None:
        if not await relay.ask_before_stop(turn):
            await conversations.event(turn, talk, Start("stop"))

    async def start(turn: Turn, talk: Talk, payload: str) -> None:
        if not await staff.joins(turn, payload):
            await conversations.event(turn, talk, Start("start"))

    handlers = Handlers(
        commands={
            **{name: _begins(conversations, name) for name in FLOW_COMMANDS},
            "start": start,
            "stop": stop,
            "talk": _interrupts(conversations, "talk"),
        },
        staff_commands={**rotas.staff_commands(), **signins.staff_commands()},
        presses={
            **handoffs.presses(), **paging.presses(), **relay.presses(), **rotas.presses(),
            **groups.presses(), **staff.presses(), **sending_on.presses(),
        },
        gone=gone,
    )  # fmt: skip
    turns = Turns(
        store,
        clock,
        read_update,
        conversations,
        alarms,
        relay,
        sending_on,
        handlers,
        messages,
        Home(settings.service.language, settings.service.country, settings.service.zone),
        lambda person: numbers(person, clock.now()),
    )
    lanes = Lanes(boots.noting(turns.handle), turns.failed, clock)
    telegram = telegram_of(settings)
    sender = _sender(settings, store, telegram, clock, unreachable, messages.text("sent_again"))
    timer_handlers: dict[str, TimerHandler] = {
        ASK: rotas.ask, LAPSE: rotas.lapse, CLEAR: handoffs.clear_again, **groups.timers(),
    }  # fmt: skip
    due = Due(
        store, clock, conversations, messages, timer_handlers,
        sweeps=(watch.sweep, checkins.sweep), next_dues=(watch.next_due, checkins.next_due),
    )  # fmt: skip
    service = _service(settings, clock, store, boots, telegram, lanes, sender)
    service.due = due
    service.ticker.every(1, "due", due.tick)
    service.ticker.every(5, "flows", _refreshing(flows))
    await _keep_house(service, settings, content.data_map)
    app = build_app(
        store=store,
        clock=clock,
        messages=messages,
        summaries=summaries,
        signins=signins,
        service=settings.service.name,
        zone=zone,
        public_url=settings.dashboard.public_url,
        webhook=_webhook(settings, service.receiver),
    )
    service.beside = (
        partial(serve, app, settings.dashboard.host, settings.dashboard.port),
        partial(_introduce, telegram, settings),
    )
    return service


def _service(
    settings: Settings,
    clock: AnyClock,
    store: Store,
    boots: Boots,
    telegram: Telegram,
    lanes: Lanes,
    sender: Sender,
) -> Service:
    receiver = Receiver(store, lanes, clock)
    jitter = random.SystemRandom().random
    poller = Poller(telegram, receiver, clock, settings.telegram.poll_timeout_s, jitter)
    service = Service(store, clock, telegram, lanes, receiver, poller, sender, boots, Ticker())
    if settings.telegram.mode == "webhook" and settings.telegram.webhook_secret is not None:
        url = settings.telegram.webhook_url.rstrip("/") + settings.telegram.webhook_path
        service.webhook = (url, settings.telegram.webhook_secret.get_secret_value())
    return service


def _sender(
    settings: Settings, store: Store, telegram: Telegram, clock: AnyClock, gone: Gone, mark: str
) -> Sender:
    wished = settings.sender
    return Sender(
        store,
        telegram,
        clock,
        Pace(wished.per_second, wished.per_chat_per_second),
        gone,
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


def _webhook(settings: Settings, receiver: Receiver) -> Webhook | None:
    if settings.telegram.mode != "webhook" or settings.telegram.webhook_secret is None:
        return None
    secret = settings.telegram.webhook_secret.get_secret_value()
    return Webhook(settings.telegram.webhook_path, secret, lambda body: as_raw(raw_update(body)), receiver)


async def _keep_house(service: Service, settings: Settings, data_map: DataMap) -> None:
    """Heartbeat, erasures, retention, backups; and those erased who have come back are erased again."""
    house = Housekeeping(
        service.store,
        service.clock,
        Erasing(data_map),
        lambda name: int(getattr(settings.privacy, name)),
        lambda: Beat(service.poller.last_ok, service.poller.trouble, service.sender.trouble),
        settings.database.sqlite_path,
        Path(settings.database.backup_dir),
    )
    await house.catch_up()
    await house.note_beat()
    for seconds, name, tick in house.ticks():
        service.ticker.every(seconds, name, tick)


async def _introduce(telegram: Telegram, settings: Settings) -> None:
    """Name, descriptions and commands, as far as Telegram takes them now; the next start tries again."""
    outcome = await telegram.introduce({"": introduction(settings)})
    if not isinstance(outcome, Delivered | AsGoodAsDone):
        log.warning("not_introduced", outcome=type(outcome).__name__)


def introduction(settings: Settings) -> Introduction:
    """How the bot presents itself: nothing about drink, drugs or recovery."""
    words = files.messages()
    commands = [
        (name.removeprefix("command_"), message.text)
        for name, message in words.all().items()
        if name.startswith("command_")
    ]
    return Introduction(
        settings.service.name, words.text("profile_short"), words.text("profile_description"), commands
    )


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


def _label(messages: Messages) -> Callable[[str], str]:
    """The words of an event's code."""

    def label(code: str) -> str:
        name = f"code_{code}"
        return messages.text(name) if name in messages else code.replace("_", " ")

    return label


def _begins(conversations: Conversations, flow: str) -> Handler:
    async def begin(turn: Turn, talk: Talk, _: str) -> None:
        if conversations.in_danger(talk):
            await conversations.interrupt(turn, talk, flow)
        else:
            await conversations.event(turn, talk, Start(flow))

    return begin


def _interrupts(conversations: Conversations, flow: str) -> Handler:
    async def interrupt(turn: Turn, talk: Talk, _: str) -> None:
        await conversations.interrupt(turn, talk, flow)

    return interrupt


def _refreshing(flows: LiveFlows) -> Tick:
    async def refresh() -> None:
        if flows.refresh():
            log.info("flows_refreshed")

    return refresh


def _flows_refused(problems: tuple[Problem, ...]) -> None:
    log.error("flows_refused", problems=len(problems), first=f"{problems[0].file}:{problems[0].line}")
