"""The one sender: works through the outbox, in order per chat, danger first, and settles every outcome.

A round is one transaction: outcomes of what has come back, rows that are new, claims of what goes out
next. Nothing is sent before its claim is committed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, assert_never

import structlog

from bot.app.ports import Clock
from bot.domain.channel.delivery import (
    Done,
    Fail,
    Forget,
    KeepUnknown,
    Outcome,
    Patience,
    Retry,
    Split,
    Step,
    StopSender,
    UnknownOutcome,
    Unreachable,
    next_step,
    split,
)
from bot.domain.channel.outgoing import Body, Post, SendClass, Text
from bot.domain.ids import ChatId, OutboxId
from bot.store.conversing import outbox
from bot.store.conversing.outbox import Damaged, Queued
from bot.store.engine.transaction import Transaction
from bot.store.store import Store
from bot.telegram.waiting import Waiting

log = structlog.get_logger()

MOST_NEW = 500
PAUSE = timedelta(seconds=30)
FRESH = timedelta(seconds=1)
"""An answer leaves within milliseconds; one that is older was held up."""
TOGETHER = timedelta(seconds=2)
TOGETHER_CHATS = 3
GRACE_S = 3.0
_AGAIN_FIRST, _AGAIN, _AGAIN_DANGER = timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=1)
"""While Telegram answers nothing at all: the beginning, doubled at each try, and the longest waits."""


class Deliverer(Protocol):
    """Sends one body to one chat and says what became of it; never raises."""

    async def send(self, body: Body, chat: ChatId) -> Outcome: ...


class Pacing(Protocol):
    """How fast messages may leave."""

    def may_send(self, chat: ChatId, now: datetime, *, urgent: bool) -> datetime | None:
        """None when a message may leave now (and counts as sent); else when to ask again."""

    def calm_from(self, now: datetime) -> datetime:
        """When anything but danger may leave, as far as all chats together go: `now` at the earliest."""

    def not_sent(self, chat: ChatId, *, urgent: bool) -> None:
        """What counted as sent did not leave after all."""


Gone = Callable[[Transaction, Queued, str], Awaitable[None]]
"""Told, in the settling transaction, that a person cannot be reached any more."""
SetAside = Callable[[Transaction, Damaged], Awaitable[None]]
"""Sets a message aside, in the transaction that found it damaged."""
Unsaid = Callable[[Transaction, Queued], Awaitable[bool]]
"""Whether a message is not to leave after all; asked in the claiming transaction."""


class Sender:
    """Claims, sends, settles. `mark` is appended to what is sent again in case."""

    def __init__(
        self,
        store: Store,
        deliverer: Deliverer,
        clock: Clock,
        pacing: Pacing | None,
        gone: Gone,
        damaged: SetAside,
        unsaid: Unsaid,
        *,
        concurrency: int,
        mark: str,
        jitter: Callable[[], float],
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._clock = clock
        self._pacing = pacing
        self._gone = gone
        self._damaged = damaged
        self._unsaid = unsaid
        self._concurrency = concurrency
        self._mark = mark
        self._jitter = jitter
        self._patience = patience or Patience()
        self.unanswered: Callable[[], bool] = lambda: False
        """Whether Telegram answers nothing at all, as polling finds: then nothing is given up."""
        self.unsure: Callable[[], None] = lambda: None
        """Told when nobody knows what became of a send."""
        self._waiting = Waiting()
        self._flying: dict[ChatId, asyncio.Task[None]] = {}
        self._finished: list[tuple[Queued, Outcome]] = []
        self._broken: list[Damaged] = []
        """Rows that do not open, until it is committed that they are set aside."""
        self._left = frozenset[OutboxId]()
        """Rows that were not to leave when it was their turn; most are settled with that."""
        self._parked: dict[ChatId, datetime] = {}
        self._pause_until: datetime | None = None
        self._next: datetime | None = None
        self._seen = self._read_to = OutboxId(0)
        self._news, self._looks_back = True, False
        self._pulse = asyncio.Event()
        self._stopping = False
        self._rest = asyncio.Event()
        self.trouble = ""
        """Why nothing is being sent, for doctor; empty while all is well."""
        store.tell("outbox", self.wake)

    def wake(self) -> None:
        """There are new rows."""
        self._news = True
        self._rest.clear()
        self._pulse.set()

    async def look(self) -> None:
        """There may be new rows: other processes write here too, and nobody tells of those.

        PostgreSQL gives ids before the commit, so that rows may come below others that were read long ago.
        """
        self._looks_back = True
        self.wake()

    def set_back(self, by: timedelta) -> None:
        """The clock was set back by so much, and what stands in the store moved along with it."""
        self._waiting.set_back(by)
        self._parked = {chat: until - by for chat, until in self._parked.items()}
        if self._pause_until is not None:
            self._pause_until -= by
        self.wake()

    @property
    def resting(self) -> bool:
        """Whether nothing is under way and nothing more could leave at this moment."""
        return self._rest.is_set()

    async def idle(self) -> None:
        """Return when nothing is under way and nothing more could leave at this moment."""
        await self._rest.wait()

    def next_due(self) -> datetime | None:
        """When the next message that waits for its time, or for its turn in the pace, may leave."""
        return self._next

    async def run(self) -> None:
        """Send until stopped."""
        while not self._stopping:
            self._pulse.clear()
            wait = self._next = await self._try_round()
            if self._pulse.is_set() or self._stopping:
                continue
            if not self._flying and not self._news and not self._finished:
                self._rest.set()
            await self._sleep(wait)

    async def stop(self) -> None:
        """Begin nothing more, wait a moment for what is under way, settle it."""
        self._stopping = True
        self._pulse.set()
        if self._flying:
            await asyncio.wait(self._flying.values(), timeout=GRACE_S)
        for task in self._flying.values():
            task.cancel()
        if self._finished:
            async with self._store.transaction(short=True) as tx:
                await self._settle_finished(tx)

    async def _sleep(self, until: datetime | None) -> None:
        if until is None:
            await self._pulse.wait()
            return
        seconds = max(0.0, (until - self._clock.now()).total_seconds())
        sleepers = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._pulse.wait()),
        ]
        try:
            await asyncio.wait(sleepers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for sleeper in sleepers:
                sleeper.cancel()

    async def _try_round(self) -> datetime | None:
        finished = list(self._finished)
        try:
            return await self._round()
        except Exception:  # the store is in trouble: nothing is lost, the rows are there
            log.exception("send_round_failed")
            self._finished = finished + [f for f in self._finished if f not in finished]
            self._news = True
            await self._clock.sleep(1)
            return self._clock.now()

    async def _round(self) -> datetime | None:
        """One transaction; then what was claimed leaves. Returns when to look again, or None."""
        now = self._clock.now()
        if not (self._finished or self._news):
            chosen, wait = self._choose(now)
            if not chosen:
                return wait
            async with self._store.transaction(short=True) as tx:
                claimed = await self._claim(tx, chosen)
        else:
            async with self._store.transaction(short=True) as tx:
                await self._settle_finished(tx)
                await self._take_new(tx)
                chosen, wait = self._choose(now)
                claimed = await self._claim(tx, chosen)
            self._broken.clear()
        leaving = {item.id for item in claimed}
        for item in chosen:
            if item.id not in leaving:
                self._drop(item)
                self._left |= {item.id}
                if self._pacing is not None:
                    self._pacing.not_sent(item.chat, urgent=item.send_class is SendClass.DANGER)
                self._pulse.set()  # there is room for the next
        for item in claimed:
            self._flying[item.chat] = asyncio.create_task(self._deliver(item))
        return wait

    async def _take_new(self, tx: Transaction) -> None:
        self._news = False
        if self._looks_back:
            self._looks_back = False
            still_open = frozenset(await outbox.open_until(tx, self._read_to))
            self._left &= still_open
            overlooked = still_open - self._known()
            self._seen = min([self._seen, *(OutboxId(which - 1) for which in overlooked)])
        before = len(self._broken)
        rows = await outbox.open_after(tx, self._seen, MOST_NEW, self._broken)
        known = self._known() if self._seen < self._read_to else frozenset()
        taken = [item.id for item in rows] + [item.id for item in self._broken[before:]]
        self._news = self._news or len(taken) == MOST_NEW
        self._seen = max([self._seen, *taken])
        self._read_to = max(self._read_to, self._seen)
        for broken in self._broken:
            await self._damaged(tx, broken)
        for item in rows:
            if item.id in known:
                continue
            if item.died_sending:
                self._finished.append((item, UnknownOutcome("died")))
                self._pulse.set()
            else:
                self._waiting.add(item)

    def _known(self) -> frozenset[OutboxId]:
        """What was read here: it waits, is under way, has just come back, or is not to leave for now."""
        return self._left.union(self._waiting.ids(), (item.id for item, _ in self._finished))

    def _choose(self, now: datetime) -> tuple[list[Queued], datetime | None]:
        """What may leave now, danger first and nudges last, at most one a chat; and when the next one may."""
        chosen: list[Queued] = []
        wait: datetime | None = self._pause_until
        if self._pause_until is not None and now < self._pause_until:
            return [], wait
        self._pause_until = wait = None
        room = self._concurrency - len(self._flying)
        unsettled = {item.chat for item, _ in self._finished}
        for item in self._waiting.candidates(self._flying, unsettled):
            if len(chosen) >= room:
                break
            at, urgent = self._free_at(item.chat, item), item.send_class is SendClass.DANGER
            if at <= now and self._pacing is not None:
                at = self._pacing.may_send(item.chat, now, urgent=urgent) or at
                if at > now and not urgent and (calm_from := self._pacing.calm_from(now)) > now:
                    wait = calm_from if wait is None else min(wait, calm_from)
                    break  # what comes after it is no danger either
            if at <= now:
                chosen.append(item)
            else:
                wait = at if wait is None else min(wait, at)
        return chosen, wait

    def _free_at(self, chat: ChatId, item: Queued) -> datetime:
        parked = self._parked.get(chat)
        return item.not_before if parked is None else max(parked, item.not_before)

    async def _claim(self, tx: Transaction, chosen: list[Queued]) -> list[Queued]:
        claimed = []
        for item in chosen:
            if await self._unsaid(tx, item):
                continue
            if not self._may_be_withdrawn(item):
                outbox.claim(tx, item)
            elif not await outbox.claim_unless_withdrawn(tx, item):
                continue
            claimed.append(item)
        return claimed

    def _may_be_withdrawn(self, item: Queued) -> bool:
        """Whether to look once more before it leaves: what nobody waits for, and what had to wait.

        A coach may have come meanwhile: the bot does not talk over a person, and an alert or a page that
        somebody has taken is nobody else's any more.
        """
        if item.send_class in (SendClass.REPLY, SendClass.HANDOFF):
            return self._clock.now() - item.created_at > FRESH
        return item.send_class is SendClass.NUDGE

    async def _deliver(self, item: Queued) -> None:
        outcome: Outcome = UnknownOutcome("cancelled")
        try:
            outcome = await self._deliverer.send(self._marked(item), item.chat)
        except Exception:  # the deliverer promises not to raise; if it does, nobody knows
            log.exception("deliverer_raised", outbox=item.id)
            outcome = UnknownOutcome("raised")
        finally:
            self._flying.pop(item.chat, None)
            self._drop(item)
            tried = replace(item, attempt=item.attempt + 1)
            self._finished.append((tried, outcome))
            self._pulse.set()

    def _marked(self, item: Queued) -> Body:
        if item.marked and isinstance(item.body, Text):
            return replace(item.body, text=f"{item.body.text}\n\n{self._mark}")
        return item.body

    def _drop(self, item: Queued) -> None:
        if self._waiting.drop(item):
            self._parked.pop(item.chat, None)

    async def _settle_finished(self, tx: Transaction) -> None:
        finished, self._finished = self._finished, []
        now = self._clock.now()
        for item, outcome in finished:
            doubts = item.doubts + isinstance(outcome, UnknownOutcome)
            if doubts > item.doubts:
                self.unsure()
            step = next_step(
                outcome,
                item.send_class,
                item.attempt,
                now,
                self._jitter(),
                doubts=doubts,
                patience=self._patience,
            )
            await self._settle(tx, replace(item, doubts=doubts), step, now)

    async def _settle(self, tx: Transaction, item: Queued, step: Step, now: datetime) -> None:
        match step:
            case Done(message_id):
                self.trouble = ""
                outbox.settle(tx, item, "delivered", now, message=message_id)
            case Forget():
                outbox.settle(tx, item, "forgotten", now)
            case KeepUnknown(False) if item.send_class is not SendClass.NUDGE and self.unanswered():
                longest = _AGAIN_DANGER if item.send_class is SendClass.DANGER else _AGAIN
                wait = min(_AGAIN_FIRST * 2 ** min(item.attempt, 9), longest)
                self._again(tx, replace(item, not_before=now + wait), False, None, now)
            case KeepUnknown():
                log.warning("send_unknown", outbox=item.id, send_class=item.send_class)
                outbox.settle(tx, item, "unknown", now)
            case Retry(at, marked, park, _, to):
                self._again(tx, replace(item, not_before=at, marked=item.marked or marked), park, to, now)
            case Unreachable(reason):
                log.info("unreachable", outbox=item.id, reason=reason)
                outbox.settle(tx, item, "undeliverable", now, reason=reason)
                await self._gone(tx, item, reason)
            case Split():
                log.error("message_too_long", outbox=item.id)
                outbox.settle(tx, item, "split", now)
                self._split(tx, item, now)
            case Fail(reason):
                log.error("send_refused", outbox=item.id, reason=reason)
                outbox.settle(tx, item, "refused", now, reason=reason)
            case StopSender(why):
                log.error("sender_paused", why=why, seconds=PAUSE.total_seconds())
                self.trouble = why
                self._pause_until = now + PAUSE
                self._again(tx, replace(item, not_before=now + PAUSE), False, None, now)
            case _:
                assert_never(step)

    def _again(self, tx: Transaction, item: Queued, park: bool, to: ChatId | None, now: datetime) -> None:
        if to is not None:
            outbox.move(tx, item.chat, to)
            self._waiting.move(item.chat, to)
            item = replace(item, chat=to)
        outbox.retry(tx, item)
        self._drop(item)  # already there when this is settled anew after a failed commit
        self._waiting.add(replace(item, died_sending=False))
        if park:
            self._park(item.chat, item.not_before, now)

    def _park(self, chat: ChatId, until: datetime, now: datetime) -> None:
        """A 429 parks its chat; several at once mean that it is about the whole bot."""
        self._parked[chat] = until
        lately = [at for at in self._parked.values() if at > now and at - until < TOGETHER]
        if len(lately) >= TOGETHER_CHATS:
            self._pause_until = max(lately)
            log.warning("all_parked", until=self._pause_until.isoformat())

    def _split(self, tx: Transaction, item: Queued, now: datetime) -> None:
        if not isinstance(item.body, Text):
            return
        for n, piece in enumerate(split(item.body)):
            post = Post(item.chat, piece, f"{item.key}:part{n}", item.send_class, item.links)
            outbox.add(tx, item.person, post, now)
