"""What somebody looks for where not every word is known: "is there a detox in tulsa that takes walk ins".

A need that is known here, a larger town, and a word that seeks are enough; what else is said is left out, and
what was understood is said back. Words that tell of something ("I went to a meeting in Leeds") seek nothing.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.domain.directory.programmes import programme_code
from bot.domain.directory.spelt import as_known
from bot.domain.directory.towns import plain
from bot.domain.directory.typed import Looked
from bot.domain.directory.typed_times import clocks_written, times
from bot.domain.directory.typed_words import (
    ANY_PROGRAMME,
    FAMILY,
    GROUP,
    PROGRAMME_WORDS,
    SERVICES,
    TAGS,
    TWELVE_STEP,
)  # fmt: skip

MOST_WORDS = 24
FEW_WORDS = 12
"""So few words with a need and a town, and nobody in them, seek without saying so: "narcan in baltimore"."""
FEW_WITH_BLURRED = 6
MOST_TOWN_WORDS = 4

_SEEKS = re.compile(
    r"\b(?:where|wheres|anywhere|any|anything|is there|are there|list of|who does|who do|who can|whos|near|"
    r"who should|looking for|look for|searching for|need|needs|needing|find|open|do you know|do u know|"
    r"know of|what can i|what is there|whats there|whats on|something|somewhere|recommend|how do i get)\b"
)
_TELLS = re.compile(
    r"\b(?:last (?:night|week|month|year|time)|yesterday|ago|went|was|were|drank|relapsed|slipped|died|"
    r"used to|kicked out|stole|going to|been|dont|didnt|doesnt|never|hate|hated|wont|left|moved|met)\b"
)
_PEOPLE = frozenset((
    "i", "im", "ive", "id", "me", "my", "mine", "you", "u", "we", "us", "he", "hes", "his", "she", "shes",
    "her", "they", "theyre", "them",
))  # fmt: skip
_LED = frozenset(("in", "near", "nearby", "around", "round", "at", "to", "from", "outside", "for"))
_MONTHS_AND_SUCH = frozenset(("march", "may", "home", "here", "there", "recovery", "help"))
_ALSO_WORDS = frozenset(("bath", "bury", "mobile", "orange", "phoenix", "reading", "rugby", "wells"))
"""Towns that are words too, and none where "in" stands before them."""
_BLURRED = frozenset((
    "food", "job", "meal", "advice", "transport", "needle", "shelter", "childcare", "accommodation",
    "therapy", "bus pass", "bus fare",
))  # fmt: skip
"""Needs that are as often spoken of as looked for; they seek only where little else is said."""
_ALSO_SERVICES = {
    "food pantry": "food", "food pantries": "food", "food kitchen": "food", "food stamps": "advice",
    "drop in": "drug_alcohol_service", "drop ins": "drug_alcohol_service", "dropin": "drug_alcohol_service",
    "about drink": "drug_alcohol_service", "about drinking": "drug_alcohol_service",
    "about drugs": "drug_alcohol_service", "about my drinking": "drug_alcohol_service",
    "about my drug use": "drug_alcohol_service", "can i eat": "food", "get fed": "food", "get a meal": "food",
    "warm to sit": "hostel", "somewhere warm": "hostel", "anywhere warm": "hostel", "to keep warm": "hostel",
    "free meal": "food", "free meals": "food", "hot dinner": "food", "soup run": "food", "hot meals": "food",
    "shower": "hostel", "showers": "hostel", "wash my clothes": "hostel", "laundry": "hostel",
    "have a wash": "hostel", "get a wash": "hostel", "beds": "hostel", "bed": "hostel",
    "sleeping rough": "hostel", "rough sleepers": "hostel", "sober houses": "hostel",
    "sober living house": "hostel", "sober livings": "hostel", "dry houses": "hostel", "dry hotel": "hostel",
    "dry hotels": "hostel", "dry hostel": "hostel", "dry hostels": "hostel", "halfway houses": "hostel",
    "shelters": "hostel", "warm place": "hostel", "warm space": "hostel", "crash": "hostel",
    "kip": "hostel", "help with drink": "drug_alcohol_service", "help with drinking": "drug_alcohol_service",
    "help with my drinking": "drug_alcohol_service", "help with drugs": "drug_alcohol_service",
    "help for drink": "drug_alcohol_service", "help for drugs": "drug_alcohol_service",
    "help for drinking": "drug_alcohol_service", "help with alcohol": "drug_alcohol_service",
    "help for addiction": "drug_alcohol_service", "help with addiction": "drug_alcohol_service",
    "rehabs": "drug_alcohol_service", "detoxes": "drug_alcohol_service", "clinic": "drug_alcohol_service",
    "clinics": "drug_alcohol_service", "methadone": "drug_alcohol_service",
    "outpatient": "drug_alcohol_service",
    "suboxone": "drug_alcohol_service", "suboxone doctor": "drug_alcohol_service",
    "drug counselling": "drug_alcohol_service", "addiction service": "drug_alcohol_service",
    "addiction services": "drug_alcohol_service", "testing strips": "needle_exchange",
    "testing kits": "needle_exchange", "sharps bin": "needle_exchange", "needle exchanges": "needle_exchange",
    "with my benefits": "advice", "with benefits": "advice", "housing help": "advice", "debt": "advice",
    "counseling": "mental_health", "counselors": "mental_health", "therapist": "mental_health",
}  # fmt: skip
_SERVICES = {**SERVICES, **_ALSO_SERVICES}
_ANY_SERVICE = re.compile(rf"\b(?:{'|'.join(sorted(_SERVICES, key=len, reverse=True))})\b")
_ALSO_CODES = frozenset(("ca", "ga", "ma", "na"))
_TO_DO = re.compile(
    r"\b(?:what can i do|what is there to do|something to do|anything to do|things to do|whats there to do|"
    r"stuff to do|sober (?:cafes?|bars?|nights?|events?|socials?|things|stuff|pubs?)|dry bars?)\b"
)
_ONE = re.compile(r"\bfind (?:me )?(?:one|some|any)\b")
"""Of what has just been spoken of: of all that can be found, most of it is groups."""
_KIN = re.compile(
    r"\bfor (?:the )?(?:parents|families|family|partners|wives|husbands|mums|mothers|relatives|carers|"
    r"loved ones|siblings)\b|\b(?:parents|wives|husbands|partners) of (?:addicts|alcoholics|users|drinkers)\b"
)


def looked_roughly(
    text: str, is_known_place: Callable[[str], bool], is_place: Callable[[str], bool]
) -> Looked | None:
    """What a message looks for by its need and its town alone, or None.

    `is_known_place` says whether words are the name of a larger town and nothing else, `is_place` whether
    they are that of any: enough right after "in" or "near".
    """
    if "\n" in text.strip():
        return None
    words = as_known(plain(clocks_written(text).replace("-", " ").replace("?", " ")))
    if len(words.split()) > MOST_WORDS or _TELLS.search(words):
        return None
    place, rest = _town(words.split(), is_known_place, is_place)
    if not place or not (_SEEKS.search(words) or _names_only(words.split())):
        return None
    rest, found = times(rest, Looked(place=place))
    return _wanted(rest, found)


def _town(
    words: list[str], is_known_place: Callable[[str], bool], is_place: Callable[[str], bool]
) -> tuple[str, str]:
    """The town that is named, the last and longest one, and the words without it; "" where none is."""
    for long in range(min(MOST_TOWN_WORDS, len(words)), 0, -1):
        for at in range(len(words) - long, -1, -1):
            name, before = " ".join(words[at : at + long]), words[at - 1] if at else ""
            led = before in ("in", "near", "around") and name not in _MONTHS_AND_SUCH
            led = led and (at + long == len(words) or name in _ALSO_WORDS)
            if not (words[at] in _LED or name in _SERVICES or name in TAGS) and (
                is_known_place(name) or (led and is_place(name))
            ):
                without = [*words[: at - 1 if before in _LED else at], *words[at + long :]]
                return name, " ".join(without)
    return "", ""


def _names_only(words: list[str]) -> bool:
    return len(words) <= FEW_WORDS and not _PEOPLE & set(words)


def _wanted(rest: str, found: Looked) -> Looked | None:
    """`found` with the one kind of thing that `rest` asks for: a service, or a group."""
    said = set(rest.split())
    programme = ANY_PROGRAMME.search(rest)
    service = _ANY_SERVICE.search(rest)
    tags = frozenset(TAGS[word] for word in said if word in TAGS)
    if service and not said & GROUP and not (service[0] in _BLURRED and len(said) > FEW_WITH_BLURRED):
        return replace(found, services=frozenset({_SERVICES[service[0]]}))
    if programme and (said & GROUP or programme[0] not in _ALSO_CODES):
        code = PROGRAMME_WORDS[programme[0]]
        codes = TWELVE_STEP if code == "12" else frozenset({programme_code(code)})
        return replace(found, programmes=codes, tags=tags)
    if _TO_DO.search(rest):
        return replace(found, tags=tags | {"activity"})
    if said & GROUP or _ONE.search(rest):
        family = bool(_KIN.search(rest) or said & FAMILY)
        return replace(found, tags=tags, family=family)
    return None
