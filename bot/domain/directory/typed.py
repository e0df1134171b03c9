"""What somebody looks for, read from what they typed: "meetings near Leeds tonight", "need naloxone".

Strict on purpose: each word must be one that is known here, or part of one place at the end or after "near".
"I went to a meeting in Leeds last night" is no search.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.directory.programmes import programme_code
from bot.domain.directory.spelt import as_known
from bot.domain.directory.towns import plain
from bot.domain.directory.typed_far import far_written, how_far
from bot.domain.directory.typed_times import When, clocks_written, times
from bot.domain.directory.typed_words import (
    ACCESS,
    ANY_PROGRAMME,
    ANY_SERVICE,
    FAMILY,
    FIELD,
    FILLERS,
    GROUP,
    KIDS,
    PROGRAMME_WORDS,
    PROGRAMMES_LONGEST,
    SERVICE_WORDS,
    SERVICES,
    SPELLABLE,
    TAGS,
    TWELVE_STEP,
)  # fmt: skip
from bot.domain.directory.wanted import DAY_MINUTES, Needs

LONGEST = 90
MOST_PLACE_WORDS = 4
NIGHT_ENDS = 4 * 60
"""Minutes after midnight until which "tonight" lasts."""
EVENING = 17 * 60
"""Minutes after midnight from which it is tonight."""

_WANTING = re.compile(
    r"^(?:hi|hello|hey|please|can you|could you|help me|i|im|am|ive|need|want|to|for|looking|look|searching|"
    r"search|find|show|get|can i go to|do you have|have you got|take|is(?= anything)|"
    r"where can i (?:get|find)|where is|wheres|where are|where|are there|is there|theres|any|some|a|an|the|"
    r"go|me|really|so|and|scared|frightened|lonely|struggling|desperate|craving)\s+"
)
_KNOWN = GROUP | FILLERS | KIDS | FAMILY | frozenset(TAGS)
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
_THING = re.compile(
    r"\b(only|womens?|ladies|mens?|lgbtq?|gay|sober|recovery|online|zoom) (?:thing|things|one)\b"
)
"""What people call a group whose name they don't know: "a women only thing"."""
_ROUGHLY = re.compile(r"^the (?=.+ area$)| (?:just|way|area)$")
"""After a place: "liverpool way", "bradford just for women"."""
_FOR_SOMEBODY = re.compile(
    r"\bfor my (?:wife|husband|partner|girlfriend|boyfriend|son|daughter|mum|mother|dad|father|brother|"
    r"sister|friend|mate|ex)\b"
)
"""Somebody else needs it: a group like any other."""
_NEAR = re.compile(r"\b(?:near|nearby|close to|around|in|at|by|near to|round)\s+(?P<place>.+)$")
_PARTED = re.compile(r"(?=\b(\w+ (?:on|in|at|by|under|upon|le|with) (?:the )?\w+)\b)")
"""Names with a small word in them: "stoke on trent", "barrow in furness"."""
_HERE = re.compile(
    r"\b(?:near me|nearby|near here|round here|around here|near by|close by|local|locally|where i am)\b"
)


@dataclass(frozen=True, slots=True)
class Looked(When):
    """What was asked for. `place` as typed, "" where none is named; `here` for "near me"."""

    place: str = ""
    here: bool = False
    online: bool = False
    tags: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    services: frozenset[str] = field(default=frozenset())
    within: float | None = None
    """How many km away at most."""
    not_twelve_step: bool = False
    kids: bool = False
    """Children come along: there is childcare, or they are welcome."""
    family: bool = False
    began_yesterday: bool = False
    """Of "tonight": it was typed before midnight, and this is the rest of that night."""

    @property
    def says_what(self) -> bool:
        """Whether more is asked for than a place and a time."""
        bare = Looked(**{one.name: getattr(self, one.name) for one in fields(When)}, place=self.place)
        return self != bare

    def seen_at(self, there: datetime, typed: datetime) -> "Looked":
        """The same as seen `there` after it was `typed`, both local: the day that was meant then stays it.

        "Tomorrow" is today after midnight, and "tonight" goes on; a day that is over is asked for no more.
        """
        passed = (there.date() - typed.date()).days
        if passed <= 0:
            return self
        if self.next_week:
            return replace(self, next_week=there.weekday() >= passed)
        if self.tonight:
            lasts = passed == 1 and there.hour * 60 < NIGHT_ENDS
            return replace(self, tonight=lasts, began_yesterday=lasts, part=None, about=None)
        left = None if self.days_ahead is None else self.days_ahead - passed
        return replace(self, days_ahead=left if left is None or left >= 0 else None)

    def meant_at(self, at: datetime, there: datetime) -> datetime:
        """The moment that it is looked for from, of `at`, which is `there` by the clock there: the beginning
        of next week, if that was asked for."""
        if not self.next_week:
            return at
        monday = there.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(
            days=7 - there.weekday()
        )
        return monday.replace(tzinfo=there.tzinfo).astimezone(at.tzinfo)

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
            within=self.within or known.within,
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
    words = as_known(plain(clocks_written(far_written(text)).replace("-", " ").replace("?", " ")))
    found = _looked_for(words, is_place)
    corrected = words if found else " ".join(_corrected(word) for word in words.split())
    return found or _looked_for(corrected, is_place, like_place)


def _corrected(word: str) -> str:
    """The word of ours that was meant: one letter off, and the first one right."""
    if len(word) < 5:
        return word
    close = process.extractOne(word, SPELLABLE, scorer=OSA.distance, score_cutoff=1)
    return close[0] if close and close[0][0] == word[0] else word


def _looked_for(
    words: str, is_place: Callable[[str], bool], like_place: Callable[[str], bool] = lambda _: False
) -> Looked | None:
    somebody = _FOR_SOMEBODY.search(words)
    words = _MY_KIDS.sub("with ", _without(_FOR_SOMEBODY, words))
    if words == "sos" or _unwished(words) == "advice" != words:
        return None  # a cry, not the programme; "I need advice" is said to a person
    words, far = how_far(_THING.sub(r"\1 group", words))
    wished = _unwished(words)
    rest, found = _services(wished, Looked(within=far))
    rest, found = times(rest, found)
    rest, found = _online(rest, found)
    rest, found = _programme(rest, found)
    rest, place, named = _place(rest, is_place)
    left, found, kinds = _words(rest, found)
    group = kinds or bool(found.programmes) or _is_anything(wished, found, is_place(place), named)
    group = group or (found.names_day and any(map(str.isdigit, left)) and is_place(left))  # "ls6 tonight"
    sure = "speaking" in rest.split() or (
        kinds and bool(somebody or FIELD & set(rest.split()) or _SEEKS.search(words))
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
    codes = {code for code in SERVICES.values() if code.replace("_", " ") == said}
    return frozenset(codes or ({SERVICES[said]} if said in SERVICES else ()))


def _without(pattern: re.Pattern[str], words: str) -> str:
    return " ".join(pattern.sub(" ", words).split())


def _unwished(words: str) -> str:
    while found := _WANTING.match(words + " "):
        words = words[min(len(words), found.end()) :]
    return words


def _services(words: str, found: Looked) -> tuple[str, Looked]:
    for named in SERVICE_WORDS if ANY_SERVICE.search(words) else ():
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words) and not (GROUP & set(words.split()) and named == "childcare"):
            rest = " ".join(pattern.sub(" ", words, count=1).split())
            return rest, replace(found, services=frozenset({SERVICES[named]}))
    return words, found


def _online(words: str, found: Looked) -> tuple[str, Looked]:
    pattern = re.compile(r"\b(?:online|virtual|zoom|on zoom|by zoom)\b")
    return (
        (_without(pattern, words), replace(found, online=True)) if pattern.search(words) else (words, found)
    )


def _programme(words: str, found: Looked) -> tuple[str, Looked]:
    if _NOT_TWELVE_STEP.search(words):
        return _without(_NOT_TWELVE_STEP, words), replace(found, not_twelve_step=True)
    for named in PROGRAMMES_LONGEST if ANY_PROGRAMME.search(words) else ():
        pattern = re.compile(rf"\b{named}\b")
        if pattern.search(words):
            code = PROGRAMME_WORDS[named]
            codes = TWELVE_STEP if code == "12" else frozenset({programme_code(code)})
            return _without(pattern, words), replace(found, programmes=codes)
    return words, found


def _place(words: str, is_place: Callable[[str], bool]) -> tuple[str, str, str]:
    """The words before it, the place itself, and how it was named: "here", "near" or ""."""
    if _HERE.search(words):
        return _without(_HERE, words), "", "here"
    for parted in _PARTED.findall(words):
        if is_place(parted) and not is_place(parted.split()[-1]):
            rest = " ".join(words.replace(parted, " ").split())
            return re.sub(r"\b(?:near|in|at|by|around)$", "", rest).strip(), parted, "near"
    near = _NEAR.search(words)
    if near is None:
        return re.sub(r"\b(?:near|in|at|by|around)$", "", words).strip(), "", ""
    place, after = _cut(near["place"].split(), is_place)
    return f"{words[: near.start()]} {after}".strip(), _ROUGHLY.sub("", place), "near"


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
        group = group or word in GROUP
        if word in TAGS:
            tags.add(TAGS[word])
        elif word not in GROUP | FILLERS | KIDS | FAMILY:
            left.append(word)
    said = frozenset(words.split())
    kids, family = bool(said & KIDS), bool(said & FAMILY)
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
        return (sure or found.tags <= ACCESS) and not found.kids
    return named == "here" and found.now and not found.tags
