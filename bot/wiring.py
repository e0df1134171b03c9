"""Builds the whole service once, by constructor, from the settings."""

import random
from collections.abc import Mapping
from datetime import datetime

from bot.app import files
from bot.app.alarms import Alarms
from bot.app.conversations import Conversations, Talk
from bot.app.deeds import Deeds
from bot.app.due import Due
from bot.app.facts import Facts
from bot.app.lanes import Lanes
from bot.app.receiving import CHANNEL, Receiver
from bot.app.turn import Turn
from bot.app.turns import Handlers, Home, Turns
from bot.clock import MovableClock, SystemClock, Ticker
from bot.domain.conversation.moves import Start
from bot.domain.danger.listener import load_listener
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
from bot.telegram.client import Telegram
from bot.telegram.ingest import Poller
from bot.telegram.reading import read_update
from bot.telegram.sender import Sender
from bot.telegram.transport import Timeouts

COMMAND_FLOWS = (
    "start", "help", "privacy", "mydata", "forget", "mydetails", "language", "hide", "stop", "talk", "groups",
    "checkin",
)  # fmt: skip


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


async def build(settings: Settings, clock: SystemClock | MovableClock) -> Service:
    """The service, ready to run. Raises what the parts raise: broken flows, a newer schema, no key."""
    store = await open_store(settings)
    messages = files.messages()
    flows = files.read_flows()
    listener = load_listener(files.lexicon_texts())
    jitter = random.SystemRandom().random

    def numbers(country: str, nation: str, at: datetime) -> Mapping[str, str]:
        raise NotImplementedError

    async def on_shift(tx: Transaction, at: datetime) -> bool:
        raise NotImplementedError

    facts = Facts(settings.service.name, settings.safety.lead, settings.service.zone, numbers, on_shift)
    dos: dict = {}
    conversations = Conversations(lambda: flows, [facts.gather], {}, dos)
    alarms = Alarms(listener, conversations, pager)
    dos.update(Deeds(alarms).all())

    async def begin(turn: Turn, talk: Talk, flow: str) -> None:
        await conversations.event(turn, talk, Start(flow))

    handlers = Handlers(
        commands={name: _starts(conversations, name) for name in COMMAND_FLOWS},
        staff_commands={},
        presses={},
        gone=gone,
        back=back,
    )
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
        lambda person: facts.numbers(person, clock.now()),
    )
    lanes = Lanes(turns.handle, turns.failed, clock)
    receiver = Receiver(store, lanes, clock)
    telegram = Telegram(
        settings.telegram.token.get_secret_value(),
        settings.telegram.base_url,
        connections=settings.telegram.connections,
        timeouts=Timeouts(connect=settings.telegram.connect_timeout_s, read=settings.telegram.read_timeout_s),
    )
    sender = Sender(
        store, telegram, clock, None, gone_for_sender,
        concurrency=settings.sender.concurrency, mark=messages.text("sent_again"), jitter=jitter,
    )  # fmt: skip
    due = Due(store, clock, conversations, messages, {})
    ticker = Ticker()
    ticker.every(1, "due", due.tick)
    poller = Poller(telegram, receiver, clock, settings.telegram.poll_timeout_s, jitter)
    return Service(store, clock, telegram, lanes, receiver, poller, sender, due, ticker)
