"""What is wrong with a flow, said so that its author can put it right."""

from dataclasses import dataclass
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
        return f"{self.file}:{self.line}: {self.severity}: {self.key}: {self.what}{fix}"


class FlowsBroken(Exception):
    """Flows that cannot be run. Carries every problem found, not the first alone."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
