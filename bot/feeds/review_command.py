"""What `foothold directory review` does: print what waits for a coordinator, carry out what one decides."""

import json
from datetime import datetime

from bot.app.directory import likenesses
from bot.domain.ids import OfferingId
from bot.feeds.exit_codes import OK, WRONG_USE, Write
from bot.store.directory import reviewing
from bot.store.store import Store


async def review(
    store: Store,
    *,
    approve: list[int],
    retire: list[int],
    same: list[int],
    different: list[int],
    as_json: bool = False,
    now: datetime,
    write: Write,
) -> int:
    """`directory review`: what waits for a coordinator, or what one decides. 2 for an unknown number."""
    async with store.transaction() as tx:
        waiting = {one.offering for one in await reviewing.waiting(tx)}
        pairs = {one.id for one in await likenesses.doubtful(tx)}
        unknown = [n for n in (*approve, *retire) if n not in waiting]
        unknown += [n for n in (*same, *different) if n not in pairs]
        if unknown:
            write(f"{', '.join(map(str, unknown))}: nothing with this number waits.")
            return WRONG_USE
        for number in approve:
            reviewing.show_again(tx, OfferingId(number))
        for number in retire:
            reviewing.retire(tx, OfferingId(number))
        for number in same:
            await likenesses.decide(tx, number, "same", now)
        for number in different:
            await likenesses.decide(tx, number, "different", now)
        left = await reviewing.waiting(tx)
        doubtful = await likenesses.doubtful(tx)
    if as_json:
        found = {
            "services": [
                {"id": one.offering, "name": one.name, "source": one.source, "page": one.page} for one in left
            ],
            "pairs": [
                {"id": one.id, "one": one.one, "other": one.other, "percent": one.percent, "why": one.why}
                for one in doubtful
            ],
        }
        write(json.dumps(found, ensure_ascii=False, indent=1))
        return OK
    for service in left:
        write(f"service {service.offering}: {service.name} ({service.source}) {service.page}".rstrip())
    for pair in doubtful:
        write(f"pair {pair.id}: {pair.one} / {pair.other}: {pair.why}, names {pair.percent}% alike")
    if left:
        write("Show one with --approve NUMBER, leave it out with --retire NUMBER.")
    if doubtful:
        write("Say --same NUMBER or --different NUMBER.")
    if not left and not doubtful:
        write("Nothing waits.")
    return OK
