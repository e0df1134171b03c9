"""Databases full of plans that are not due: ours, and APScheduler's own SQL job store with as many jobs."""

import pickle
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bench.people import FIRST_CHAT
from bot.domain.checkins.checkin import Slot
from bot.domain.ids import PersonId, PlanId
from bot.store.engine.columns import to_ms
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPAN_DAYS = 60
KEY = bytes(range(32))
NAME = "job-00000000"
_BATCH = 50_000
EXTRA = 50
"""People beyond those who are due who have a key, so that something can be sent to them."""


CARRY_OUT: list[Callable[[Slot], Awaitable[bool]]] = []
"""What a job of APScheduler's does with its slot; a job is found again by its function's name only."""
FIRED: list[str] = []
"""The jobs that did their work."""


async def fire(job: str) -> None:
    """A job of APScheduler's: carries out the slot at nine of the plan with its number."""
    slot = Slot(PlanId(int(job.removeprefix("job-"))), NINE.date(), NINE)
    if await CARRY_OUT[0](slot):
        FIRED.append(job)


def ours(path: Path, plans: int, due: int, at: datetime = NINE, zone: str = "Europe/London") -> None:
    """A database of so many people with a plan, `due` of them at that moment, the rest in months to come."""
    there = at.astimezone(ZoneInfo(zone))
    upgrade(f"sqlite:///{path}")
    vault = Vault(KEY)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        for start in range(1, plans + 1, _BATCH):
            numbers = range(start, min(start + _BATCH, plans + 1))
            _people(db, numbers, due, vault)
            db.executemany(
                "INSERT INTO plan (id, person_id, cadence, part_of_day, at_min, zone, began_on, unanswered,"
                " created_at) VALUES (?, ?, 'daily', 'morning', ?, ?, '2026-11-01', 0, 0)",
                ((n, n, there.hour * 60 + there.minute, zone) for n in numbers),
            )
            db.executemany(
                "INSERT INTO slot (plan_id, person_id, on_date, due_at, state)"
                " VALUES (?, ?, ?, ?, 'waiting')",
                ((n, n, on.date().isoformat(), to_ms(on)) for n, on in _moments(numbers, due, there)),
            )


def _people(db: sqlite3.Connection, numbers: range, due: int, vault: Vault) -> None:
    db.executemany(
        "INSERT INTO person (id, language, country, nation, zone, zone_confirmed, age, pushes, created_at,"
        " seen_at) VALUES (?, 'en', 'GB', '', 'Europe/London', 1, 'adult', 1, 0, 0)",
        ((n,) for n in numbers),
    )
    db.executemany(
        "INSERT INTO address (person_id, channel, chat_id, reachable) VALUES (?, 'telegram', ?, 1)",
        ((n, 2 * FIRST_CHAT + n) for n in numbers),
    )
    db.executemany(
        "INSERT INTO person_key (person_id, wrapped) VALUES (?, ?)",
        ((n, vault.wrap_new(PersonId(n))) for n in numbers if n <= due + EXTRA),
    )


def _moments(numbers: range, due: int, at: datetime) -> Iterator[tuple[int, datetime]]:
    for n in numbers:
        yield n, at if n <= due else at + timedelta(days=1 + n % SPAN_DAYS, seconds=n % 3600)


def theirs(path: Path, jobs: int, due: int, at: datetime) -> None:
    """APScheduler's table with as many jobs, each pickled as it pickles them."""
    store = SQLAlchemyJobStore(f"sqlite:///{path}")
    store.start(AsyncIOScheduler(timezone=UTC), "default")
    job = Job(
        AsyncIOScheduler(timezone=UTC), id=NAME, func=fire, args=(NAME,), kwargs={}, name="fire",
        trigger=DateTrigger(at, UTC), next_run_time=at, executor="default", misfire_grace_time=None,
        coalesce=True, max_instances=1,
    )  # fmt: skip
    state = pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)
    store.shutdown()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        for start in range(1, jobs + 1, _BATCH):
            numbers = range(start, min(start + _BATCH, jobs + 1))
            db.executemany("INSERT INTO apscheduler_jobs VALUES (?, ?, ?)", _rows(numbers, due, at, state))


def _rows(numbers: range, due: int, at: datetime, state: bytes) -> Iterator[tuple[str, float, Any]]:
    for n, when in _moments(numbers, due, at):
        name = f"job-{n:08}"
        yield name, when.timestamp(), state.replace(NAME.encode(), name.encode())
