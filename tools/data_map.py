"""Rewrites docs/data-map.md from data/data-map.yaml, for people who want to know what is kept about them."""

from collections.abc import Iterator
from pathlib import Path

from bot.domain.keeping.data_map import ColumnMap, DataMap, Kept, TableMap, read_data_map
from bot.settings import Privacy

ROOT = Path(__file__).resolve().parent.parent

_HEAD = """\
# What is kept, for how long, and how it goes

Made from [data/data-map.yaml](../data/data-map.yaml) by `make data-map`; erasure and the keeping times are
carried out from the same file, and a test fails on a column that is not in it. Keeping times marked with a
setting can be changed in `config.toml` under `[privacy]`; `/privacy` tells people the service's own.

**Erasing** a person (`/forget`) destroys their key, deletes the rows that lead to them, and blanks what
points to them in rows that stay. Of danger that was heard, kind, level and day stay, of nobody. Backups are
kept for a time and hold what was sealed without the key that opens it; restoring one erases again who was
erased since.

"Sealed" is encrypted under the person's own key. "Personal" says something about them without being words
of theirs.
"""


def page(data_map: DataMap) -> str:
    """The whole document."""
    return _HEAD + "".join(
        f"\n{part}" for name, table in data_map.tables.items() for part in _table(name, table)
    )


def _table(name: str, table: TableMap) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{table.holds} Kept: {_kept(table)}.\n"
    rows = "".join(
        f"| `{column}` | {mapped.purpose} | {_kind(mapped)} | {_erased(table, mapped)} |\n"
        for column, mapped in table.columns.items()
    )
    yield f"| Column | For | What it is | Erasing |\n|---|---|---|---|\n{rows}"


def _kept(table: TableMap) -> str:
    kept = table.kept
    if not isinstance(kept, Kept):
        return kept
    since = "the person last wrote" if kept.since == "person.seen_at" else f"`{kept.since}`"
    if kept.setting is None:
        return f"{kept.days} days since {since}"
    length, unit = getattr(Privacy(), kept.setting), kept.setting.rpartition("_")[2]
    return f"{length} {unit} since {since} (`{kept.setting}`)"


def _kind(column: ColumnMap) -> str:
    return f"leads to the {column.leads_to}" if column.leads_to else column.kind


def _erased(table: TableMap, column: ColumnMap) -> str:
    if not [*table.owners(), *table.blanks()]:
        return "about nobody"
    return {"row": "deleted", "emptied": "blanked", "stays": "stays"}[column.erased]


if __name__ == "__main__":
    written = page(read_data_map((ROOT / "data" / "data-map.yaml").read_text()))
    (ROOT / "docs" / "data-map.md").write_text(written)
    print("wrote docs/data-map.md")
