"""docs/measures.md says of every measure what it counts."""

from pathlib import Path

from bot.domain.measures.charts import CHARTS, DIRECTORY

DOCUMENT = Path(__file__).parents[3] / "docs" / "measures.md"


def test_every_measure_is_defined() -> None:
    """Each section and each chart has its name in the document, in the order of the page."""
    text = DOCUMENT.read_text("utf-8")
    names = [
        name for title, charts in CHARTS for name in (f"## {title}", *(f"**{c.title}**" for c in charts))
    ]
    names += ["## The directory", f"**{DIRECTORY.title}**"]
    places = [text.find(name) for name in names]
    assert -1 not in places, [name for name in names if name not in text]
    assert places == sorted(places)
