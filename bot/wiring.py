"""Builds the whole service once, by constructor, from the settings."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.app import files
from bot.app.alarms import Alarms
from bot.app.checkins import CheckIns
from bot.app.conversations import CallHandler, Conversations, DoHandler, Talk
from bot.app.deeds import Deeds
from bot.app.directory import Directory
from bot.app.due import Due, TimerHandler
from bot.app.facts import Facts
from bot.app.flows import LiveFlows
from bot.app.groups import Groups
from bot.app.handoffs import CLEAR, Handoffs
from bot.app.helplines import helplines_today, load_helplines
from bot.app.lanes import Lanes
from bot.app.paging import Paging
from bot.app.place_files import load_places
from bot.app.privacy import Privacy
from bot.app.receiving import Receiver
from bot.app.relay import Relay
from bot.app.roster import on_shift
from bot.app.rotas import ASK, LAPSE, Rotas
from bot.app.rules import Place, rules_of
from bot.app.staff import Staff
from bot.app.summaries import Summaries, words_of
from bot.app.turn import Turn
from bot.app.turns import Handler, Handlers, Home, Turns
from bot.app.watch import Watch
from bot.clock import MovableClock, SystemClock, Tick, Ticker
from bot.domain.conversation.moves import Start
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import Answers
from bot.domain.danger.listener import load_listener
from bot.domain.delivery import Patience
from bot.domain.directory.helplines import number_facts
from bot.domain.pace import Pace
from bot.domain.person import Person
from bot.process import Service
from bot.settings import Settings
from bot.store import people
from bot.store.migrate import upgrade
from bot.store.outbox import Queued
from bot.store.sqlite import open_sqlite
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.store.vault import Vault
from bot.telegram.client import Introduction, Telegram
from bot.telegram.ingest import Poller
from bot.telegram.reading import read_update
from bot.telegram.sender import Sender
from bot.telegram.transport import Timeouts

log = structlog.get_logger()

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

        upgrade(settings.database.url)
        return await open_postgres(settings.database.url, vault)
    path.parent.mkdir(parents=True, exist_ok=True)
    upgrade(f"sqlite:///{path}")
    return await open_sqlite(path, vault)


async def build(settings: Settings, clock: SystemClock | MovableClock, *, demo: bool = False) -> Service:
    """The service, ready to run. Raises what the parts raise: broken flows, a newer schema, no key."""
    store = await open_store(settings)
    messages = files.messages()
    flows = LiveFlows(files.CONVERSATIONS, _flows_refused)
    zone = ZoneInfo(settings.service.zone)
    directory = Directory(load_places(files.DATA, demo=demo), demo=demo)
    async with store.reading() as tx:
        await directory.learn(tx)
        lines = await helplines_today(tx, load_helplines(files.DATA))
    jitter = random.SystemRandom().random

    def numbers(person: Person | None, at: datetime) -> Mapping[str, str]:
        country = person.country if person else settings.service.country
        nation = person.nation if person else settings.service.nation
        return number_facts(lines, country, nation, at)

    async def somebody(tx: Transaction, at: datetime) -> bool:
        return await on_shift(tx, place, at)

    calls: dict[str, CallHandler] = {}
    dos: dict[str, DoHandler] = {}
    facts = Facts(settings.service.name, settings.safety.lead, zone, numbers, somebody)
    conversations = Conversations(flows, [facts.gather], calls, dos)
    place = Place(zone, numbers, rules_of(settings))
    summaries = Summaries(messages, zone, words_of(messages))
    handoffs = Handoffs(place, conversations, summaries)
    paging = Paging(place, conversations, handoffs)
    alarms = Alarms(load_listener(files.lexicon_texts()), conversations, paging)
    relay = Relay(place, conversations, handoffs, paging)
    rotas = Rotas(place, handoffs)
    checkins = CheckIns(store, clock, messages, conversations, settings.service.name, place)

    async def leaving(turn: Turn, talk: Talk) -> None:
        if turn.person.open_danger is not None:
            await paging.erased(turn, turn.person.open_danger)
        await handoffs.end_by_person(turn, talk, silently=True, erased=True)
        await checkins.stop(turn, "erased")

    groups = Groups(directory, lines, zone)
    privacy = Privacy(files.data_map(), leaving)

    async def hide(turn: Turn, talk: Talk, args: Answers) -> None:
        await handoffs.hold(turn)
        await privacy.hide(turn, talk, args)

    staff = Staff()
    calls |= {**handoffs.calls(), **groups.calls(), **privacy.calls()}
    dos |= {
        **Deeds(alarms).all(), **handoffs.dos(), **checkins.dos(), **groups.dos(), **privacy.dos(),
        "hide_chat": hide,
    }  # fmt: skip
    watch = Watch(store, clock, messages, handoffs, paging)

    async def gone(turn: Turn) -> None:
        await checkins.stop(turn, "blocked")
        await handoffs.gone(turn)

    async def back(turn: Turn) -> None:
        people.set_reachable(turn.tx, "telegram", turn.person.chat, True)

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
        staff_commands={**rotas.staff_commands()},
        presses={
            **handoffs.presses(), **paging.presses(), **relay.presses(), **rotas.presses(),
            **groups.presses(), **staff.presses(),
        },
        gone=gone,
        back=back,
    )  # fmt: skip
    turns = Turns(
        store,
        clock,
        read_update,
        conversations,
        alarms,
        relay,
        handlers,
        messages,
        Home(settings.service.languages[0], settings.service.country, settings.service.zone),
        lambda person: numbers(person, clock.now()),
    )
    lanes = Lanes(turns.handle, turns.failed, clock)
    receiver = Receiver(store, lanes, clock)
    telegram = telegram_of(settings)
    sender = Sender(
        store,
        telegram,
        clock,
        Pace(settings.sender.per_second, settings.sender.per_chat_per_second),
        unreachable,
        concurrency=settings.sender.concurrency,
        mark=messages.text("sent_again"),
        jitter=jitter,
        patience=Patience(
            timedelta(seconds=settings.sender.retry_first_s),
            timedelta(seconds=settings.sender.retry_longest_s),
            timedelta(seconds=settings.sender.unknown_wait_s),
            settings.sender.unknown_tries,
        ),
    )
    timer_handlers: dict[str, TimerHandler] = {
        ASK: rotas.ask, LAPSE: rotas.lapse, CLEAR: handoffs.clear_again, **groups.timers(),
    }  # fmt: skip
    due = Due(
        store, clock, conversations, messages, timer_handlers,
        sweeps=(watch.sweep, checkins.sweep), next_dues=(watch.next_due, checkins.next_due),
    )  # fmt: skip
    poller = Poller(telegram, receiver, clock, settings.telegram.poll_timeout_s, jitter)
    ticker = Ticker()
    ticker.every(1, "due", due.tick)
    ticker.every(5, "flows", _refreshing(flows))
    return Service(store, clock, telegram, lanes, receiver, poller, sender, due, ticker)


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


def _begins(conversations: Conversations, flow: str) -> Handler:
    async def begin(turn: Turn, talk: Talk, _: str) -> None:
        await conversations.event(turn, talk, Start(flow))

    return begin


def _interrupts(conversations: Conversations, flow: str) -> Handler:
    async def interrupt(turn: Turn, talk: Talk, _: str) -> None:
        await conversations.interrupt(turn, talk, flow)

    return interrupt


def _refreshing(flows: LiveFlows) -> Tick:
    async def refresh() -> None:
        if flows.refresh():
            log.info("flows_refreshed", at=datetime.now(UTC).isoformat(timespec="seconds"))

    return refresh


def _flows_refused(problems: tuple[Problem, ...]) -> None:
    log.error("flows_refused", problems=len(problems), first=f"{problems[0].file}:{problems[0].line}")
