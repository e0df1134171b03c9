"""A coordinator's deed on an entry, noted so that a wrong tap can be undone: as it was, with all that waited.

How it was before, and who had said that it wasn't there, stand as words of `confirmation` that nobody reads
(`UNREAD`), until the next deed on the same entry.
"""

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import OfferingId, PersonId
from bot.store.directory import confirmations, reports
from bot.store.directory.confirmations import (
    NOT_THERE,
    RETIRED,
    UNREAD,
    WAS_HIDDEN,
    WAS_RETIRED,
    WAS_REVIEW,
    WAS_SHOWN,
    Said,
    confirmation,
)
from bot.store.directory.offering_tables import offering
from bot.store.directory.reports import report
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

UNDONE = ("checked", "shown", *RETIRED)
"""What can be undone."""
_WHY = {WAS_HIDDEN: "", WAS_RETIRED: "retired", WAS_REVIEW: "review"}
_here = confirmation.c.offering_id == bindparam("offering")
_by_it = confirmation.c.settled_at == bindparam("then")
_moved = (_here, _by_it, confirmation.c.said == NOT_THERE)

_FORGET = prepared(delete(confirmation).where(_here, confirmation.c.said.in_(UNREAD)))
_KEEP_REPORTS = prepared(
    insert(confirmation).from_select(
        ["offering_id", "person_id", "said", "at", "settled_at"],
        select(
            report.c.offering_id,
            report.c.person_id,
            literal(NOT_THERE),
            report.c.at,
            bindparam("now", type_=BigInteger),
        ).where(report.c.offering_id == bindparam("offering")),
    )
)
_BRING_REPORTS = prepared(
    insert(report)
    .from_select(
        ["offering_id", "person_id", "at"],
        select(confirmation.c.offering_id, confirmation.c.person_id, confirmation.c.at).where(*_moved),
    )
    .on_conflict_do_nothing()
)
_WAS = prepared(select(confirmation.c.said).where(_here, _by_it, confirmation.c.said.in_(UNREAD[1:])))
_UNSETTLE = prepared(
    update(confirmation).where(_here, _by_it, confirmation.c.at < bindparam("then")).values(settled_at=null())
)
_AS_IT_WAS = prepared(
    update(offering)
    .where(offering.c.id == bindparam("offering"))
    .values(hidden_at=bindparam("hidden"), hidden_why=bindparam("why"))
)


def look(tx: Transaction, which: OfferingId, by: PersonId, said: str, before: str, now: datetime) -> None:
    """A coordinator has looked at an entry, and says so: nothing that was said of it waits any more.

    `before`: how it was until now, one of the `WAS_` words.
    """
    tx.write(_FORGET, offering=which)
    tx.write(_KEEP_REPORTS, offering=which, now=to_ms(now))
    reports.settle(tx, which)
    confirmations.settle(tx, which, now)
    confirmations.add(tx, which, by, before, now)
    confirmations.add(tx, which, by, said, now)


async def undo(tx: Transaction, which: OfferingId, one: Said, now: datetime) -> None:
    """Undo a deed: as fresh, and as shown or hidden, as it was; what waited waits again."""
    then = to_ms(one.at)
    was = await tx.first(_WAS, offering=which, then=then)
    tx.write(_BRING_REPORTS, offering=which, then=then)
    tx.write(_FORGET, offering=which)
    tx.write(_UNSETTLE, offering=which, then=then)
    confirmations.take_back(tx, which, one)
    if was is None or (was["said"] == WAS_SHOWN and one.said not in RETIRED):
        return  # shown before and after, unless people have hidden it since by their reports
    hidden = None if was["said"] == WAS_SHOWN else to_ms(now)
    tx.write(_AS_IT_WAS, offering=which, hidden=hidden, why=_WHY.get(was["said"], ""))


def before(*, hidden: bool, why: str) -> str:
    """The word for how an entry is; `why` as in `offering`."""
    return next((word for word, reason in _WHY.items() if reason == why), WAS_HIDDEN) if hidden else WAS_SHOWN
