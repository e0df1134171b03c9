"""Where a person is, roughly, from what they typed or shared; all offline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.directory.geo import Point
from bot.domain.directory.nations import nation_of, zone_of
from bot.domain.directory.postcodes import eircode_key, postcode_keys
from bot.domain.directory.towns import Towns, plain

TOWN_AND_ZONE = "|"
"""Stands between the name of a learned town and its zone: "Berlin|Europe/Berlin"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere roughly. `label` is what the person is shown; given to `find_place` it leads here again.

    `country` is GB, IE or US, `nation` such as GB-SCT, each "" when unknown; `zone` an IANA name.
    """

    label: str
    point: Point
    country: str
    nation: str
    zone: str


@dataclass(frozen=True, slots=True)
class Found:
    """One place is meant."""

    place: Place


@dataclass(frozen=True, slots=True)
class Which:
    """Several places go by that name, the likeliest first; `guessed` when the name was only similar."""

    options: tuple[Place, ...]
    guessed: bool = False
    elsewhere: str = ""
    """What may be meant as well, in a country that no list of towns here has: "Paris, France"."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such place is known. What the text gave away all the same: a BT postcode is in Northern Ireland."""

    country: str = ""
    nation: str = ""
    elsewhere: str = ""
    """As of `Which`."""
    large: str = ""
    """A state, county or country that was named, too large to measure from: "Ohio"."""
    by_town: bool = False
    """A postcode of Ireland or Northern Ireland that nothing has been learned of."""


PlaceAnswer = Found | Which | NotFound


class Places:
    """Everything known about where things are.

    `codes` are postcode districts ("LS2") and sectors ("LS2 9"), `extra` further keys learned from imported
    venues (Northern Irish districts, Irish routing keys, towns abroad with their zone), `zips` looks up a
    US ZIP code, `elsewhere` names cities that no list here has, with their country. `made_of` stands for
    all of it but `extra`: equal only where the same is known; "" when nobody says so.
    """

    def __init__(
        self,
        codes: Mapping[str, Point],
        towns: Towns,
        aliases: Mapping[str, str],
        zips: Callable[[str], Place | None],
        extra: Mapping[str, Point] | None = None,
        made_of: str = "",
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        self.codes = codes
        self.towns = towns
        self.aliases = aliases
        self.zips = zips
        self.extra: Mapping[str, Point] = extra or {}
        self.made_of = made_of
        self.elsewhere: Mapping[str, str] = elsewhere or {}
        self._abroad: dict[str, list[Place]] = {}
        for key, point in sorted(self.extra.items()):
            town, mark, zone = key.partition(TOWN_AND_ZONE)
            if mark:
                self._abroad.setdefault(plain(town), []).append(Place(town, point, "", "", zone))

    def with_learned(self, extra: Mapping[str, Point]) -> "Places":
        """These places, with other keys learned from imported venues."""
        return Places(self.codes, self.towns, self.aliases, self.zips, extra, self.made_of, self.elsewhere)

    def abroad(self, name: str) -> list[Place]:
        """The towns of this plain name that are known from imported venues only."""
        return self._abroad.get(name, [])

    def postcode(self, text: str, *, letters: bool = False) -> Place | None:
        """The sector or else the district of a British or Irish postcode, None when it is not known.

        `letters`: one that is typed without a figure, too, as "SWIA".
        """
        for key in postcode_keys(text, letters=letters):
            point = self.codes.get(key) or self.extra.get(key) or self._middle(key)
            if point:
                district = key.split(" ")[0]
                return Place(district, point, "GB", nation_of(district), zone_of(district))
        key = eircode_key(text)
        if key in self.extra:
            return Place(key, self.extra[key], "IE", "", "Europe/Dublin")
        return None

    def _middle(self, key: str) -> Point | None:
        """W1 and SW1 are no districts, W1A to W1W are: people name them all the same."""
        if key[-1] not in "123" or key[0] not in "ENSW":
            return None
        parts = [self.codes[key + letter] for letter in "ABCDEFGHJKMNPRSTUVWXY" if key + letter in self.codes]
        if not parts:
            return None
        return Point(sum(p.lat for p in parts) / len(parts), sum(p.lon for p in parts) / len(parts))
