"""The options of `foothold directory search`, as typed, read as what is needed and when."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.directory.flags import TAGS
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.programmes import programme_code
from bot.domain.directory.typed import service_needs
from bot.domain.directory.wanted import DAY_MINUTES, Needs
from bot.domain.zones import local
from bot.feeds.times import Unclear, days_of, times_of
from bot.feeds.types import tag_named

MOST_SHOWN = 10
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
