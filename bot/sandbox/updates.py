"""The queue of updates waiting for the bot: sequential ids, expiry, and what an offset forgets."""

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.sandbox.ledger import Ledger

MESSAGE_KEPT: Final = timedelta(hours=24)
PRESS_KEPT: Final = timedelta(seconds=150)
"""How long Telegram holds a button press for a bot that is away (Bot API server, Client.cpp)."""
QUIET: Final = timedelta(days=7)
"""After this long without an update the next id is drawn at random (Bot API, Update)."""
_UNASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_SLACK: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One update as the bot will get it. `lane` orders deliveries: a chat's, or someone's presses."""

    update_id: int
    kind: str
    body: dict[str, Any]
    lane: tuple[str, int]
    expires: datetime

    def json(self) -> dict[str, Any]:
        """As it stands in an answer to getUpdates."""
        return {"update_id": self.update_id, **self.body}


class Updates:
    """What one bot has not confirmed yet."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self._ledger = ledger
        self._random = random.Random(seed)  # noqa: S311  # ids, not secrets
        self.waiting: deque[Update] = deque()
        self.confirmed: deque[Update] = deque(maxlen=100)
        self.next_id = self._drawn()
        self.last_at: datetime | None = None
        self._next_expiry: datetime | None = None
        self.allowed: frozenset[str] | None = None
        self._listeners: list[asyncio.Future[None]] = []
        self._emptied: list[asyncio.Future[None]] = []

    def _drawn(self) -> int:
        return self._random.randrange(2_000_000, 1_000_000_000)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Which kinds are queued from now on: None leaves it as it was, empty means the usual ones."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def wanted(self, kind: str) -> bool:
        """Whether an update of this kind is queued at all."""
        return kind in self.allowed if self.allowed is not None else kind not in _UNASKED

    def add(self, kind: str, body: dict[str, Any], lane: tuple[str, int], now: datetime) -> int | None:
        """Queue one update; its id, or None if the bot did not ask for this kind."""
        if not self.wanted(kind):
            return None
        if self.last_at is not None and now - self.last_at > QUIET:
            self.restart_ids()
        self.last_at = now
        update_id, self.next_id = self.next_id, self.next_id + 1
        expires = now + (PRESS_KEPT if kind == "callback_query" else MESSAGE_KEPT)
        self.restore(Update(update_id, kind, body, lane, expires))
        self._ledger.add(now, "queued", kind, lane[1], update_id=update_id)
        self.ring()
        return update_id

    def restore(self, update: Update) -> None:
        """Put an update into the queue as it was."""
        self.waiting.append(update)
        self._next_expiry = min(update.expires, self._next_expiry or update.expires)

    def restart_ids(self) -> None:
        """Go on from a number drawn at random, as Telegram does after a quiet week."""
        self.next_id = self._drawn()

    def read(self, offset: int, limit: int, now: datetime) -> list[Update]:
        """What getUpdates answers, after forgetting what `offset` says was handled.

        A negative offset counts from the end. One far above the newest id is no confirmation: the
        queue is then given from its head (Bot API server, `do_get_updates`).
        """
        self.expire(now)
        if offset < 0:
            while len(self.waiting) > -offset:
                self._forget(now, "confirmed")
        elif offset and offset <= self.next_id + _SLACK:
            while self.waiting and self.waiting[0].update_id < offset:
                self._forget(now, "confirmed")
        size = limit if 0 < limit <= 100 else 100
        return [self.waiting[n] for n in range(min(size, len(self.waiting)))]

    def take(self, update: Update, now: datetime) -> None:
        """The webhook took this one."""
        if update in self.waiting:
            self.waiting.remove(update)
            self.confirmed.append(update)
            self._ledger.add(now, "confirmed", update.kind, update.lane[1], update_id=update.update_id)

    def drop(self, now: datetime) -> None:
        """Forget everything that waits (`drop_pending_updates`)."""
        while self.waiting:
            self._forget(now, "dropped")

    def expire(self, now: datetime) -> None:
        """Lose what was kept too long."""
        if self._next_expiry is None or now < self._next_expiry:
            return
        for update in [update for update in self.waiting if update.expires <= now]:
            self.waiting.remove(update)
            self._ledger.add(now, "expired", update.kind, update.lane[1], update_id=update.update_id)
        self._next_expiry = min((update.expires for update in self.waiting), default=None)

    def _forget(self, now: datetime, how: Any) -> None:
        update = self.waiting.popleft()
        if how == "confirmed":
            self.confirmed.append(update)
        self._ledger.add(now, how, update.kind, update.lane[1], update_id=update.update_id)
        if not self.waiting:
            for waiter in self._emptied:
                if not waiter.done():
                    waiter.set_result(None)
            self._emptied.clear()

    async def empty(self) -> None:
        """Return when the bot has confirmed everything."""
        while self.waiting:
            emptied = asyncio.get_running_loop().create_future()
            self._emptied.append(emptied)
            await emptied

    def listen(self) -> asyncio.Future[None]:
        """A future that is done when the next update has come."""
        heard = asyncio.get_running_loop().create_future()
        self._listeners.append(heard)
        return heard

    def ring(self) -> None:
        """Wake whoever listens."""
        listeners, self._listeners = self._listeners, []
        for heard in listeners:
            if not heard.done():
                heard.set_result(None)
