"""What entries are compared by, and of several that are the same which is shown."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from bot.domain.directory.geo import Point
from bot.domain.directory.likeness import Facts
from bot.domain.directory.merging import Compared
from bot.domain.ids import OfferingId
from bot.store.directory.offering_tables import edition, joining, offering, schedule, seen
from bot.store.directory.places import place
from bot.store.directory.sources import BY_HAND, BY_HAND_IN_DEMO, source
from bot.store.engine.columns import from_ms, to_ms
from bot.store.engine.statement import Prepared, among, batches, prepared
from bot.store.engine.transaction import Row, Transaction

_COLUMNS = (
    edition.c.offering_id,
    edition.c.name,
    edition.c.programme,
    edition.c.zone,
    edition.c.page,
    edition.c.phone,
    edition.c.updated_on,
    offering.c.same_as,
    offering.c.checked_at,
    offering.c.hidden_why,
    source.c.name.label("source_name"),
    source.c.last_success,
    source.c.fictional,
    place.c.postcode,
    place.c.lat,
    place.c.lon,
    joining.c.room,
)
_from = (
    edition.join(offering, offering.c.id == edition.c.offering_id)
    .join(source, source.c.id == edition.c.source_id)
    .outerjoin(place, place.c.id == edition.c.place_id)
    .outerjoin(joining, joining.c.edition_id == edition.c.id)
)
_SOME = prepared(select(*_COLUMNS).select_from(_from).where(among(edition.c.offering_id), seen))
_SOME_TIMES = prepared(
    select(edition.c.offering_id, schedule.c.day, schedule.c.start)
    .select_from(
        edition.join(source, source.c.id == edition.c.source_id).join(
            schedule, schedule.c.edition_id == edition.c.id
        )
    )
    .where(among(edition.c.offering_id), seen)
)


async def compared(tx: Transaction, which: Sequence[int], since: datetime) -> dict[int, Compared]:
    """Those of some entries that are seen now, by id, and what is shown in their place. Nobody is sent to
    what did not come in `since` then."""
    found = await _seen_now(tx, which, to_ms(since))
    shown = {one.same_as for one in found.values()} - found.keys() - {0}
    return found | await _seen_now(tx, sorted(shown), to_ms(since))


async def _seen_now(tx: Transaction, which: Sequence[int], since: int) -> dict[int, Compared]:
    times: dict[int, set[tuple[int, int]]] = {}
    rows, days = await of_each(tx, which, _SOME, _SOME_TIMES)
    for day in days:
        times.setdefault(day["offering_id"], set()).add((day["day"], day["start"]))
    return {row["offering_id"]: _compared(row, times.get(row["offering_id"], ()), since) for row in rows}


def _compared(row: Row, times: Iterable[tuple[int, int]], since: int) -> Compared:
    came_in = row["fictional"] or max(row["last_success"] or 0, row["checked_at"] or 0) >= since
    point = None if row["lat"] is None else Point(row["lat"], row["lon"])
    return Compared(
        OfferingId(row["offering_id"]),
        int(row["same_as"] or 0),
        Facts(
            row["programme"],
            row["name"],
            frozenset(times),
            row["postcode"] or "",
            point,
            row["room"] or "",
            point is None,
            row["zone"],
            row["page"],
            row["phone"],
        ),
        (
            row["source_name"] in (BY_HAND, BY_HAND_IN_DEMO),
            row["hidden_why"] == "retired",
            bool(came_in) and row["hidden_why"] != "review",
            max(row["updated_on"], f"{from_ms(row['checked_at']):%Y-%m-%d}" if row["checked_at"] else ""),
            int(row["last_success"] or 0),
            -int(row["offering_id"]),
        ),
    )


async def of_each(tx: Transaction, which: Sequence[int], *reads: Prepared) -> Iterator[list[Row]]:
    """What each of some reads `among` ids finds, in one hop."""
    wished = [(read, some) for read in reads for some in batches(which)]
    for read, some in wished[1:]:
        tx.foresee(read, **some)
    found: dict[Prepared, list[Row]] = {read: [] for read in reads}
    for read, some in wished:
        found[read] += await tx.fetch(read, **some)
    return iter(found.values())
