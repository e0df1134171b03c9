"""Where one person is in a flow. Plain enough to be written down as JSON and read back years later."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.domain.conversation.words import Answer, Answers


@dataclass(frozen=True, slots=True)
class Frame:
    """A step to come back to: one that was interrupted, or a `fresh` one that has not been entered yet."""

    flow: str
    version: int
    step: str
    picked: tuple[str, ...] = ()
    reasked: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation. `seq` counts the steps entered and never goes back, not even at a new Start.

    A session with `step == ""` is over; it is kept for its `seq` and for what is to be resumed.
    """

    flow: str
    version: int
    step: str
    seq: int = 0
    answers: Answers = field(default_factory=dict)
    picked: tuple[str, ...] = ()
    reasked: int = 0
    returns: tuple[Frame, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the flow has ended."""
        return not self.step


_ENCODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def session_to_json(session: Session) -> str:
    """The session as one JSON object."""
    return _ENCODED({
        "flow": session.flow,
        "version": session.version,
        "step": session.step,
        "seq": session.seq,
        "answers": session.answers,
        "picked": session.picked,
        "reasked": session.reasked,
        "returns": [asdict(frame) for frame in session.returns],
    })  # fmt: skip


def session_from_json(text: str) -> Session:
    """The session that `session_to_json` wrote. Raises ValueError or KeyError for anything else."""
    found: dict[str, Any] = json.loads(text)
    return Session(
        flow=found["flow"],
        version=found["version"],
        step=found["step"],
        seq=found["seq"],
        answers={name: frozen(value) for name, value in found["answers"].items()},
        picked=tuple(found["picked"]),
        reasked=found["reasked"],
        returns=tuple(Frame(**{**frame, "picked": tuple(frame["picked"])}) for frame in found["returns"]),
    )


def frozen(value: Answer) -> Answer:
    """The same answer with tuples for lists, so that what was read equals what was written."""
    if isinstance(value, Mapping):
        return {name: frozen(item) for name, item in value.items()}
    if isinstance(value, str) or not isinstance(value, list | tuple):
        return value
    return tuple(frozen(item) for item in value)
