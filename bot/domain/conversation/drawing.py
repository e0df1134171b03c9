"""A flow laid out for drawing: steps in rows by how far they are from the start, and the ways between."""

from dataclasses import dataclass

from bot.domain.conversation.edges import ways_on
from bot.domain.conversation.model import Flow, Goto

WIDTH, HEIGHT = 184, 78
_BESIDE, _BELOW, _EDGE = 24, 44, 16
_ACROSS = 5
"""So many fit beside one another on a desk."""


@dataclass(frozen=True, slots=True)
class Box:
    """One step, and where its upper left corner is."""

    step: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way on as an SVG path. `back`: it leads up again, or to the same row."""

    path: str
    back: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything of one flow, in a picture of this size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def draw(flow: Flow) -> Drawing:
    """Lay a flow out: each step once, every pair of steps joined at most once."""
    leads = {name: _leads_to(flow, name) for name in flow.steps}
    rows = [row[n : n + _ACROSS] for row in _rows(flow.start, leads) for n in range(0, len(row), _ACROSS)]
    widest = max(len(row) for row in rows)
    width = 2 * _EDGE + widest * WIDTH + widest * _BESIDE  # ways back go around the last of a row
    at: dict[str, Box] = {}
    for n, row in enumerate(rows):
        y = _EDGE + n * (HEIGHT + _BELOW)
        at |= {step: Box(step, _EDGE + m * (WIDTH + _BESIDE), y) for m, step in enumerate(row)}
    ways = [_way(at[step], at[to]) for step in at for to in leads[step] if to != step]
    height = 2 * _EDGE + len(rows) * HEIGHT + (len(rows) - 1) * _BELOW
    return Drawing(width, height, tuple(at.values()), tuple(ways))


def _leads_to(flow: Flow, step: str) -> tuple[str, ...]:
    """The steps of the flow that one leads to, in the order of the file."""
    found = [edge.target.step for edge in ways_on(flow.steps[step]) if isinstance(edge.target, Goto)]
    return tuple(dict.fromkeys(to for to in found if to in flow.steps))


def _rows(start: str, leads: dict[str, tuple[str, ...]]) -> list[list[str]]:
    """Steps by how many ways lie between them and the start; those nothing leads to come last.

    Within a row they stand below what leads to them, so that few ways cross.
    """
    rows, placed = [[start]], {start}
    while True:
        before = {step: n for n, step in enumerate(rows[-1])}
        found: dict[str, list[int]] = {}
        for step, n in before.items():
            for to in leads[step]:
                if to not in placed:
                    found.setdefault(to, []).append(n)
        if not found:
            break
        rows.append(sorted(found, key=lambda step: sum(found[step]) / len(found[step])))
        placed |= found.keys()
    alone = [step for step in leads if step not in placed]
    return [*rows, alone] if alone else rows


def _way(one: Box, to: Box) -> Way:
    """Downwards from foot to head; upwards and sideways around the right-hand edges."""
    if to.y > one.y:
        x1, y1, x2, y2 = one.x + WIDTH // 2, one.y + HEIGHT, to.x + WIDTH // 2, to.y
        bend = (y2 - y1) // 2
        return Way(f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}", back=False)
    x1, y1, x2, y2 = one.x + WIDTH, one.y + HEIGHT // 2, to.x + WIDTH, to.y + HEIGHT // 2
    out = max(x1, x2) + _BESIDE
    return Way(f"M{x1} {y1}C{out} {y1} {out} {y2} {x2} {y2}", back=True)
