"""Which country somebody says they are in: "im in ohio", "i'm in galway", "im in spain on holiday".

Names only that mean one country wherever the service is: no "Bath", no "Boston", no "Washington". 112 for the
countries of the European Union, and Iceland, Liechtenstein, Norway and Switzerland, which share it
(https://digital-strategy.ec.europa.eu/en/policies/112).
"""

import re

from bot.domain.conversation.matching import plain, unaccented
from bot.domain.directory.countries import ABROAD_NAMES, US_STATES

EUROPE, ELSEWHERE = "EU", "*"
"""Areas of data/helplines.yaml: where 112 is the number, and everywhere that the file has no numbers for."""

_EUROPE = (
    "austria|belgium|bulgaria|croatia|cyprus|czech republic|czechia|denmark|estonia|finland|france|germany|"
    "greece|holland|hungary|iceland|italy|latvia|liechtenstein|lithuania|luxembourg|malta|netherlands|"
    "the netherlands|norway|poland|portugal|romania|slovakia|slovenia|spain|sweden|switzerland|"
    "tenerife|lanzarote|fuerteventura|gran canaria|the canaries|majorca|mallorca|menorca|ibiza|"
    "magaluf|barcelona|madrid|malaga|paris|berlin|amsterdam|rome|milan|lisbon|the algarve|prague|krakow|"
    "warsaw|polsce|niemczech|hiszpanii|francji|holandii|czechach|norwegii|szwecji|wloszech|"
    "espana|deutschland|nederland|danmark|sverige|suomi|osterreich|norge|francia|alemania|italia|polonia"
)
_IRELAND = (
    "ireland|republic of ireland|the republic of ireland|eire|southern ireland|dublin|galway|cork|"
    "limerick|waterford|kilkenny|donegal|sligo|tralee|dundalk|drogheda|athlone|letterkenny|irlandii|irlanda|iwerddon"
)
_BRITAIN = (
    "england=GB-ENG|london=GB-ENG|liverpool=GB-ENG|leeds=GB-ENG|scotland=GB-SCT|"
    "glasgow=GB-SCT|edinburgh=GB-SCT|wales=GB-WLS|cardiff=GB-WLS|swansea=GB-WLS|northern ireland=GB-NIR|"
    "the north of ireland=GB-NIR|belfast=GB-NIR|uk=|the uk=|britain=|great britain=|the united kingdom=|"
    "anglii=GB-ENG|szkocji=GB-SCT|walii=GB-WLS|irlandii polnocnej=GB-NIR|inglaterra=GB-ENG|escocia=GB-SCT|"
    "gales=GB-WLS|reino unido=|el reino unido=|lloegr=GB-ENG|cymru=GB-WLS|yr alban=GB-SCT"
)
_AMERICA = (
    "america|the states|the us|usa|the usa|the united states|new york city|nyc|chicago|"
    "los angeles|houston|dallas|philadelphia|seattle|miami|"
    "las vegas|stanach|stanach zjednoczonych|estados unidos|los estados unidos"
)
_ABROAD = "dubai|bali|phuket|bangkok|toronto|vancouver|sydney|melbourne|brisbane|tokyo|cape town|goa|bodrum"

_PLACES: dict[str, tuple[str, str]] = {
    **{unaccented(plain(name)): (ELSEWHERE, "") for name in ABROAD_NAMES if len(name) > 3},
    **dict.fromkeys(_ABROAD.split("|"), (ELSEWHERE, "")),
    **dict.fromkeys(_EUROPE.split("|"), (EUROPE, "")),
    **{name: ("US", "") for name in US_STATES if name != "washington"},
    **dict.fromkeys(_AMERICA.split("|"), ("US", "")),
    **dict.fromkeys(_IRELAND.split("|"), ("IE", "")),
    **{name: ("GB", nation) for name, _, nation in (one.partition("=") for one in _BRITAIN.split("|"))},
}
_LONGEST_FIRST = sorted(_PLACES, key=len, reverse=True)
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


def standing_in(text: str) -> tuple[str, str] | None:
    """Country (GB, IE, US, `EUROPE`, `ELSEWHERE`) and nation ("" unknown) where writers say to be, or None.

    Where they are from, were, or mean to go says nothing.
    """
    found = _SAID.findall(unaccented(plain(text)))
    return _PLACES[found[-1]] if found else None
