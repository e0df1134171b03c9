"""Outlines of conversations: kept in the transaction of their events, rebuilt from them at any time."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.domain.alias import alias
from bot.domain.desk.outline import Outline, Shared, goes_on, outlines, reaches_back
from bot.domain.events import Recorded, from_json
from bot.domain.ids import DangerId, PersonId
from bot.domain.zones import zone_named
from bot.store.conversing.events import event
from bot.store.conversing.people import person
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

outline = Table(
    "outline",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    whole("number", nullable=False),
    words("alias", nullable=False),
    instant("began_at", nullable=False),
    instant("last_at", nullable=False),
    instant("shared_since"),
    Column("asked", Boolean, nullable=False),
    Column("spoke", Boolean, nullable=False),
    words("topics", nullable=False),
    words("about", nullable=False),
    words("needs", nullable=False),
    words("dangers", nullable=False),
    words("kinds", nullable=False),
    whole("open_dangers", nullable=False),
    Column("handoff", Boolean, nullable=False),
    words("outcome", nullable=False),
    Column("unanswered", Boolean, nullable=False),
    words("coaches", nullable=False),
    words("age", nullable=False),
    UniqueConstraint("person_id", "number"),
    Index(
        "ix_outline_list",
        "last_at",
        "person_id",
        "number",
        "began_at",
        "alias",
        "spoke",
        "handoff",
        "kinds",
        "needs",
        "open_dangers",
        "outcome",
        "unanswered",
        "coaches",
        "age",
    ),
)
_ALL = [column.name for column in outline.c if column.name != "id"]
_PUT = prepared(
    insert(outline)
    .values({name: bindparam(name) for name in _ALL})
    .on_conflict_do_update(
        index_elements=["person_id", "number"],
        set_={name: bindparam(name) for name in _ALL if name not in ("person_id", "number")},
    )
)
_NEWEST = prepared(
    select(outline)
    .where(outline.c.person_id == bindparam("person"))
    .order_by(outline.c.number.desc())
    .limit(1)
)
_FIRST = prepared(
    select(func.min(outline.c.number).label("number")).where(
        outline.c.person_id == bindparam("person"), outline.c.last_at >= bindparam("began")
    )
)
_AFTER = prepared(
    delete(outline).where(outline.c.person_id == bindparam("person"), outline.c.number > bindparam("last"))
)
_OF = prepared(
    select(outline).where(outline.c.person_id == bindparam("person")).order_by(outline.c.number.desc())
)
_EVENTS = prepared(
    select(event.c.at, event.c.data).where(event.c.person_id == bindparam("person")).order_by(event.c.id)
)
_ZONE = prepared(select(person.c.zone).where(person.c.id == bindparam("person")))
_WITHOUT = prepared(
    select(event.c.person_id)
    .where(
        event.c.person_id > bindparam("after"),
        ~select(outline.c.number).where(outline.c.person_id == event.c.person_id).exists(),
    )
    .group_by(event.c.person_id)
    .order_by(event.c.person_id)
    .limit(bindparam("most"))
)
_WITH = prepared(
    select(event.c.person_id)
    .where(event.c.person_id > bindparam("after"))
    .group_by(event.c.person_id)
    .order_by(event.c.person_id)
    .limit(bindparam("most"))
)


async def settle(tx: Transaction) -> None:
    """Take what has happened in this transaction into the outlines; the store does so before each commit."""
    happened, tx.happened = tx.happened, {}
    for who, news in happened.items():
        newest = await _newest(tx, PersonId(who))
        if newest is None or any(reaches_back(what) for _, what in news):
            await rebuild(tx, PersonId(who))
            continue
        changed = [newest]
        for at, what in news:
            if not goes_on(changed[-1], at):
                changed.append(Outline(changed[-1].number + 1, at, at, newest.shared))
            changed[-1].fold(at, what)
        _put(tx, PersonId(who), changed)


async def rebuild(tx: Transaction, who: PersonId) -> list[Outline]:
    """Make a person's outlines anew from all their events that are still kept, and return them.

    Conversations keep their numbers when older ones are over their time and gone.
    """
    rows = await tx.fetch(_EVENTS, person=who)
    recorded = [Recorded(from_ms(r["at"]), who, from_json(json.loads(r["data"]))) for r in rows]
    if not recorded:
        return []
    first = await first_number(tx, who, recorded[0].at)
    made = outlines(recorded, await zone_of(tx, who), first)
    tx.write(_AFTER, person=who, last=made[-1].number)
    _put(tx, who, made)
    return made


async def zone_of(tx: Transaction, who: PersonId) -> ZoneInfo:
    """Where a person's day begins: what they share "only today" counts from there."""
    row = await tx.first(_ZONE, person=who)
    return zone_named(row["zone"] if row else "") or ZoneInfo("UTC")


async def first_number(tx: Transaction, who: PersonId, began: datetime) -> int:
    """The number of a person's conversation that goes on after `began`, the first of those kept."""
    row = await tx.first(_FIRST, person=who, began=to_ms(began))
    return 1 if row is None or row["number"] is None else int(row["number"])


async def of_person(tx: Transaction, who: PersonId) -> list[Outline]:
    """A person's outlines, newest first."""
    return [read(row) for row in await tx.fetch(_OF, person=who)]


async def without(tx: Transaction, after: int, most: int) -> list[PersonId]:
    """People to whom something happened and who have no outline yet, by id, from `after` on."""
    return [PersonId(row["person_id"]) for row in await tx.fetch(_WITHOUT, after=after, most=most)]


async def everybody(tx: Transaction, after: int, most: int) -> list[PersonId]:
    """People to whom anything has happened, by id, from `after` on."""
    return [PersonId(row["person_id"]) for row in await tx.fetch(_WITH, after=after, most=most)]


async def _newest(tx: Transaction, who: PersonId) -> Outline | None:
    row = await tx.first(_NEWEST, person=who)
    return None if row is None else read(row)


def _put(tx: Transaction, who: PersonId, made: Sequence[Outline]) -> None:
    tx.write_many(_PUT, [_row(who, one) for one in made])


def read(row: Row) -> Outline:
    """The outline of a row."""
    since = row["shared_since"]
    return Outline(
        number=row["number"],
        began=from_ms(row["began_at"]),
        last=from_ms(row["last_at"]),
        shared=Shared(None if since is None else from_ms(since), bool(row["asked"])),
        spoke=bool(row["spoke"]),
        topics=tuple(row["topics"].split()),
        about=tuple(row["about"].split()),
        needs=tuple(row["needs"].split()),
        dangers={
            DangerId(int(which)): (kind, still) for which, (kind, still) in json.loads(row["dangers"]).items()
        },
        handoff=bool(row["handoff"]),
        outcome=row["outcome"],
        unanswered=bool(row["unanswered"]),
        coaches=tuple(PersonId(int(coach)) for coach in row["coaches"].split()),
        age=row["age"],
    )


def _row(who: PersonId, one: Outline) -> dict[str, object]:
    since = one.shared.since
    return {
        "person_id": who,
        "number": one.number,
        "alias": alias(who),
        "began_at": to_ms(one.began),
        "last_at": to_ms(one.last),
        "shared_since": None if since is None else to_ms(since),
        "asked": one.shared.asked,
        "spoke": one.spoke,
        "topics": _codes(one.topics),
        "about": _codes(one.about),
        "needs": _codes(one.needs),
        "dangers": json.dumps(one.dangers),
        "kinds": _codes(one.kinds),
        "open_dangers": one.open_dangers,
        "handoff": one.handoff,
        "outcome": one.outcome,
        "unanswered": one.unanswered,
        "coaches": _codes(map(str, one.coaches)),
        "age": one.age,
    }


def _codes(codes: Iterable[str]) -> str:
    """Each between two spaces, so that a search finds whole codes; "" for none."""
    joined = " ".join(codes)
    return f" {joined} " if joined else ""
