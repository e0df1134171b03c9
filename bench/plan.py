"""What is measured: how many people, how they write, for how long."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Manner:
    """How people talk with one bot.

    They begin with `entry` and begin again after `cycle` updates. A message whose words contain one
    of `typed`'s keys is answered with its value; else the first button of `prefer` that is there is
    pressed, else the first that contains none of `avoid`; without buttons they type `words`.
    `press` false: they type a button's label instead. `answers_have_buttons`: a message without
    buttons is not yet the end of an answer.
    """

    entry: str = "/start"
    cycle: int = 9
    typed: tuple[tuple[str, str], ...] = ()
    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ("Talk to someone", "Skip")
    words: str = "it has been a hard week"
    press: bool = True
    answers_have_buttons: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `rate`: messages a second in the open loop. `delay_ms`: how late every answer is."""

    mode: Literal["closed", "open", "backlog"]
    manner: Manner
    people: int = 50
    rate: float = 0
    backlog: int = 0
    delay_ms: int = 0
    warm_s: float = 2
    measure_s: float = 8
    give_up_s: float = 60
    port: int = 0
    refuse: int = 0
    """A chat whose every message is answered 429, to be tried again in five seconds."""

    def to_json(self) -> str:
        """For another process."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Plan":
        """The plan that another process wrote."""
        fields = json.loads(text)
        manner = fields.pop("manner")
        manner["typed"] = tuple((key, value) for key, value in manner["typed"])
        for name in ("prefer", "avoid"):
            manner[name] = tuple(manner[name])
        return Plan(manner=Manner(**manner), **fields)


def tell(event: str, **values: object) -> None:
    """One event, for the process that started this one."""
    sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
    sys.stdout.flush()
