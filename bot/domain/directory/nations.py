"""Which nation of the United Kingdom a postcode lies in, where its district alone can say.

Checked against the GeoNames towns around every district; a district that a border runs through has no nation
here, and whoever is there is given the lines of both sides.
"""

import re

_SCOTLAND = frozenset(
    ("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE")
)
_WALES = frozenset(("CF", "LD", "LL", "NP", "SA"))
_WELSH_DISTRICTS = frozenset(
    ("CH5", "CH6", "CH7", "CH8", *(f"SY{n}" for n in (16, 17, 18, 19, 20, 21, 23, 24, 25)))
)
_DIVIDED = frozenset(
    (
        "CH4",
        "SY10",
        "SY15",
        "SY22",
        "HR3",
        "HR5",
        "LD7",
        "LD8",
        "NP16",
        "NP25",
        "LL14",
        "TD12",
        "TD15",
        "DG14",
        "CA6",
    )
)
_ISLANDS = {"JE": "Europe/Jersey", "GY": "Europe/Guernsey", "IM": "Europe/Isle_of_Man"}


def nation_of(district: str) -> str:
    """GB-ENG, GB-SCT, GB-WLS or GB-NIR for a postcode district such as "LS2"; "" where it cannot say."""
    area = _area(district)
    if district in _DIVIDED or area in _ISLANDS or not area:
        return ""
    if area == "BT":
        return "GB-NIR"
    if area in _SCOTLAND:
        return "GB-SCT"
    if area in _WALES or district in _WELSH_DISTRICTS:
        return "GB-WLS"
    return "GB-ENG"


def zone_of(district: str) -> str:
    """The IANA zone of a postcode district."""
    return _ISLANDS.get(_area(district), "Europe/London")


def _area(district: str) -> str:
    letters = re.match(r"[A-Z]{1,2}", district)
    return letters[0] if letters else ""
