"""What a group is like, from each programme's own codes and names, in tags of ours.

Codes mean something only within their programme (POA is a paper for the court in AA and parents in Al-Anon).
They are those of the Meeting Guide specification and of the 12 Step Meeting List plugin.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import repeat

from bot.feeds.sieve import Sieve

_SHARED: Mapping[str, str] = {
    "O": "open", "C": "closed", "W": "women", "M": "men", "T": "trans", "G": "lgbtq", "L": "lgbtq",
    "BI": "lgbtq", "LGBTQ": "lgbtq", "LGBTQIA": "lgbtq", "GL": "lgbtq", "Y": "young", "YP": "young",
    "YA": "young", "BE": "newcomers", "BEG": "newcomers", "NC": "newcomers", "X": "step_free",
    "XB": "accessible_toilet", "ASL": "asl", "BSL": "bsl", "AL": "with_alateen",
    "AL-AN": "with_al_anon", "BA": "childcare", "CF": "children_welcome", "CW": "children_welcome",
    "A": "secular", "D": "discussion", "DISC": "discussion", "SP": "speaker", "SPK": "speaker",
    "ST": "steps", "STEP": "steps", "B": "book", "BT": "book", "LIT": "book", "MED": "meditation",
    "11": "meditation", "OUT": "outdoors", "POC": "people_of_colour", "SEN": "older",
    "DD": "mental_health_too", "S": "language_es", "FR": "language_fr", "POL": "language_pl",
    "PUN": "language_pa", "POR": "language_pt", "RUS": "language_ru", "LT": "language_lt",
    "UK": "language_uk", "FA": "language_fa", "ITA": "language_it", "DE": "language_de",
    "HI": "language_hi", "ONL": "online", "TC": "venue_closed", "FF": "fragrance_free",
}  # fmt: skip
_OWN: Mapping[str, Mapping[str, str]] = {
    "al-anon": {
        "POA": "parents",
        "AC": "adult_children",
        "AA": "with_aa",
        "O": "open",
        "C": "closed",
        "Y": "young",
    },
    "na": {"LC": "book", "JFT": "book", "IP": "book", "IW": "book", "CAN": "", "VM": "online"},
}
_NAMES: Mapping[str, str] = {
    "open": "open", "opentoall": "open", "opentoallonrequest": "open", "closed": "closed",
    "women": "women", "womens": "women", "womensmeeting": "women", "womenonly": "women", "men": "men",
    "mens": "men", "mensmeeting": "men", "menonly": "men", "gay": "lgbtq", "lesbian": "lgbtq",
    "bisexual": "lgbtq", "lgbtq": "lgbtq", "lgbt": "lgbtq", "lgbtqia": "lgbtq", "gaylesbian": "lgbtq",
    "transgender": "trans", "youngpeople": "young", "youngpersons": "young", "youngadults": "young",
    "newcomer": "newcomers", "newcomers": "newcomers", "beginner": "newcomers",
    "beginners": "newcomers", "beginnersnewcomersmeeting": "newcomers", "beginnernewcomer": "newcomers",
    "wheelchairaccess": "step_free", "wheelchairaccessible": "step_free", "wheelchair": "step_free",
    "stepfree": "step_free", "accessible": "step_free", "bsl": "bsl", "britishsignlanguage": "bsl",
    "americansignlanguage": "asl", "hearingloop": "hearing_loop", "childfriendly": "children_welcome",
    "childrenwelcome": "children_welcome", "babysittingavailable": "childcare",
    "childcare": "childcare", "creche": "childcare", "secular": "secular", "agnostic": "secular",
    "atheistagnostic": "secular", "discussion": "discussion", "speaker": "speaker",
    "speakermeeting": "speaker", "step": "steps", "steps": "steps", "stepmeeting": "steps",
    "stepstudy": "steps", "bigbook": "book", "literature": "book", "meditation": "meditation",
    "outdoor": "outdoors", "outdoors": "outdoors", "online": "online", "onlinemeeting": "online",
    "virtual": "online", "zoom": "online", "hybrid": "hybrid", "inperson": "in_person",
    "facetoface": "in_person", "locationtemporarilyclosed": "venue_closed",
    "parentsofalcoholics": "parents", "parents": "parents", "familyandfriends": "family",
    "peopleofcolor": "people_of_colour", "peopleofcolour": "people_of_colour", "faithbased": "faith",
    "christian": "faith", "medicationfriendly": "medication_ok", "medicationok": "medication_ok",
    "matfriendly": "medication_ok", "dualdiagnosis": "mental_health_too", "spanish": "language_es",
    "polish": "language_pl", "welsh": "language_cy", "irish": "language_ga", "punjabi": "language_pa",
    "farsi": "language_fa", "persian": "language_fa", "russian": "language_ru", "french": "language_fr",
    "portuguese": "language_pt", "lithuanian": "language_lt", "ukrainian": "language_uk",
    "italian": "language_it", "german": "language_de", "hindi": "language_hi",
    "opentoaddictsonly": "closed",
    "basictext": "book", "livingcleanstudy": "book", "justfortodaybookstudy": "book",
    "literaturestudy": "book", "bookstudy": "book", "topic": "discussion", "beginnernewcomers": "newcomers",
}  # fmt: skip
KNOWN_TAGS = frozenset(tag for codes in (_SHARED, _NAMES, *_OWN.values()) for tag in codes.values() if tag)
"""Every tag that a list can give."""
_IN_NAMES = {
    "women": re.compile(r"\b(?:wom[ae]n|ladies)(?:['’]?s)?\b", re.IGNORECASE),
    "men": re.compile(r"\b(?:men|mens|men['’]s)\b", re.IGNORECASE),
    "lgbtq": re.compile(r"\b(?:lgbtq?\w*|gay|lesbian|queer|rainbow)\b", re.IGNORECASE),
    "young": re.compile(r"\byoung (?:people|person|adult)", re.IGNORECASE),
    "newcomers": re.compile(r"\b(?:newcomer|beginner)s?\b", re.IGNORECASE),
}


_LANGUAGES = (
    r"spanish|polish|welsh|irish|punjabi|farsi|persian|russian|french|portuguese|lithuanian"
    r"|ukrainian|italian|german|hindi"
)
_IN_LANGUAGE = re.compile(
    rf"(?<!not )(?<!non[- ])\b({_LANGUAGES})[- ](?:speak\w*|language)\b|\(({_LANGUAGES})\)"
    rf"|\b(?!irish|welsh)({_LANGUAGES})[- ](?:meeting|group)\b(?! (?:house|hall|room|place)\b)",
    re.IGNORECASE,
)
"""An Irish group is one of people from there, and a German meeting house may stand in Bristol."""
_OWN_WORDS = {
    "en español": "language_es", "po polsku": "language_pl", "yn gymraeg": "language_cy",
    "as gaeilge": "language_ga", "en français": "language_fr", "em português": "language_pt",
    "по-русски": "language_ru", "українською": "language_uk", "فارسی": "language_fa",
    "ਪੰਜਾਬੀ": "language_pa", "lietuviškai": "language_lt", "in italiano": "language_it",
    "auf deutsch": "language_de", "हिन्दी": "language_hi",
}  # fmt: skip
_ANY_LANGUAGE = re.compile(
    r"spañol|polsku|gymraeg|gaeilge|français|português|русс|укра|فارسی|ਪੰਜਾਬੀ|lietuv|deutsch|हिन्दी"
    rf"|{_LANGUAGES}"
)
_ANY_IN_NAME = re.compile(
    r"wom[ae]n|ladies|men|lgbt|gay|lesbian|queer|rainbow|young|newcomer|beginner"
    rf"|{_ANY_LANGUAGE.pattern}"
)
"""Each of the above has one of these: looking for them first is quick."""
_NO_TAGS = frozenset[str]()
_WORDS_IN_NAMES = Sieve(_ANY_IN_NAME.pattern)


def tags_of(programme: str, *cells: object) -> frozenset[str]:
    """Our tags for cells of types: lists, "O, W", "[open]", codes or names. Unknown ones are left out."""
    try:
        return _tags_once(programme, *[tuple(one) if type(one) is list else one for one in cells])
    except TypeError:  # a list within a list
        return _tags_once.__wrapped__(programme, *cells)


@lru_cache(maxsize=4096, typed=True)
def _tags_once(programme: str, *cells: object) -> frozenset[str]:
    own = _OWN.get(programme, {})
    found: set[str] = set()
    for one in _pieces(cells):
        code = one.upper()
        found.add(
            own[code]
            if code in own
            else _SHARED.get(code) or _NAMES.get(re.sub(r"[^a-z]", "", one.lower()), "")
        )
    return frozenset(found - {""})


@lru_cache(maxsize=4096)
def unknown_in(cell: str) -> tuple[str, ...]:
    """What stands in a cell of types and means nothing in any programme."""
    return tuple(one for one in _pieces(cell) if not any(map(tags_of, ("", *_OWN), repeat(one))))


def tags_in_name(name: str) -> frozenset[str]:
    """What a group's own name says of whom it is for; "men and women" says nothing."""
    lower = name.lower()
    if not _WORDS_IN_NAMES.may_hold(lower):
        return _NO_TAGS
    found = {tag for tag, words in _IN_NAMES.items() if words.search(name)}
    if _ANY_LANGUAGE.search(lower) and "english" not in lower:  # in both languages it is for everybody
        found |= {_NAMES[one[one.lastindex or 0].lower()] for one in _IN_LANGUAGE.finditer(name)}
        found |= {tag for words, tag in _OWN_WORDS.items() if words in lower}
    return frozenset(found - {"women", "men"} if {"women", "men"} <= found else found)


def tag_named(said: str) -> str:
    """The tag that somebody means who types "Women only" or "step-free"; what they typed, if none."""
    tag = re.sub(r"[\s-]+", "_", said.strip().lower())
    return tag if tag in KNOWN_TAGS else _NAMES.get(re.sub(r"[^a-z]", "", tag), tag)


def _pieces(types: object) -> Iterable[str]:
    if isinstance(types, list | tuple):
        for one in types:
            yield from _pieces(one)
    elif isinstance(types, str | int) and not isinstance(types, bool):
        for piece in re.split(r"[,;|\n]", str(types)[:2000]):
            stripped = piece.strip(" []\"'{}")
            if stripped:
                yield stripped
