"""What changes the weekly rota: rotations, one-off shifts, replacements, leave; and shifts to be covered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, Column, Index, Integer, Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import PersonId, ShiftId
from bot.domain.rota.shifts import GONE, Added, Leave, Override, Removed, Replaced, Rotation
from bot.domain.rota.typed import Hours
from bot.store.engine.columns import from_ms, instant, own_id, ref, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.staffing.signins import fingerprint

rotation = Table(
    "rotation",
    metadata,
    own_id(),
    Column("weekdays", Integer, nullable=False),
    Column("starts_min", Integer, nullable=False),
    Column("ends_min", Integer, nullable=False),
    words("since", nullable=False),
    Column("weeks", Integer, nullable=False),
)
rotation_coach = Table(
    "rotation_coach",
    metadata,
    own_id(),
    ref("rotation_id", "rotation.id", nullable=False),
    ref("coach_id", "person.id", nullable=False),
    Index(None, "rotation_id"),
    Index(None, "coach_id"),
)
rota_change = Table(
    "rota_change",
    metadata,
    own_id(),
    words("kind", nullable=False),
    ref("coach_id", "person.id", nullable=False),
    ref("by_id", "person.id"),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    instant("made_at", nullable=False),
    instant("ended_at"),
    Index(None, "ends_at"),
    Index(None, "coach_id"),
    Index(None, "by_id"),
)
cover = Table(
    "cover",
    metadata,
    own_id(),
    ref("coach_id", "person.id", nullable=False),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    ref("back_id", "person.id"),
    instant("back_starts_at"),
    instant("back_ends_at"),
    instant("asked_at", nullable=False),
    ref("taken_by", "person.id"),
    instant("taken_at"),
    instant("ended_at"),
    Index(None, "coach_id"),
    Index(None, "taken_by"),
    Index(None, "back_id"),
)
rota_notice = Table(
    "rota_notice",
    metadata,
    words("key", primary_key=True),
    instant("at", nullable=False),
    instant("until", nullable=False),
)
calendar_link = Table(
    "calendar_link",
    metadata,
    ref("person_id", "person.id", primary_key=True),
    words("digest", nullable=False, unique=True),
    instant("made_at", nullable=False),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shift of `coach` that somebody is to take; with `back`, against hours of the one colleague asked."""

    id: int
    coach: PersonId
    hours: Hours
    back_of: PersonId | None
    back: Hours | None


_ROTATIONS = prepared(
    select(rotation, rotation_coach.c.coach_id)
    .select_from(rotation.join(rotation_coach, rotation_coach.c.rotation_id == rotation.c.id))
    .order_by(rotation.c.id, rotation_coach.c.id)
)
_ADD_ROTATION = prepared(
    insert(rotation)
    .values(
        weekdays=bindparam("on_weekdays"),
        starts_min=bindparam("starts"),
        ends_min=bindparam("ends"),
        since=bindparam("first"),
        weeks=bindparam("each"),
    )
    .returning(rotation.c.id)
)
_ADD_COACH = prepared(
    insert(rotation_coach).values(rotation_id=bindparam("rotation"), coach_id=bindparam("coach"))
)
_REMOVE_COACHES = prepared(delete(rotation_coach).where(rotation_coach.c.rotation_id == bindparam("which")))
_REMOVE_ROTATION = prepared(delete(rotation).where(rotation.c.id == bindparam("which")))
_CLEAR_COACHES = prepared(delete(rotation_coach))
_CLEAR_ROTATIONS = prepared(delete(rotation))
_CHANGES = prepared(
    select(rota_change)
    .where(rota_change.c.ended_at.is_(None), rota_change.c.ends_at > bindparam("since"))
    .order_by(rota_change.c.id)
)
_ADD_CHANGE = prepared(
    insert(rota_change)
    .values(
        kind=bindparam("kind"),
        coach_id=bindparam("coach"),
        by_id=bindparam("by"),
        starts_at=bindparam("starts"),
        ends_at=bindparam("ends"),
        made_at=bindparam("now"),
    )
    .returning(rota_change.c.id)
)
_TAKE_BACK = prepared(
    update(rota_change)
    .where(rota_change.c.id == bindparam("change"), rota_change.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_COMES_BACK = prepared(
    update(rota_change)
    .where(
        rota_change.c.coach_id == bindparam("coach"),
        rota_change.c.kind == "leave",
        rota_change.c.ended_at.is_(None),
        rota_change.c.ends_at - rota_change.c.starts_at >= bindparam("gone", type_=BigInteger),
    )
    .values(ended_at=bindparam("now"))
)
_ASK = prepared(
    insert(cover)
    .values(
        coach_id=bindparam("coach"),
        starts_at=bindparam("starts"),
        ends_at=bindparam("ends"),
        back_id=bindparam("back"),
        back_starts_at=bindparam("back_starts"),
        back_ends_at=bindparam("back_ends"),
        asked_at=bindparam("now"),
    )
    .returning(cover.c.id)
)
_COVER = prepared(
    select(cover).where(
        cover.c.id == bindparam("cover"), cover.c.taken_at.is_(None), cover.c.ended_at.is_(None)
    )
)
_TAKE = prepared(
    update(cover)
    .where(cover.c.id == bindparam("cover"), cover.c.taken_at.is_(None), cover.c.ended_at.is_(None))
    .values(taken_by=bindparam("taker"), taken_at=bindparam("now"))
)
_END_COVER = prepared(
    update(cover)
    .where(cover.c.id == bindparam("cover"), cover.c.taken_at.is_(None), cover.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


_TOLD = prepared(
    insert(rota_notice)
    .values(key=bindparam("key"), at=bindparam("now"), until=bindparam("until"))
    .on_conflict_do_nothing()
)
_WAS_TOLD = prepared(select(rota_notice.c.at).where(rota_notice.c.key == bindparam("key")))
_PUT_CALENDAR = prepared(
    insert(calendar_link)
    .values(person_id=bindparam("person"), digest=bindparam("hashed"), made_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["person_id"], set_={"digest": bindparam("hashed"), "made_at": bindparam("now")}
    )
)
_CALENDAR = prepared(select(calendar_link.c.person_id).where(calendar_link.c.digest == bindparam("hashed")))

_KINDS = {Added: "added", Removed: "removed", Replaced: "replaced", Leave: "leave"}


async def rotations(tx: Transaction) -> tuple[Rotation, ...]:
    """Every rotation in force, by id, its coaches in their order."""
    found: dict[int, Rotation] = {}
    for row in await tx.fetch(_ROTATIONS):
        before = found[row["id"]].coaches if row["id"] in found else ()
        found[row["id"]] = Rotation(
            ShiftId(row["id"]),
            (*before, PersonId(row["coach_id"])),
            frozenset(day for day in range(7) if row["weekdays"] >> day & 1),
            time(row["starts_min"] // 60, row["starts_min"] % 60),
            time(row["ends_min"] // 60, row["ends_min"] % 60),
            date.fromisoformat(row["since"]),
            row["weeks"],
        )
    return tuple(found.values())


async def add_rotation(
    tx: Transaction,
    coaches: Iterable[PersonId],
    weekdays: Iterable[int],
    start: time,
    end: time,
    since: date,
    weeks: int,
) -> int:
    """A rotation (see `bot.domain.rota.shifts.Rotation`); returns its id."""
    row = await tx.first(
        _ADD_ROTATION,
        on_weekdays=sum(1 << day for day in set(weekdays)),
        starts=start.hour * 60 + start.minute,
        ends=end.hour * 60 + end.minute,
        first=since.isoformat(),
        each=weeks,
    )
    assert row is not None
    tx.write_many(_ADD_COACH, [{"rotation": row["id"], "coach": coach} for coach in coaches])
    return int(row["id"])


async def remove_rotation(tx: Transaction, which: ShiftId) -> bool:
    """Take a rotation off the rota; False if there was none."""
    tx.write(_REMOVE_COACHES, which=which)
    return await tx.change(_REMOVE_ROTATION, which=which) == 1


def clear_rotations(tx: Transaction) -> None:
    """Take every rotation off the rota, before a new one is written."""
    tx.write(_CLEAR_COACHES)
    tx.write(_CLEAR_ROTATIONS)


async def changes(tx: Transaction, since: datetime) -> tuple[Override, ...]:
    """Every change in force that ends after `since`, in the order they were made."""
    return tuple(_change(row) for row in await tx.fetch(_CHANGES, since=to_ms(since)))


async def add_change(tx: Transaction, what: Override, now: datetime) -> int:
    """Keep a change of the rota; returns its id, by which it can be taken back."""
    row = await tx.first(
        _ADD_CHANGE,
        kind=_KINDS[type(what)],
        coach=what.coach,
        by=what.by if isinstance(what, Replaced) else None,
        starts=to_ms(what.start),
        ends=to_ms(what.end),
        now=to_ms(now),
    )
    assert row is not None
    return int(row["id"])


async def made(tx: Transaction, since: datetime) -> list[tuple[int, Override]]:
    """`changes` with the id of each, by which it can be taken back."""
    return [(int(row["id"]), _change(row)) for row in await tx.fetch(_CHANGES, since=to_ms(since))]


async def take_back(tx: Transaction, which: int, now: datetime) -> bool:
    """A change no longer holds: the rota is as if it had not been made; False if it was taken back before."""
    return await tx.change(_TAKE_BACK, change=which, now=to_ms(now)) == 1


async def comes_back(tx: Transaction, coach: PersonId, now: datetime) -> bool:
    """A coach who was gone works here again: their leave without an end is over; False if there is none."""
    gone = GONE // timedelta(milliseconds=1)
    return await tx.change(_COMES_BACK, coach=coach, gone=gone, now=to_ms(now)) > 0


async def ask_cover(
    tx: Transaction,
    coach: PersonId,
    hours: Hours,
    now: datetime,
    back_of: PersonId | None = None,
    back: Hours | None = None,
) -> int:
    """A shift that somebody is to take; with `back_of` and `back` it is a swap with that colleague."""
    row = await tx.first(
        _ASK,
        coach=coach,
        starts=to_ms(hours.start),
        ends=to_ms(hours.end),
        back=back_of,
        back_starts=None if back is None else to_ms(back.start),
        back_ends=None if back is None else to_ms(back.end),
        now=to_ms(now),
    )
    assert row is not None
    return int(row["id"])


async def open_cover(tx: Transaction, which: int) -> Wanted | None:
    """A shift that is still to be taken, or None."""
    row = await tx.first(_COVER, cover=which)
    return None if row is None else _wanted(row)


async def take_cover(tx: Transaction, which: int, taker: PersonId, now: datetime) -> bool:
    """The first to take it has it; False for everybody after."""
    return await tx.change(_TAKE, cover=which, taker=taker, now=to_ms(now)) == 1


async def end_cover(tx: Transaction, which: int, now: datetime) -> bool:
    """It is no longer to be taken; False if it was taken or ended before."""
    return await tx.change(_END_COVER, cover=which, now=to_ms(now)) == 1


async def note_told(tx: Transaction, key: str, until: datetime, now: datetime) -> bool:
    """Note a notice as told; False if it was before. It is forgotten some time after `until`."""
    return await tx.change(_TOLD, key=key, until=to_ms(until), now=to_ms(now)) == 1


async def was_told(tx: Transaction, key: str) -> bool:
    """Whether a notice was told."""
    return await tx.first(_WAS_TOLD, key=key) is not None


def put_calendar(tx: Transaction, who: PersonId, token: str, now: datetime) -> None:
    """Somebody's address of the rota, of which only a fingerprint is kept; the one before is forgotten."""
    tx.write(_PUT_CALENDAR, person=who, hashed=fingerprint(token), now=to_ms(now))


async def calendar_of(tx: Transaction, token: str) -> PersonId | None:
    """Whose address this is, or None."""
    row = await tx.first(_CALENDAR, hashed=fingerprint(token))
    return None if row is None else PersonId(row["person_id"])


def _change(row: Row) -> Override:
    coach, start, end = PersonId(row["coach_id"]), from_ms(row["starts_at"]), from_ms(row["ends_at"])
    match row["kind"]:
        case "replaced":
            return Replaced(coach, PersonId(row["by_id"]), start, end)
        case "added":
            return Added(coach, start, end)
        case "removed":
            return Removed(coach, start, end)
        case "leave":
            return Leave(coach, start, end)
        case unknown:
            raise ValueError(f"a rota has no change {unknown}")


def _wanted(row: Row) -> Wanted:
    back = None
    if row["back_starts_at"] is not None:
        back = Hours(from_ms(row["back_starts_at"]), from_ms(row["back_ends_at"]))
    return Wanted(
        row["id"],
        PersonId(row["coach_id"]),
        Hours(from_ms(row["starts_at"]), from_ms(row["ends_at"])),
        None if row["back_id"] is None else PersonId(row["back_id"]),
        back,
    )
