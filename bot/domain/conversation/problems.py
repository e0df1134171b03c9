"""What is wrong with a flow, said so that its author can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. `line` counts from 1; `key` is the dotted way to it (`steps.about.goto`)."""

    file: str
    line: int
    key: str
    what: str
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        fix = f" ({self.fix})" if self.fix else ""
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {self.severity}: {key}{self.what}{fix}"


def meant(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The way to put a name right that nothing has: the one that is most like it, else `otherwise`."""
    like = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {like[0]}?" if like else otherwise


class FlowsBroken(Exception):
    """Flows that cannot be run. Carries every problem found, not the first alone."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
