"""How work is spread over coaches: in fives, most first, and nobody named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.measures.shown import Layout, Table, in_fives

TAKEN, HOURS = "taken", "hours"
ENOUGH = 20
"""Requests in all, under which a share of them would say too much."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Spread:
    """`table`: a row for each coach, with requests taken and hours on shift. `most`: the share of the one who
    took most, and `even` what each would have of the same; "" while there are too few."""

    table: Table
    most: str
    even: str


def spread(carried: Sequence[tuple[int, timedelta]]) -> Spread:
    """Of requests taken and time on shift of each coach, most requests first."""
    counts: dict[tuple[str, str], int] = {}
    for place, (taken, hours) in enumerate(carried, 1):
        counts |= {(str(place), TAKEN): taken, (str(place), HOURS): hours // _HOUR}
    rows = tuple(str(place) for place in range(1, len(carried) + 1))
    in_all = sum(taken for taken, _ in carried)
    told = in_all >= ENOUGH
    return Spread(
        in_fives(counts, Layout(rows, (TAKEN, HOURS), down=False)),
        f"{round(100 * carried[0][0] / in_all)}%" if told else "",
        f"{round(100 / len(carried))}%" if told else "",
    )
