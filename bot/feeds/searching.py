"""`foothold directory search`: the same search as in the chat, printed for people or for programs."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.app.directory.listings import Directory
from bot.app.library.helplines import helplines_today
from bot.domain.directory.helplines import Helplines, Line, first_open, open_now
from bot.domain.directory.hours import Open
from bot.domain.directory.places import Found, NotFound, Place, Which
from bot.domain.zones import zone_named
from bot.feeds.exit_codes import FAILED, OK, WRONG_USE, Write
from bot.feeds.search_options import Asked, WrongUse, moment, wanted
from bot.feeds.search_results import write_results, written
from bot.store.store import Store

_WOULD_DO = "Half a postcode, a town or a US ZIP code will do."
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")


async def search(
    store: Store,
    directory: Directory,
    asked: Asked,
    *,
    country: str = "",
    lines: Helplines | None = None,
    as_json: bool = False,
    now: datetime,
    write: Write,
) -> int:
    """`directory search PLACE`: 0 if anything was found, 1 if nothing or the place is unclear, 2: misuse.

    `country` is the service's: where namesakes are looked for first. One of `lines` that is open is appended.
    With `as_json` what is wrong is an object too: "error", and the "choices" there are.
    """
    refused = partial(_refused, write, as_json=as_json)
    try:
        needs = wanted(asked)
    except WrongUse as wrong:
        return refused(WRONG_USE, str(wrong))
    async with store.reading() as tx:
        await directory.learn(tx)
    if not asked.place.strip():
        return refused(WRONG_USE, f"Near which place? {_WOULD_DO}")
    figures = _ZIP.fullmatch(asked.place.strip())
    match await directory.find(asked.place, "US" if figures else country):
        case NotFound() as unknown:
            return refused(FAILED, f"{asked.place}: {_why(unknown)}. {_WOULD_DO}")
        case Which(options):
            return refused(FAILED, f"{asked.place}: which one?", [option.label for option in options])
        case Found(place):
            try:
                at = moment(asked.at, now, zone_named(place.zone))
            except WrongUse as wrong:
                return refused(WRONG_USE, str(wrong))
            near = None if asked.online else place.point
            async with store.reading() as tx:
                found = await directory.search(
                    tx, near, at, needs, asked.limit, zone=place.zone, within=asked.within
                )
                line = _open_line(await helplines_today(tx, lines), place, at) if lines else None
            write_results(place, found, needs, at, line, as_json=as_json, write=write)
            return OK if found.groups or found.online else FAILED


def _why(unknown: NotFound) -> str:
    """Why nothing is looked for there."""
    if unknown.large:
        return "too large to measure from"
    if unknown.elsewhere:
        return f"in no list of towns here, if {unknown.elsewhere} is meant"
    return "a postcode that no import has placed" if unknown.by_town else "no such place is known"


def _refused(write: Write, code: int, why: str, choices: Sequence[str] = (), *, as_json: bool) -> int:
    said = {"error": why, "choices": list(choices)}
    write(written(said) if as_json else " ".join((why, " · ".join(choices))).strip())
    return code


def _open_line(lines: Helplines, place: Place, at: datetime) -> tuple[Line, Open] | None:
    """A line that listens to anybody there and is open at that moment, and until when."""
    line = first_open(lines, "crisis", place.country, place.nation, at)
    state = None if line is None else open_now(line, at)
    return (line, state) if line is not None and isinstance(state, Open) else None
