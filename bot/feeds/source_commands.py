"""What `foothold directory sources` and `stale` do: say how every source stands, and what has grown old."""

import json
import shlex
from datetime import datetime, timedelta

from bot.domain.directory.refreshing import WEEKLY, age_of
from bot.feeds.exit_codes import FAILED, OK, Write
from bot.store.directory import entries_by_hand, generations, reviewing, sources
from bot.store.directory.generations import Counts
from bot.store.directory.sources import Source
from bot.store.store import Store

_AGES = {
    "never": "never came in whole",
    "old": "not renewed for over 30 days",
    "hidden": "not renewed for over 90 days: its entries are hidden",
}
_CHECKS = {
    "old": "written by hand and not checked for over 30 days",
    "hidden": "written by hand and not checked for over 90 days: hidden",
}


async def list_sources(store: Store, *, as_json: bool = False, now: datetime, write: Write) -> int:
    """`directory sources`: each source, how it stands and when it is fetched next. Always 0."""
    async with store.reading() as tx:
        ever = await sources.ever(tx)
        known = [one for one in ever if not one.removed]
        counts = {one.id: await generations.last_import(tx, one.id) for one in known}
        by_hand = await entries_by_hand.last_checks(tx, now)
    if as_json:
        write(json.dumps([_as_json(one, counts[one.id], now) for one in known], ensure_ascii=False, indent=1))
        return OK
    if not ever:
        write("There are no sources yet. Bring one in with: foothold directory import")
    for one in known:
        if one.by_hand:
            write(f"{one.name}: {_entries(len(by_hand))}, on the dashboard; each as fresh as its last check")
            continue
        taken = counts[one.id]
        where = one.url or ("the operator's own list" if one.own else "a file")
        write(f"{one.name}: {_entries(taken.taken if taken else 0)}, {one.programme}, {where}")
        write(f"  last success {_day(one.last_success)}, last attempt {_day(one.last_attempt)}")
        if one.every_days and one.url:
            often = "every day" if one.every_days == 1 else f"every {one.every_days} days"
            write(f"  {often}, next {_day(one.due_at)}")
        elif one.url:
            write(f"  paused: not fetched by itself. Again with: {resume_line(one.name)}")
        if one.last_problem:
            write(f"  last problem: {one.last_problem}")
        if age := age_of(one.last_success, now):
            write(f"  {_AGES[age]}")
        if one.fictional:
            write("  fictional: shown in the demo only")
    for one in ever:
        if one.removed:
            write(f"{one.name}: removed {_day(one.last_attempt)}; comes back with: foothold directory import")
    return OK


def resume_line(name: str, every_days: int = 0) -> str:
    """The command that has a source fetched by itself again."""
    often = f" --every {every_days}" if every_days not in (0, WEEKLY) else ""
    return f"foothold directory sources resume {shlex.quote(name)}{often}"


def _as_json(one: Source, counts: Counts | None, now: datetime) -> dict[str, object]:
    return {
        "name": one.name,
        "programme": one.programme,
        "timezone": one.zone,
        "area": one.area,
        "url": one.url,
        "format": one.format,
        "own": one.own,
        "fictional": one.fictional,
        "entries": counts.taken if counts else 0,
        "rejected": counts.rejected if counts else 0,
        "last_success": one.last_success.isoformat() if one.last_success else None,
        "last_attempt": one.last_attempt.isoformat() if one.last_attempt else None,
        "last_problem": one.last_problem,
        "failures": one.failures,
        "every_days": one.every_days,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "age": "" if one.by_hand else age_of(one.last_success, now),
    }


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


async def list_stale(store: Store, *, as_json: bool = False, now: datetime, write: Write) -> int:
    """`directory stale`: sources over 30 days old (over 90 hidden), entries written by hand that nobody has
    checked for so long, and entries missing from their feed.

    0 if there are none, 1 if there are any.
    """
    async with store.reading() as tx:
        known = [one for one in await sources.everything(tx) if not one.fictional and not one.by_hand]
        by_hand = await entries_by_hand.last_checks(tx, now)
        missing = await reviewing.suspects(tx)
    old = [(one, age) for one in known if (age := age_of(one.last_success, now))]
    unchecked = [(one, age) for one in by_hand if (age := age_of(one.at, now))]
    if as_json:
        found = {
            "sources": [
                {"name": one.name, "age": age, "days": _days(one.last_success, now)} for one, age in old
            ],
            "unchecked": [
                {"id": one.offering, "name": one.name, "age": age, "days": _days(one.at, now)}
                for one, age in unchecked
            ],
            "missing": [{"id": one.offering, "name": one.name, "source": one.source} for one in missing],
        }
        write(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for source, age in old:
            write(f"{source.name}: {_AGES[age]}; last success {_day(source.last_success)}")
        for entry, age in unchecked:
            write(f"{entry.name} (id {entry.offering}): {_CHECKS[age]}; last checked {_day(entry.at)}")
        for one in missing:
            write(f"{one.name} (id {one.offering}, {one.source}): its source no longer has it")
        if not old and not unchecked and not missing:
            write("Nothing is stale.")
    return FAILED if old or unchecked or missing else OK


def _days(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else (now - at) // timedelta(days=1)
