"""Which country somebody says they are in: "im in ohio", "im in spain on holiday"; or "ohio" alone.

Names only that mean one country wherever the service is: no "Bath", no "Boston", no "Washington". 112 for the
countries of the European Union, and Iceland, Liechtenstein, Norway and Switzerland, which share it
(https://digital-strategy.ec.europa.eu/en/policies/112).
"""

import re
from typing import NamedTuple

from bot.domain.conversation.matching import plain, unaccented
from bot.domain.directory.countries import ABROAD_NAMES

EUROPE, ELSEWHERE = "EU", "*"
"""Areas of data/helplines.yaml: where 112 is the number, and everywhere that the file has no numbers for."""

BERLIN = "Europe/Berlin"
"""The clock of central Europe, which keeps one time from Madrid to Warsaw."""


class Standing(NamedTuple):
    """`country` is GB, IE, US, `EUROPE` or `ELSEWHERE`; "" for a nation or zone that a name leaves open."""

    country: str
    nation: str
    zone: str


_EUROPE = {
    BERLIN: "austria|belgium|croatia|czech republic|czechia|denmark|france|germany|"
    "holland|hungary|italy|liechtenstein|luxembourg|malta|netherlands|"
    "the netherlands|norway|poland|slovakia|slovenia|spain|sweden|switzerland|"
    "majorca|mallorca|menorca|ibiza|"
    "magaluf|barcelona|madrid|malaga|paris|berlin|amsterdam|rome|milan|prague|krakow|"
    "warsaw|polsce|niemczech|hiszpanii|francji|holandii|czechach|norwegii|szwecji|wloszech|"
    "espana|deutschland|nederland|danmark|sverige|osterreich|norge|francia|alemania|italia|polonia",
    "Europe/Athens": "bulgaria|cyprus|estonia|finland|greece|latvia|lithuania|romania|suomi",
    "Europe/Lisbon": "portugal|lisbon|the algarve",
    "Atlantic/Canary": "tenerife|lanzarote|fuerteventura|gran canaria|the canaries",
    "Atlantic/Reykjavik": "iceland",
}
_IRELAND = (
    "ireland|republic of ireland|the republic of ireland|eire|southern ireland|dublin|galway|cork|"
    "limerick|waterford|kilkenny|donegal|sligo|tralee|dundalk|drogheda|athlone|letterkenny|irlandii|irlanda|iwerddon"
)
_BRITAIN = (
    "england=GB-ENG|london=GB-ENG|liverpool=GB-ENG|leeds=GB-ENG|scotland=GB-SCT|"
    "glasgow=GB-SCT|edinburgh=GB-SCT|wales=GB-WLS|cardiff=GB-WLS|swansea=GB-WLS|northern ireland=GB-NIR|"
    "the north of ireland=GB-NIR|belfast=GB-NIR|uk=|the uk=|britain=|great britain=|the united kingdom=|"
    "anglii=GB-ENG|szkocji=GB-SCT|walii=GB-WLS|irlandii polnocnej=GB-NIR|inglaterra=GB-ENG|escocia=GB-SCT|"
    "gales=GB-WLS|reino unido=|el reino unido=|lloegr=GB-ENG|cymru=GB-WLS|yr alban=GB-SCT|caerdydd=GB-WLS|"
    "nghaerdydd=GB-WLS|ghaerdydd=GB-WLS|nghymru=GB-WLS|abertawe=GB-WLS"
)
_AMERICA = {
    "": "america|the states|the us|usa|the usa|the united states|united states|"
    "stanach|stanach zjednoczonych|estados unidos|los estados unidos",
    "America/New_York": "new york city|nyc|philadelphia|miami|connecticut|delaware|district of columbia|"
    "florida|georgia|indiana|kentucky|maine|maryland|massachusetts|michigan|new hampshire|"
    "new jersey|new york|"
    "north carolina|ohio|pennsylvania|rhode island|south carolina|vermont|virginia|"
    "west virginia",
    "America/Chicago": "chicago|houston|dallas|alabama|arkansas|illinois|iowa|kansas|louisiana|minnesota|"
    "mississippi|missouri|nebraska|north dakota|oklahoma|south dakota|tennessee|texas|wisconsin",
    "America/Denver": "colorado|idaho|montana|new mexico|utah|wyoming",
    "America/Phoenix": "arizona",
    "America/Los_Angeles": "los angeles|seattle|las vegas|california|nevada|oregon",
    "America/Anchorage": "alaska",
    "Pacific/Honolulu": "hawaii",
}
"""A state with two zones has that of most of its people."""
_ABROAD = {
    "Asia/Dubai": "dubai|uae|united arab emirates|oman",
    "Asia/Makassar": "bali",
    "Asia/Bangkok": "phuket|bangkok|thailand|vietnam|cambodia|laos",
    "America/Toronto": "toronto|ontario|quebec",
    "America/Vancouver": "vancouver|british columbia",
    "Australia/Sydney": "sydney|melbourne|new south wales|tasmania",
    "Australia/Brisbane": "brisbane|queensland",
    "Australia/Perth": "western australia",
    "Asia/Tokyo": "tokyo|japan|south korea",
    "Africa/Johannesburg": "cape town|south africa|zimbabwe|zambia|botswana",
    "Asia/Kolkata": "goa|india|sri lanka",
    "Europe/Istanbul": "bodrum|turkey",
    "Europe/Kyiv": "ukraine|moldova",
    "Europe/Belgrade": "serbia|albania|north macedonia|kosovo|bosnia and herzegovina|montenegro|gibraltar",
    "Asia/Shanghai": "china|hong kong|singapore|philippines|taiwan|malaysia",
    "Asia/Karachi": "pakistan",
    "Asia/Dhaka": "bangladesh",
    "Africa/Lagos": "nigeria|cameroon|angola|algeria|tunisia",
    "Africa/Nairobi": "kenya|uganda|tanzania|ethiopia|somalia|saudi arabia|qatar|kuwait|iraq",
    "Africa/Accra": "ghana|senegal|sierra leone|liberia",
    "Africa/Cairo": "egypt",
    "Africa/Casablanca": "morocco",
    "America/Jamaica": "jamaica|panama|colombia|peru",
    "Asia/Jerusalem": "israel",
    "Pacific/Auckland": "new zealand",
}
"""Only whose whole country, or nearly, keeps the same hour as the city that names the zone."""


def _named(zones: dict[str, str], country: str) -> dict[str, Standing]:
    return {name: Standing(country, "", zone) for zone, names in zones.items() for name in names.split("|")}


_PLACES: dict[str, Standing] = {
    **{unaccented(plain(name)): Standing(ELSEWHERE, "", "") for name in ABROAD_NAMES if len(name) > 3},
    **_named(_ABROAD, ELSEWHERE),
    **_named(_EUROPE, EUROPE),
    **_named(_AMERICA, "US"),
    **_named({"Europe/Dublin": _IRELAND}, "IE"),
    **{
        name: Standing("GB", nation, "Europe/London")
        for name, _, nation in (one.partition("=") for one in _BRITAIN.split("|"))
    },
}
_ALSO_NAMES = frozenset(
    (
        "america", "chad", "chile", "china", "cork", "cuba", "dallas", "gales", "georgia", "goa", "guinea",
        "holland", "india", "israel", "jordan", "kenya", "mali", "malta", "milan", "montana", "niger",
        "paris", "rome", "sydney", "togo", "turkey", "virginia",
    )
)  # fmt: skip
"""What people, birds, bottles and cups are called too: alone they say nothing of where somebody is."""
_LONGEST_FIRST = sorted(_PLACES, key=len, reverse=True)
_NAMES_ONLY = "|".join(re.escape(name) for name in _LONGEST_FIRST if name not in _ALSO_NAMES)
_BETWEEN = (
    r"(?:(?:currently|actually|now|right now|here|stuck|living|staying|away|abroad|over|still|at uni|out|"
    r"on my own|alone|working|visiting|on holiday|on vacation) ){0,3}"
)
_SAID = re.compile(
    rf"\b(?:im|i am|(?<!we )(?<!you )(?<!they )were|we are|i live|we live|ive moved|i moved|am|"
    rf"jestem|mieszkam|estoy|vivo|dwi) {_BETWEEN}"
    rf"(?:in|to|w|we|en|yn|yng|ym) (?:county |co )?({'|'.join(map(re.escape, _LONGEST_FIRST))})\b"
    r"(?! (?:stadium|road|street|town|city fan|shirt|jersey|mode))"
)


_ALONE = re.compile(
    rf"(?:(?:(?:no |hi |hey |sorry )?(?:im|i am|were|we are|i live|we live|jestem|mieszkam|estoy|vivo|dwi) )?"
    rf"(?:in|near|around|its|just|w|en|yn|ym|yng) )?"
    rf"({_NAMES_ONLY})"
    r"(?: (?:uk|us|usa|now|please|pls|atm|here|mate))?"
)

_AREAS = {name: there.nation or there.country for name, there in _PLACES.items()} | {
    "irish": "IE", "scottish": "GB-SCT", "welsh": "GB-WLS", "northern irish": "GB-NIR", "american": "US",
}  # fmt: skip
_OF_A_LAND = re.compile(
    rf"\b(?:in|for|from|near|around|of|en|w|we|yn|yng|ym|dla|para|de) "
    rf"({_NAMES_ONLY})\b|"
    r"\b(northern irish|irish|scottish|welsh|american) (?:\w+ )?(?:numbers?|help ?lines?|lines?|hotlines?)\b"
)


def land_asked_about(text: str) -> str:
    """The area of data/helplines.yaml that a question for a number names, or "": "number for aa in scotland".

    IE, US, GB or one of its nations. Whoever asks need not be there.
    """
    found = [one or other for one, other in _OF_A_LAND.findall(unaccented(plain(text)))]
    area = _AREAS[found[-1]] if found else ""
    return "" if area in (EUROPE, ELSEWHERE) else area


def standing_in(text: str) -> Standing | None:
    """Where the writers say to be, in a sentence or by a name that is the whole message; None else.

    Where they are from, were, or mean to go says nothing.
    """
    words = unaccented(plain(text))
    found = _SAID.findall(words)
    return _PLACES[found[-1]] if found else named_alone(text)


def named_alone(text: str) -> Standing | None:
    """The place of a message that says nothing else ("ohio", "scotland pls", "im in wales"), or None."""
    found = _ALONE.fullmatch(unaccented(plain(text)))
    return _PLACES[found[1]] if found else None
