"""When somebody wants to be asked: "ask me tonight", "ask me at six", "ask me in an hour"."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.checkins.checkin import ORDINARY, Hours, Window, time_in
from bot.domain.conversation.matching import plain, unaccented
from bot.domain.zones import is_quiet, local, moment

POLITELY = (
    r"(?:(?:please|pls|plz|hi|hey|hiya|ok|okay|just|so|maybe|and|yes|yeah|can you|can u|could you|could u|"
    r"will you|will u|would you|would u|you can|u can|is it possible to|id like you to) )*"
)
ASKED = (
    r"(?:(?:ask|remind|check on|check in on|check in with|check up on|text|txt|message|msg|ping|nudge|"
    r"write to|get back to|contact|send a message to) (?:me|us)|check in|check back)"
    r"(?: (?:again|back|how i am|how im doing|how i m doing|how its going|to see how i am|"
    r"to see how im doing|a reminder))?"
)
TAIL = r"(?: (?:please|pls|plz|thanks|thank you|ta|x+|ok|mate|if you can|if u can))*"
_ASKS = re.compile(rf"{POLITELY}{ASKED} (?P<when>.+)\Z")
_TAIL_END = re.compile(rf"(?<=\w){TAIL[:-1]}+\Z")
_SHORT = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tomoz": "tomorrow", "tomo": "tomorrow",
    "2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow", "tomorow": "tomorrow",
    "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorro": "tomorrow", "tonite": "tonight",
    "2nite": "tonight", "2night": "tonight", "2day": "today", "mornin": "morning", "morn": "morning",
    "eve": "evening", "aft": "afternoon", "arvo": "afternoon", "hr": "hour", "hrs": "hours", "evry": "every",
}  # fmt: skip
_TONGUES = tuple(
    (re.compile(rf"\b(?:{theirs})\b"), ours)
    for theirs, ours in (
        ("escribeme|preguntame|mandame un mensaje|napisz do mnie|zapytaj mnie|ysgrifennwch ata i", "text me"),
        ("tecstiwch fi|gofynnwch i mi", "text me"),
        ("cada manana|todas las mananas|kazdego ranka|co rano|bob bore", "every morning"),
        ("cada noche|todas las noches|co wieczor|kazdego wieczoru|bob nos", "every evening"),
        ("cada dia|todos los dias|codziennie|kazdego dnia|bob dydd", "every day"),
        ("manana por la manana|jutro rano|bore yfory|yfory bore", "tomorrow morning"),
        ("manana por la tarde|jutro po poludniu|prynhawn yfory", "tomorrow afternoon"),
        ("manana por la noche|jutro wieczorem|nos yfory", "tomorrow evening"),
        ("esta noche|dzis wieczorem|dzisiaj wieczorem|heno", "tonight"),
        ("por la manana|rano|yn y bore", "in the morning"),
        ("por la tarde|po poludniu|yn y prynhawn", "in the afternoon"),
        ("por la noche|wieczorem|gydar nos", "in the evening"),
        ("manana|jutro|yfory", "tomorrow"),
        (r"(?:a las|o|am) (?=\d)", "at "),
        ("por favor|porfa|prosze|os gwelwch yn dda|plis", "please"),
    )
)
"""The same wish in Spanish, Polish and Welsh, without accents; longer wordings first."""
_LEAST, _MOST = timedelta(minutes=2), timedelta(days=2)
_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_NUMBERS = {word: n for n, word in enumerate(_WORDS)} | {"a": 1, "an": 1, "half an": 0}
_SPAN = re.compile(r"in (?P<n>\d{1,3}|half an|[a-z]+) (?P<unit>minutes?|mins?|hours?|hrs?|hour)\Z")
_AT = re.compile(
    r"(?:at |around |about )?(?P<hour>\d{1,2}|[a-z]+)(?:[ :.](?P<min>\d{2}))? ?(?P<half>am|pm)?\Z"
)
_HALF_PAST = re.compile(r"\bhalf (?:past )?(\w+)")
_TODAY_WORDS = ("today", "tonight", "tomorrow", "this morning", "this afternoon", "this evening")


def wants_to_be_asked(text: str) -> str | None:
    """What follows "ask me" where the whole message is such a wish, else None."""
    found = _ASKS.match(spelt_out(text))
    return found["when"] if found and _could_be_a_time(found["when"]) else None


def spelt_out(text: str) -> str:
    """Plain words, with the marks in a time of day, and what people shorten in full ("tmrw", "2nite").

    A wish to be asked in another language that is spoken here comes in English words.
    """
    words = " ".join(_SHORT.get(word, word) for word in _figures(text).split())
    bare = unaccented(words)
    if _TONGUES[0][0].search(bare) or _TONGUES[1][0].search(bare):
        for theirs, ours in _TONGUES:
            bare = theirs.sub(ours, bare)
        return " ".join(bare.split())
    return words


def part_of_day(said: str | None) -> str:
    """The part of the day of a time or a word for one ("7pm", "mornings", "at night"), or ""."""
    words = (said or "").removesuffix("s")
    if words in ("morning", "afternoon", "evening"):
        return words
    if words in ("night", "at night", "tonight", "bedtime", "before bed"):
        return Window.EVENING.value
    at = read_time(said or "")
    if at is None:
        return ""
    by_clock = any(mark in f" {said} " for mark in ("am", ":")) or (said or "").startswith("0")
    hour = at.hour if by_clock or at.hour != at.hour % 12 or at.hour >= 8 else at.hour + 12
    window = Window.MORNING if hour < 12 else Window.AFTERNOON if hour < 17 else Window.EVENING
    return window.value


def read_when(when: str, now: datetime, zone: ZoneInfo, who: int, hours: Hours = ORDINARY) -> datetime | None:
    """The moment (UTC) meant by "tonight", "at six", "in an hour", "tomorrow morning"; None if none is.

    A figure that could be morning or evening is the next of the two that is not in quiet hours. Between two
    minutes and two days from now. `who` spreads people who name only a part of the day over it.
    """
    said = _TAIL_END.sub("", spelt_out(when))
    here = local(now, zone)
    if (span := _span(said)) is not None:
        at: datetime | None = now + span
    else:
        day, rest = _day(said, here.date())
        at = _part(rest, day, now, zone, who, hours)
        if at is None:
            at = _clock(rest, day, now, zone, hours)
    return at if at is not None and _LEAST <= at - now <= _MOST else None


def read_time(text: str) -> time | None:
    """The time of an appointment as people type it: 10:30, 2pm, "at two", "half 2"; a bare 2 is by day.

    Else None.
    """
    half, said = _half(_HALF_PAST.sub(r"\1 30", _figures(text)))
    found = _AT.match(said)
    hour = _hour(found) if found else None
    if found is None or hour is None or hour > 23 or int(found["min"] or 0) > 59:
        return None
    half = found["half"] or half
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour < 7 and not said.startswith("0"):
        hour += 12
    return time(hour % 24, int(found["min"] or 0))


def _hour(found: re.Match[str]) -> int | None:
    return int(found["hour"]) if found["hour"].isdigit() else _NUMBERS.get(found["hour"])


def _figures(text: str) -> str:
    """Plain words, but for the marks in a time of day."""
    kept = re.sub(r"(?<=\d)[.:](?=\d\d)", "COLON", text)
    return plain(kept).replace("colon", ":")


def _could_be_a_time(when: str) -> bool:
    """Whether it is worth reading as a time: "ask me how i am" is not."""
    first = re.sub(r"^(?:at|around|about|in) ", "", when)
    number = re.match(r"(?:\d|half an )|(?:" + "|".join(_NUMBERS) + r")\b", first)
    return bool(number) or any(
        when.startswith(word) for word in (*_TODAY_WORDS, "later", "in the", "at noon", "in a bit", "soon")
    )


def _span(said: str) -> timedelta | None:
    found = _SPAN.match(said)
    if not found:
        return None
    if found["n"] == "half an":
        return timedelta(minutes=30)
    number = int(found["n"]) if found["n"].isdigit() else _NUMBERS.get(found["n"])
    if number is None:
        return None
    return timedelta(hours=number) if found["unit"].startswith("h") else timedelta(minutes=number)


def _day(said: str, today: date) -> tuple[date | None, str]:
    """The date that is named, if one is, and what is left."""
    for word, days in (("tomorrow", 1), ("today", 0)):
        if said.startswith(word) or said.endswith(f" {word}"):
            return today + timedelta(days=days), said.replace(word, "").strip()
    return None, said


def _part(
    rest: str, day: date | None, now: datetime, zone: ZoneInfo, who: int, hours: Hours
) -> datetime | None:
    """A part of a day, at a minute of the person's own; the evening when only the day was named."""
    found = re.fullmatch(
        r"(?:in the |this )?(morning|afternoon|evening)|"
        r"(later|later on|in a bit|soon|tonight|at night|)",
        rest,
    )
    if not found:
        return None
    window = Window(found[1]) if found[1] else Window.EVENING
    if not rest and day is not None and day != local(now, zone).date():
        window = Window.MORNING
    today = local(now, zone).date()
    at = moment(day or today, time_in(window, who, hours), zone)
    if at - now >= _LEAST or day is not None:
        return at
    soon = now + timedelta(hours=1)
    late = is_quiet(soon, zone, hours.quiet)
    return None if late and rest != "tonight" else soon


def _clock(rest: str, day: date | None, now: datetime, zone: ZoneInfo, hours: Hours) -> datetime | None:
    """A time of day; the next one to come, and by day where the figure could mean two."""
    half, said = _half(rest)
    found = _AT.match("12" if said in ("noon", "at noon", "midday", "at midday") else said)
    if not found:
        return None
    hour = _hour(found)
    minute = int(found["min"] or 0)
    if hour is None or hour > 23 or minute > 59:
        return None
    half = found["half"] or half
    if half:
        possible = [hour % 12 + (12 if half == "pm" else 0)]
    else:
        exact = hour == 0 or hour > 12 or said.startswith("0")
        possible = [hour] if exact else [hour % 12, hour % 12 + 12]
    today = local(now, zone).date()
    days = [day] if day is not None else [today, today + timedelta(days=1)]
    times = [moment(on, time(one, minute), zone) for on in days for one in possible]
    coming = sorted(at for at in times if at - now >= _LEAST)
    by_day = [at for at in coming if not is_quiet(at, zone, hours.quiet)]
    chosen = by_day if len(possible) > 1 and by_day else coming
    return chosen[0] if chosen else None


def _half(rest: str) -> tuple[str, str]:
    """am or pm said in words, and what is left."""
    for words, half in (
        ("in the morning", "am"), ("this morning", "am"), ("in the afternoon", "pm"),
        ("in the evening", "pm"), ("this evening", "pm"), ("tonight", "pm"), ("at night", "pm"),
    ):  # fmt: skip
        if rest.endswith(f" {words}"):
            return half, rest.removesuffix(f" {words}").strip()
        if rest.startswith(f"{words} "):
            return half, rest.removeprefix(f"{words} ").strip()
    return "", rest
