"""What is kept about people, column by column: what for, how long, and what erasure does with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.domain.keeping.plain_yaml import read_yaml

Sentence = Annotated[str, StringConstraints(min_length=3)]
Kind = Literal["id", "personal", "sealed", "plain"]
"""id: leads to a person. personal: says something about one. sealed: that, and encrypted. plain: neither."""
Erased = Literal["row", "emptied", "stays"]
"""row: where this leads to the person, the row is deleted; columns without `leads_to` go with it.
emptied: this value is blanked in the person's rows. stays: nobody can be found by it."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class ColumnMap(_Strict):
    """One column. `leads_to` is person, chat, pair (see `TableMap`), or a table whose rows are a person's.

    Of two tables with a bar between, the column `subject` says which one is meant.
    """

    purpose: Sentence = Field(alias="for")
    kind: Kind = Field(alias="is")
    leads_to: str | None = None
    erased: Erased = "row"


class Kept(_Strict):
    """How long a row is kept: so many days, or what a setting of [privacy] says, since the time in a column.

    `since` is a column of the same table, or one of a table that a column leads to: person.seen_at is when
    the person last wrote. A row whose time is not set yet is kept.
    """

    since: str
    days: int | None = None
    setting: str | None = None


class TableMap(_Strict):
    """One table. A column that leads to `pair` holds what rows share, one of which is the person's."""

    holds: Sentence
    kept: Kept | Literal["until erased", "until done", "always"]
    columns: Mapping[str, ColumnMap]

    def owners(self) -> Iterator[tuple[str, str]]:
        """Columns by which a person's rows are found and deleted, with what they lead to."""
        for name, column in self.columns.items():
            if column.leads_to is not None and column.erased == "row":
                yield name, column.leads_to

    def blanks(self) -> Iterator[tuple[str, str]]:
        """Columns by which rows are found that lose the person and stay, with what they lead to."""
        for name, column in self.columns.items():
            if column.leads_to is not None and column.erased == "emptied":
                yield name, column.leads_to

    def emptied(self) -> list[str]:
        """Columns without a way to a person that are blanked with the others of their row."""
        return [
            n for n, column in self.columns.items() if column.leads_to is None and column.erased == "emptied"
        ]


class DataMap(_Strict):
    """Every table of the database."""

    tables: Mapping[str, TableMap]


def read_data_map(text: str) -> DataMap:
    """The map as YAML holds it. Raises pydantic.ValidationError, yaml.YAMLError."""
    return DataMap.model_validate({"tables": read_yaml(text)})


def cutoff(now: datetime, setting: str, length: int) -> datetime:
    """The moment before which a thing is over its time; the setting's name ends in hours, days or months."""
    match setting.rpartition("_")[2]:
        case "hours":
            return now - timedelta(hours=length)
        case "months":
            months = now.year * 12 + now.month - 1 - length
            return now.replace(year=months // 12, month=months % 12 + 1, day=min(now.day, 28))
        case _:
            return now - timedelta(days=length)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database has it."""

    table: str
    name: str
    nullable: bool
    binary: bool


def complaints(data_map: DataMap, columns: list[Column], settings: set[str]) -> list[str]:
    """Where map and database differ, or a promise can't be kept: one sentence each, none when all is well.

    `settings` are the names that [privacy] knows.
    """
    there = {(column.table, column.name): column for column in columns}
    listed = {(t, c): column for t, table in data_map.tables.items() for c, column in table.columns.items()}
    found = [
        f"{t}.{c} is not in data/data-map.yaml: say what it is for" for t, c in sorted(there.keys() - listed)
    ]
    found += [
        f"{t}.{c} is in data/data-map.yaml and not in the database" for t, c in sorted(listed.keys() - there)
    ]
    for (table, name), column in listed.items():
        real = there.get((table, name))
        if real is None:
            continue
        if (column.kind == "sealed") != real.binary:
            found.append(
                f"{table}.{name} is {'bytes' if real.binary else 'words'} and listed as {column.kind}"
            )
        if (column.kind == "id") != (column.leads_to is not None):
            found.append(
                f"{table}.{name} is listed as {column.kind}, and leads to {column.leads_to or 'nobody'}"
            )
        if column.kind in {"personal", "sealed"} and column.erased == "stays":
            found.append(f"{table}.{name} says something about a person and would stay")
    for name, mapped in data_map.tables.items():
        found += _table_complaints(name, mapped, data_map, settings)
    return found


def _table_complaints(name: str, table: TableMap, data_map: DataMap, settings: set[str]) -> Iterator[str]:
    for column, leads_to in (*table.owners(), *table.blanks()):
        for other in leads_to.split("|"):
            if other not in {"person", "chat", "pair"} and other not in data_map.tables:
                yield f"{name}.{column} leads to {other}, which is no table"
    personal = any(column.kind in {"personal", "sealed"} for column in table.columns.values())
    if personal and not [*table.owners(), *table.blanks()]:
        yield f"{name} says something about people, and no column leads to them: erasure can't find it"
    if not [*table.owners()] and [*table.blanks()]:
        for column, mapped in table.columns.items():
            if mapped.erased == "row":
                yield f"{name}.{column} would go with its row, and rows of {name} stay"
    if isinstance(table.kept, Kept):
        if (table.kept.days is None) == (table.kept.setting is None):
            yield f"{name} is kept for days or for a setting, one of the two"
        if table.kept.setting is not None and table.kept.setting not in settings:
            yield f"{name} is kept for privacy.{table.kept.setting}, which is no setting"
        other, _, column = table.kept.since.rpartition(".")
        led = {leads_to for _, leads_to in table.owners()}
        place = table if not other else data_map.tables.get(other) if other in led else None
        if place is None or column not in place.columns:
            yield f"{name} is kept since {table.kept.since}, which is no column it can find"
    elif personal and table.kept == "always":
        yield f"{name} says something about people and would be kept for ever"
