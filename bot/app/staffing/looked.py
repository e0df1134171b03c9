"""Written down before anything is shown: who of staff looked at what about whom."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.ids import PersonId
from bot.store.staffing import audit, looks
from bot.store.store import Store

_ACTIONS: dict[looks.What, audit.Action] = {
    "list": "list_read",
    "summary": "summary_read",
    "export": "export_taken",
    "check_ins": "checkins_read",
    "today": "today_read",
    "danger_log": "danger_log_read",
}


async def looked(
    store: Store, reader: PersonId, whose: Iterable[PersonId], what: looks.What, now: datetime
) -> None:
    """Note that `reader` is shown a page about these people; nothing where there are none.

    A page that shows itself again each minute is noted once an hour for each of them.
    """
    people = list(dict.fromkeys(whose))
    if people and what == "today":
        async with store.reading() as tx:
            people = await looks.new_among(tx, people, reader, what, now)
    if people:
        async with store.transaction() as tx:
            looks.add(tx, people, reader, what, now)
            await audit.add(tx, reader, _ACTIONS[what], f"people:{','.join(map(str, people))}", now)
