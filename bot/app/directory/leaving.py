"""Taking a source away: its entries go as one goes that a list no longer has, and its name can come back."""

from datetime import datetime

from bot.app.directory.imports import Asked, Imported, Importing, Rest
from bot.store.directory import leaving, sources
from bot.store.directory.sources import Source
from bot.store.store import Store


async def remove(store: Store, source: Source, now: datetime, rest: Rest | None = None) -> bool:
    """Hide all that a source lists and fetch it no more. False where an import of it came in between.

    Nobody's ids change: what was said of a group is there when a list of that name has it again, and what
    other lists have too is shown from those. `rest`: as for `Importing`.
    """
    async with store.transaction() as tx:
        leaving.forget_feed(tx, source.id)
    asked = Asked(
        source.name, source.programme, source.zone, now, fictional=source.fictional, own=source.own, yes=True,
        area=source.area,
    )  # fmt: skip
    importing = Importing(store, asked, rest)
    await importing.begin()
    if not isinstance(await importing.finish(0), Imported):
        return False
    async with store.transaction() as tx:
        empty = await sources.named(tx, source.name)
        return empty is not None and await leaving.remove(tx, empty.id, empty.generation, now)
