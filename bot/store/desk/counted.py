"""What was counted for each local day: numbers and codes, nobody. Read only by `bot.app.desk.measures`."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Integer, Table, Text, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.events import KINDS
from bot.domain.ids import OfferingId, PersonId
from bot.domain.measures.period import Period
from bot.domain.measures.story import Mark
from bot.store.conversing.events import event
from bot.store.conversing.people import grant
from bot.store.directory.offering_tables import edition
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
_SUMS = prepared(
    select(counted.c.day, counted.c.measure, counted.c.in_row, counted.c.in_column, counted.c.times).where(
        _in_tables, counted.c.day >= bindparam("first"), counted.c.day <= bindparam("last")
    )
)
_DROP_SUM = prepared(delete(counted).where(_in_tables, counted.c.day == bindparam("sum_of")))
_ADD_SUM = prepared(
    insert(counted).from_select(
        ["measure", "day", "in_row", "in_column", "times"],
        select(
            counted.c.measure,
            bindparam("sum_of", type_=Text),
            counted.c.in_row,
            counted.c.in_column,
            func.sum(counted.c.times),
        )
        .where(_in_tables, counted.c.day >= bindparam("first"), counted.c.day < bindparam("after"))
        .group_by(counted.c.measure, counted.c.in_row, counted.c.in_column),
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


def sum_up(tx: Transaction, period: Period) -> None:
    """Work out the sum of a month or a week anew."""
    tx.write(_DROP_SUM, sum_of=_key(period))
    days = {"first": period.first.isoformat(), "after": period.after.isoformat()}
    tx.write(_ADD_SUM, sum_of=_key(period), **days)


async def sums(tx: Transaction, first: Period, last: Period) -> dict[str, Counts]:
    """Counts of each month, or week, from one to another, by its code ("2026-11", "2026-w47")."""
    found: dict[str, Counts] = defaultdict(lambda: defaultdict(Counter))
    for row in await tx.fetch(_SUMS, first=_key(first), last=_key(last)):
        found[row["day"][1:]][row["measure"]][row["in_row"], row["in_column"]] = int(row["times"])
    return found


def _key(period: Period) -> str:
    """Where a day stands there may be a month or a week ("m2026-11", "w2026-w47"), the sum of its days."""
    return f"{period.kind[0]}{period.code}"


async def talks_by_coach(tx: Transaction, since: datetime, until: datetime) -> dict[PersonId, int]:
    """How many requests of this stretch of time each coach took."""
    rows = await tx.fetch(_TALKS, since=to_ms(since), until=to_ms(until))
    return {PersonId(row["coach_id"]): int(row["n"]) for row in rows}
