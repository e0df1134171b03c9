"""What somebody looks for, read from what they typed: "meetings near Leeds tonight", "need naloxone".

Strict on purpose: each word must be one that is known here, or part of one place at the end or after "near".
"I went to a meeting in Leeds last night" is no search.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.directory.programmes import BY_CODE, programme_code
from bot.domain.directory.towns import plain
from bot.domain.directory.wanted import DAY_MINUTES, Needs

LONGEST = 90
MOST_PLACE_WORDS = 4
NIGHT_ENDS = 4 * 60
"""Minutes after midnight until which "tonight" lasts."""
EVENING = 17 * 60
"""Minutes after midnight from which it is tonight."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = {word: n for n, day in enumerate(_DAYS) for word in (day, day[:3], day + "s")} | {
    "tues": 1, "weds": 2, "thur": 3, "thurs": 3,
}  # fmt: skip
_GROUP = frozenset(("meeting", "meetings", "group", "groups", "mtg", "mtgs"))
_TAGS: Mapping[str, str] = {
    "women": "women", "womens": "women", "woman": "women", "ladies": "women", "female": "women",
    "men": "men", "mens": "men", "male": "men", "lgbt": "lgbtq", "lgbtq": "lgbtq", "gay": "lgbtq",
    "lesbian": "lgbtq", "queer": "lgbtq", "trans": "trans", "young": "young", "newcomer": "newcomers",
    "newcomers": "newcomers", "beginner": "newcomers", "beginners": "newcomers", "bsl": "bsl", "asl": "asl",
    "wheelchair": "step_free", "stepfree": "step_free", "accessible": "step_free", "secular": "secular",
    "atheist": "secular", "christian": "faith", "childcare": "childcare", "creche": "childcare",
    "spanish": "language_es", "polish": "language_pl", "welsh": "language_cy", "punjabi": "language_pa",
    "farsi": "language_fa", "open": "open",
}  # fmt: skip
_SERVICES: Mapping[str, str] = {
    "naloxone": "naloxone", "narcan": "naloxone", "nyxoid": "naloxone", "prenoxad": "naloxone",
    "needle exchange": "needle_exchange", "needles": "needle_exchange", "clean works": "needle_exchange",
    "needle": "needle_exchange", "syringes": "needle_exchange", "food": "food", "food bank": "food",
    "foodbank": "food", "food banks": "food", "foodbanks": "food", "soup kitchen": "food", "meal": "food",
    "hostel": "hostel", "hostels": "hostel", "somewhere to sleep": "hostel", "place to sleep": "hostel",
    "somewhere to stay": "hostel", "place to stay": "hostel", "night shelter": "hostel", "shelter": "hostel",
    "bed for the night": "hostel", "housing advice": "advice", "debt advice": "advice",
    "benefits advice": "advice", "legal advice": "advice", "childcare": "childcare", "nursery": "childcare",
    "job centre": "jobs", "jobcentre": "jobs", "work and training": "jobs",
    "drug service": "drug_alcohol_service", "alcohol service": "drug_alcohol_service",
    "drug services": "drug_alcohol_service", "drug and alcohol service": "drug_alcohol_service",
    "drug and alcohol services": "drug_alcohol_service", "rehab": "drug_alcohol_service",
    "detox": "drug_alcohol_service", "treatment service": "drug_alcohol_service",
    "family support": "family_support", "mental health service": "mental_health",
    "mental health services": "mental_health", "lift to appointments": "transport",
}  # fmt: skip
_SERVICE_WORDS = sorted(_SERVICES, key=len, reverse=True)
_WANTING = re.compile(
    r"^(?:hi|hello|hey|please|can you|could you|help me|i|im|am|ive|need|want|to|for|looking|look|searching|"
    r"search|find|show|get|where can i (?:get|find)|where is|wheres|where are|where|are there|is there|"
    r"theres|any|some|a|an|the|go|me)\s+"
)
_FILLERS = frozenset(
    (
        "a", "an", "the", "any", "some", "please", "for", "on", "only", "people", "peoples", "step", "free",
        "with", "and",
    )
)  # fmt: skip
_NEAR = re.compile(r"\b(?:near|nearby|close to|around|in|at|by|near to|round)\s+(?P<place>.+)$")
_HERE = re.compile(
    r"\b(?:near me|nearby|near here|round here|around here|near by|close by|local|locally|where i am)\b"
)
_NOW = re.compile(r"\b(?:right now|now|on now|starting now|starting soon|soon)\b")
_TONIGHT = re.compile(r"\b(?:tonight|this evening|2nite|tonite)\b")
_ALSO_WORDS = ("peer", "service", "fa", "pa", "ma", "ha")
"""Codes that mean something else when they are typed."""
_PROGRAMME_WORDS: Mapping[str, str] = {
    **{re.sub(r"[^a-z]", "", code): code for code in BY_CODE if code not in _ALSO_WORDS},
    "alanon": "al-anon", "naranon": "nar-anon",
    "smart recovery": "smart", "al anon": "al-anon", "nar anon": "nar-anon",
    "recovery dharma": "recovery-dharma", "refuge recovery": "refuge-recovery", "women for sobriety": "wfs",
    "celebrate recovery": "celebrate-recovery",
    "alcoholics anonymous": "aa", "narcotics anonymous": "na", "cocaine anonymous": "ca",
    "crystal meth anonymous": "cma", "marijuana anonymous": "ma", "families anonymous": "fa",
    "twelve step": "12", "12 step": "12", "life ring": "lifering",
}  # fmt: skip
_PROGRAMMES_LONGEST = sorted(_PROGRAMME_WORDS, key=len, reverse=True)
_TWELVE_STEP = frozenset(("aa", "na", "ca", "cma"))


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked for. `place` as typed, "" where none is named; `here` for "near me"."""

    place: str = ""
    here: bool = False
    online: bool = False
    now: bool = False
    tonight: bool = False
    days_ahead: int | None = None
    days: frozenset[int] = frozenset()
    weekend: bool = False
    part: tuple[int, int] | None = None
    tags: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    services: frozenset[str] = field(default=frozenset())
    not_twelve_step: bool = False

    def needs(self, known: Needs, there: datetime) -> Needs:
        """`known` needs narrowed to what was asked for; `there` is local time where the person looks."""
        days, ahead, later = self.days, known.ahead, known.later
        after, before = self.part or (known.after, known.before)
        left = DAY_MINUTES - there.hour * 60 - there.minute
        if self.now:
            ahead = 90
        elif self.tonight:
            ahead, after, before = left + NIGHT_ENDS, 0, DAY_MINUTES
            later = max(0, left - DAY_MINUTES + EVENING) if there.hour * 60 >= NIGHT_ENDS else 0
        elif self.days_ahead is not None:
            days = frozenset({(there + timedelta(days=self.days_ahead)).weekday()})
            ahead = left + self.days_ahead * DAY_MINUTES
        if self.weekend:
            days = frozenset({5, 6})
        return replace(
            known,
            must=known.must | self.tags,
            programmes=self.programmes or known.programmes,
            services=self.services or known.services,
            not_twelve_step=self.not_twelve_step or known.not_twelve_step,
            days=days or known.days,
            ahead=ahead,
            later=later,
            after=after,
            before=before,
            online=self.online or known.online,
        )


def looked_for(text: str, is_place: Callable[[str], bool]) -> Looked | None:
    """What a message looks for, or None when it is not a search and nothing else.

    `is_place` says whether words that nothing led in ("smart recovery hull") are the name of a place.
    """
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    words = re.sub(r"\b12[- ]?step\b", "12 step", plain(text.replace("-", " ").replace("?", " ")))
    rest, found = _services(_unwished(words), Looked())
    rest, found = _times(rest, found)
    rest, found = _online(rest, found)
    rest, found = _programme(rest, found)
    rest, place, named = _place(rest)
    left, found, kinds = _words(rest, found)
    group = kinds or bool(found.programmes)
    place = " ".join(filter(None, (left, place)))
    found = replace(found, place=place)
    if not _is_search(found, group=group, named=named, bare=left):
        return None
    return found if not left or is_place(left) else None


def service_needs(text: str) -> frozenset[str]:
    """Codes of what services help with, from words ("needle exchange", "food bank") or codes."""
    said = plain(text.replace("_", " "))
    codes = {code for code in _SERVICES.values() if code.replace("_", " ") == said}
    return frozenset(codes or ({_SERVICES[said]} if said in _SERVICES else ()))


def _without(pattern: re.Pattern[str], words: str) -> str:
    return " ".join(pattern.sub(" ", words).split())


def _unwished(words: str) -> str:
    while found := _WANTING.match(words + " "):
        words = words[min(len(words), found.end()) :]
    return words


def _services(words: str, found: Looked) -> tuple[str, Looked]:
    for named in _SERVICE_WORDS:
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words) and not (_GROUP & set(words.split()) and named == "childcare"):
            rest = " ".join(pattern.sub(" ", words, count=1).split())
            return rest, replace(found, services=frozenset({_SERVICES[named]}))
    return words, found


def _times(words: str, found: Looked) -> tuple[str, Looked]:
    if _TONIGHT.search(words):
        return _without(_TONIGHT, words), replace(found, tonight=True)
    for word, ahead in (("today", 0), ("tomorrow", 1), ("tmrw", 1)):
        if re.search(rf"\b{word}\b", words):
            words, found = _without(re.compile(rf"\b{word}\b"), words), replace(found, days_ahead=ahead)
    if re.search(r"\b(?:this |at the |the )?weekends?\b", words):
        words = _without(re.compile(r"\b(?:this |at the |the )?weekends?\b"), words)
        found = replace(found, weekend=True)
    for part, span in (("morning", (0, 719)), ("afternoon", (720, 1019)), ("evening", (1020, 1439))):
        pattern = re.compile(rf"\b(?:in the |this )?{part}s?\b")
        if pattern.search(words):
            words, found = _without(pattern, words), replace(found, part=span)
    named = [word for word in words.split() if word in _DAY]
    if named:
        found = replace(found, days=frozenset(_DAY[word] for word in named))
        words = " ".join(word for word in words.split() if word not in _DAY)
    if _NOW.search(words):
        words, found = _without(_NOW, words), replace(found, now=True)
    return words, found


def _online(words: str, found: Looked) -> tuple[str, Looked]:
    pattern = re.compile(r"\b(?:online|virtual|zoom|on zoom|by zoom)\b")
    return (
        (_without(pattern, words), replace(found, online=True)) if pattern.search(words) else (words, found)
    )


def _programme(words: str, found: Looked) -> tuple[str, Looked]:
    if re.search(r"\b(?:not|no|non) (?:12 step|twelve step|aa)\b", words):
        pattern = re.compile(r"\b(?:not|no|non) (?:12 step|twelve step|aa)\b")
        return _without(pattern, words), replace(found, not_twelve_step=True)
    for named in _PROGRAMMES_LONGEST:
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words):
            code = _PROGRAMME_WORDS[named]
            codes = _TWELVE_STEP if code == "12" else frozenset({programme_code(code)})
            return _without(pattern, words), replace(found, programmes=codes)
    return words, found


def _place(words: str) -> tuple[str, str, str]:
    """The words before it, the place itself, and how it was named: "here", "near" or ""."""
    if _HERE.search(words):
        return _without(_HERE, words), "", "here"
    near = _NEAR.search(words)
    if near is None:
        return re.sub(r"\b(?:near|in|at|by|around)$", "", words).strip(), "", ""
    return words[: near.start()].strip(), near["place"], "near"


def _words(words: str, found: Looked) -> tuple[str, Looked, bool]:
    """What is left once groups, tags and small words are taken out; whether groups were named."""
    tags, left, group = set[str](), [], False
    for word in words.split():
        if word in _GROUP:
            group = True
        elif word in _TAGS:
            tags.add(_TAGS[word])
        elif word not in _FILLERS:
            left.append(word)
    return " ".join(left), replace(found, tags=frozenset(tags)), group


def _is_search(found: Looked, *, group: bool, named: str, bare: str) -> bool:
    """Whether enough was named that nothing else can be meant."""
    if len(found.place.split()) > MOST_PLACE_WORDS or (bare and named == "near"):
        return False
    when = found.now or found.tonight or found.days_ahead is not None or bool(found.days) or found.weekend
    where = bool(found.place) or named == "here"
    if found.services or group:
        return bool(where or when or found.online or found.tags or found.services or found.programmes)
    if found.online:
        return found.now or found.tonight
    return named == "here" and found.now and not found.tags
