"""Feeds that are fetched by themselves: each when it is due, one after the other, none in another's way."""

import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.app.directory.imports import Asked, Imported, Importing, Rest, note_failure
from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.domain.directory.offering import NoReading
from bot.domain.directory.places import Places
from bot.domain.directory.refreshing import age_of, next_fetch
from bot.domain.messages import Messages
from bot.feeds.bringing import Brought, Report, bring
from bot.feeds.download import Fetch, download
from bot.feeds.fetch import NotFetched, NotModified, fetch
from bot.store.directory import entries_by_hand, sources
from bot.store.directory.sources import Source
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

log = structlog.get_logger()

LOOK_S = 300
REST_S = 0.004
"""Between two write transactions of a scheduled import: people's messages come first."""
TELL_AT = (1, 3, 10)
"""After so many failures in a row the coordinator hears of it; not at each."""
_OF_AGE = {"old": "coordinator_source_old", "hidden": "coordinator_source_hidden"}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of it. `brought` is None when nothing was fetched, or nothing had changed."""

    source: Source
    brought: Brought | None = None
    why: str = ""
    """Why it failed, "" when it did not."""


async def refresh(
    store: Store,
    places: Places,
    source: Source,
    now: datetime,
    *,
    get: Fetch = fetch,
    scheduled: bool = True,
    yes: bool = False,
    rest: Rest | None = None,
) -> Refreshed:
    """Fetch one source and import it. The last good copy stays whatever goes wrong."""
    asked = Asked(
        source.name, source.programme, source.zone, now, own=source.own, scheduled=scheduled, yes=yes,
        area=source.area,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="foothold") as folder:
        came = await download(get, source.url, Path(folder), etag=source.etag, modified=source.modified)
        if isinstance(came, NotFetched):
            await note_failure(store, source=source.name, now=now, why=came.why)
            refreshed = Refreshed(source, why=came.why)
        elif not await _still_there(store, source):
            return Refreshed(source, why="its address was changed or taken away meanwhile")
        elif isinstance(came, NotModified):
            importing = Importing(store, asked, rest)
            await importing.begin()
            outcome = await importing.unchanged()
            refreshed = Refreshed(source, Brought(outcome, Report(), as_it_was=True))
        else:
            brought = await bring(store, places, came.file, source.format, asked, rest)
            if isinstance(brought.outcome, Imported):
                async with store.transaction() as tx:
                    sources.fetched(tx, source.id, came.etag, came.modified)
            refreshed = Refreshed(source, brought, _why(brought))
    await _due_again(store, source, now)
    return refreshed


async def _still_there(store: Store, source: Source) -> bool:
    async with store.reading() as tx:
        seen = await sources.named(tx, source.name)
    return seen is not None and seen.url == source.url


def _why(brought: Brought) -> str:
    outcome = brought.outcome
    if isinstance(outcome, NoReading):
        return outcome.why
    return "" if isinstance(outcome, Imported) else str(outcome)


async def _due_again(store: Store, source: Source, now: datetime) -> None:
    if not source.every_days:
        return
    async with store.transaction() as tx:
        seen = await sources.named(tx, source.name)
        if seen is not None:
            sources.due_again(tx, seen.id, next_fetch(seen.id, seen.every_days, now, seen.failures))


class Refreshing:
    """The tick that fetches what is due.

    `places` are those known now, `learn` takes up what new venues teach of them; `rest` is awaited
    between two write transactions.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        places: Callable[[], Places],
        messages: Messages,
        learn: Callable[[Transaction], Awaitable[None]],
        get: Fetch = fetch,
        rest: Rest | None = None,
    ) -> None:
        self._rest = rest
        self._store = store
        self._clock = clock
        self._places = places
        self._messages = messages
        self._learn = learn
        self._get = get

    async def tick(self) -> int:
        """Fetch every source that is due; says how many. A failure of one is told and stops no other."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            due = [one for one in await sources.everything(tx) if is_due(one, now)]
        for source in due:
            try:
                await self._refresh(source)
            except Exception:  # our own fault: loud, and no other source waits for it
                log.exception("refresh_failed", source=source.id)
                await note_failure(
                    self._store, source=source.name, now=now, why="our own program failed; see its log"
                )
                await _due_again(self._store, source, now)
        await self._tell_of_age(now)
        return len(due)

    async def _refresh(self, source: Source) -> None:
        now = self._clock.now()
        refreshed = await refresh(self._store, self._places(), source, now, get=self._get, rest=self._rest)
        log.info("source_refreshed", source=source.id, ok=not refreshed.why)
        if not refreshed.why:
            async with self._store.reading() as tx:
                await self._learn(tx)
            return
        async with self._store.transaction() as tx:
            seen = await sources.named(tx, source.name)
            if seen is not None and seen.failures in TELL_AT:
                key = f"source:{seen.id}:{to_ms(now)}"
                fill = {"source": seen.name, "why": refreshed.why}
                await tell_coordinators(tx, self._messages, now, key, "coordinator_source_failed", **fill)

    async def _tell_of_age(self, now: datetime) -> None:
        """Once for each time a source becomes old, and once when it is hidden for its age.

        Of what is written by hand each entry has an age of its own: told of together, once a week.
        """
        async with self._store.reading() as tx:
            known = [one for one in await sources.everything(tx) if one.generation and not one.fictional]
            by_hand = [age_of(one.at, now) for one in await entries_by_hand.last_checks(tx, now)]
        aged = [(one, age) for one in known if (age := age_of(one.last_success, now)) in _OF_AGE]
        for one, age in aged:
            async with self._store.transaction() as tx:
                key = f"source_age:{one.id}:{one.generation}:{age}"
                await tell_coordinators(tx, self._messages, now, key, _OF_AGE[age], source=one.name)
        if any(by_hand):
            fill = {"old": str(len(by_hand) - by_hand.count("")), "hidden": str(by_hand.count("hidden"))}
            async with self._store.transaction() as tx:
                key = f"by_hand_age:{now:%G-%V}"
                await tell_coordinators(tx, self._messages, now, key, "coordinator_by_hand_old", **fill)


def is_due(source: Source, now: datetime) -> bool:
    """Whether it is to be fetched now."""
    return bool(source.url and source.every_days) and (source.due_at is None or source.due_at <= now)
