"""Names that are too large to measure a distance from, and postcodes that any map of cities can place.

Counties of Britain and Ireland by their common names; those of Ireland only after "county", as many are
words or towns too. Which districts a city has: common knowledge, no postal table.
"""

import re

from bot.domain.directory.countries import ABROAD_NAMES, US_STATES
from bot.domain.directory.postcodes import eircode_key, postcode_keys

_NATIONS = "england|scotland|wales|northern ireland|ireland|uk|britain|great britain|usa|america"
_COUNTIES = (
    "bedfordshire|berkshire|buckinghamshire|cambridgeshire|cheshire|cornwall|cumbria|derbyshire|devon|"
    "dorset|county durham|essex|east sussex|west sussex|sussex|gloucestershire|hampshire|herefordshire|"
    "hertfordshire|kent|lancashire|leicestershire|lincolnshire|norfolk|northamptonshire|northumberland|"
    "nottinghamshire|oxfordshire|rutland|shropshire|somerset|staffordshire|suffolk|surrey|warwickshire|"
    "wiltshire|worcestershire|yorkshire|north yorkshire|south yorkshire|west yorkshire|east yorkshire|"
    "west midlands|east midlands|midlands|the midlands|tyne and wear|humberside|teesside|wirral|"
    "the wirral|lake district|the lake district|peak district|the peak district|east anglia|"
    "greater manchester|gwynedd|powys|ceredigion|pembrokeshire|carmarthenshire|glamorgan|south wales|"
    "north wales|mid wales|west wales|gwent|monmouthshire|fife|highlands|the highlands|"
    "scottish borders|aberdeenshire|ayrshire|lanarkshire|argyll|tayside|lothian|west lothian|"
    "east lothian|midlothian|galloway|perthshire"
)
_LARGE = frozenset((*_NATIONS.split("|"), *_COUNTIES.split("|"), *US_STATES)) - {"new york", "washington"}
_IRISH = re.compile(
    r"(?:co|county) (?:antrim|armagh|carlow|cavan|clare|cork|derry|donegal|down|dublin|fermanagh|galway|"
    r"kerry|kildare|kilkenny|laois|leitrim|limerick|longford|louth|mayo|meath|monaghan|offaly|roscommon|sligo|"
    r"tipperary|tyrone|waterford|westmeath|wexford|wicklow)"
)
_ISLANDS = frozenset(("ibiza", "majorca", "mallorca", "menorca", "tenerife", "lanzarote", "fuerteventura"))
_CITIES = {
    "BT": {**dict.fromkeys(range(1, 18), "belfast"), 47: "derry", 48: "derry"},
    "D": dict.fromkeys(range(1, 25), "dublin"),
    "T": {12: "cork", 23: "cork"},
    "V": {94: "limerick"},
    "H": {91: "galway"},
    "X": {91: "waterford"},
}


def region(words: str) -> str:
    """The state, county, nation or country here that plain words name, as it is written; "" for none."""
    if words in _LARGE:
        return words.upper() if words in ("uk", "usa") else _titled(words)
    return _titled(words) if _IRISH.fullmatch(words) else ""


def country_abroad(words: str) -> str:
    """The country, province or holiday island elsewhere that plain words name; "" for none."""
    known = (words in ABROAD_NAMES and len(words) > 3) or words in _ISLANDS
    return _titled(words) if known else ""


def city_of_code(text: str) -> str:
    """The city of a postcode of Northern Ireland or Ireland, where any map says it; "" elsewhere."""
    key = eircode_key(text) or next(postcode_keys(text), "").split(" ")[0]
    found = re.fullmatch(r"([A-Z]+)(\d+)", "D6" if key == "D6W" else key)
    return _CITIES.get(found[1], {}).get(int(found[2]), "") if found else ""


def _titled(words: str) -> str:
    return " ".join(word if word in ("and", "of", "the") else word.capitalize() for word in words.split())
