"""The list of conversations: newest first, found by what is asked for in the address, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.app.desk.conversation_desk import A_PAGE, Listed
from bot.domain.danger.hearing import Kind
from bot.domain.zones import local, moment
from bot.store.desk.outline_search import FLAGS as KNOWN_FLAGS
from bot.store.desk.outline_search import Found, State, Wanted
from bot.web.times import Shown, ago, day
from bot.web.wording import Wording, first_up

PATH = "/conversations"
DAYS = 30
STATES: Mapping[State, str] = {
    "open_danger": "Danger open",
    "waiting": "Waiting for a coach",
    "talking": "With a coach",
    "unanswered": "Ended without a coach",
    "over": "Over",
}
assert set(STATES) == set(get_args(State))
FLAGS: Mapping[str, str] = {
    "to_review": "To review",
    "danger": "Danger",
    "unanswered": "Nobody answered",
    "unmet": "Unmet need",
    "young": "Under 18",
}
assert set(FLAGS) == set(KNOWN_FLAGS)
_MOST_TYPED = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for in the address. Anything unknown in it means no filter."""

    flag: str = ""
    state: str = ""
    q: str = ""
    kind: str = ""
    need: str = ""
    coach: str = ""
    ended: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Read from an address."""
        said = {one.name: query.get(one.name, "").strip()[:_MOST_TYPED] for one in fields(cls)}
        page = said["page"] or "1"
        return cls(
            flag=said["flag"] if said["flag"] in FLAGS else "",
            state=said["state"] if said["state"] in STATES else "",
            q=said["q"],
            kind=said["kind"] if said["kind"] in get_args(Kind) else "",
            need=said["need"] if said["need"].isidentifier() else "",
            coach=said["coach"] if said["coach"].isascii() and said["coach"].isdigit() else "",
            ended=said["ended"] if said["ended"].isidentifier() else "",
            since=_date(said["since"]),
            until=_date(said["until"]),
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def wanted(self, now: datetime, zone: ZoneInfo) -> Wanted:
        """The same for the store. Without a first day: the last 30 days; days are those of `zone`."""
        today = local(now, zone).date()
        first = self.since or (self.until or today) - timedelta(days=DAYS)
        last = self.until or today + timedelta(days=1)
        return Wanted(
            moment(first, time(0), zone),
            moment(last + timedelta(days=1), time(0), zone),
            state=self.state,
            flag=self.flag,
            named=self.q,
            kind=self.kind,
            need=self.need,
            coach=self.coach,
            ended=self.ended,
        )

    def address(self, path: str = PATH, **other: str | int) -> str:
        """The address of the same list with something changed; changing a filter begins at page 1."""
        asked = {one.name: getattr(self, one.name) for one in fields(self)} | {"page": 1} | other
        query = urlencode({name: value for name, value in asked.items() if value not in {"", 1, None}})
        return f"{path}?{query}" if query else path

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything at all."""
        return self.address(page=1) != PATH


@dataclass(frozen=True, slots=True)
class Link:
    """A filter in the margin, how many it finds, and whether it is on."""

    label: str
    address: str
    count: int | None
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
    listed: Listed, asked: Filter, wording: Wording, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Everything the list's template is filled with."""
    counts = listed.counts
    page, pages = listed.number, max(ceil(listed.total / A_PAGE), 1)
    return {
        "lines": [_line(one, listed, wording, now, zone) for one in listed.found],
        "asked": asked,
        "days": DAYS,
        "urgent": [
            Link(STATES[state], Filter().address(state=state), number, on=False)
            for state in ("open_danger", "waiting")
            if (number := counts.get(state, {}).get("n", 0)) and not asked.narrows
        ],
        "filters": [("Flag", _flags(counts, asked)), ("State", _states(counts, asked))] if counts else [],
        "choices": _choices(listed, asked, wording),
        "page": page,
        "pages": pages,
        "newer": asked.address(page=page - 1) if page > 1 else "",
        "older": asked.address(page=page + 1) if page < pages else "",
        "csv": asked.address(f"{PATH}.csv"),
        "json": asked.address(f"{PATH}.json"),
    }


def _flags(counts: Mapping[State, Mapping[str, int]], asked: Filter) -> list[Link]:
    within = [row for state, row in counts.items() if not asked.state or state == asked.state]
    return [Link("All", asked.address(flag=""), sum(row["n"] for row in within), not asked.flag)] + [
        Link(label, asked.address(flag=name), sum(row[name] for row in within), asked.flag == name)
        for name, label in FLAGS.items()
    ]


def _states(counts: Mapping[State, Mapping[str, int]], asked: Filter) -> list[Link]:
    column = asked.flag or "n"
    every = sum(row[column] for row in counts.values())
    return [Link("Any", asked.address(state=""), every, not asked.state)] + [
        Link(words, asked.address(state=state), counts.get(state, {}).get(column, 0), asked.state == state)
        for state, words in STATES.items()
    ]


def _choices(
    listed: Listed, asked: Filter, wording: Wording
) -> list[tuple[str, str, str, Sequence[tuple[str, str]]]]:
    """What may be chosen from lists: name in the address, label, what is chosen, and each choice."""
    kinds = [(kind, first_up(wording.kind("kind", kind))) for kind in get_args(Kind)]
    coaches = sorted(((str(who), name) for who, name in listed.coaches.items()), key=lambda one: one[1])
    return [
        ("coach", "Coach", asked.coach, coaches),
        ("need", "Could not be found", asked.need, [(code, wording.start(code)) for code in listed.needs]),
        ("ended", "How it ended", asked.ended, [(code, wording.start(code)) for code in listed.outcomes]),
        ("kind", "Kind of danger", asked.kind, kinds),
    ]


def _line(one: Found, listed: Listed, wording: Wording, now: datetime, zone: ZoneInfo) -> Line:
    outline = one.outline
    about = [wording.code(code) for code in (*outline.topics, *outline.about)]
    marks = [("danger", first_up(wording.kind("kind", kind))) for kind in outline.kinds]
    if outline.age == "minor":
        marks.append(("young", FLAGS["young"]))
    if outline.unanswered:
        marks.append(("unanswered", FLAGS["unanswered"]))
    if outline.needs:
        marks.append(("unmet", FLAGS["unmet"]))
    if (due := listed.next_dates.get(one.person)) is not None:
        marks.append(("follow_up", f"Check-in {day(due, now, zone).said}"))
    return Line(
        one.alias,
        f"{PATH}/{one.person}/{outline.number}",
        ago(outline.last, now, zone),
        first_up(" · ".join(dict.fromkeys(about))),
        one.state,
        STATES[one.state],
        tuple(dict.fromkeys(marks)),
    )


def _date(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if len(said) == 10 else None
    except ValueError:
        return None
