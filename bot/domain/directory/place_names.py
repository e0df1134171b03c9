"""Which place somebody names: what they type is understood, and asked about where it is not certain."""

import re
from dataclasses import replace

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.domain.directory.countries import STATE_NAMES
from bot.domain.directory.geo import Point, km_between, rounded
from bot.domain.directory.places import Found, NotFound, Place, PlaceAnswer, Places, Which
from bot.domain.directory.postcodes import eircode_key, learnable, postcode_keys
from bot.domain.directory.regions import city_of_code, country_abroad, region
from bot.domain.directory.town_labels import NATION_NAMES, kept_apart, town_label, town_place
from bot.domain.directory.towns import Town, Towns, plain

MOST_OPTIONS = 6
FAR_BIGGER = 10
"""A town this many times the size of its next namesake is the one that is meant."""
FEW_PEOPLE = 5_000
"""A place at home with fewer is not taken without asking where a city abroad has its name."""
VASTLY_BIGGER = 100
"""So many times the size of a namesake at home, a city abroad may well be meant: Houston."""
BESIDE_KM = 25.0
"""A namesake this close to another town that was named with it is meant: "Whitchurch, Cardiff"."""
ABROAD_PEOPLE = 100_000
"""A town in another country than expected is taken without asking from this size."""
LARGE = 10_000
"""A town with so many people is known well enough to be misspelt."""
NEAREST_TOWN_KM = 60.0
_COUNTRY_NAMES = {
    "GB": ("uk", "united kingdom", "great britain", "britain"),
    "IE": ("ireland", "eire", "republic of ireland"),
    "US": ("usa", "us", "united states", "america"),
}
_NO_PLACE = frozenset(
    (
        "home",
        "here",
        "there",
        "nowhere",
        "anywhere",
        "online",
        "skip",
        "none",
        "no",
        "yes",
        "ok",
        "me",
        "help",
    )
)
"""Answers that happen to be the names of small towns."""
_ALSO_WORDS = frozenset((
    "alert", "bath", "battle", "barking", "brave", "bright", "bury", "centre", "commerce", "coward",
    "craven", "creation", "deal", "defiance", "eagle", "enterprise", "faith", "freedom", "friendship",
    "grays", "harmony", "home", "hope", "hurt", "hyde", "independence", "justice", "liberty", "march",
    "mercy", "mobile", "moody", "needles", "nice", "normal", "orange", "paradise", "peace", "phoenix",
    "reading", "rugby", "rush", "sale", "sandy", "stone", "street", "superior", "surprise", "truth",
    "unity", "victor", "ware", "wells", "wish", "young",
))  # fmt: skip
"""Names of larger towns, or nearly, that people write when they mean something else."""
_LEAD_IN = re.compile(
    r"^(?:(?:i am|im|i live|living|live|we are|were|based|somewhere|its|it is|near|nearby|in|at|around|"
    r"round|by|yn|yng|ym|close to|just outside|outside|north of|south of|east of|west of|from)\s+)+"
)
_PART_OF_TOWN = re.compile(
    r"^(?:north|south|east|west|central|inner|outer|greater|[nsew]|[ns][ew])\s+(?=.{4})|"
    r"\s+(?:(?:city|town) centre|city center|downtown|area)$|^(?:city|town) centre\s+"
)
_EITHER = re.compile(r"\s+(?:or|and)\s+")
_OTHER_CODE = re.compile(r"\d{5}(?:[- ]\d{4})?")


def find_place(text: str, places: Places, country: str = "") -> PlaceAnswer:
    """The place that `text` names. `country` (GB, IE, US) is where namesakes are looked for first.

    "sw1a1aa", "SW1A", "LSZ"-like slips of O and I, "Leeds", "near leeds", "Newport, Wales", "10001".
    """
    words = _LEAD_IN.sub("", plain(text))
    if words in _NO_PLACE:
        return NotFound()
    code = _LEAD_IN.sub("", text.strip().casefold())
    place = places.postcode(code)
    found = Found(place) if place else _zip(code, places, country)
    if found:
        return found
    if words in places.aliases and not places.towns.named(words):
        return find_place(places.aliases[words], places, country)
    towns, narrowed = _towns_named(words, places.towns)
    if not towns and (beside := _beside(text, places.towns)):
        return Found(town_place(beside, full=False))
    if not towns and (either := _EITHER.split(_LEAD_IN.sub("", text.strip().casefold())))[1:]:
        return _one_of(either, places, country)
    abroad = places.abroad(words)
    if abroad and not any(town.country == country for town in towns):
        return Found(abroad[0]) if len(abroad) == 1 else Which(tuple(abroad[:MOST_OPTIONS]))
    there = "" if narrowed else places.elsewhere.get(words, "")
    if (large := region(words)) and not any(town.country == country for town in towns):
        return NotFound(large=large)
    if towns and not (there and _hardly_meant(towns, country)):
        return _choose(towns, "" if narrowed else country)
    if there:
        return _or_elsewhere(towns, there, country)
    if (around := _PART_OF_TOWN.sub("", words)) != words and is_place(around, places):
        return find_place(around, places, country)
    if city := city_of_code(text):
        return find_place(city, places, "IE" if eircode_key(text) else "GB")
    hint = _hint(text)
    if hint.country:
        return hint
    if there := country_abroad(words):
        return NotFound(elsewhere=there)
    if place := places.postcode(text, letters=True):
        return Found(place)
    return _similar(words, places, country)


def is_place(text: str, places: Places) -> bool:
    """Whether these words are a place's own name or code, or several, and nothing similar."""
    words = plain(text)
    if len(words) < 2 or words in _NO_PLACE:
        return False
    if places.postcode(words) or words in places.aliases or places.abroad(words) or learnable(words):
        return True
    if _OTHER_CODE.fullmatch(words) or _towns_named(words, places.towns)[0] or region(words):
        return True
    either = _EITHER.split(_LEAD_IN.sub("", words))
    if either[1:]:
        return all(is_place(one, places) for one in either)
    around = _PART_OF_TOWN.sub("", words)
    return around != words and is_place(around, places)


def is_known_place(text: str, places: Places) -> bool:
    """Whether these words alone leave no doubt that a place is meant: a postcode, or a larger town whose name
    is nothing else that people write."""
    words = plain(text)
    if len(words) < 2 or words in _NO_PLACE or words in _ALSO_WORDS:
        return False
    if any(sign.isdigit() for sign in words):
        return places.postcode(words) is not None or _OTHER_CODE.fullmatch(words) is not None
    if len(words) < 3:
        return False
    if words in places.aliases or places.abroad(words):
        return True
    return any(town.people >= LARGE for town in _towns_named(words, places.towns)[0])


def is_like_place(text: str, places: Places) -> bool:
    """Whether these words are the name of a larger town but for a slip of the fingers."""
    words = plain(text)
    return len(words) >= 5 and any(town.people >= LARGE for town in _slipped(words, places.towns))


def _one_of(names: list[str], places: Places, country: str) -> PlaceAnswer:
    """Which of several places is meant is asked."""
    found = [find_place(name, places, country) for name in names]
    known = [one for one in found if not isinstance(one, NotFound)]
    options = [(one.place,) if isinstance(one, Found) else one.options for one in known]
    every = tuple(dict.fromkeys(place for some in options for place in some))[:MOST_OPTIONS]
    return Which(every) if every else NotFound()


def place_at(point: Point, places: Places) -> Place:
    """The place of a shared location, rounded to about a kilometre."""
    here = rounded(point)
    town = places.towns.nearest(here, NEAREST_TOWN_KM)
    if town is None:
        return Place("", here, "", "", "")
    nation = town.region if town.country == "GB" else ""
    return Place(town.name, here, town.country, nation, town.zone)


def _zip(text: str, places: Places, country: str) -> PlaceAnswer | None:
    """A US ZIP code. Elsewhere five figures are asked about, unless their state stands with them: which
    country somebody is in decides on the numbers that they are given."""
    found = re.fullmatch(r"\s*(\D*\b[a-z]{2}\s+)?(\d{5})(?:[- ]\d{4})?\s*", text)
    place = places.zips(found[2]) if found else None
    if found is None or place is None:
        return None
    if found[1] or country in ("", "US"):
        return Found(place)
    return Which((replace(place, label=f"{place.label} {found[2]}"),), guessed=True)


def _towns_named(words: str, towns: Towns) -> tuple[list[Town], bool]:
    """Towns of that name, and whether a second part ("wales", "il", "np20") chose among them."""
    named = towns.named(words)
    if named:
        return named, False
    parts = words.split(" ")
    for cut in range(len(parts) - 1, 0, -1):
        rest = " ".join(parts[cut:])
        named = [t for t in towns.named(" ".join(parts[:cut])) if rest in _marks(t)]
        if named:
            return named, True
    if len(parts) > 1 and parts[-1].isdigit():  # "Dublin 8"
        return towns.named(" ".join(parts[:-1])), False
    return [], False


def _marks(town: Town) -> set[str]:
    """What may follow this town's name to tell it from others."""
    nation = NATION_NAMES.get(town.region, "").lower()
    apart = town.told_apart_by.lower()
    full = plain(town_label(town)).removeprefix(plain(town.name)).strip()
    state = STATE_NAMES.get(town.region, "") if town.country == "US" else ""
    marks = nation, apart, full, state, town.region.lower(), *_COUNTRY_NAMES[town.country]
    return {mark for mark in marks if mark}


def _beside(text: str, towns: Towns) -> Town | None:
    """Of the towns before a comma the one that lies at the town behind it."""
    first, _, rest = (plain(part) for part in text.partition(","))
    named = {
        town: min(km_between(town.point, other.point) for other in others)
        for town in towns.named(first)
        if (others := [one for one in towns.named(rest) if one.country == town.country])
    }
    closest = min(named, key=lambda town: named[town], default=None)
    return closest if closest and named[closest] <= BESIDE_KM else None


def _choose(towns: list[Town], country: str) -> PlaceAnswer:
    here = [town for town in towns if town.country == country]
    ranked = kept_apart(sorted(here or towns, key=lambda town: (-town.people, town.name, town.told_apart_by)))
    far = kept_apart(sorted((t for t in towns if t.people >= ABROAD_PEOPLE), key=lambda town: -town.people))
    if country and here and far and _dwarfed(ranked[0].people, far[0].people):
        return Which(tuple(town_place(town, full=True) for town in (ranked + far)[:MOST_OPTIONS]))
    if (
        country
        and not here
        and ranked[0].people < (LARGE if _neighbour(ranked[0], country) else ABROAD_PEOPLE)
    ):
        return Which(tuple(town_place(town, full=True) for town in ranked[:MOST_OPTIONS]), guessed=True)
    if len(ranked) == 1 or ranked[0].people >= FAR_BIGGER * max(1, ranked[1].people):
        return Found(town_place(ranked[0], full=False))
    return Which(tuple(town_place(town, full=True) for town in ranked[:MOST_OPTIONS]))


def _neighbour(town: Town, country: str) -> bool:
    return {town.country, country} == {"GB", "IE"}


def _dwarfed(home: int, there: int) -> bool:
    return home < FEW_PEOPLE or there >= VASTLY_BIGGER * home


def _hardly_meant(towns: list[Town], country: str) -> bool:
    """Whether a city abroad that has their name is likelier: they are small, or in America and not large."""
    known = [town for town in towns if country in ("", town.country)]
    return all(town.people < (ABROAD_PEOPLE if town.country == "US" else LARGE) for town in known)


def _or_elsewhere(towns: list[Town], there: str, country: str) -> PlaceAnswer:
    if not towns:
        return NotFound(elsewhere=there)
    found = _choose(towns, country)
    options = found.options if isinstance(found, Which) else (town_place(towns[0], full=True),)
    return Which(options, guessed=True, elsewhere=there)


def _hint(text: str) -> NotFound:
    if any(key.startswith("BT") for key in postcode_keys(text)):
        return NotFound("GB", "GB-NIR", by_town=True)
    joined = text.strip().replace(" ", "")
    return NotFound("IE", by_town=True) if eircode_key(text) and len(joined) in (3, 7) else NotFound()


def _similar(words: str, places: Places, country: str) -> PlaceAnswer:
    if not 4 <= len(words) <= 30:
        return NotFound()
    close = process.extract(words, places.towns.names(), scorer=fuzz.ratio, score_cutoff=84, limit=8)
    towns = [town for name, _, _ in close for town in places.towns.named(name)]
    towns += [town for town in _slipped(words, places.towns) if town.people >= LARGE and town not in towns]
    here = [town for town in towns if town.country == country] if country else towns
    ranked = kept_apart(sorted(here, key=lambda town: -town.people))[:3]
    return (
        Which(tuple(town_place(town, full=True) for town in ranked), guessed=True) if ranked else NotFound()
    )


def _slipped(words: str, towns: Towns) -> list[Town]:
    """Towns whose name differs by one slip, or in a longer one two: a letter more, less, other or swapped.

    The first letter is right: few get that wrong, and it keeps words from being taken for towns.
    """
    slips = 1 if len(words) < 7 else 2
    like = (name for name in towns.names(words[0]) if abs(len(name) - len(words)) <= slips)
    close = [name for name in like if OSA.distance(words, name, score_cutoff=slips) <= slips]
    return [town for name in close for town in towns.named(name)]
