"""What is wrong with the settings, said so that it can be put right: where, which key, what, and the fix."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `where` is a file or an environment variable; `line` counts from 1, in files only."""

    where: str
    key: str
    what: str
    fix: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        return f"{place}: {self.key} {self.what}. Fix: {self.fix}"


class ConfigProblems(Exception):
    """The settings can't be used. Holds every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.line is None, p.line or 0, p.where, p.key)))
        super().__init__("\n".join(map(str, self.problems)))


def check_lines(problems: Iterable[Problem]) -> list[str]:
    """One line per problem, ready to be printed. No value of a secret is ever in them."""
    return [str(problem) for problem in problems]
