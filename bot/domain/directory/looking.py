"""Where and for what somebody looks for groups, and the codes under which that is counted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.conversation.words import Answer
from bot.domain.directory.geo import Point
from bot.domain.directory.programmes import programme
from bot.domain.directory.typed import Looked
from bot.domain.directory.wanted import Needs, PartOfWeek
from bot.domain.measures.story import WEEKDAYS

_TAGS: Mapping[str, frozenset[str]] = {
    "women": frozenset({"women"}),
    "men": frozenset({"men"}),
    "lgbtq": frozenset({"lgbtq"}),
    "faith": frozenset({"faith"}),
    "medication": frozenset({"medication_ok"}),
    "access": frozenset({"step_free", "bsl", "asl"}),
    "childcare": frozenset({"childcare", "children_welcome"}),
}
"""What was ticked at "What would make it possible to go?", as tags of the directory."""
_PARTS: Mapping[str, PartOfWeek] = {"evenings": "evenings", "daytime": "daytime", "weekends": "weekends"}


@dataclass(frozen=True, slots=True)
class Looking:
    """Where and for what: `needs` as asked for now, `usual` without; `values` for the conversation."""

    point: Point | None
    zone: str
    needs: Needs
    usual: Needs
    values: dict[str, Answer]
    asked: str
    """What was typed, as it was read; "" where nothing was."""
    at: datetime
    """From when on (aware): now, or the beginning of next week."""
    middle: str
    """The town from whose middle is measured, "" where it is known more closely."""
    now: bool = False
    """Whether it was to be at once."""

    def say_asked(self, shown: dict[str, Answer]) -> None:
        """Above the first list; without one above the other way to help."""
        lists = ("online_text", "groups_text") if self.online_first else ("groups_text", "online_text")
        above = next((one for one in lists if shown.get(one)), "other_route")
        shown[above] = "\n".join(filter(None, (self.asked, str(shown[above]))))

    @property
    def online_first(self) -> bool:
        """Whether it is what is online that was asked for."""
        return self.needs.online or self.point is None

    def wider(self) -> Sequence[Needs]:
        """What to look for in turn until something is there: as asked, the same at any time, the same further
        away, anything at that time, anything near. What is for families, or online, stays so."""
        asked = self.needs
        far = replace(asked, within=None)
        families = asked.family or any(programme(code).family for code in asked.programmes)
        firmly = families or self.usual.firmly
        anything = replace(self.usual, family=families, firmly=firmly, online=asked.online)
        same = (asked, _timed(asked, self.usual), far, _timed(far, self.usual))
        return list(dict.fromkeys((*same, _timed(anything, asked), anything)))

    def only_later(self, level: int) -> bool:
        """Whether what is looked for at this step of `wider` is what was asked for but for its time."""
        return _timed(self.wider()[level], self.needs) == self.needs

    def of_service(self, service: Needs) -> Needs:
        """What is asked of a service: when it is to be open, and whom it is to be for."""
        return replace(_timed(service, self.needs), must=self.needs.must, within=self.needs.within)


def _timed(needs: Needs, as_of: Needs) -> Needs:
    """The same at the time of others."""
    return replace(
        needs,
        days=as_of.days,
        ahead=as_of.ahead,
        later=as_of.later,
        after=as_of.after,
        before=as_of.before,
    )


def needs_of(known: Mapping[str, Any]) -> Needs:
    """What the answers to the questions say about which groups are possible."""
    said = known.get("needs") or ()
    needs = frozenset((said,) if isinstance(said, str) else (str(one) for one in said))
    family_only = "topic" not in known and "about" not in known and bool(known.get("family_who"))
    return Needs(
        wants=frozenset().union(*(_TAGS.get(one, frozenset()) for one in needs)),
        parts=frozenset(_PARTS[one] for one in needs if one in _PARTS),
        not_twelve_step="not_12_step" in needs,
        online="online" in needs,
        no_transport="no_transport" in needs,
        family=known.get("topic") == "someone_else" or family_only,
    )


def band_of(there: datetime, looked: Looked | None) -> str:
    """When somebody wanted to go, as a code: weekday and part of the day by the clock there."""
    day, part = there.weekday(), there.hour
    if looked is not None:
        ahead = looked.days_ahead or 0
        day = min(looked.days) if looked.days else (day + ahead) % 7
        part = part if looked.hour is None else looked.hour
    named = "night" if part < 6 or part >= 22 else "evening" if part >= 17 else "day"
    return f"{WEEKDAYS[day]}_{named}"


def approach_of(needs: Needs) -> str:
    """Which kind was wanted, as a code; "" for any."""
    if needs.programmes:
        return "_".join(sorted(needs.programmes))[:40]
    return "not_12_step" if needs.not_twelve_step else "family" if needs.family else ""


def barriers_of(looked: Looked | None) -> tuple[str, ...]:
    """Whom a group was to be for, and what it had to have, as codes: what was typed of it."""
    if looked is None:
        return ()
    return (*sorted(looked.tags), *(("children",) if looked.kids else ()))


def is_whole_town(said: Any) -> bool:
    """Whether a place was named as a town ("Newport, Wales (NP20)"), and not by a code or a position."""
    return isinstance(said, str) and not re.search(r"\d", re.sub(r"\([^)]*\)", "", said))
