"""`foothold directory search`: the same search as in the chat, printed for people or for programs."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.app.directory.listings import Directory, Suggestion, Suggestions
from bot.app.library import files
from bot.app.library.helplines import helplines_today
from bot.domain.directory.flags import TAGS
from bot.domain.directory.helplines import Helplines, Line, first_open, open_now
from bot.domain.directory.hours import Open
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry, Slot
from bot.domain.directory.places import Found, NotFound, Place, Which
from bot.domain.directory.programmes import BY_CODE, programme_code
from bot.domain.directory.typed import service_needs
from bot.domain.directory.wanted import DAY_MINUTES, Needs
from bot.domain.directory.wording import distance_text, kind_text, line_text, when_text, where_text
from bot.domain.messages import Messages
from bot.domain.zones import local, zone_named
from bot.feeds.exit_codes import FAILED, OK, WRONG_USE, Write
from bot.feeds.times import Unclear, days_of, times_of
from bot.feeds.types import tag_named
from bot.store.store import Store

MOST_SHOWN = 10
_WOULD_DO = "Half a postcode, a town or a US ZIP code will do."
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
YEARS = range(1970, 2201)
"""In which a moment may be asked about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command, as typed. `within` is in km, `at` a local time or date and time."""

    place: str
    day: str = ""
    after: str = ""
    before: str = ""
    within: float | None = None
    programme: str = ""
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    online: bool = False
    at: str = ""
    limit: int = MOST_SHOWN


class WrongUse(ValueError):
    """An option that means nothing; the message names it."""


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
        case NotFound():
            return refused(FAILED, f"{asked.place}: no such place is known. {_WOULD_DO}")
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
            _write(place, found, needs, at, line, as_json=as_json, write=write)
            return OK if found.groups or found.online else FAILED


def _refused(write: Write, code: int, why: str, choices: Sequence[str] = (), *, as_json: bool) -> int:
    said = {"error": why, "choices": list(choices)}
    write(_written(said) if as_json else " ".join((why, " · ".join(choices))).strip())
    return code


def _written(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1)


def wanted(asked: Asked) -> Needs:
    """The options as needs. Raises WrongUse, with the option and what would do."""
    tags = {said: tag_named(said) for said in asked.tags}
    if unknown := [said for said, tag in tags.items() if tag not in TAGS]:
        raise WrongUse(f"--tag {unknown[0]}: no such tag. There are: {', '.join(TAGS)}")
    services = [service_needs(need) or frozenset({need}) & NEED_WORDS.keys() for need in asked.needs]
    if not all(services):
        unknown = [need for need, found in zip(asked.needs, services, strict=True) if not found]
        raise WrongUse(f"--need {unknown[0]}: no such need. There are: {', '.join(NEED_WORDS)}")
    if asked.limit < 1:
        raise WrongUse(f"--limit {asked.limit}: how many at most, 1 or more")
    if asked.within is not None and not asked.within > 0:
        raise WrongUse(f"--within {asked.within:g}: kilometres, more than 0")
    code = programme_code(asked.programme)
    after = _minutes("--after", asked.after, 0)
    before = _minutes("--before", asked.before, DAY_MINUTES) or DAY_MINUTES  # "00:00" ends the day
    if after > before:
        raise WrongUse(
            f"--after {asked.after} --before {asked.before}: no time is both; ask for each side of midnight"
        )
    return Needs(
        must=frozenset(tags.values()),
        programmes=frozenset({code} if code else ()),
        services=frozenset().union(*services),
        days=_days(asked.day),
        after=after,
        before=before,
        online=asked.online,
    )


def moment(said: str, now: datetime, zone: ZoneInfo | None) -> datetime:
    """`--at`: "19:00" or "7pm" today or "2026-11-24T19:00", by the clock of the place; now for "".

    Raises WrongUse.
    """
    if not said.strip() or zone is None:
        return now
    try:
        read = _read_moment(said.strip(), local(now, zone))
        at = (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        raise WrongUse(f"--at {said}: a time such as 19:00, or 2026-11-24T19:00") from None
    if at.year not in YEARS:
        raise WrongUse(f"--at {said}: a year from {YEARS[0]} to {YEARS[-1]}")
    return at


def _read_moment(said: str, here: datetime) -> datetime:
    """A time of the day that it is `here`, or a whole date and time. Raises ValueError."""
    if len(said) > len("12.30 pm"):
        return datetime.fromisoformat(said)
    try:
        start, _ = times_of(said if not said.isdigit() or len(said) > 2 else f"{said}:00")
    except Unclear:
        return datetime.fromisoformat(f"{here.date()}T{said}")
    if start is None:
        raise ValueError(said)
    return datetime.combine(
        here.date() + timedelta(days=said.startswith("24")), time(start // 60, start % 60)
    )


def _days(said: str) -> frozenset[int]:
    try:
        return frozenset(days_of(said, sunday_is_zero=False))
    except Unclear:
        raise WrongUse(f"--day {said}: a day such as fri, or several: mon,wed") from None


def _minutes(option: str, said: str, usual: int) -> int:
    if not said:
        return usual
    try:
        start, _ = times_of(said)
    except Unclear:
        start = None
    if start is None:
        raise WrongUse(f"{option} {said}: a time such as 18:00 or 6pm")
    return start


def _open_line(lines: Helplines, place: Place, at: datetime) -> tuple[Line, Open] | None:
    """A line that listens to anybody there and is open at that moment, and until when."""
    line = first_open(lines, "crisis", place.country, place.nation, at)
    state = None if line is None else open_now(line, at)
    return (line, state) if line is not None and isinstance(state, Open) else None


def _write(
    place: Place,
    found: Suggestions,
    needs: Needs,
    at: datetime,
    line: tuple[Line, Open] | None,
    *,
    as_json: bool,
    write: Write,
) -> None:
    if as_json:
        said = _as_json(place, found, at) | {"helpline": _line_as_json(line)}
        write(_written(said))
        return
    _write_found(place, found, needs, at, write)
    if line is not None:
        there = zone_named(place.zone) or zone_named("UTC")
        assert there is not None
        write("Open line: " + " · ".join(line_text(files.messages(), *line, there, at).splitlines()))


def _line_as_json(line: tuple[Line, Open] | None) -> dict[str, object] | None:
    if line is None:
        return None
    one, _ = line
    numbers = [channel.value for channel in one.channels if channel.answers]
    return {"id": one.id, "name": one.name, "numbers": numbers}


def _write_found(place: Place, found: Suggestions, needs: Needs, now: datetime, write: Write) -> None:
    messages = files.messages()
    what = "service" if needs.services else "group"
    if found.fictional:
        write("These groups are fictional: they belong to the demo.")
    if not found.groups and found.within_km:
        km = f"{found.within_km:.0f}" if found.within_km >= 1 else f"{found.within_km:g}"
        write(f"No {what} within {km} km of {place.label}.")
        if strange := needs.programmes - BY_CODE.keys():
            write(f"--programme {min(strange)}: not one that is known here: {', '.join(BY_CODE)}")
    for number, one in enumerate(found.groups, start=1):
        entry = one.listed.entry
        vague = entry.venue is not None and entry.venue.approximate
        far = distance_text(messages, one.km or 0, place.country, approximate=vague)
        named = f"{entry.name}, {kind_text(messages, entry)}"
        write(
            f"{number}. {named}: {_when(messages, one, place, now)} · {where_text(messages, entry)} · {far}"
        )
    for one in found.online:
        named = f"{one.listed.entry.name}, {kind_text(messages, one.listed.entry)}"
        write(f"Online: {named}: {_when(messages, one, place, now)}")


def _when(messages: Messages, one: Suggestion, place: Place, now: datetime) -> str:
    entry = one.listed.entry
    zone = zone_named(place.zone or entry.zone) or zone_named("UTC")
    assert zone is not None
    said = when_text(messages, one.starts, zone, now)
    return f"{said} (check first: {entry.check_first})" if entry.check_first else said


def _as_json(place: Place, found: Suggestions, now: datetime) -> dict[str, object]:
    return {
        "place": {"label": place.label, "country": place.country, "nation": place.nation, "zone": place.zone},
        "within_km": found.within_km,
        "fictional": found.fictional,
        "groups": [_one_as_json(one, now) for one in found.groups],
        "online": [_one_as_json(one, now) for one in found.online],
    }


def _one_as_json(one: Suggestion, now: datetime) -> dict[str, object]:
    entry = one.listed.entry
    zone = zone_named(entry.zone)
    venue = entry.venue
    slot = _slot(entry, local(one.starts, zone)) if one.starts and zone else None
    return {
        "id": one.listed.id,
        "name": entry.name,
        "programme": entry.programme,
        "bucket": one.bucket.name.lower(),
        "starts": one.starts.isoformat() if one.starts else None,
        "starts_local": local(one.starts, zone).isoformat() if one.starts and zone else None,
        "in_minutes": round((one.starts - now).total_seconds() / 60) if one.starts else None,
        "km": None if one.km is None else round(one.km, 2),
        "venue": venue.name if venue else None,
        "address": venue.address if venue else None,
        "postcode": venue.postcode if venue else None,
        "approximate": venue.approximate if venue else None,
        "online": entry.online is not None,
        "tags": sorted(entry.tags),
        "check_first": entry.check_first,
        "source": one.listed.source,
        "as_of": one.listed.as_of.isoformat() if one.listed.as_of else None,
        "kind": entry.kind,
        "zone": entry.zone,
        "minutes": slot.minutes if slot else None,
        "rule": slot.rule if slot else "",
        "notes": entry.notes,
        "page": entry.page,
        "phone": entry.phone,
        "needs": sorted(entry.needs),
    }


def _slot(entry: Entry, starts: datetime) -> Slot | None:
    """Which of its times a start by its own clock is; in the hour that a clock leaves out, of that day."""
    today = [slot for slot in entry.slots if slot.day == starts.weekday()]
    at = starts.hour * 60 + starts.minute
    return min(today, key=lambda slot: abs(slot.start - at), default=None)
