"""Words that say a group does not simply meet every week; it is then marked "check first"."""

import re

from bot.feeds.sieve import Sieve

_NTH = (
    r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|alternate|every other|other|every second)"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?s?"
_SEASONS = (
    r"(?:(?:june|july) (?:and|or|&|to) )?"
    r"(?:june|july|august|december|summer|winter|christmas|xmas|easter|ramadan)"
)
_SIGNS = re.compile(
    rf"\b{_NTH}\b(?:\s*(?:,|&|and|\+|/)\s*{_NTH}\b)*\s+(?:{_DAY}|weeks?)\b"
    rf"|\b{_NTH}\b(?:\s*(?:,|&|and|\+|/)\s*{_NTH}\b)*\s+(?:\w+\s+){{0,2}}of\s+(?:the|each|every)?\s*months?\b"
    r"|\bfortnightly\b|\bbi-?weekly\b|\bevery (?:two|2|three|3|four|4) weeks\b|\bmonthly\b|\bonce a month\b"
    r"|\balternate weeks?\b|\b(?:weeks?|months?) (?:1|2|3|4)\b"
    r"|\b(?:not|no|except|excluding|closed|doesn'?t meet|does not meet)\b[^.\n]{0,40}"
    r"\b(?:bank|public|school)\s*holidays?\b"
    rf"|\b(?:except|excluding|apart from|but not)\b[^.\n]{{0,20}}\b{_NTH}\b"
    rf"|\b(?:not|except|excluding) (?:(?:in|during|over|for|on|at|the) ){{0,2}}{_SEASONS}\b"
    rf"|\b(?:closed|break|only) (?:(?:in|during|over|for|at|the) ){{1,2}}{_SEASONS}\b"
    r"|\b(?:summer|winter)(?: months)? only\b|\bseasonal\b|\bquarterly\b|\b(?:odd|even) weeks?\b"
    r"|\btwice (?:a|per|each|every) month\b"
    r"|\bterm[- ]time\b|\bno (?:meeting|mtg|group)\b[^.\n]{0,60}"
    r"|\bby appointment\b|\bcheck (?:first|before)\b"
    r"|\b(?:temporarily|currently) (?:closed|cancell?ed|suspended|not meeting)\b"
    r"|\b(?:closed|cancell?ed|suspended|paused|on hold|not meeting)\b[^.\n]{0,30}"
    r"\b(?:un)?till?\b(?!\s*\d{1,2}(?:[:.]\d\d|\s*[ap]m))",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\buntil\b[^.,;()\n]{0,40}", re.IGNORECASE)


_ORDINALS = {
    "1st": "1", "first": "1", "2nd": "2", "second": "2", "3rd": "3", "third": "3", "4th": "4", "fourth": "4",
    "5th": "5", "fifth": "5", "last": "-1",
}  # fmt: skip
_ONE = rf"(?:{'|'.join(_ORDINALS)})"
_WHOLE = re.compile(
    rf"(?P<sure>(?:we )?(?:meets?|held|meeting)(?: only)?(?: on)? )?(?:the )?"
    rf"(?P<nth>{_ONE}(?:\s*(?:,|&|and|\+|/)\s*(?:the )?{_ONE})*) (?P<day>{_DAY})"
    r"(?: (?:of|in) (?:the|each|every|a)? ?months?)?(?P<only> only)?[.!]?",
    re.IGNORECASE,
)
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEMS = (
    "week", "month", "fortnight", "holiday", "term", "appointment", "check", "other", "altern", "last",
    "first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "4th", "5th", "no m", "no g", "til",
    "temporar", "currently", "except", "exclud", "apart from", "but not", "summer", "winter", "season",
    "quarterly", "odd w", "even w", "june", "july", "august", "december", "christmas", "xmas", "easter",
    "ramadan",
)  # fmt: skip
"""Every sign has one of these: looking for them first is quick."""
_STEM = re.compile("|".join(_STEMS))
_WORDS = Sieve("|".join(rf"{one.split()[0]}\b" if " " in one else one for one in _STEMS))


def may_be_irregular(text: str) -> bool:
    """Whether `rule_of` and `check_first` may find anything in a text: most say nothing of the kind."""
    lower = text.lower()
    return _WORDS.may_hold(lower) and bool(_STEM.search(lower))


def rule_of(day: int, in_day: str, in_regularity: str, notes: object) -> str:
    """When a group does not meet every week, as an RRULE, where the words leave no doubt; else "".

    "2nd and 4th Thursday" in the column for days or for how often; in notes only as a sentence of its own
    that says so ("Meets last Friday of the month."), for "speaker last Friday" is something else. `day` is
    the weekday (Monday is 0) that the words must name.
    """
    said = notes[:600] if isinstance(notes, str) else ""
    for text in (in_day, in_regularity):
        found = _WHOLE.fullmatch(text.strip())
        if found:
            return _rule(day, found)
    for sentence in re.split(r"(?<=[.!])\s+|\n", said):
        found = _WHOLE.fullmatch(sentence.strip())
        if found and (found["sure"] or found["only"]):
            return _rule(day, found)
    return ""


def _rule(day: int, found: re.Match[str]) -> str:
    if not found["day"].lower().startswith(_BYDAY[day].lower()):
        return ""
    numbers = {_ORDINALS[one.lower()] for one in re.findall(_ONE, found["nth"], re.IGNORECASE)}
    days = ",".join(f"{n}{_BYDAY[day]}" for n in sorted(numbers, key=lambda n: int(n) % 10))
    return f"FREQ=MONTHLY;BYDAY={days}"


def check_first(*texts: str) -> str:
    """The first such words in `texts` with a little of what stands around them, or ""."""
    for text in texts:
        found = _SIGNS.search(text)
        if found:
            before = re.split(r"[.]\s+|\n", text[: found.start()])[-1]
            after = re.split(r"[.](?:\s|$)|\n", text[found.end() :])[0]
            return f"{before}{found[0]}{after}".strip()[:120]
    return ""


def until_when(text: str) -> str:
    """Until when something is closed that is marked so: "until 5 January", or "" where no words say it."""
    found = _UNTIL.search(text)
    return found[0].strip() if found and re.search(r"\d", found[0]) else ""
