"""What `foothold directory sources remove`, `pause` and `resume` do."""

from collections.abc import Callable
from datetime import datetime

from bot.app.directory import leaving as app
from bot.app.directory.imports import Rest
from bot.feeds.exit_codes import FAILED, OK, WRONG_USE, Write
from bot.feeds.source_commands import resume_line
from bot.store.directory import leaving, sources
from bot.store.directory.sources import Source
from bot.store.store import Store


async def remove_source(
    store: Store,
    name: str,
    *,
    agreed: Callable[[str], bool],
    now: datetime,
    write: Write,
    rest: Rest | None = None,
) -> int:
    """`directory sources remove`: say what will be hidden, ask, do it.

    0 when it is gone, 1 when it is not, 2 for an unknown source. `agreed` is asked with a question.
    """
    source = await _known(store, name, write)
    if source is None:
        return WRONG_USE
    if source.by_hand:
        write(f"{name}: this is what coordinators write on the dashboard; each is taken off there.")
        return WRONG_USE
    async with store.reading() as tx:
        has, shared = await leaving.listed(tx, source.id)
    write(f"{name}: {has} listed. Shown from another list that has them too: {shared}.")
    write(f"Hidden at once: {has - shared}; who asked to be reminded of one is told so.")
    write("Nothing said of them is deleted: import the source again under this name, and they are back.")
    if not agreed(f"Remove {name}?"):
        write("Nothing was changed.")
        return FAILED
    if not await app.remove(store, source, now, rest):
        write(f"{name}: another import of it came in between. Run it again.")
        return FAILED
    write(f"{name}: removed.")
    return OK


async def pause_source(store: Store, name: str, *, now: datetime, write: Write) -> int:
    """`directory sources pause`: 0, or 2 for one that is not fetched by itself."""
    del now
    source = await _fetched(store, name, write)
    if source is None:
        return WRONG_USE
    if not source.every_days:
        write(f"{name}: is paused already. Again with: {resume_line(name)}")
        return OK
    async with store.transaction() as tx:
        sources.feed(tx, source.id, source.url, source.format, 0, None)
    write(f"{name}: paused. What it lists is shown until 90 days after it last came in.")
    write(f"Again with: {resume_line(name, source.every_days)}")
    return OK


async def resume_source(store: Store, name: str, *, every_days: int, now: datetime, write: Write) -> int:
    """`directory sources resume`: due now, then every so many days. 0, or 2 for one that has no address."""
    source = await _fetched(store, name, write)
    if source is None:
        return WRONG_USE
    async with store.transaction() as tx:
        sources.feed(tx, source.id, source.url, source.format, every_days, now)
    often = "every day" if every_days == 1 else f"every {every_days} days"
    write(f"{name}: fetched {often}, first within minutes when the service runs.")
    return OK


async def _fetched(store: Store, name: str, write: Write) -> Source | None:
    """A source that has an address; None, said why, for another."""
    source = await _known(store, name, write)
    if source is not None and not source.url:
        write(f"{name}: has no address, so it is not fetched by itself.")
        return None
    return source


async def _known(store: Store, name: str, write: Write) -> Source | None:
    async with store.reading() as tx:
        known = {one.name: one for one in await sources.everything(tx)}
    if name not in known:
        write(f"{name}: no such source. There are: {', '.join(known) or 'none'}.")
    return known.get(name)
