"""What was measured, as a table with ratios and a verdict."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from statistics import median
from typing import Final

from bench.load import Figures

HEADROOM: Final = 3.0
"""How many times more than a figure the stand-in must be able to do, for the figure to count."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a figure of the plain bot and of ours, and whether ours is what it has to be."""

    what: str
    plain: float
    ours: float
    unit: str
    aim: str = ""
    reached: bool | None = None

    @property
    def ratio(self) -> float:
        """Above one: ours is better. More is better for what is counted by the second, else less."""
        better, worse = (self.ours, self.plain) if self.unit == "/s" else (self.plain, self.ours)
        return better / worse if worse else float("nan")


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure by itself."""
    columns = zip(*(astuple(run) for run in runs), strict=True)
    return Figures(*(median(column) for column in columns))


def brief(figures: Figures) -> str:
    """One run in one line."""
    return (
        f"{figures.updates_per_s:.0f}/s, p50 {figures.p50_ms:.1f} ms, p99 {figures.p99_ms:.1f} ms, "
        f"{figures.cpu_ms_per_update:.2f} ms CPU an update, {figures.rss_mib:.0f} MiB, "
        f"first poll after {figures.start_s:.2f} s, stand-in {figures.standin_cpu:.0%}"
        + (f", {figures.stalls:.0f} NOT ANSWERED IN TIME" if figures.stalls else "")
    )


def busy(plain: Figures, inline: Figures, ours: Figures) -> Iterator[Row]:
    """Fifty people in a closed loop."""
    aim = ours.updates_per_s >= 1.5 * plain.updates_per_s
    yield Row("updates a second, 50 people", plain.updates_per_s, ours.updates_per_s, "/s", "1.5 times", aim)
    yield Row("  against inline buttons", inline.updates_per_s, ours.updates_per_s, "/s")
    yield Row("  latency p50", plain.p50_ms, ours.p50_ms, "ms")
    yield Row("  latency p99", plain.p99_ms, ours.p99_ms, "ms")
    yield Row("CPU an update", plain.cpu_ms_per_update, ours.cpu_ms_per_update, "ms")
    yield Row("memory", plain.rss_mib, ours.rss_mib, "MiB", "under 150", ours.rss_mib < 150)


def steady(plain: Figures, ours: Figures) -> Iterator[Row]:
    """Fifty messages a second."""
    quick = ours.p99_ms < 100 and not ours.stalls
    yield Row("50 messages a second: latency p50", plain.p50_ms, ours.p50_ms, "ms")
    yield Row("  latency p99", plain.p99_ms, ours.p99_ms, "ms", "under 100", quick)


def far(plain: Figures, ours: Figures) -> Iterator[Row]:
    """A hundred messages a second, every answer 50 ms late."""
    kept_up = ours.updates_per_s >= 95 and not ours.stalls
    yield Row("50 ms away, of 100 a second", plain.updates_per_s, ours.updates_per_s, "/s", "all", kept_up)
    yield Row("  latency p99", plain.p99_ms, ours.p99_ms, "ms", "under 250", kept_up and ours.p99_ms < 250)


def pile(plain: Figures, ours: Figures) -> Iterator[Row]:
    """What waited while the bot was down."""
    enough = ours.updates_per_s >= 300
    yield Row("backlog drained at", plain.updates_per_s, ours.updates_per_s, "/s", "300", enough)
    yield Row("  memory then", plain.rss_mib, ours.rss_mib, "MiB")


def table(rows: list[Row], ceiling: float) -> str:
    """The rows as text, and whether the stand-in was fast enough for them to count."""
    lines = [f"{'':36}{'plain':>13}{'ours':>13}{'ratio':>8}  to reach"]
    for row in rows:
        mark = "" if row.reached is None else "  yes" if row.reached else "  NO"
        figures = f"{row.plain:>9.1f} {row.unit:<3}{row.ours:>9.1f} {row.unit:<3}{row.ratio:>8.2f}"
        lines.append(f"{row.what:36}{figures}  {row.aim}{mark}")
    most = max(row.ours for row in rows if row.unit == "/s")
    verdict = "enough" if ceiling >= HEADROOM * most else "TOO LITTLE: the figures are invalid"
    lines.append(f"stand-in's ceiling {ceiling:.0f}/s, {ceiling / most:.1f} times the most above: {verdict}")
    return "\n".join(lines)
