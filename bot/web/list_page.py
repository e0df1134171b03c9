"""The list of conversations: newest first, by flag and by state, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.app.summaries import Overview, State
from bot.domain.events import Code, HandoffUnanswered
from bot.web.times import Shown, ago, day
from bot.web.wording import Wording, first_up

A_PAGE = 25
_ABOUT = Code("about")

STATES: Mapping[State, str] = {
    "open_danger": "Danger open",
    "waiting": "Waiting for a coach",
    "talking": "With a coach",
    "unanswered": "Ended without a coach",
    "over": "Over",
}
assert set(STATES) == set(get_args(State))


def was_unanswered(one: Overview) -> bool:
    """Whether the person was told that nobody answers, or nobody ever came."""
    return one.summary.outcome == "gave_up" or any(
        isinstance(recorded.event, HandoffUnanswered) for recorded in one.summary.timeline
    )


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a coordinator looks for: its name in the filter, and whom it marks."""

    label: str
    marks: Callable[[Overview], bool]


FLAGS: Mapping[str, Flag] = {
    "danger": Flag("Danger", lambda one: bool(one.summary.flags)),
    "unanswered": Flag("Nobody answered", was_unanswered),
    "unmet": Flag("Unmet need", lambda one: bool(one.summary.unmet)),
    "follow_up": Flag("Check-in due", lambda one: one.summary.follow_up is not None),
    "young": Flag("Under 18", lambda one: one.summary.age == "minor"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for in the address. Anything unknown in it means no filter."""

    flag: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Read from an address."""
        flag, state, page = query.get("flag", ""), query.get("state", ""), query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(flag if flag in FLAGS else "", state if state in STATES else "", max(number, 1))

    def lets_through(self, one: Overview) -> bool:
        """Whether a conversation is asked for."""
        return (not self.flag or FLAGS[self.flag].marks(one)) and (not self.state or one.state == self.state)

    def address(self, **other: str | int) -> str:
        """The address of the same list with something changed; changing a filter begins at page 1."""
        asked = {"flag": self.flag, "state": self.state, "page": 1} | other
        query = urlencode({k: v for k, v in asked.items() if v not in {"", 1}})
        return f"/conversations?{query}" if query else "/conversations"


@dataclass(frozen=True, slots=True)
class Link:
    """A filter in the margin, how many it finds, and whether it is on."""

    label: str
    address: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation on the list."""

    alias: str
    address: str
    last: Shown
    about: str
    state: State
    state_words: str
    marks: tuple[tuple[str, str], ...]


def the_list(
    found: Sequence[Overview], asked: Filter, wording: Wording, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Everything the list's template is filled with."""
    shown = [one for one in found if asked.lets_through(one)]
    pages = max(ceil(len(shown) / A_PAGE), 1)
    page = min(asked.page, pages)
    return {
        "lines": [_line(one, wording, now, zone) for one in shown[(page - 1) * A_PAGE : page * A_PAGE]],
        "found": len(shown),
        "all": len(found),
        "urgent": [
            Link(STATES[state], Filter().address(state=state), number, on=False)
            for state in ("open_danger", "waiting")
            if (number := sum(one.state == state for one in found))
        ],
        "filters": [("Flag", _flags(found, asked)), ("State", _states(found, asked))] if found else [],
        "page": page,
        "pages": pages,
        "newer": asked.address(page=page - 1) if page > 1 else "",
        "older": asked.address(page=page + 1) if page < pages else "",
        "filtered": bool(asked.flag or asked.state),
    }


def _flags(found: Sequence[Overview], asked: Filter) -> list[Link]:
    within = [one for one in found if not asked.state or one.state == asked.state]
    return [Link("All", asked.address(flag=""), len(within), not asked.flag)] + [
        Link(flag.label, asked.address(flag=name), sum(map(flag.marks, within)), asked.flag == name)
        for name, flag in FLAGS.items()
    ]


def _states(found: Sequence[Overview], asked: Filter) -> list[Link]:
    within = [one for one in found if not asked.flag or FLAGS[asked.flag].marks(one)]
    return [Link("Any", asked.address(state=""), len(within), not asked.state)] + [
        Link(words, asked.address(state=state), sum(o.state == state for o in within), asked.state == state)
        for state, words in STATES.items()
    ]


def _line(one: Overview, wording: Wording, now: datetime, zone: ZoneInfo) -> Line:
    summary = one.summary
    about = [wording.code(topic) for topic in summary.topics]
    about += [wording.code(choice) for choice in summary.answers.get(_ABOUT, ())]
    marks = [("danger", first_up(wording.kind("kind", flag.kind))) for flag in summary.flags.values()]
    if summary.age == "minor":
        marks.append(("young", "Under 18"))
    if was_unanswered(one):
        marks.append(("unanswered", "Nobody answered"))
    if summary.unmet:
        marks.append(("unmet", "Unmet need"))
    if summary.follow_up is not None:
        marks.append(("follow_up", f"Check-in {day(summary.follow_up, now, zone).said}"))
    return Line(
        one.alias,
        f"/conversations/{one.person}/{one.number}",
        ago(one.last, now, zone),
        first_up(" · ".join(dict.fromkeys(about))),
        one.state,
        STATES[one.state],
        tuple(dict.fromkeys(marks)),
    )
