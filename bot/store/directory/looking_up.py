"""Entries as a coordinator looks them up: by words, area, list, programme, and by what is to be done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Text, and_, bindparam, exists, func, or_, select

from bot.domain.ids import OfferingId
from bot.store.directory.offering_tables import edition, offering, seen, suspect
from bot.store.directory.places import place
from bot.store.directory.sources import source
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

Only = Literal["", "unchecked", "hidden", "waiting", "missing"]
"""Everything; what nobody found right for a while; shown to nobody; new; no longer in its list."""

_DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
"""LS1, which is not the beginning of LS11: three characters stand behind it in a postcode."""
_only = bindparam("only", type_=Text)
_like = bindparam("like", type_=Text)
_open = offering.c.hidden_at.is_(None)
_asked_for = or_(
    _only == "",
    and_(
        _only == "unchecked",
        _open,
        func.coalesce(offering.c.checked_at, 0) < bindparam("since", type_=BigInteger),
    ),
    and_(_only == "hidden", ~_open, offering.c.hidden_why != "review"),
    and_(_only == "waiting", ~_open, offering.c.hidden_why == "review"),
    and_(_only == "missing", _open, exists().where(suspect.c.offering_id == offering.c.id)),
)
_named = or_(
    func.lower(edition.c.name).like(_like, escape="!"),
    func.lower(place.c.name).like(_like, escape="!"),
    func.lower(place.c.address).like(_like, escape="!"),
    func.replace(place.c.postcode, " ", "").like(bindparam("area", type_=Text), escape="!"),
)
_of = (("source", source.c.name), ("programme", edition.c.programme))
_FOUND = prepared(
    select(offering.c.id, func.count().over().label("total"))
    .select_from(
        edition.join(offering, offering.c.id == edition.c.offering_id)
        .join(source, source.c.id == edition.c.source_id)
        .outerjoin(place, place.c.id == edition.c.place_id)
    )
    .where(
        seen,
        offering.c.same_as.is_(None),
        *(
            or_(bindparam(name, type_=Text) == "", column == bindparam(name, type_=Text))
            for name, column in _of
        ),
        _asked_for,
        _named,
    )
    .order_by(edition.c.name, offering.c.id)
    .limit(bindparam("most", type_=BigInteger))
    .offset(bindparam("after", type_=BigInteger))
)
_PROGRAMMES = prepared(select(edition.c.programme).distinct().order_by(edition.c.programme).limit(100))


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is looked up; "" for anything. `words` stand in a name, a venue, an address or a postcode."""

    words: str = ""
    source: str = ""
    programme: str = ""
    only: Only = ""


async def found(
    tx: Transaction, asked: LookedUp, since: datetime, after: int, most: int
) -> tuple[Sequence[OfferingId], int]:
    """Entries by name, hidden ones too, and how many there are in all (0 past their end); "unchecked" is what
    nobody has found right since then (aware)."""
    escaped = re.sub("([%_!])", r"!\1", asked.words)
    code = escaped.upper().replace(" ", "")
    district = _DISTRICT.fullmatch(code)
    rows = await tx.fetch(
        _FOUND,
        like="-" if district else f"%{escaped.lower()}%",
        area=f"{code}___" if district else f"{code}%" if code else "-",
        source=asked.source,
        programme=asked.programme,
        only=asked.only,
        since=to_ms(since),
        most=most,
        after=after,
    )
    return [OfferingId(row["id"]) for row in rows], int(rows[0]["total"]) if rows else 0


async def programmes(tx: Transaction) -> Sequence[str]:
    """The codes of all programmes that an entry has had."""
    return [row["programme"] for row in await tx.fetch(_PROGRAMMES)]
