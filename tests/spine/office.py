"""The sender alone, with a real database, the real client and a stand-in that answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import select

from bot.app.conversing.quarantine import Quarantine
from bot.app.library import files
from bot.clock import MovableClock
from bot.domain.channel.outgoing import Body, Post, SendClass, Text
from bot.domain.channel.pace import Pace
from bot.domain.ids import ChatId, OutboxId, PersonId
from bot.sandbox import Phone, Sandbox
from bot.sandbox.faults import Fault
from bot.store.conversing import outbox, people
from bot.store.conversing.outbox import Queued
from bot.store.engine.postgres import open_postgres
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import Vault
from bot.store.store import Store
from bot.telegram.client import Telegram
from bot.telegram.sender import Sender
from bot.telegram.transport import Timeouts
from tests import shipped

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MARK = "(sent again in case)"
_STATES = prepared(select(outbox.outbox.c.key, outbox.outbox.c.state).order_by(outbox.outbox.c.id))


class Office:
    """Messages are queued, time passes, and phones show what arrived."""

    def __init__(
        self, store: Store, sandbox: Sandbox, clock: MovableClock, concurrency: int, pace: Pace | None
    ) -> None:
        self.store, self.sandbox, self.clock, self._pace = store, sandbox, clock, pace
        self.gone: list[tuple[ChatId, str]] = []
        self.stale: set[str] = set()
        """Words that are not to be said any more."""
        self._concurrency = concurrency
        self._aside = Quarantine(clock, files.messages(), lambda _: {"emergency": "999"})
        self._keys = 0
        self._people: dict[int, PersonId] = {}

    async def __aenter__(self) -> Self:
        """Begin to send."""
        timeouts = Timeouts(pool=5, connect=5, write=5, read=0.4)
        base = f"{self.sandbox.base_url}/bot"
        self.telegram = await Telegram(self.sandbox.token, base, timeouts=timeouts).__aenter__()
        self.sender = Sender(
            self.store, self.telegram, self.clock, self._pace, self._gone, self._aside.message, self._unsaid,
            concurrency=self._concurrency, mark=MARK, jitter=lambda: 0.5,
        )  # fmt: skip
        self._running = asyncio.create_task(self.sender.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop sending."""
        await self.sender.stop()
        self._running.cancel()
        await self.telegram.__aexit__(kind, error, trace)

    async def _gone(self, _: Transaction, item: Queued, reason: str) -> None:
        self.gone.append((item.chat, reason))

    async def _unsaid(self, tx: Transaction, item: Queued) -> bool:
        stale = isinstance(item.body, Text) and item.body.text in self.stale
        if stale:
            outbox.settle(tx, item, "missed", self.clock.now())
        return stale

    def phone(self, number: int) -> Phone:
        """Somebody whose chat is open."""
        phone = self.sandbox.phone(number, f"P{number}")
        phone.chat.started = True
        return phone

    def faults(self, *faults: Fault) -> None:
        """What goes wrong from now on."""
        self.sandbox.faults.set(faults)

    async def queue(self, *posts: tuple[Phone, str, SendClass], claimed: bool = False) -> None:
        """Queue messages in one commit; `claimed`: as a process leaves them that died while sending."""
        async with self.store.transaction() as tx:
            for phone, text, send_class in posts:
                await self._add(tx, ChatId(phone.id), Text(text), send_class)
        if claimed:
            async with self.store.transaction() as tx:
                for item in await outbox.open_after(tx, OutboxId(0), 500):
                    outbox.claim(tx, item)

    async def _add(self, tx: Transaction, chat: ChatId, body: Body, send_class: SendClass) -> None:
        person = await people.arrive(
            tx, "telegram", chat, self.clock.now(), language="en", country="GB", zone="Europe/London"
        )
        self._keys += 1
        outbox.add(tx, person.id, Post(chat, body, f"k{self._keys}", send_class), self.clock.now())

    async def settles(self) -> None:
        """Return when nothing more can leave at this moment."""
        async with asyncio.timeout(20):
            self.sender.wake()
            await self.sender.idle()

    async def passes(self, seconds: float) -> None:
        """Let time pass, stopping whenever something may leave."""
        until = self.clock.now() + timedelta(seconds=seconds)
        await self.settles()
        while (at := self.sender.next_due()) is not None and at <= until:
            self.clock.move(max(at - self.clock.now(), timedelta(milliseconds=1)))
            await self.settles()
        self.clock.move(max(until - self.clock.now(), timedelta()))
        await self.settles()

    async def states(self) -> list[str]:
        """What became of every message, oldest first."""
        async with self.store.reading() as tx:
            return [row["state"] for row in await tx.fetch(_STATES)]


@asynccontextmanager
async def an_office(
    folder: Path, concurrency: int = 8, pace: Pace | None = None, url: str = ""
) -> AsyncIterator[Office]:
    """An office that is closed: enter it to begin to send. Without a pace as fast as it goes.

    `url`: of an empty PostgreSQL database, instead of a file of SQLite.
    """
    clock = MovableClock(NOON)
    sandbox = Sandbox(clock=clock)
    await sandbox.start()
    if url:
        store = await open_postgres(url, Vault(bytes(32)))
    else:
        (folder / "office.db").write_bytes(shipped.database())
        store = await open_sqlite(folder / "office.db", Vault(bytes(32)))
    try:
        yield Office(store, sandbox, clock, concurrency, pace)
    finally:
        await store.close()
        await sandbox.stop()
