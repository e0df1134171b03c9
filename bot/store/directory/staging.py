"""Editions as an import writes them: staged where nobody sees them, ended, taken back, tidied away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, null, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.directory.entry_rows import EDITION, JOINING, TIME, EntryRows, Values
from bot.store.directory.offering_tables import edition, joining, offering, schedule, suspect
from bot.store.directory.places import ids_of, place
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Row, Transaction

_MARK = prepared(
    update(edition).where(edition.c.id == bindparam("edition")).values(mark=bindparam("new_mark"))
)
_ADD_OFFERING = prepared(
    insert(offering).values(
        id=bindparam("own"),
        source_id=bindparam("source"),
        key=bindparam("key"),
        first_seen_at=bindparam("now"),
        hidden_at=bindparam("hidden_at"),
        hidden_why=bindparam("hidden_why"),
    )
)
_OFFERING = ("own", "source", "key", "now", "hidden_at", "hidden_why")
_ADD_EDITION = prepared(
    insert(edition).values(
        id=bindparam("own"),
        **{name: bindparam(name) for name in EDITION if name != "place"},
        offering_id=bindparam("offering"),
        source_id=bindparam("source"),
        from_generation=bindparam("generation"),
        mark=bindparam("mark"),
        place_id=bindparam("place"),
    )
)
_ADD_TIME = prepared(
    insert(schedule).values(
        edition_id=bindparam("edition"),
        source_id=bindparam("source"),
        from_generation=bindparam("generation"),
        **{name: bindparam(name) for name in TIME},
    )
)
_NONE: Mapping[str, int] = {}
_TIMES = ("edition", "source", "generation", *TIME)
_BAND, _DAY, _LON = (_TIMES.index(name) for name in ("band", "day", "lon"))
_ADD_JOINING = prepared(
    insert(joining).values(
        {"edition_id": bindparam("edition"), **{name: bindparam(name) for name in JOINING}}
    )
)
_END = prepared(
    update(edition).where(edition.c.id == bindparam("edition")).values(to_generation=bindparam("generation"))
)
_UNEND = prepared(
    update(edition)
    .where(edition.c.source_id == bindparam("source"), edition.c.to_generation == bindparam("generation"))
    .values(to_generation=null())
)
_SOME_STAGED = prepared(
    select(edition.c.id)
    .where(edition.c.source_id == bindparam("source"), edition.c.from_generation == bindparam("generation"))
    .limit(bindparam("most", type_=BigInteger))
)
_STAGED_OF = prepared(
    select(edition.c.id).where(
        edition.c.offering_id == bindparam("offering"), edition.c.from_generation == bindparam("generation")
    )
)
_SOME_PAST = prepared(
    select(edition.c.id)
    .select_from(edition.join(source, source.c.id == edition.c.source_id))
    .where(edition.c.source_id == bindparam("source"), edition.c.to_generation <= source.c.generation)
    .limit(bindparam("most", type_=BigInteger))
)
_DELETE_TIMES = prepared(delete(schedule).where(schedule.c.edition_id == bindparam("edition")))
_DELETE_JOINING = prepared(delete(joining).where(joining.c.edition_id == bindparam("edition")))
_DELETE_EDITION = prepared(delete(edition).where(edition.c.id == bindparam("edition")))
_SUSPECT = prepared(
    insert(suspect)
    .values(
        offering_id=bindparam("offering"),
        source_id=bindparam("source"),
        since_generation=bindparam("generation"),
    )
    .on_conflict_do_nothing()
)
_CLEARED = prepared(delete(suspect).where(suspect.c.offering_id == bindparam("offering")))
_UNSUSPECT = prepared(
    delete(suspect).where(
        suspect.c.source_id == bindparam("source"), suspect.c.since_generation == bindparam("generation")
    )
)


async def add_offerings(
    tx: Transaction, source_id: int, keys: Sequence[tuple[str, str]], now: datetime
) -> dict[str, int]:
    """Offerings for keys that have none yet; with each key why it is not shown yet, "" when it is.

    Their ids by key. Run it in a write transaction.
    """
    ids = await tx.new_ids("offering", len(keys))
    at = to_ms(now)
    tx.write_rows(
        _ADD_OFFERING,
        _OFFERING,
        [
            (own, source_id, key, at, at if hidden_why else None, hidden_why)
            for own, (key, hidden_why) in zip(ids, keys, strict=True)
        ],
    )
    return {key: own for own, (key, _) in zip(ids, keys, strict=True)}


async def stage(
    tx: Transaction,
    source_id: int,
    generation_id: int,
    entries: Sequence[tuple[int, EntryRows]],
    near: Mapping[str, int] = _NONE,
) -> dict[str, int]:
    """Write editions of offerings (by id) that are seen once their generation is published.

    `near`: the ids of some places by digest, known already. Those of the entries' places.
    """
    venues: dict[Any, Values] = {rows.place[0]: rows.place for _, rows in entries if rows.place}
    new = {digest: values for digest, values in venues.items() if digest not in near}
    places = {digest: near[digest] for digest in venues.keys() - new.keys()} | await ids_of(tx, new)
    ids = await tx.new_ids("edition", len(entries))
    tx.write_rows(
        _ADD_EDITION,
        ("own", "offering", "source", "generation", "mark", "place", *EDITION[:-1]),
        [
            (
                own,
                which,
                source_id,
                generation_id,
                rows.mark,
                places.get(rows.edition[-1]),
                *rows.edition[:-1],
            )
            for own, (which, rows) in zip(ids, entries, strict=True)
        ],
    )
    times: list[tuple[Any, ...]] = []
    joins: list[tuple[Any, ...]] = []
    for own, (_, rows) in zip(ids, entries, strict=True):
        times += [(own, source_id, generation_id, *values) for values in rows.times]
        if rows.joining:
            joins.append((own, *rows.joining))
    times.sort(key=_by_place)
    tx.write_rows(_ADD_TIME, _TIMES, times)
    tx.write_rows(_ADD_JOINING, ("edition", *JOINING), joins)
    return places


def _by_place(time: tuple[Any, ...]) -> tuple[int, int, float]:
    """As the index of places has them: neighbours are then written to one page of it, once."""
    return time[_BAND] or 0, time[_DAY], time[_LON] or 0


def end(tx: Transaction, generation_id: int, editions: Iterable[int]) -> None:
    """Let editions be seen no more once a generation is published."""
    tx.write_rows(_END, ("edition", "generation"), [(which, generation_id) for which in editions])


def mark(tx: Transaction, marked: Sequence[tuple[int, int]]) -> None:
    """Give editions (by id) the marks of the rows that they are still right for."""
    tx.write_rows(_MARK, ("edition", "new_mark"), marked)


def suspected(tx: Transaction, source_id: int, generation_id: int, offerings: Iterable[int]) -> None:
    """Offerings that a generation does not have, while those before it did."""
    tx.write_rows(
        _SUSPECT,
        ("offering", "source", "generation"),
        [(one, source_id, generation_id) for one in offerings],
    )


def cleared(tx: Transaction, offerings: Iterable[int]) -> None:
    """Offerings that are back, or gone for good: suspect no more."""
    tx.write_rows(_CLEARED, ("offering",), [(one,) for one in offerings])


async def withdraw(tx: Transaction, generation_id: int, offerings: Iterable[int]) -> set[int]:
    """Take back what was staged of some offerings in a generation under way; of which there was anything."""
    had: set[int] = set()
    for which in offerings:
        rows = await tx.fetch(_STAGED_OF, offering=which, generation=generation_id)
        _delete(tx, rows)
        had |= {which} if rows else set()
    return had


async def unstage(tx: Transaction, source_id: int, generation_id: int, most: int) -> bool:
    """Take back up to `most` staged editions of an import that failed; False once none is left."""
    rows = await tx.fetch(_SOME_STAGED, source=source_id, generation=generation_id, most=most)
    _delete(tx, rows)
    if not rows:
        tx.write(_UNEND, source=source_id, generation=generation_id)
        tx.write(_UNSUSPECT, source=source_id, generation=generation_id)
    return bool(rows)


async def purge(tx: Transaction, source_id: int, most: int) -> bool:
    """Delete up to `most` editions that are seen no more; False once none is left."""
    rows = await tx.fetch(_SOME_PAST, source=source_id, most=most)
    _delete(tx, rows)
    return bool(rows)


def _delete(tx: Transaction, rows: Sequence[Row]) -> None:
    which = [(int(row["id"]),) for row in rows]
    for statement in _DELETIONS:
        tx.write_rows(statement, ("edition",), which)


TABLES = tuple(table.name for table in (offering, edition, schedule, place, joining))
"""What an import writes to."""
_DELETIONS: tuple[Prepared, ...] = (_DELETE_TIMES, _DELETE_JOINING, _DELETE_EDITION)
