"""What was counted for each local day: numbers and codes, nobody. Read only by `bot.app.desk.measures`."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Integer, Table, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.events import KINDS
from bot.domain.ids import OfferingId, PersonId
from bot.domain.measures.story import Mark
from bot.store.conversing.events import event
from bot.store.conversing.people import grant
from bot.store.directory.offerings import edition
from bot.store.engine.columns import from_ms, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction
from bot.store.oncall.handoffs import handoff

counted = Table(
    "counted",
    metadata,
    words("measure", primary_key=True),
    words("day", primary_key=True),
    words("in_row", primary_key=True),
    words("in_column", primary_key=True),
    Column("times", Integer, nullable=False),
)

DAY_DONE = "counted"
"""Of this measure every counted day has one row, so that a quiet day is told from one not counted yet."""

TABLES = (
    "reach", "people_week", "people_month", "people_quarter", "people_year", "door", "about", "first_help",
    "humans", "next_step", "danger", "danger_answered", "groups", "company", "checkins", "checkins_not_sent",
    "readiness", "readiness_change", "urges", "practical", "unmet",
)  # fmt: skip
"""The measures that tables are made of: all but `sent_to`, which lists, and the mark of a day."""
_MONTH = "m"
"""Before a month ("m2026-11") where a day stands: the sum of its days, so that pages read little."""
_in_tables = counted.c.measure.in_(TABLES)

Counts = dict[str, Counter[tuple[str, str]]]
"""By measure: how often, by row and column."""

_ADD = prepared(
    insert(counted).values(
        day=bindparam("on_day"),
        measure=bindparam("of_measure"),
        in_row=bindparam("row"),
        in_column=bindparam("column"),
        times=bindparam("n"),
    )
)
_DROP = prepared(
    delete(counted).where(counted.c.day >= bindparam("first"), counted.c.day < bindparam("after"))
)
_month = _MONTH + func.substr(counted.c.day, 1, 7)
_sums = (counted.c.measure, counted.c.in_row, counted.c.in_column, func.sum(counted.c.times).label("n"))
_BETWEEN = prepared(
    select(*_sums)
    .where(counted.c.day >= bindparam("first"), counted.c.day < bindparam("after"), _in_tables)
    .group_by(counted.c.measure, counted.c.in_row, counted.c.in_column)
)
_MONTHS = prepared(
    select(counted.c.day, counted.c.measure, counted.c.in_row, counted.c.in_column, counted.c.times).where(
        counted.c.measure.in_(TABLES), counted.c.day >= bindparam("first"), counted.c.day < bindparam("after")
    )
)
_DROP_MONTHS = prepared(
    delete(counted).where(counted.c.day >= bindparam("first_month"), counted.c.day <= bindparam("last_month"))
)
_ADD_MONTHS = prepared(
    insert(counted).from_select(
        ["measure", "day", "in_row", "in_column", "times"],
        select(counted.c.measure, _month, counted.c.in_row, counted.c.in_column, func.sum(counted.c.times))
        .where(counted.c.day >= bindparam("first"), counted.c.day < bindparam("after"), _in_tables)
        .group_by(counted.c.measure, _month, counted.c.in_row, counted.c.in_column),
    )
)
_DAYS = prepared(
    select(func.min(counted.c.day).label("first"), func.max(counted.c.day).label("last")).where(
        counted.c.measure == DAY_DONE
    )
)
_PEOPLE = prepared(
    select(event.c.person_id)
    .where(
        event.c.kind.in_(sorted(KINDS)),
        event.c.at >= bindparam("since"),
        event.c.at < bindparam("until"),
        event.c.person_id.is_not(None),
        event.c.person_id.not_in(select(grant.c.person_id).where(grant.c.ended_at.is_(None))),
    )
    .group_by(event.c.person_id)
    .order_by(event.c.person_id)
)
_FIRST_EVENT = prepared(select(event.c.at).order_by(event.c.id).limit(1))
_PROGRAMME = prepared(
    select(edition.c.programme)
    .where(edition.c.offering_id == bindparam("offering"))
    .order_by(edition.c.id.desc())
    .limit(1)
)
_TALKS = prepared(
    select(handoff.c.coach_id, func.count().label("n"))
    .where(
        handoff.c.asked_at >= bindparam("since"),
        handoff.c.asked_at < bindparam("until"),
        handoff.c.coach_id.is_not(None),
    )
    .group_by(handoff.c.coach_id)
)


async def people_between(tx: Transaction, since: datetime, until: datetime) -> list[PersonId]:
    """Everyone but staff to whom something happened from `since` up to `until` (aware), by id."""
    rows = await tx.fetch(_PEOPLE, since=to_ms(since), until=to_ms(until))
    return [PersonId(row["person_id"]) for row in rows]


async def first_event(tx: Transaction) -> datetime | None:
    """When the oldest event that is kept happened; None before the first."""
    row = await tx.first(_FIRST_EVENT)
    return None if row is None else from_ms(row["at"])


async def programme_of(tx: Transaction, which: OfferingId) -> str:
    """Which kind of group or service this is, "" when nothing is known of it any more."""
    row = await tx.first(_PROGRAMME, offering=which)
    return "" if row is None else str(row["programme"])


async def days(tx: Transaction) -> tuple[date, date] | None:
    """The first and the last day that is counted; None before the first."""
    row = await tx.first(_DAYS)
    if row is None or row["first"] is None:
        return None
    return date.fromisoformat(row["first"]), date.fromisoformat(row["last"])


def replace(tx: Transaction, counts: Mapping[Mark, int], first: date, after: date) -> None:
    """Put these counts in the place of all there were for the days from `first` up to `after`."""
    tx.write(_DROP, first=first.isoformat(), after=after.isoformat())
    done = (Mark(first + timedelta(days=n), DAY_DONE, "") for n in range((after - first).days))
    rows = [(mark, 1) for mark in done]
    rows += [(mark, n) for mark, n in counts.items() if first <= mark.on < after]
    tx.write_many(
        _ADD,
        [
            {"on_day": m.on.isoformat(), "of_measure": m.measure, "row": m.row, "column": m.column, "n": n}
            for m, n in rows
        ],
    )


def sum_up(tx: Transaction, first: date, after: date) -> None:
    """Work out the sums of the whole months from `first` up to `after` anew."""
    last = after - timedelta(days=1)
    tx.write(_DROP_MONTHS, first_month=f"{_MONTH}{first:%Y-%m}", last_month=f"{_MONTH}{last:%Y-%m}")
    tx.write(_ADD_MONTHS, first=first.isoformat(), after=after.isoformat())


async def between(tx: Transaction, first: date, after: date) -> Counts:
    """Counts of the days from `first` up to `after`, by measure, then by row and column."""
    found: Counts = {}
    for row in await tx.fetch(_BETWEEN, first=first.isoformat(), after=after.isoformat()):
        found.setdefault(row["measure"], Counter())[row["in_row"], row["in_column"]] += int(row["n"])
    return found


async def by_month(tx: Transaction, first: date, after: date) -> dict[str, Counts]:
    """Counts of each month ("2026-11") from the one that begins at `first` up to the one at `after`."""
    found: dict[str, Counts] = {}
    months = {"first": f"{_MONTH}{first:%Y-%m}", "after": f"{_MONTH}{after:%Y-%m}"}
    for row in await tx.fetch(_MONTHS, **months):
        cells = found.setdefault(row["day"].removeprefix(_MONTH), {}).setdefault(row["measure"], Counter())
        cells[row["in_row"], row["in_column"]] += int(row["times"])
    return found


async def talks_by_coach(tx: Transaction, since: datetime, until: datetime) -> dict[PersonId, int]:
    """How many requests of this stretch of time each coach took."""
    rows = await tx.fetch(_TALKS, since=to_ms(since), until=to_ms(until))
    return {PersonId(row["coach_id"]): int(row["n"]) for row in rows}
