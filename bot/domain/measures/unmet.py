"""The map of unmet need: district by time, what by what stood in the way, and the worst of all four."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.events import UnmetNeed
from bot.domain.measures.shown import FEW, Layout, Shown

JOINED = "|"
"""Between the parts of a stored column: time, what was looked for, what stood in the way."""
TIMES = tuple(f"{days}_{part}" for days in ("week", "weekend") for part in ("day", "evening", "night"))
ANY_TIME, ANYWHERE, ELSEWHERE, NOTHING_SAID, SEVERAL = "any", "nowhere", "elsewhere", "none_said", "several"
MOST_AREAS = 12
MOST_WORST = 12
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Gap:
    """One need in codes, and how often; `area` is a district, `time` one of `TIMES` or any."""

    area: str
    time: str
    what: str
    barrier: str
    times: Shown


def by_where(stored: Counts) -> Counts:
    """Stored counts by district and time."""
    found = Counter[tuple[str, str]]()
    for (area, joined), n in stored.items():
        found[area or ANYWHERE, _read(joined)[0]] += n
    return found


def by_what(stored: Counts) -> Counts:
    """Stored counts by what was looked for and what stood in the way."""
    found = Counter[tuple[str, str]]()
    for (_, joined), n in stored.items():
        found[_read(joined)[1:]] += n
    return found


def where(cells: Counts) -> tuple[Counts, Layout]:
    """District by time; the districts with most, the others together."""
    areas = Counter[str]()
    for (area, _), n in cells.items():
        areas[area] += n
    ranked = sorted(areas, key=lambda area: (area == ANYWHERE, -areas[area], area))
    kept = ranked[:MOST_AREAS] if len(ranked) > MOST_AREAS + 1 else ranked
    found = Counter[tuple[str, str]]()
    for (area, time), n in cells.items():
        found[_kept(area, kept), time] += n
    rows = tuple(dict.fromkeys([*sorted(kept), *sorted({row for row, _ in found} - set(kept))]))
    return found, Layout(rows, (*TIMES, ANY_TIME), across=True)


def _kept(area: str, kept: list[str]) -> str:
    return area if area in kept else ELSEWHERE


def what(cells: Counts) -> tuple[Counts, Layout]:
    """What was looked for, by what stood in the way."""
    columns = sorted({column for _, column in cells} - {SEVERAL, NOTHING_SAID})
    ends = [end for end in (SEVERAL, NOTHING_SAID) if any(column == end for _, column in cells)]
    return cells, Layout(tuple(sorted({row for row, _ in cells})), (*columns, *ends) or ("",), across=True)


def worst(parts: Iterable[Counts]) -> list[Gap]:
    """The needs met with nothing most often, all four things at once; in fives, and never under five.

    Of several periods each is in fives by itself, so that no two stretches of them tell a number.
    """
    fives = Counter[tuple[str, str, str, str]]()
    for stored in parts:
        found = Counter[tuple[str, str, str, str]]()
        for (area, joined), n in stored.items():
            found[area or ANYWHERE, *_read(joined)] += n
        fives.update({key: n // FEW * FEW for key, n in found.items() if n >= FEW})
    many = sorted((-n, key) for key, n in fives.items())
    return [Gap(*key, Shown(-n, at_least=True)) for n, key in many[:MOST_WORST]]


def told(need: UnmetNeed) -> str:
    """A need as it is counted: time of the week, what was looked for and what stood in the way, no finer than
    they are shown."""
    return JOINED.join(_told(need.band or "", need.approach or "", need.barriers, need.need))


def _told(band: str, approach: str, barriers: Collection[str], need: str) -> tuple[str, str, str]:
    named = set(barriers)
    barrier = SEVERAL if len(named) > 1 else next(iter(named), NOTHING_SAID)
    return _time(band), approach or need, barrier


@lru_cache(maxsize=4096)
def _read(joined: str) -> tuple[str, str, str]:
    """Time, what, barrier of a stored column; what an older version counted has four parts."""
    parts = joined.split(JOINED)
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    band, approach, barriers, need = parts
    return _told(band, approach, barriers.split(",") if barriers else (), need)


def _time(band: str) -> str:
    day, _, part = band.partition("_")
    if not part:
        return ANY_TIME
    return f"{'weekend' if day in {'sat', 'sun'} else 'week'}_{part}"
