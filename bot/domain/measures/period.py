"""Stretches of time that are reported: weeks, months, quarters, years, or several weeks or months."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["week", "month", "quarter", "year"]
Several = Literal["weeks", "months"]
KINDS: tuple[Kind, ...] = ("week", "month", "quarter", "year")
MOST_WEEKS, MOST_MONTHS = 26, 60
"""Longer than this, several weeks are told as months, and of months no more."""
_DAY = timedelta(days=1)
_CODE = re.compile(r"(20\d\d)(?:-(?:w(\d\d)|q([1-4])|(\d\d)))?")
_MONTHS: Mapping[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from `first` up to, not including, `after`."""

    kind: Kind | Several
    first: date
    after: date

    @classmethod
    def from_to(cls, first: date, last: date) -> "Period":
        """What is reported of the days from `first` to `last`: the year, quarter or months that they make up,
        else the weeks that hold them."""
        first, last = min(first, last), max(first, last)
        wholes = (cls.holding("year", first), cls.holding("quarter", first))
        for whole in wholes:
            if (whole.first, whole.after) == (first, last + _DAY):
                return whole
        months, weeks = cls._spanning("month", first, last), cls._spanning("week", first, last)
        makes_up = (months.first, months.after) == (first, last + _DAY)
        return months if makes_up or weeks.after - weeks.first > 7 * MOST_WEEKS * _DAY else weeks

    @classmethod
    def _spanning(cls, kind: Literal["week", "month"], first: date, last: date) -> "Period":
        begin, end = cls.holding(kind, first), cls.holding(kind, last)
        if kind == "month":
            begin = cls.holding(kind, max(begin.first, _months_on(end.first, 1 - MOST_MONTHS)))
        return begin if begin == end else cls("weeks" if kind == "week" else "months", begin.first, end.after)

    @classmethod
    def holding(cls, kind: Kind, day: date) -> "Period":
        """The period of that kind that a day is in; weeks begin on Monday."""
        if kind == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=7))
        months = _MONTHS[kind]
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        return cls(kind, first, _months_on(first, months))

    @classmethod
    def read(cls, code: str) -> "Period | None":
        """The period that `code` names, or None for anything else.

        2026-w47, 2026-11, 2026-q4, 2026, or from one to another: 2026-w45_2026-w47, 2026-10_2026-11.
        """
        if code.count("_") == 1:
            begin, end = map(cls.read, code.split("_"))
            return None if begin is None or end is None else cls.from_to(begin.first, end.after - _DAY)
        found = _CODE.fullmatch(code)
        if found is None:
            return None
        year, week, quarter, month = (None if part is None else int(part) for part in found.groups())
        assert year is not None
        try:
            if week is not None:
                return cls.holding("week", date.fromisocalendar(year, week, 1))
            if month is not None:
                return cls.holding("month", date(year, month, 1))
        except ValueError:
            return None
        if quarter is not None:
            return cls.holding("quarter", date(year, 3 * quarter, 1))
        return cls.holding("year", date(year, 1, 1))

    @property
    def code(self) -> str:
        """Its name in an address."""
        match self.kind:
            case "weeks" | "months":
                ends = [Period.holding(self.part, day).code for day in (self.first, self.after - _DAY)]
                return "_".join(ends)
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year}-w{week:02}"
            case "month":
                return f"{self.first:%Y-%m}"
            case "quarter":
                return f"{self.first.year}-q{(self.first.month + 2) // 3}"
            case "year":
                return f"{self.first.year}"

    @property
    def title(self) -> str:
        """Its name in words."""
        last = self.after - _DAY
        match self.kind:
            case "weeks":
                return f"{self.first.day} {self.first:%B} to {last.day} {last:%B %Y}"
            case "months":
                year = "" if self.first.year == last.year else f" {self.first.year}"
                return f"{self.first:%B}{year} to {last:%B %Y}"
            case "week":
                return f"Week of {self.first.day} {self.first:%B} to {last.day} {last:%B %Y}"
            case "month":
                return f"{self.first:%B %Y}"
            case "quarter":
                return f"{self.first:%B} to {last:%B %Y}"
            case "year":
                return f"{self.first.year}"

    @property
    def part(self) -> Kind:
        """The kind of the periods that several in a row are; of any other, its own."""
        match self.kind:
            case "weeks":
                return "week"
            case "months":
                return "month"
            case kind:
                return kind

    def parts(self, kind: Kind) -> "list[Period]":
        """The periods of a shorter kind that it is made of, in order; itself, of its own kind."""
        found = [Period.holding(kind, self.first)]
        while found[-1].after < self.after:
            found.append(found[-1].next)
        return found

    def until(self, after: date) -> "Iterator[Period]":
        """This one and those that follow it and begin before `after`."""
        one = self
        while one.first < after:
            yield one
            one = one.next

    @property
    def before(self) -> "Period":
        """The one before it, as long as it is."""
        return self._beside(-1)

    @property
    def next(self) -> "Period":
        """The one after it."""
        return self._beside(1)

    def _beside(self, way: int) -> "Period":
        match self.kind:
            case "weeks":
                by = way * (self.after - self.first)
                return Period(self.kind, self.first + by, self.after + by)
            case "months":
                months = way * len(self.parts("month"))
                return Period(self.kind, _months_on(self.first, months), _months_on(self.after, months))
            case kind:
                return Period.holding(kind, self.after if way > 0 else self.first - _DAY)


def in_quarters(period: Period) -> Period:
    """What is counted of what is rare: of months the whole quarters they are in; any other as it is."""
    if period.part != "month":
        return period
    first, last = (Period.holding("quarter", day) for day in (period.first, period.after - _DAY))
    return first if first == last else Period("months", first.first, last.after)


def _months_on(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
