"""The rota on the dashboard: a week by day, gaps with who could take them, changes that can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.ports import Clock
from bot.app.rota.rota_by_hand import DAYS, day_named
from bot.app.rota.rota_desk import Change, RotaDesk, Week, every_week, in_turn
from bot.domain.alias import alias
from bot.domain.ids import PersonId, ShiftId
from bot.domain.rota.shifts import Added, Gap, Leave, Removed, Replaced, Rotation
from bot.domain.rota.shifts import Shift as Weekly
from bot.domain.rota.shifts import Turn as Shift
from bot.domain.rota.typed import Hours, shown
from bot.domain.zones import local, moment
from bot.store.engine.columns import from_ms, to_ms
from bot.web.access import LEADS, Door
from bot.web.pages import Pages
from bot.web.times import ago

PATH = "/rota"
_DAY = timedelta(days=1)
_FARTHEST = 400 * _DAY
_MOST_FIELDS = 8
_PAIR = {
    "offered": "asked, not answered yet",
    "introduced": "introduced",
    "active": "talking",
    "paused": "having a pause",
    "ended": "ended",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a day: who is on, or nobody. `start` and `end` as the forms send them back."""

    hours: str
    name: str
    coach: int = 0
    start: int = 0
    end: int = 0
    open: bool = False
    could: tuple[str, ...] = ()
    fill: str = ""
    """The form's address with a gap's hours filled in."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form for putting somebody on begins with."""

    on: date
    begins: str = "20:00"
    ends: str = "00:00"
    coach: int = 0


def form_for(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """The form's address with a gap's hours filled in; of a gap of a day or more, its first local day."""
    begins, ends = local(start, zone), local(end, zone)
    until = "00:00" if end - start >= _DAY else f"{ends:%H:%M}"
    words = {"on": f"{begins:%Y-%m-%d}", "from": f"{begins:%H:%M}", "until": until}
    return f"{PATH}?{urlencode(words)}#add"


class RotaPage:
    """Shows and changes it, for coordinators."""

    def __init__(self, desk: RotaDesk, clock: Clock, pages: Pages, zone: ZoneInfo) -> None:
        self._desk = desk
        self._clock = clock
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The week, its changes, the file to be paid from."""
        return [
            Door(PATH, self.show, to=LEADS),
            Door(f"{PATH}/hours.csv", self.file, to=LEADS),
            *(
                Door(f"{PATH}/{what}", self.change, to=LEADS, methods=["POST"])
                for what in (
                    "add", "remove", "replace", "back", "weekly", "weekly/remove", "turns/remove", "leave",
                )
            ),
        ]  # fmt: skip

    async def show(self, request: Request) -> Response:
        """The week of `week` (its Monday), or this one; with the form filled in for `on`, `from`, `until`."""
        asked = request.query_params
        return await self._page(request, asked.get("week", asked.get("on", "")), "", asked)

    async def change(self, request: Request) -> Response:
        """One form; what could not be done is said above the week."""
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        said = {name: str(value)[:40] for name, value in form.items()}
        by, now = request.state.person, self._clock.now()
        try:
            match request.url.path.removeprefix(f"{PATH}/"):
                case "add":
                    on = _day(said["on"], now, self._zone)
                    begins, ends = _time(said["from"]), _time(said["until"])
                    wrong = await self._desk.add(by, _who(said["coach"]), on, begins, ends, now)
                case "remove":
                    wrong = await self._desk.remove(by, _who(said["coach"]), _hours(said), now)
                case "replace":
                    other = _who(said["other"])
                    wrong = await self._desk.replace(by, _who(said["coach"]), other, _hours(said), now)
                case "weekly":
                    begins, ends = _time(said["from"]), _time(said["until"])
                    day = day_named(said["day"])
                    wrong = await self._desk.add_weekly(by, _who(said["coach"]), day, begins, ends, now)
                case "weekly/remove":
                    wrong = await self._desk.remove_weekly(by, _shift(said["shift"]), now)
                case "turns/remove":
                    wrong = await self._desk.remove_rotation(by, _shift(said["shift"]), now)
                case "leave":
                    first, last = (_day(said[name], now, self._zone) for name in ("first", "last"))
                    wrong = await self._desk.away(by, _who(said["coach"]), first, last, now)
                case _:
                    wrong = await self._desk.take_back(by, int(said["change"][:15]), now)
        except (KeyError, ValueError, OverflowError):
            wrong = _what_to_fill_in(request.url.path.removeprefix(f"{PATH}/"))
        week = said.get("week", "")
        if wrong:
            return await self._page(request, week, wrong, said)
        return RedirectResponse(f"{PATH}?week={_monday(week, now, self._zone)}", 303)

    async def file(self, request: Request) -> Response:
        """The month's hours as CSV; 404 for no month."""
        asked = request.query_params.get("month", "")
        try:
            first = date.fromisoformat(f"{asked}-01")
        except ValueError:
            raise HTTPException(404) from None
        each = request.query_params.get("each") == "yes"
        text = await self._desk.hours_csv(first.year, first.month, self._clock.now(), each=each)
        name = f"hours-{first:%Y-%m}{'-each' if each else ''}.csv"
        return Response(
            text, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    async def _page(self, request: Request, asked: str, said: str, given: Mapping[str, str]) -> Response:
        now = self._clock.now()
        week = await self._desk.week(_monday(asked, now, self._zone), now)
        today = local(now, self._zone).date()
        hour = timedelta(hours=1)
        return self._pages.page(
            request,
            "rota",
            400 if said and not said.startswith("It is done") else 200,
            said=said,
            monday=week.monday,
            first=_usual_day(week, now, self._zone),
            before=week.monday - 7 * _DAY,
            after=week.monday + 7 * _DAY,
            title=f"{week.monday:%-d %b} to {week.monday + 6 * _DAY:%-d %b %Y}",
            zone=self._zone.key.rpartition("/")[2].replace("_", " "),
            days=[
                (on, f"{on:%A}", f"{on:%-d %b}", on == today, self._lines(week, on, now))
                for on in (week.monday + n * _DAY for n in range(7))
            ],
            gaps=len(week.gaps),
            filled=self._filled(given, week, now),
            changes=[(one.id, _said(one, week, self._zone)) for one in week.changes],
            weekly=[_repeats(one, week) for one in week.rota.shifts],
            every=given if "day" in given else {},
            absence=given if "first" in given else {},
            weekdays=DAYS,
            coaches=[(who, week.names[who]) for who in week.coaches],
            loads=[
                (week.names[one.coach], f"{one.hours / hour:.1f}", one.nights, one.alerts, one.accepted,
                 one.passed, one.hard)
                for one in week.month
            ],
            pairs=[
                (alias(pair.person), week.names[pair.coach], _pair_words(pair.state, by),
                 ago(ended or began, now, self._zone))
                for pair, began, ended, by in week.pairs
            ],
            month=f"{today:%Y-%m}",
        )  # fmt: skip

    def _filled(self, given: Mapping[str, str], week: Week, now: datetime) -> Filled:
        """What was asked for or sent, and who could take it; the usual evening for anything else."""
        try:
            on, begins, ends = _day(given["on"], now, self._zone), _time(given["from"]), _time(given["until"])
        except (KeyError, ValueError, OverflowError):
            return Filled(_usual_day(week, now, self._zone))
        start = max(moment(on, begins, self._zone), now)
        could = (
            who
            for gap, some in zip(week.gaps, week.suggested, strict=True)
            if gap.start <= start < gap.end
            for who in some
        )
        chosen = given.get("coach", "")
        coach = int(chosen[:15]) if chosen.isdecimal() else next(could, 0)
        return Filled(on, f"{begins:%H:%M}", f"{ends:%H:%M}", coach)

    def _lines(self, week: Week, on: date, now: datetime) -> list[Line]:
        """What begins on that local date, or goes on from before the week's first; by start."""
        found: list[tuple[datetime, Line]] = []
        found += [
            (one.start, self._turn(one, week, on, now)) for one in week.turns if self._begins(one, week, on)
        ]
        for gap, could in zip(week.gaps, week.suggested, strict=True):
            part = self._part(gap, on)
            if part is not None:
                names = tuple(week.names.get(who, "") for who in could[:3])
                fill = form_for(part.start, part.end, self._zone)
                line = Line(self._between(part), "Nobody", open=True, could=names, fill=fill)
                found.append((part.start, line))
        return [line for _, line in sorted(found, key=lambda one: one[0])]

    def _part(self, gap: Gap, on: date) -> Gap | None:
        """What stands of a gap on a date: all of it where it begins; of more than a day, what is on it."""
        if gap.end - gap.start <= _DAY:
            return gap if local(gap.start, self._zone).date() == on else None
        start, end = (moment(day, time(0), self._zone) for day in (on, on + _DAY))
        part = Gap(max(gap.start, start), min(gap.end, end))
        return part if part.start < part.end else None

    def _begins(self, what: Shift, week: Week, on: date) -> bool:
        return max(local(what.start, self._zone).date(), week.monday) == on

    def _turn(self, turn: Shift, week: Week, on: date, now: datetime) -> Line:
        ahead, before = turn.end > now, local(turn.start, self._zone).date() < on
        return Line(
            f"until {local(turn.end, self._zone):%H:%M}" if before else self._between(turn),
            week.names.get(turn.coach, ""),
            turn.coach if ahead else 0,
            to_ms(turn.start),
            to_ms(turn.end),
        )

    def _between(self, what: Shift | Gap) -> str:
        start, end = local(what.start, self._zone), local(what.end, self._zone)
        long = end - start > timedelta(hours=24)
        if end.time() == start.time() == time(0) and end.date() == start.date() + _DAY:
            return "All day"
        return f"{start:%H:%M}–{end:%a %H:%M}" if long else f"{start:%H:%M}–{end:%H:%M}"


def _said(one: Change, week: Week, zone: ZoneInfo) -> str:
    name = week.names.get(one.what.coach, "")
    when = shown(Hours(one.what.start, one.what.end), zone)
    match one.what:
        case Added():
            return f"{name} is on as well, {when}"
        case Removed():
            return f"{name} is not on, {when}"
        case Replaced(by=by):
            return f"{week.names.get(by, '')} instead of {name}, {when}"
        case Leave():
            return f"{name} is away, {when}"


def _repeats(one: Weekly | Rotation, week: Week) -> tuple[str, int, str, str]:
    """Of which sort it is, its number in that, when, and who."""
    if isinstance(one, Weekly):
        return "weekly", one.id, every_week(one), week.names[one.coach]
    names = ", ".join(week.names[who] for who in one.coaches)
    return "turns", one.id, in_turn(one), f"{names}, in turn"


def _pair_words(state: str, ended_by: str) -> str:
    by = {"person": ", by the person", "coach": ", by the coach", "left": ", because one of them left"}
    return _PAIR[state] + (by.get(ended_by, "") if state == "ended" else "")


def _usual_day(week: Week, now: datetime, zone: ZoneInfo) -> date:
    """The day that a form begins with: today in this week, else the Monday of the week that is shown."""
    today = local(now, zone).date()
    return today if week.monday <= today < week.monday + 7 * _DAY else week.monday


def _monday(asked: str, now: datetime, zone: ZoneInfo) -> date:
    today = local(now, zone).date()
    try:
        on = date.fromisoformat(asked)
    except ValueError:
        on = today
    on = on if abs(on - today) <= _FARTHEST else today
    return on - on.weekday() * _DAY


def _what_to_fill_in(form: str) -> str:
    """What to say under a form in which something is missing, or is no day or time there can be."""
    if form == "leave":
        return "Please choose who, the first day away and the last, within a year."
    if form in ("add", "weekly"):
        return "Please fill in the day, within a year, from and until, such as 20:00 and 02:00."
    return "That could not be read. Please open the page again and try once more."


def _day(words: str, now: datetime, zone: ZoneInfo) -> date:
    """A date of a form. Raises ValueError, also for one too far away."""
    on = date.fromisoformat(words)
    if abs(on - local(now, zone).date()) > _FARTHEST:
        raise ValueError("too far away")
    return on


def _time(words: str) -> time:
    return time.fromisoformat(words.strip()[:5]).replace(second=0)


def _shift(number: str) -> ShiftId:
    return ShiftId(int(number[:15]))


def _who(number: str) -> PersonId:
    return PersonId(min(int(number), 2**63 - 1))


def _hours(said: dict[str, str]) -> Hours:
    return Hours(from_ms(int(said["start"])), from_ms(int(said["end"])))
