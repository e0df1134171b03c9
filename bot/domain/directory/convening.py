"""What whoever runs a group types instead of tapping, once they have scanned its poster."""

import re
from typing import Final, Literal

Word = Literal["right", "changed", "time", "place", "ended"]
"""As the buttons under a poster's question: still right, or what has changed."""

_LEAD: Final = (
    r"(?:(?:yes|yeah|yep|no|sorry|hi|hello|it|its|thats|this|the|our|we|weve|were|group|meeting|service|"
    r"has|have|is|been|now) )*"
)
_WHEN: Final = r"(?:days?|times?|hours|day and time|time and day|day or time|start time)"
_WHERE: Final = r"(?:place|venue|address|room|hall|building|location)"
_OTHER: Final = r"(?:changed|different|wrong|new|not right|out of date)"
_SAYS: Final[tuple[tuple[Word, str], ...]] = (
    ("right", r"still (?:right|correct|true|the same|as it was|on|running|going)"),
    ("right", r"(?:all )?(?:correct|right as it (?:is|stands))"),
    ("time", rf"{_WHEN} (?:(?:has|have|is|are) )?{_OTHER}"),
    ("time", rf"(?:(?:changed|at) )?(?:a |the |our )?(?:new|different) {_WHEN}"),
    ("time", rf"changed (?:the |our )?{_WHEN}"),
    ("place", rf"{_WHERE} (?:(?:has|is) )?{_OTHER}"),
    ("place", rf"(?:in |at )?(?:a |the |our )?(?:new|different) {_WHERE}"),
    ("place", r"(?:we|weve|we have|group|meeting|service|its|has|it has) moved(?: .{1,60})?"),
    (
        "ended",
        r"(?:ended|closed|closed down|shut|finished|not running(?: any ?more)?|no longer (?:running|on))",
    ),
    ("changed", r"(?:(?:something|some things?|things?) )?(?:has |have )?(?:changed|not right|out of date)"),
)
_PATTERNS: Final = tuple(
    (word, re.compile(rf"{_LEAD}(?:{says})(?: (?:now|thanks|thank you|sorry))*")) for word, says in _SAYS
)


def said_by_convener(typed: str) -> Word | None:
    """The button that a whole plain message stands for; None for anything else."""
    return next((word for word, says in _PATTERNS if says.fullmatch(typed)), None)
