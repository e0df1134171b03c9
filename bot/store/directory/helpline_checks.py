"""When a coordinator last checked a helpline, and what its facts were then."""

from datetime import date

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.store.engine.columns import words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Transaction

helpline_check = Table(
    "helpline_check",
    metadata,
    words("line", primary_key=True),
    words("fingerprint", nullable=False),
    words("checked_on", nullable=False),
)

_ALL = prepared(select(helpline_check))
_CHECKED = prepared(
    insert(helpline_check)
    .values(line=bindparam("line"), fingerprint=bindparam("fingerprint"), checked_on=bindparam("checked_on"))
    .on_conflict_do_update(
        index_elements=["line"],
        set_={"fingerprint": bindparam("fingerprint"), "checked_on": bindparam("checked_on")},
    )
)


def checked(tx: Transaction, line: str, fingerprint: str, on: date) -> None:
    """A line was checked today, with these facts."""
    tx.write(_CHECKED, line=line, fingerprint=fingerprint, checked_on=on.isoformat())


async def everything(tx: Transaction) -> dict[str, tuple[str, date]]:
    """Fingerprint and day of the last check, by line."""
    rows = await tx.fetch(_ALL)
    return {row["line"]: (row["fingerprint"], date.fromisoformat(row["checked_on"])) for row in rows}
