"""Whether the database answers."""

import structlog
from sqlalchemy import literal_column, select

from bot.store.engine.statement import prepared
from bot.store.store import Store

log = structlog.get_logger()

_ONE = prepared(select(literal_column("1").label("one")))


async def answers(store: Store) -> bool:
    """Ask it the simplest question there is; False, and a line in the log, when it fails."""
    try:
        async with store.reading() as tx:
            return await tx.first(_ONE) is not None
    except Exception:  # whatever goes wrong, the question is answered: it is not well
        log.exception("store_does_not_answer")
        return False
