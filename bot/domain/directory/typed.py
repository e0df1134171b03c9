"""What somebody looks for, read from what they typed: "meetings near Leeds tonight", "need naloxone".

Strict on purpose: each word must be one that is known here, or part of one place at the end or after "near".
"I went to a meeting in Leeds last night" is no search.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.directory.programmes import BY_CODE, programme_code
from bot.domain.directory.spelt import as_known
from bot.domain.directory.towns import plain
from bot.domain.directory.typed_times import DAYS, When, clocks_written, times
from bot.domain.directory.wanted import DAY_MINUTES, Needs

LONGEST = 90
MOST_PLACE_WORDS = 4
NIGHT_ENDS = 4 * 60
"""Minutes after midnight until which "tonight" lasts."""
EVENING = 17 * 60
"""Minutes after midnight from which it is tonight."""

_GROUP = frozenset(("meeting", "meetings", "group", "groups", "mtg", "mtgs"))
_TAGS: Mapping[str, str] = {
    "women": "women", "womens": "women", "woman": "women", "ladies": "women", "female": "women",
    "men": "men", "mens": "men", "male": "men", "lgbt": "lgbtq", "lgbtq": "lgbtq", "gay": "lgbtq",
    "lesbian": "lgbtq", "queer": "lgbtq", "trans": "trans", "young": "young", "newcomer": "newcomers",
    "newcomers": "newcomers", "beginner": "newcomers", "beginners": "newcomers", "bsl": "bsl", "asl": "asl",
    "wheelchair": "step_free", "stepfree": "step_free", "accessible": "step_free", "secular": "secular",
    "pram": "step_free", "buggy": "step_free", "pushchair": "step_free", "signed": "bsl",
    "atheist": "secular", "christian": "faith", "childcare": "childcare", "creche": "childcare",
    "spanish": "language_es", "polish": "language_pl", "welsh": "language_cy", "punjabi": "language_pa",
    "farsi": "language_fa", "irish": "language_ga", "gaelic": "language_ga", "french": "language_fr",
    "portuguese": "language_pt", "russian": "language_ru", "lithuanian": "language_lt",
    "ukrainian": "language_uk", "open": "open", "outdoor": "outdoors", "outdoors": "outdoors",
    "methadone": "medication_ok", "newbie": "newcomers", "newbies": "newcomers",
}  # fmt: skip
_ACCESS = frozenset(("bsl", "asl", "step_free", "outdoors"))
"""Of these each says by itself what somebody looks for."""
_KIDS = frozenset(("kid", "kids", "child", "children", "baby", "babies", "toddler"))
_FAMILY = frozenset(("family", "families", "relatives", "carers"))
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
    "drug worker": "drug_alcohol_service", "drug treatment": "drug_alcohol_service",
    "alcohol treatment": "drug_alcohol_service", "alcohol services": "drug_alcohol_service",
    "clean needles": "needle_exchange", "needle swap": "needle_exchange", "free food": "food",
    "food parcel": "food", "hot meal": "food", "something to eat": "food", "homeless": "hostel",
    "homeless shelter": "hostel", "nowhere to sleep": "hostel", "nowhere to stay": "hostel",
    "somewhere to live": "hostel", "accommodation": "hostel", "advice": "advice", "money advice": "advice",
    "citizens advice": "advice", "help with debt": "advice", "help with benefits": "advice",
    "help with housing": "advice", "childminder": "childcare", "jobs": "jobs", "job": "jobs",
    "job club": "jobs", "training course": "jobs", "support for families": "family_support",
    "help for families": "family_support", "family service": "family_support",
    "family support": "family_support", "mental health service": "mental_health",
    "mental health services": "mental_health", "mental health support": "mental_health",
    "mental health": "mental_health", "counselling": "mental_health", "counsellor": "mental_health",
    "therapy": "mental_health", "lift to appointments": "transport", "transport": "transport",
    "bus fare": "transport", "bus pass": "transport",
}  # fmt: skip
_SERVICE_WORDS = sorted(_SERVICES, key=len, reverse=True)
_ANY_SERVICE = re.compile(rf"\b(?:{'|'.join(_SERVICE_WORDS)})\b")
_WANTING = re.compile(
    r"^(?:hi|hello|hey|please|can you|could you|help me|i|im|am|ive|need|want|to|for|looking|look|searching|"
    r"search|find|show|get|can i go to|do you have|have you got|take|is(?= anything)|"
    r"where can i (?:get|find)|where is|wheres|where are|where|are there|is there|theres|any|some|a|an|the|"
    r"go|me|really|so|and|scared|frightened|lonely|struggling|desperate|craving)\s+"
)
_FIELD = frozenset(("recovery", "support", "sober", "sobriety", "alcohol", "drinking", "drug", "drugs"))
"""With "group" these name the kind that is listed here."""
_FILLERS = frozenset(
    (
        "a", "an", "the", "any", "some", "please", "for", "on", "only", "people", "peoples", "with", "and",
        "access", "friendly", "something", "anything", "somewhere", "speaking", "still", "left",
        "available", "stuff", "this", "week", *_FIELD,
    )
)  # fmt: skip
_KNOWN = _GROUP | _FILLERS | _KIDS | _FAMILY | frozenset(_TAGS)
_SEEKS = re.compile(r"\b(?:need|want|looking|look|find|get|show|take|any|is there|can i|do you have)\b")
"""With "a meeting" these leave no doubt that one is looked for."""
_ON = re.compile(r"(?:anything|something)(?: still| else)? (?:on|left|available|now)\b")
_PLAINLY = re.compile(r"\bnot (?:religious|12 step|twelve step|aa\b)")
_NOT_TWELVE_STEP = re.compile(
    r"\bnot (?:about |into |all about )?(?:the )?"
    r"(?:12 step|twelve step|aa|god|gods|religion|religious|higher power|church|jesus|faith based)\b"
)
_MY_KIDS = re.compile(
    r"\b(?:(?:(?:where |that )?(?:i can|can i|i could) )?(?:bring|take)|for me and|"
    r"for me with|with|for|and) my (?=kid|child|baby|babies|toddler|pram|buggy|pushchair)"
)
_FOR_SOMEBODY = re.compile(
    r"\bfor my (?:wife|husband|partner|girlfriend|boyfriend|son|daughter|mum|mother|dad|father|brother|"
    r"sister|friend|mate|ex)\b"
)
"""Somebody else needs it: a group like any other."""
_NEAR = re.compile(r"\b(?:near|nearby|close to|around|in|at|by|near to|round)\s+(?P<place>.+)$")
_HERE = re.compile(
    r"\b(?:near me|nearby|near here|round here|around here|near by|close by|local|locally|where i am)\b"
)
_ALSO_WORDS = ("peer", "service", "fa", "pa", "ma", "ha")
"""Codes that mean something else when they are typed."""
_PROGRAMME_WORDS: Mapping[str, str] = {
    **{re.sub(r"[^a-z]", "", code): code for code in BY_CODE if code not in _ALSO_WORDS},
    "alanon": "al-anon", "naranon": "nar-anon",
    "smart recovery": "smart", "al anon": "al-anon", "nar anon": "nar-anon",
    "recovery dharma": "recovery-dharma", "refuge recovery": "refuge-recovery", "women for sobriety": "wfs",
    "celebrate recovery": "celebrate-recovery", "gamblers anonymous": "ga", "heroin anonymous": "ha",
    "alcoholics anonymous": "aa", "narcotics anonymous": "na", "cocaine anonymous": "ca",
    "crystal meth anonymous": "cma", "marijuana anonymous": "ma", "families anonymous": "fa",
    "twelve step": "12", "12 step": "12", "life ring": "lifering",
}  # fmt: skip
_PROGRAMMES_LONGEST = sorted(_PROGRAMME_WORDS, key=len, reverse=True)
_ANY_PROGRAMME = re.compile(rf"\b(?:{'|'.join(_PROGRAMMES_LONGEST)})\b")
_TWELVE_STEP = frozenset(("aa", "na", "ca", "cma"))
_SPELLABLE = sorted(
    word
    for words in (*_GROUP, *_TAGS, *_SERVICES, *DAYS, *_PROGRAMME_WORDS, "tonight tomorrow online exchange")
    for word in words.split()
    if len(word) > 4
)
"""Words long enough that one wrong letter still leaves no doubt."""


@dataclass(frozen=True, slots=True)
class Looked(When):
    """What was asked for. `place` as typed, "" where none is named; `here` for "near me"."""

    place: str = ""
    here: bool = False
    online: bool = False
    tags: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    services: frozenset[str] = field(default=frozenset())
    not_twelve_step: bool = False
    kids: bool = False
    """Children come along: there is childcare, or they are welcome."""
    family: bool = False
    began_yesterday: bool = False
    """Of "tonight": it was typed before midnight, and this is the rest of that night."""

    def seen_at(self, there: datetime, typed: datetime) -> "Looked":
        """The same as seen `there` after it was `typed`, both local: the day that was meant then stays it.

        "Tomorrow" is today after midnight, and "tonight" goes on; a day that is over is asked for no more.
        """
        passed = (there.date() - typed.date()).days
        if passed <= 0:
            return self
        if self.tonight:
            lasts = passed == 1 and there.hour * 60 < NIGHT_ENDS
            return replace(self, tonight=lasts, began_yesterday=lasts, part=None, about=None)
        left = None if self.days_ahead is None else self.days_ahead - passed
        return replace(self, days_ahead=left if left is None or left >= 0 else None)

    def needs(self, known: Needs, there: datetime) -> Needs:
        """`known` needs narrowed to what was asked for; `there` is local time where the person looks."""
        days, ahead, later = self.days, known.ahead, known.later
        after, before = self.part or (known.after, known.before)
        left = DAY_MINUTES - there.hour * 60 - there.minute
        if self.now:
            ahead = 90
        elif self.tonight:
            ahead, (after, before) = left + NIGHT_ENDS, self.part or (0, DAY_MINUTES)
            ahead -= DAY_MINUTES if self.began_yesterday else 0
            later = max(0, left - DAY_MINUTES + EVENING) if there.hour * 60 >= NIGHT_ENDS else 0
        elif self.days_ahead is not None:
            days = frozenset({(there + timedelta(days=self.days_ahead)).weekday()})
            ahead = left + self.days_ahead * DAY_MINUTES
        if self.weekend:
            days = frozenset({5, 6})
        return replace(
            known,
            must=known.must | self.tags,
            either=frozenset(("childcare", "children_welcome")) if self.kids else known.either,
            firmly=self.kids or self.not_twelve_step,
            family=self.family or known.family,
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


def looked_for(
    text: str, is_place: Callable[[str], bool], like_place: Callable[[str], bool] = lambda _: False
) -> Looked | None:
    """What a message looks for, or None when it is not a search and nothing else.

    `is_place` says whether words that nothing led in ("smart recovery hull") are the name of a place,
    `like_place` whether they are meant to be one ("meeting machester").
    """
    if len(text) > LONGEST or "\n" in text.strip():
        return None
    words = as_known(plain(clocks_written(text).replace("-", " ").replace("?", " ")))
    found = _looked_for(words, is_place)
    corrected = words if found else " ".join(_corrected(word) for word in words.split())
    return found or _looked_for(corrected, is_place, like_place)


def _corrected(word: str) -> str:
    """The word of ours that was meant: one letter off, and the first one right."""
    if len(word) < 5:
        return word
    close = process.extractOne(word, _SPELLABLE, scorer=OSA.distance, score_cutoff=1)
    return close[0] if close and close[0][0] == word[0] else word


def _looked_for(
    words: str, is_place: Callable[[str], bool], like_place: Callable[[str], bool] = lambda _: False
) -> Looked | None:
    somebody = _FOR_SOMEBODY.search(words)
    words = _MY_KIDS.sub("with ", _without(_FOR_SOMEBODY, words))
    if words == "sos" or _unwished(words) == "advice" != words:
        return None  # a cry, not the programme; "I need advice" is said to a person
    wished = _unwished(words)
    rest, found = _services(wished, Looked())
    rest, found = times(rest, found)
    rest, found = _online(rest, found)
    rest, found = _programme(rest, found)
    rest, place, named = _place(rest, is_place)
    left, found, kinds = _words(rest, found)
    group = kinds or bool(found.programmes) or _is_anything(wished, found, is_place(place), named)
    group = group or (found.names_day and any(map(str.isdigit, left)) and is_place(left))  # "ls6 tonight"
    sure = "speaking" in rest.split() or (
        kinds and bool(somebody or _FIELD & set(rest.split()) or _SEEKS.search(words))
    )
    place = " ".join(filter(None, (left, place)))
    found = replace(found, place=place)
    if not _is_search(found, group=group, named=named, bare=left, sure=sure):
        return None
    return found if not left or is_place(left) or (group and like_place(left)) else None


def _is_anything(wished: str, found: Looked, placed: bool, named: str) -> bool:
    """Whether groups are meant though none is named: "anything on tonight", "not religious"."""
    if wished.startswith("somewhere "):
        return found.kids
    if found.not_twelve_step:
        return wished.startswith(("something", "anything")) or bool(_PLAINLY.search(wished))
    if not wished.startswith(("something", "anything")):
        return False
    if found.said:
        return placed or bool(_ON.match(wished)) or named == "here"
    return placed and wished.startswith("anything")


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
    for named in _SERVICE_WORDS if _ANY_SERVICE.search(words) else ():
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words) and not (_GROUP & set(words.split()) and named == "childcare"):
            rest = " ".join(pattern.sub(" ", words, count=1).split())
            return rest, replace(found, services=frozenset({_SERVICES[named]}))
    return words, found


def _online(words: str, found: Looked) -> tuple[str, Looked]:
    pattern = re.compile(r"\b(?:online|virtual|zoom|on zoom|by zoom)\b")
    return (
        (_without(pattern, words), replace(found, online=True)) if pattern.search(words) else (words, found)
    )


def _programme(words: str, found: Looked) -> tuple[str, Looked]:
    if _NOT_TWELVE_STEP.search(words):
        return _without(_NOT_TWELVE_STEP, words), replace(found, not_twelve_step=True)
    for named in _PROGRAMMES_LONGEST if _ANY_PROGRAMME.search(words) else ():
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words):
            code = _PROGRAMME_WORDS[named]
            codes = _TWELVE_STEP if code == "12" else frozenset({programme_code(code)})
            return _without(pattern, words), replace(found, programmes=codes)
    return words, found


def _place(words: str, is_place: Callable[[str], bool]) -> tuple[str, str, str]:
    """The words before it, the place itself, and how it was named: "here", "near" or ""."""
    if _HERE.search(words):
        return _without(_HERE, words), "", "here"
    near = _NEAR.search(words)
    if near is None:
        return re.sub(r"\b(?:near|in|at|by|around)$", "", words).strip(), "", ""
    place, after = _cut(near["place"].split(), is_place)
    return f"{words[: near.start()]} {after}".strip(), place, "near"


def _cut(words: list[str], is_place: Callable[[str], bool]) -> tuple[str, str]:
    """A place, and what is said after it: "leeds", "for women"."""
    for end in range(len(words), 0, -1):
        place = " ".join(words[:end])
        if is_place(place) or (
            words[end : end + 1] in (["for"], ["with"]) and _KNOWN.issuperset(words[end:])
        ):
            return place, " ".join(words[end:])
        if words[end - 1] not in _KNOWN:
            break
    return " ".join(words), ""


def _words(words: str, found: Looked) -> tuple[str, Looked, bool]:
    """What is left once groups, tags and small words are taken out; whether groups were named."""
    tags, left, group = set[str](), [], False
    for word in words.split():
        group = group or word in _GROUP
        if word in _TAGS:
            tags.add(_TAGS[word])
        elif word not in _GROUP | _FILLERS | _KIDS | _FAMILY:
            left.append(word)
    said = frozenset(words.split())
    kids, family = bool(said & _KIDS), bool(said & _FAMILY)
    return " ".join(left), replace(found, tags=frozenset(tags), kids=kids, family=family), group


def _is_search(found: Looked, *, group: bool, named: str, bare: str, sure: bool) -> bool:
    """Whether enough was named that nothing else can be meant."""
    if len(found.place.split()) > MOST_PLACE_WORDS or (bare and named == "near"):
        return False
    where = bool(found.place) or named == "here"
    if found.services or group:
        kind = found.tags or found.services or found.programmes or found.family or found.not_twelve_step
        return bool(where or found.said or found.online or found.kids or kind or sure)
    if found.online:
        return found.said or bool(found.tags)
    if found.tags:
        return (sure or found.tags <= _ACCESS) and not found.kids
    return named == "here" and found.now and not found.tags
