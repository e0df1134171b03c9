"""What is known about getting help: short texts for a place, each with its source and the day it was read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

SHOWN_FOR = timedelta(days=365)
"""How long a text is told after somebody last read its source."""
MOST_WORDS = 60
"""Words of one message (design: product, "Words")."""
EVERYWHERE = "*"

Area = Literal["*", "GB", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "IE", "US"]


class BrokenExplanations(ValueError):
    """The files cannot be used. `problems` are (where, what), `where` such as "ways.yaml: detox"."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {what}" for where, what in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One text for one or more areas. `reviewed`: "no", or the clinician's name and the day."""

    areas: tuple[Area, ...]
    text: str
    source: str
    read: date
    reviewed: str

    @property
    def site(self) -> str:
        """Where it is from, in a word: "gov.uk"."""
        return urlsplit(self.source).netloc.removeprefix("www.")

    def expired(self, today: date) -> bool:
        """Whether nobody has read its source for too long."""
        return today > self.read + SHOWN_FOR


@dataclass(frozen=True, slots=True)
class Explanations:
    """Every text by its id; those of one id are for different places. `then`: which id goes on from one."""

    by_id: Mapping[str, tuple[Explanation, ...]]
    then: Mapping[str, str]

    def find(self, about: str, country: str, nation: str, today: date) -> Explanation | None:
        """The text for a nation, else its country, else everywhere; None for none that is not too old."""
        there = {area: one for one in self.by_id.get(about, ()) for area in one.areas}
        found = next((there[area] for area in (nation, country, EVERYWHERE) if area in there), None)
        return None if found is None or found.expired(today) else found

    def first(self, about: str, country: str, nation: str, today: date) -> str:
        """The id itself, or where that part isn't known there the one that goes on from it."""
        return about if self.find(about, country, nation, today) else self.then.get(about, about)

    def after(self, about: str, country: str, nation: str, today: date) -> str:
        """The id that goes on from one there; "" where there is no more to tell."""
        following = self.then.get(about, "")
        return following if self.find(following, country, nation, today) else ""

    def expired(self, today: date) -> tuple[str, ...]:
        """The ids of texts that are not told any more."""
        return tuple(name for name, every in self.by_id.items() if any(one.expired(today) for one in every))

    def unreviewed(self) -> int:
        """How many texts no clinician has signed."""
        return sum(one.reviewed == "no" for every in self.by_id.values() for one in every)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    areas: Annotated[list[Area], Field(min_length=1)]
    text: Annotated[str, Field(min_length=20)]
    source: Annotated[str, Field(pattern=r"^https?://[^/\s]+\.[^/\s]+(/\S*)?$")]
    read: date
    reviewed: Annotated[str, Field(min_length=2)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    date: date
    told: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], list[_Row]]


_READER = TypeAdapter(_File)


def read_explanations(files: Mapping[str, object]) -> Explanations:
    """From parsed YAML by file name. `x_2` goes on from `x`. Raises BrokenExplanations with every problem."""
    problems: list[tuple[str, str]] = []
    by_id: dict[str, tuple[Explanation, ...]] = {}
    for name, content in files.items():
        try:
            file = _READER.validate_python(content)
        except ValidationError as wrong:
            problems += [(f"{name}: {'.'.join(map(str, e['loc']))}", e["msg"]) for e in wrong.errors()]
            continue
        for about, rows in file.told.items():
            every = tuple(
                Explanation(tuple(row.areas), row.text.strip(), row.source, row.read, row.reviewed)
                for row in rows
            )
            problems += [(f"{name}: {about}", what) for what in _wrong(every, file.date)]
            if about in by_id:
                problems.append((f"{name}: {about}", "this id is used twice"))
            by_id[about] = every
    then = {about: after for about in by_id if (after := _after(about)) in by_id}
    goes_on = set(then.values())
    problems += [(name, "goes on from nothing") for name in by_id if _part(name) > 1 and name not in goes_on]
    if problems:
        raise BrokenExplanations(problems)
    return Explanations(by_id, then)


def words(text: str) -> int:
    """How many words somebody reads; addresses and numbers are none."""
    return len(re.findall(r"[^\W\d_][\w'’-]*", re.sub(r"\S+\.\S+", "", text)))


def _wrong(every: tuple[Explanation, ...], today: date) -> Iterator[str]:
    areas = sorted(area for one in every for area in one.areas)
    for area, other in pairwise(areas):
        if area == other:
            yield f"two texts for {area}"
    for one in every:
        if (count := words(one.text)) > MOST_WORDS:
            yield f"{count} words, {MOST_WORDS} are enough: {one.text[:30]} …"
        if re.search(r"\d(?:[ -]?\d){4}", one.text):
            yield "a phone number, which has no place here: see data/helplines.yaml"
        if one.read > today:
            yield "read later than the file's own date"
        if one.expired(today):
            yield "its source was read too long before the file's own date: read it again"


def _part(about: str) -> int:
    found = re.search(r"_(\d+)$", about)
    return int(found[1]) if found else 1


def _after(about: str) -> str:
    return f"{re.sub(r'_[0-9]+$', '', about)}_{_part(about) + 1}"
