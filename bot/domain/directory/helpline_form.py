"""The form of data/helplines.yaml, strictly read: an unknown key or a number in no line is a problem."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.domain.directory.helplines import (
    LOCAL,
    ROLES,
    Audience,
    Channel,
    ChannelKind,
    Cost,
    Gap,
    Grade,
    Helplines,
    Line,
    Local,
    Pinned,
    Role,
    made,
)
from bot.domain.directory.hours import BankHolidays, Hours, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Area = Literal["GB", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "IE", "US", "*"]
Topic = Literal[
    "emergency", "crisis", "emotional", "suicide", "mental_health", "alcohol", "drugs", "overdose",
    "harm_reduction", "family", "young", "gambling", "domestic_abuse", "debt", "benefits", "housing",
    "advice", "bereavement", "eating", "fellowship", "information", "referral", "social_services", "lgbt",
]  # fmt: skip
_CHANNELS: tuple[ChannelKind, ...] = ("call", "text", "chat", "textphone", "web")


class BrokenHelplines(ValueError):
    """The file cannot be used. `problems` are (where, what), `where` such as "lines.gb-999.hours"."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{where}: {what}" for where, what in problems))
        self.problems = problems


def _hours(value: object) -> Hours:
    if value == "always":
        return Hours(always=True)
    if value == "unknown":
        return Hours(known=False)
    if not isinstance(value, dict) or not value:
        raise ValueError(
            'hours are "always", "unknown", or days with times such as {mon-fri: ["09:00-17:00"]}'
        )
    spans = [
        _span(day, times)
        for days, many in value.items()
        for day in _days(str(days))
        for times in _listed(many)
    ]
    return Hours(spans=tuple(sorted(spans, key=lambda span: (span.day, span.start))))


def _listed(value: object) -> list[str]:
    if not isinstance(value, list) or not value:
        raise ValueError('times are a list such as ["09:00-12:00", "13:00-17:00"]')
    return [str(times) for times in value]


def _days(text: str) -> Iterator[int]:
    if text == "daily":
        yield from range(7)
        return
    first, _, last = text.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f"unknown day {text!r}: daily, mon, mon-fri")
    day, end = DAYS.index(first), DAYS.index(last or first)
    yield day
    while day != end:
        day = (day + 1) % 7
        yield day


def _span(day: int, times: str) -> Span:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", times)
    if not found:
        raise ValueError(f"unknown times {times!r}: 09:00-17:00")
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    return Span(day, start, end if end > start else end + 24 * 60)


def _source_date(value: object) -> str:
    return "" if value is None else str(value)


def _text(value: object) -> object:
    if isinstance(value, int):
        raise ValueError('put numbers in quotes: "0800 1111"')
    return value


HoursField = Annotated[Any, BeforeValidator(_hours)]
Number = Annotated[str, BeforeValidator(_text), Field(min_length=2, max_length=120)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class _Channel(_Form):
    call: Number = ""
    text: Number = ""
    chat: Number = ""
    textphone: Number = ""
    web: Number = ""
    then: str = ""
    send: str = ""
    hours: HoursField = None

    def value(self) -> Channel:
        kinds = [kind for kind in _CHANNELS if getattr(self, kind)]
        if len(kinds) != 1:
            raise ValueError("a channel is exactly one of call, text, chat, textphone, web")
        return Channel(kinds[0], getattr(self, kinds[0]), self.then, self.send, self.hours)


class _Line(_Form):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=2)
    areas: list[Area] = Field(min_length=1)
    topics: list[Topic] = Field(min_length=1)
    audience: Audience = "anyone"
    channels: list[_Channel] = Field(min_length=1)
    hours: HoursField
    bank_holidays: BankHolidays = "unknown"
    zone: str = ""
    cost: Cost
    url: str
    source: str = Field(min_length=3)
    source_date: Annotated[str, BeforeValidator(_source_date)]
    grade: Grade
    note: str = ""
    verified_on: date | None


class _Pinned(_Form):
    say: str = Field(min_length=3, max_length=160)
    lines: list[str] = Field(min_length=1)


class _Gap(_Form):
    area: Area
    topic: Topic
    why: str


class _File(_Form):
    date: date
    pinned: dict[Literal["unknown", "EU"] | Area, dict[Role, _Pinned]]
    local: dict[Literal["unknown"] | Area, dict[Local, Annotated[str, Field(max_length=100)]]]
    gaps: list[_Gap]
    lines: list[_Line]


def read_helplines(content: object) -> Helplines:
    """Helplines from the parsed YAML. Raises BrokenHelplines with every problem found."""
    try:
        file = _File.model_validate(content)
        lines = tuple(_line(line, file.date) for line in file.lines)
    except ValidationError as error:
        raise BrokenHelplines([(_where(e["loc"], content), e["msg"]) for e in error.errors()]) from None
    except ValueError as error:
        raise BrokenHelplines([("lines", str(error))]) from None
    pinned: dict[str, dict[Role, Pinned]] = {
        area: {role: Pinned(pin.say, tuple(pin.lines)) for role, pin in roles.items()}
        for area, roles in file.pinned.items()
    }
    gaps = tuple(Gap(gap.area, gap.topic, gap.why) for gap in file.gaps)
    local: dict[str, dict[Local, str]] = dict(file.local.items())
    helplines = made(file.date, lines, pinned, gaps, local)
    problems = list(_problems(helplines))
    if problems:
        raise BrokenHelplines(problems)
    return helplines


def _line(form: _Line, listed_on: date) -> Line:
    hours: Hours = form.hours
    return Line(
        id=form.id,
        name=form.name,
        areas=tuple(form.areas),
        topics=tuple(form.topics),
        channels=tuple(channel.value() for channel in form.channels),
        hours=Hours(hours.known, hours.always, hours.spans, form.bank_holidays),
        cost=form.cost,
        url=form.url,
        source=form.source,
        source_date=form.source_date,
        grade=form.grade,
        listed_on=listed_on,
        audience=form.audience,
        note=form.note,
        zone=form.zone,
        verified_on=form.verified_on,
    )


def _problems(helplines: Helplines) -> Iterator[tuple[str, str]]:
    """What types cannot say: ids once only, every area complete, no number on a card that no line has."""
    ids = [line.id for line in helplines.lines]
    yield from ((f"lines.{id_}", "this id is used twice") for id_ in sorted(set(ids)) if ids.count(id_) > 1)
    for area in ("unknown", "GB", "IE", "US"):
        for role in ROLES:
            if role not in helplines.pinned.get(area, {}):
                yield f"pinned.{area}", f"{role} is missing: nobody may be left without a number"
    for name in LOCAL:
        if name not in helplines.local.get("unknown", {}):
            yield "local.unknown", f"{name} is missing: it stands in for every other place"
    for area, roles in helplines.pinned.items():
        for role, pin in roles.items():
            yield from _pin_problems(f"pinned.{area}.{role}", pin, helplines)
    for line in helplines.lines:
        if helplines.date < (line.verified_on or helplines.date):
            yield f"lines.{line.id}.verified_on", "later than the file's own date"
        if line.expired(helplines.date):
            yield (
                f"lines.{line.id}.verified_on",
                "checked too long before the file's own date: check it again",
            )


def _pin_problems(where: str, pin: Pinned, helplines: Helplines) -> Iterator[tuple[str, str]]:
    unknown = [id_ for id_ in pin.lines if id_ not in helplines.by_id]
    if unknown:
        yield where, f"no such line: {', '.join(unknown)}"
        return
    lines = [helplines.by_id[id_] for id_ in pin.lines]
    numbers = {_digits(channel.value) for line in lines for channel in line.channels}
    names = " ".join(line.name for line in lines)
    for number in re.findall(r"\d[\d -]*\d", pin.say):
        if _digits(number) not in numbers and number not in names:  # "NHS 24" is a name
            yield where, f"{number} is the number of none of its lines"


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _where(location: tuple[int | str, ...], content: object) -> str:
    """The path of a problem, with a line's id in place of its index."""
    parts: list[str] = []
    here: Any = content
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        named = here.get("id") if isinstance(here, dict) and isinstance(step, int) else None
        parts.append(str(named or step))
    return ".".join(parts)
