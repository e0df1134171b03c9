"""What a town is called where it has to be told from its namesakes, and the place it makes."""

from bot.domain.directory.geo import km_between
from bot.domain.directory.places import Place
from bot.domain.directory.towns import Town

SAME_TOWN_KM = 5.0
KNOWN = 10_000
"""A town with so many people needs no town nearby to be told apart by."""
NATION_NAMES = {"GB-ENG": "England", "GB-SCT": "Scotland", "GB-WLS": "Wales", "GB-NIR": "Northern Ireland"}


def kept_apart(towns: list[Town]) -> list[Town]:
    """The same without those that lie at, or are called like, one before them."""
    kept: list[Town] = []
    for town in towns:
        if all(_differs(town, other) for other in kept):
            kept.append(town)
    return kept


def _differs(one: Town, other: Town) -> bool:
    return km_between(one.point, other.point) > SAME_TOWN_KM and town_label(one) != town_label(other)


def town_place(town: Town, *, full: bool) -> Place:
    """The place of a town, `full` with what tells it from its namesakes."""
    nation = town.region if town.country == "GB" else ""
    return Place(town_label(town) if full else town.name, town.point, town.country, nation, town.zone)


def town_label(town: Town) -> str:
    """Its name with a district, a state, a town nearby, a nation: "Newport, Wales (NP20)"."""
    nation, apart = NATION_NAMES.get(town.region, ""), town.told_apart_by
    if town.country == "GB" and apart and not apart.startswith("near "):
        return f"{town.name}, {nation} ({apart})"
    apart = "" if apart.startswith("near ") and town.people > KNOWN else apart
    ending = {"GB": nation, "IE": "Ireland"}.get(town.country, "")
    return ", ".join(filter(None, (town.name, apart, ending)))
