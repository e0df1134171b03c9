"""Helplines: which are there for a topic and a place, open or not, and the numbers that texts name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.directory.bank_holidays import is_bank_holiday
from bot.domain.directory.hours import Closed, Hours, Open, Openness, Unsure, openness
from bot.domain.speech import ENGLISH, ENGLISH_TOO, Speech

SHOWN_FOR = timedelta(days=180)
"""How long a line is shown after somebody last checked it."""

Country = str
Nation = str
Role = Literal["emergency", "crisis", "mental", "abuse", "child"]
ROLES: tuple[Role, ...] = ("emergency", "crisis", "mental", "abuse", "child")
Local = Literal["hospital", "silent_call", "doctor_line"]
LOCAL: tuple[Local, ...] = ("hospital", "silent_call", "doctor_line")
"""Words on the danger cards that differ from place to place."""
NEVER_HIDDEN = frozenset({"emergency", "crisis"})
_PINNED_TOPICS: Mapping[str, Role] = {
    "emergency": "emergency",
    "crisis": "crisis",
    "suicide": "crisis",
    "mental_health": "mental",
    "domestic_abuse": "abuse",
}
_ANYONE: frozenset[str] = frozenset({"anyone"})
_ALSO_FOR: Mapping[str, frozenset[str]] = {
    "family": frozenset({"family", "children_of_drinkers"}),
    "young": frozenset({"under_19", "under_35", "children_of_drinkers"}),
    "domestic_abuse": frozenset({"men"}),
}
"""Lines for some people only are offered only under the topic that says who is asking."""
ZONES: Mapping[Country, str] = {"GB": "Europe/London", "IE": "Europe/Dublin"}

ChannelKind = Literal["call", "text", "chat", "textphone", "web"]
Cost = Literal["free", "local_rate", "standard", "unknown"]
Audience = Literal["anyone", "family", "children_of_drinkers", "under_19", "under_35", "men"]
Grade = Literal["A", "B"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a line.

    `value` is as dialled, or an address; `then` is what to press or ask for, `send` the word to text; `hours`
    only where they differ from the line's.
    """

    kind: ChannelKind
    value: str
    then: str = ""
    send: str = ""
    hours: Hours | None = None

    @property
    def answers(self) -> bool:
        """Whether a person answers here; a website does not."""
        return self.kind in ("call", "text", "chat")


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline as data/helplines.yaml has it, and the day a coordinator checked it."""

    id: str
    name: str
    areas: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[Channel, ...]
    hours: Hours
    cost: Cost
    url: str
    source: str
    source_date: str
    grade: Grade
    listed_on: date
    audience: Audience = "anyone"
    note: str = ""
    zone: str = ""
    verified_on: date | None = None

    @property
    def country(self) -> Country:
        """The country of its first area, "" for a line of the whole world."""
        return self.areas[0].split("-")[0].strip("*")

    @property
    def nation(self) -> Nation:
        """Its nation when it serves just one."""
        return self.areas[0] if len(self.areas) == 1 and "-" in self.areas[0] else ""

    @property
    def never_hidden(self) -> bool:
        """Emergency and crisis lines stay visible whatever their age."""
        return not NEVER_HIDDEN.isdisjoint(self.topics)

    @property
    def shown_until(self) -> date:
        """The last day on which it counts as current."""
        return (self.verified_on or self.listed_on) + SHOWN_FOR

    def expired(self, today: date) -> bool:
        """Whether nobody has checked it for too long."""
        return today > self.shown_until


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a card says for one role in one area, and the lines that it stands for."""

    say: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A line that an area ought to have and this file does not."""

    area: str
    topic: str
    why: str


@dataclass(frozen=True, slots=True)
class Helplines:
    """The whole file. `pinned` is keyed by area: "unknown", a country, or a nation."""

    date: date
    lines: tuple[Line, ...]
    pinned: Mapping[str, Mapping[Role, Pinned]]
    gaps: tuple[Gap, ...] = ()
    local: Mapping[str, Mapping[Local, str]] = field(default_factory=dict)
    by_id: Mapping[str, Line] = field(default_factory=dict)

    def pin(self, role: Role, country: Country, nation: Nation) -> Pinned:
        """What is pinned there, from the nation, else the country, else "unknown"."""
        areas = _areas(country, nation)
        return next(self.pinned[area][role] for area in areas if role in self.pinned.get(area, {}))

    def word(self, name: Local, country: Country, nation: Nation) -> str:
        """What is said there, found as `pin` finds a number; "" where the place has no such thing."""
        areas = _areas(country, nation)
        return next(self.local[area][name] for area in areas if name in self.local.get(area, {}))


def _areas(country: Country, nation: Nation) -> tuple[str, str, str]:
    return nation if nation.startswith(f"{country}-") else "", country, "unknown"


def open_now(line: Line, at: datetime) -> Openness:
    """Whether a person can be reached at `at`: the best of its calls, texts and chats, in the line's zone."""
    answers = [channel_open(line, channel, at) for channel in line.channels if channel.answers]
    return min(answers, key=_readiness, default=Unsure("hours"))


def channel_open(line: Line, channel: Channel, at: datetime) -> Openness:
    """Whether one channel is answered at `at`."""
    zone = ZoneInfo(line.zone or ZONES.get(line.country, "America/New_York"))
    hours = channel.hours or line.hours
    return openness(hours, zone, at, lambda day: is_bank_holiday(day, line.country, line.nation))


def lines_for(helplines: Helplines, topic: str, country: Country, nation: Nation, at: datetime) -> list[Line]:
    """Lines on `topic` for someone there. What is pinned comes first, in the file's order and open or not.

    The others: open now before unsure before closed; the nation's own before the country's; checked before
    unchecked, grade A before B. Expired ones are left out, except emergency and crisis lines. While the
    nation is unknown, lines of single nations follow those of the whole country.
    """
    role = _PINNED_TOPICS.get(topic)
    first = [helplines.by_id[id_] for id_ in helplines.pin(role, country, nation).lines] if role else []
    today = at.date()
    rest = [
        line
        for line in helplines.lines
        if topic in line.topics and line not in first and _serves(line, country, nation)
        if line.audience in _ANYONE | _ALSO_FOR.get(topic, _ANYONE)
        if line.never_hidden or not line.expired(today)
    ]
    return first + sorted(rest, key=lambda line: _rank(line, nation, at))


def first_open(
    helplines: Helplines, topic: str, country: Country, nation: Nation, at: datetime
) -> Line | None:
    """The first line on `topic` answered now, else the pinned crisis line; None without a country."""
    if not country:
        return None
    for line in lines_for(helplines, topic, country, nation, at):
        if isinstance(open_now(line, at), Open):
            return line
    return helplines.by_id[helplines.pin("crisis", country, nation).lines[0]]


def all_open(
    helplines: Helplines, topic: str, country: Country, nation: Nation, at: datetime, *, by_text: bool = False
) -> list[Line]:
    """Every line on `topic` that is answered at `at`, best first; with `by_text` by text or chat.

    Of a country whose nation is unknown the lines for all of it, where there are any.
    """
    lines = lines_for(helplines, topic, country, nation, at) if country else []
    if by_text:
        found = [line for line in lines if writing(line, at) is not None]
    else:
        found = [line for line in lines if isinstance(open_now(line, at), Open)]
    everywhere = [line for line in found if not line.nation]
    return found if nation or not everywhere else everywhere


def writing(line: Line, at: datetime) -> Channel | None:
    """How one writes to a line at `at`, or None."""
    ways = (channel for channel in line.channels if channel.kind in ("text", "chat"))
    return next((way for way in ways if isinstance(channel_open(line, way, at), Open)), None)


def number_facts(
    helplines: Helplines, country: Country, nation: Nation, at: datetime, speech: Speech = ENGLISH
) -> dict[str, str]:
    """What texts may name: emergency, crisis_line, mental_line, abuse_line, child_line, open_line.

    Always all six, on one line each, never empty: with no country the numbers of all three, with no nation
    those that hold everywhere in the country. `open_line` is a human line that is open at `at`. Beside
    them the words of `LOCAL`, and `mental_also`: the mental health line where it isn't the crisis line. In
    another language each has its English beside it as `name@en`.
    """
    found = _number_facts(helplines, country, nation, at, speech)
    if speech is ENGLISH:
        return found
    english = _number_facts(helplines, country, nation, at, ENGLISH)
    return found | {f"{name}{ENGLISH_TOO}": said for name, said in english.items()}


def _number_facts(
    helplines: Helplines, country: Country, nation: Nation, at: datetime, speech: Speech
) -> dict[str, str]:
    said = {role: speech.of(helplines.pin(role, country, nation).say) for role in ROLES}
    crisis, mental = (helplines.pin(role, country, nation) for role in ("crisis", "mental"))
    line = first_open(helplines, "crisis", country, nation, at)
    return {
        "emergency": said["emergency"],
        "crisis_line": said["crisis"],
        "mental_line": said["mental"],
        "abuse_line": said["abuse"],
        "child_line": said["child"],
        "open_line": spoken(line, speech) if line else said["crisis"],
        "mental_also": "" if set(mental.lines) <= set(crisis.lines) else said["mental"],
        **{name: speech.of(helplines.word(name, country, nation)) for name in LOCAL},
    }


TEXT_WORD, TEXT_ANY = "{name}: text {word} to {number}", "{name}: text {number}"
"""How one writes to a line, for translators."""


def spoken(line: Line, speech: Speech = ENGLISH, by: Channel | None = None) -> str:
    """A line in a few words, as dialled: "Samaritans 116 123", "Shout: text SHOUT to 85258"; `by` so."""
    channel = by or next((c for c in line.channels if c.answers), line.channels[0])
    match channel.kind:
        case "text":
            said = speech.of(TEXT_WORD if channel.send else TEXT_ANY)
            return said.format(name=line.name, word=channel.send, number=channel.value)
        case "chat" | "web":
            return f"{line.name}: {channel.value}"
        case "call" | "textphone":
            number = channel.value if channel.value not in line.name.split() else ""
            return " ".join(filter(None, (line.name, number))) + (
                f", {speech.of(channel.then)}" if channel.then else ""
            )


def with_checks(helplines: Helplines, checked: Mapping[str, tuple[str, date]]) -> Helplines:
    """The same with `verified_on` from the store: id to (`fingerprint` when checked, day).

    A check counts only while the facts that were checked are the facts in the file.
    """
    lines = tuple(_checked(line, checked.get(line.id)) for line in helplines.lines)
    return made(helplines.date, lines, helplines.pinned, helplines.gaps, helplines.local)


def made(
    day: date,
    lines: tuple[Line, ...],
    pinned: Mapping[str, Mapping[Role, Pinned]],
    gaps: tuple[Gap, ...],
    local: Mapping[str, Mapping[Local, str]],
) -> Helplines:
    """Helplines with their index."""
    return Helplines(day, lines, pinned, gaps, local, {line.id: line for line in lines})


def fingerprint(line: Line) -> str:
    """What a check vouches for: numbers, addresses and hours, as text that changes when they do."""
    return repr((line.channels, line.hours, line.areas, line.zone))


def _checked(line: Line, check: tuple[str, date] | None) -> Line:
    if check is None or check[0] != fingerprint(line):
        return line
    return replace(line, verified_on=max(check[1], line.verified_on or check[1]))


def _serves(line: Line, country: Country, nation: Nation) -> bool:
    wanted = {"*", country, nation}
    return any(
        area in wanted or (not nation and country and area.startswith(f"{country}-")) for area in line.areas
    )


def _rank(line: Line, nation: Nation, at: datetime) -> tuple[int, bool, bool, bool, bool]:
    whole = any("-" not in area for area in line.areas)
    own = nation in line.areas if nation else whole
    return (
        _readiness(open_now(line, at)),
        "*" in line.areas,
        not own,
        line.verified_on is None,
        line.grade != "A",
    )


def _readiness(state: Openness) -> int:
    match state:
        case Open():
            return 0
        case Unsure():
            return 1
        case Closed():
            return 2
