"""Erasing a person, and what is over its time, by statements made from the data map: none is forgotten."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.events import DangerHeard, from_json
from bot.domain.ids import DangerId, PersonId
from bot.domain.keeping.data_map import DataMap, Kept, cutoff
from bot.store.conversing import events, people
from bot.store.conversing.people import address
from bot.store.engine.columns import from_ms, instant, to_ms, whole
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Transaction

erasure = Table(
    "erasure",
    metadata,
    whole("person_id", primary_key=True, autoincrement=False),
    instant("at", nullable=False),
)

_LAST = ("address", "person_key", "person")
"""Deleted last, in this order: the way to a person leads over them."""
_BATCH = 500
"""Rows deleted in one go: SQLite has one writer, and nobody waits for housekeeping."""

_NOTE = prepared(
    insert(erasure)
    .values(person_id=bindparam("person"), at=bindparam("now"))
    .on_conflict_do_update(index_elements=["person_id"], set_={"at": bindparam("now")})
)
_DANGERS = prepared(
    select(events.event.c.at, events.event.c.data).where(
        events.event.c.person_id == bindparam("person"), events.event.c.kind == "danger_heard"
    )
)


class Erasing:
    """Carries out the data map on the tables."""

    def __init__(self, data_map: DataMap) -> None:
        self._map = data_map
        order = [name for name in self._children_first() if name not in _LAST]
        self._statements = [found for name in (*order, *_LAST) for found in self._of_person(name)]
        self._over = [(name, kept, self._old(name, kept)) for name, kept in self._kept(order)]

    async def erase(self, tx: Transaction, who: PersonId, now: datetime) -> None:
        """Leave no trace of a person but that danger was heard: kind, level and day.

        What is still to be said to them afterwards is queued for the chat as the service's own.
        """
        dangers = [
            (from_ms(row["at"]), from_json(json.loads(row["data"])))
            for row in await tx.fetch(_DANGERS, person=who)
        ]
        people.destroy_key(tx, who)
        tx.happened.pop(who, None)
        for statement in self._statements:
            tx.write(statement, person=who)
        for at, heard in dangers:
            if isinstance(heard, DangerHeard):
                day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
                events.record(tx, None, DangerHeard(DangerId(0), heard.what, heard.level, heard.who), day)
        tx.write(_NOTE, person=who, now=to_ms(now))

    async def prune(self, tx: Transaction, now: datetime, length: Callable[[str], int]) -> int:
        """Delete some of what is over its time and return how many rows; call again until it is 0.

        `length` gives the value of a setting of [privacy].
        """
        deleted = 0
        for _, kept, statement in self._over:
            name = kept.setting or "days"
            before = cutoff(now, name, length(name) if kept.days is None else kept.days)
            deleted += await tx.change(statement, before=to_ms(before))
        return deleted

    def _children_first(self) -> list[str]:
        """All tables, each before those that its rows refer to or are found by."""
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name, table in metadata.tables.items():
            sorter.add(name)
            refers_to = {key.column.table.name for key in table.foreign_keys}
            found_by = {
                part for _, leads_to in self._map.tables[name].owners() for part in leads_to.split("|")
            }
            for parent in (refers_to | found_by) & metadata.tables.keys() - {name}:
                sorter.add(parent, name)
        return list(sorter.static_order())

    def _of_person(self, name: str) -> Iterator[Prepared]:
        table, mapped = metadata.tables[name], self._map.tables[name]
        for column, leads_to in mapped.blanks():
            blank = {n: _blank(table, n) for n in (column, *mapped.emptied())}
            yield prepared(update(table).where(self._theirs(table, column, leads_to)).values(blank))
        if owners := [self._theirs(table, column, leads_to) for column, leads_to in mapped.owners()]:
            yield prepared(delete(table).where(or_(*owners)))

    def _theirs(self, table: Table, column: str, leads_to: str) -> ColumnElement[bool]:
        """Whether a row is the person's by this column."""
        found = table.c[column]
        if "|" in leads_to:
            kinds = (
                and_(table.c.subject == kind, self._theirs(table, column, kind))
                for kind in leads_to.split("|")
            )
            return or_(*kinds)
        match leads_to:
            case "person":
                return found == bindparam("person")
            case "chat":
                return found.in_(select(address.c.chat_id).where(address.c.person_id == bindparam("person")))
            case "pair":
                same = table.alias()
                chats = select(address.c.chat_id).where(address.c.person_id == bindparam("person"))
                return found.in_(select(same.c[column]).where(same.c.chat_id.in_(chats)))
            case other:
                parent = metadata.tables[other]
                owners = self._map.tables[other].owners()
                theirs = or_(*(self._theirs(parent, column, further) for column, further in owners))
                return found.in_(select(parent.c.id).where(theirs))

    def _kept(self, order: list[str]) -> Iterator[tuple[str, Kept]]:
        for name in order:
            kept = self._map.tables[name].kept
            if isinstance(kept, Kept):
                yield name, kept

    def _old(self, name: str, kept: Kept) -> Prepared:
        table = metadata.tables[name]
        key = next(iter(table.primary_key.columns))
        other, _, since = kept.since.rpartition(".")
        over: ColumnElement[bool]
        if other:
            parent = metadata.tables[other]
            column = next(c for c, leads_to in self._map.tables[name].owners() if leads_to == other)
            over = table.c[column].in_(select(parent.c.id).where(parent.c[since] < bindparam("before")))
        else:
            over = table.c[since] < bindparam("before")
        free = [~exists().where(child == key) for child in _references(table)]
        return prepared(delete(table).where(key.in_(select(key).where(over, *free).limit(_BATCH))))


def _references(table: Table) -> list[Column[Any]]:
    """Columns of other tables that hold rows of this one in place."""
    return [
        reference.parent
        for other in metadata.tables.values()
        for reference in other.foreign_keys
        if reference.column.table is table and other is not table
    ]


def _blank(table: Table, name: str) -> object:
    column = table.c[name]
    if column.nullable:
        return null()
    return {int: 0, str: "", bytes: b""}.get(column.type.python_type, 0)
