"""How people write what is known here under another name: "2moro", "nearest", "can't do stairs", "heno"."""

import re
from collections.abc import Callable, Mapping

_SPELT: Mapping[str, str] = {
    "step free": "stepfree", "wheel chair": "wheelchair", "sign language": "bsl", "neer": "near",
    "nere": "near", "neir": "near", "nr": "near", "thats not": "not", "that isnt": "not", "that arent": "not",
    "that is not": "not", "without": "not", "non": "not", "no": "not", "tmr": "tomorrow", "tmrw": "tomorrow",
    "tomoz": "tomorrow", "2moz": "tomorrow", "2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow",
    "tomoro": "tomorrow", "asap": "now", "urgent": "now", "urgently": "now", "straight away": "now",
    "immediately": "now", "disabled access": "stepfree", "deaf friendly": "bsl",
    "deaf meeting": "bsl meeting", "deaf group": "bsl group", "for deaf people": "bsl", "open now": "now",
    "open tonight": "tonight", "open today": "today", "walking group": "outdoors",
    "walk and talk": "outdoors", "12 steps": "12 step",
    "dog friendly": "outdoors", "dogs allowed": "outdoors", "dogs welcome": "outdoors",
    "first time": "newcomers", "first ever": "newcomers", "never been before": "newcomers",
    "new to this": "newcomers", "by phone": "online", "phone": "online", "telephone": "online",
    "dial in": "online", "video": "online", "housebound": "online",
    "mums": "with my kids", "mothers": "with my kids", "hearing loop": "loop",
    "b4": "before", "wensday": "wednesday",
    "wendsday": "wednesday", "wedsday": "wednesday", "non binary": "nonbinary", "recovery cafe": "cafe group",
    "over 50s": "older", "over 60s": "older", "over 40s": "older", "mon fri": "weekdays",
    "mon to fri": "weekdays", "monday to friday": "weekdays", "ex army": "veterans", "single parents": "dads",
    "people of colour": "bame", "people of color": "bame", "black": "bame", "asian": "bame",
    "teens": "young", "teenagers": "young", "youth": "young", "under 25s": "young", "under 30s": "young",
}  # fmt: skip
_ELSEWHERE: Mapping[str, str] = {
    "cyfarfod": "meeting", "cyfarfodydd": "meetings", "grwp": "group", "grwpiau": "groups", "heno": "tonight",
    "yfory": "tomorrow", "heddiw": "today", "nawr": "now", "rwan": "now", "ger": "near", "yn": "in",
    "yng": "in", "ym": "in", "ar lein": "online", "merched": "women", "menywod": "women", "dynion": "men",
    "spotkanie": "meeting", "spotkania": "meetings", "mityng": "meeting", "mityngi": "meetings",
    "grupa": "group", "grupy": "groups", "dzis wieczorem": "tonight", "dzis": "today", "dzisiaj": "today",
    "jutro": "tomorrow", "teraz": "now", "w": "in", "we": "in", "blisko": "near",
    "dla kobiet": "women", "dla mezczyzn": "men", "po polsku": "polish",
    "reunion": "meeting", "reuniones": "meetings", "grupo": "group", "grupos": "groups", "hoy": "today",
    "esta noche": "tonight", "manana": "tomorrow", "ahora": "now", "cerca de": "near", "en linea": "online",
    "en espanol": "spanish", "en": "in", "de mujeres": "women", "de": "for", "para mujeres": "women",
    "de hombres": "men", "para hombres": "men",
    "treffen": "meeting", "gruppe": "group", "gruppen": "groups", "heute abend": "tonight", "heute": "today",
    "morgen": "tomorrow", "jetzt": "now", "in der nahe von": "near", "bei": "near", "fur frauen": "women",
    "frauen": "women", "fur manner": "men", "auf deutsch": "german", "deutschsprachige": "german",
    "incontro": "meeting", "incontri": "meetings", "riunione": "meeting", "riunioni": "meetings",
    "gruppo": "group", "gruppi": "groups", "stasera": "tonight", "oggi": "today", "domani": "tomorrow",
    "adesso": "now", "vicino a": "near", "a": "in", "per donne": "women", "per uomini": "men",
    "in italiano": "italian",
    "dzisiaj wieczorem": "tonight", "wieczorem": "tonight", "poniedzialek": "monday", "wtorek": "tuesday",
    "sroda": "wednesday", "srode": "wednesday", "czwartek": "thursday", "piatek": "friday",
    "sobota": "saturday", "sobote": "saturday", "niedziela": "sunday", "niedziele": "sunday",
    "potrzebuje": "need", "szukam": "need", "chce": "need", "lunes": "monday", "martes": "tuesday",
    "miercoles": "wednesday", "jueves": "thursday", "viernes": "friday", "sabado": "saturday",
    "domingo": "sunday", "el": "on", "hay": "any", "necesito": "need", "busco": "need", "un": "a",
    "una": "a", "alguna": "any", "algun": "any", "dydd llun": "monday", "nos lun": "monday evening",
    "dydd mawrth": "tuesday", "nos fawrth": "tuesday evening", "dydd mercher": "wednesday",
    "nos fercher": "wednesday evening", "dydd iau": "thursday", "nos iau": "thursday evening",
    "dydd gwener": "friday", "nos wener": "friday evening", "dydd sadwrn": "saturday",
    "nos sadwrn": "saturday evening", "dydd sul": "sunday", "nos sul": "sunday evening",
    "nos yfory": "tomorrow evening", "nos fory": "tomorrow evening", "fory": "tomorrow",
    "dwi angen": "need", "dw i angen": "need", "dwi isio": "need", "dwi eisiau": "need", "oes": "any",
    "i fenywod": "women", "i ferched": "women",
}  # fmt: skip
"""Welsh, Polish, Spanish, German and Italian, as `plain` leaves them; read beside such a word for a group."""
_GROUP_ELSEWHERE = re.compile(
    r"\b(?:cyfarfod(?:ydd)?|grwp(?:iau)?|spotkani[ea]|mityngi?|grup[ay]|reunion(?:es)?|grupos?|"
    r"treffen|gruppen?|incontr[io]|riunion[ei]|grupp[io])\b"
)
_DAYS = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|today|tomorrow"
_KIN = "(?:wife|husband|partner|girlfriend|boyfriend|son|daughter|mum|mother|dad|father|brother|sister)"
_READ: tuple[tuple[str, str], ...] = (
    (r"\b(?:i )?(?:cant|cannot|not|struggle with)(?: do| manage| climb| use)?(?: the)? (?:stairs|steps)\b",
     "stepfree"),
    (r"\b(?:i )?cant (?:leave|get out of) (?:the |my )?(?:house|home|flat)\b", "online"),
    (r"\b(?:where |that )?(?:i can|can i|i could|to) (?:bring|take) (?:my |a |the )?dogs?\b(?: to| along)*",
     "outdoors"),
    (r"(?<=\w )with (?:my|a) dogs?\b", "outdoors"),
    (r"\b(?:alternatives? to|other than|instead of|apart from) (?=aa\b|12 step\b|twelve step\b)", "not "),
    (rf"\b(?:as )?my {_KIN} (?:drinks|uses|is drinking|is using|is an? (?:addict|alcoholic))\b", "families"),
    (r"\b(?:on |ok with )?(?:methadone|suboxone|buvidal|subutex|buprenorphine)(?: friendly| ok)?\b",
     "methadone"),
    (r"\b(?:my |the )?(?:nearest|closest)\b(?P<rest>.*?) to me\b", r"\g<rest> near me"),
    (r"\b(?:my |the )?(?:nearest|closest)\b(?P<rest>.*?) (?:to|near) (?P<place>.+)$",
     r"\g<rest> near \g<place>"),
    (r"\b(?:my |the )?(?:nearest|closest)\b(?P<rest>.*)$", r"\g<rest> near me"),
    (r"\b(?:my )?first (?=(?:aa|na|ca|smart|meeting|group|mtg)\b)", "newcomers "),
    (r"^whats (?=on\b|now\b)", "anything "),
    (r"\bbetween (?P<a>\D+?) and (?P<b>[^\d ]+)", r"near \g<a> or \g<b>"),
    (r"\b(?:with)?in walking distance of\b", "near"),
    (rf"\b({_DAYS}|this) eve\b", r"\1 evening"),
    (r"\bdisabled\b(?= .*\b(?:meetings?|groups?)\b)|(?<=for )disabled(?= people)", "stepfree"),
    (rf"\b({_DAYS}) am\b", r"\1 morning"),
    (rf"\b({_DAYS}) pm\b", r"\1 after 12"),
    (r"\b(?:the )?(?:train |bus |railway |rail |coach )stations?\b(?: in)?", ""),
    (r"^(?:whens|when is|when are|what time is|wheres|where is) (?:the |my )?(?=next|soonest)", ""),
    (r"\b(?:with)?in walking distance\b|\b(?:that )?i can walk to\b", "near me"),
    (r"\bnear me (?P<place>(?:near|in) .+)$", r"\g<place>"),
)  # fmt: skip
_READ_SO = tuple((re.compile(pattern), word) for pattern, word in _READ)


def as_known(words: str) -> str:
    """`words` (plain, see `towns.plain`) with each of these under the name that it has here."""
    words = re.sub(r"\b12 ?step\b", "12 step", words)
    words = _renamed_elsewhere(words) if _GROUP_ELSEWHERE.search(words) else words
    words = _renamed(words)
    for pattern, word in _READ_SO:
        words = pattern.sub(word, words)
    return " ".join(words.split())


def _renaming(names: Mapping[str, str]) -> Callable[[str], str]:
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b")
    return lambda words: pattern.sub(lambda found: names[found[0]], words)


_renamed, _renamed_elsewhere = _renaming(_SPELT), _renaming(_ELSEWHERE)
