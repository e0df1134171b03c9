"""Stretches of time that are reported: weeks, months, quarters and years, each with the one before it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["week", "month", "quarter", "year"]
KINDS: tuple[Kind, ...] = ("week", "month", "quarter", "year")
_CODE = re.compile(r"(20\d\d)(?:-(?:w(\d\d)|q([1-4])|(\d\d)))?")
_MONTHS: Mapping[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from `first` up to, not including, `after`."""

    kind: Kind
    first: date
    after: date

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
        """The period that `code` names (2026-w47, 2026-11, 2026-q4, 2026), or None for anything else."""
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
        match self.kind:
            case "week":
                last = self.after - timedelta(days=1)
                return f"Week of {self.first.day} {self.first:%B} to {last.day} {last:%B %Y}"
            case "month":
                return f"{self.first:%B %Y}"
            case "quarter":
                last = self.after - timedelta(days=1)
                return f"{self.first:%B} to {last:%B %Y}"
            case "year":
                return f"{self.first.year}"

    def parts(self, kind: Kind) -> "list[Period]":
        """The periods of a shorter kind that it is made of, in order; itself, of its own kind."""
        found = [Period.holding(kind, self.first)]
        while found[-1].after < self.after:
            found.append(found[-1].next)
        return found

    @property
    def before(self) -> "Period":
        """The one before it."""
        return Period.holding(self.kind, self.first - timedelta(days=1))

    @property
    def next(self) -> "Period":
        """The one after it."""
        return Period.holding(self.kind, self.after)


def _months_on(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
