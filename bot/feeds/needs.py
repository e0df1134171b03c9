"""Which of a council's services concern somebody in recovery: by the words of name, topic and description."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_WORDS = {
    "drug_alcohol_service": r"alcohol\w*|drugs?|substance (?:mis|ab)?use\w*|addict\w*|detox\w*|sober\w*"
    r"|sobriety|methadone|opioids?|opiates?|al-?anon|alateen"
    r"|recovery (?:service|support|programme|fitness|caf[eé]|college|hub)",
    "needle_exchange": r"needle(?: and syringe)? (?:exchange|programme)|syringes?|injecting equipment"
    r"|harm reduction",
    "naloxone": r"naloxone|nyxoid|prenoxad",
    "hostel": r"hostels?|homeless\w*|night ?shelters?|rough sleep\w*|emergency accommodation"
    r"|supported (?:housing|accommodation|living)|women['’]?s (?:refuge|crisis house)|domestic abuse refuge",
    "food": r"food ?banks?|soup kitchens?|food (?:pantry|provision|parcels?|club)|free (?:hot )?meals?"
    r"|community (?:meals?|fridge|larder)|meals on wheels",
    "childcare": r"child ?care|childminders?|nurser(?:y|ies)|cr[eè]ches?|children['’]?s centres?"
    r"|family hubs?",
    "transport": r"community transport|dial[- ]a[- ]ride|(?:patient|volunteer) transport|shopmobility"
    r"|travel (?:scheme|pass)\w*",
    "jobs": r"job ?cent(?:re|er)\w*|job (?:club|search)|employment (?:support|service|advice)"
    r"|employability|back to work|work(?:ing)? skills|skills (?:for work|training)",
    "advice": r"citizens advice|law cent(?:re|er)|advice (?:centre|service|line)"
    r"|(?:debt|money|benefits?|welfare|housing|legal) (?:advice|rights|help|support)",
    "mental_health": r"mental (?:health|illness|wellbeing)|counselling|suicid\w*"
    r"|crisis (?:house|line|team|caf[eé])",
    "family_support": r"famil(?:y|ies) (?:support|groups?|affected)|al-?anon|alateen"
    r"|support for (?:families|carers)",
    "helpline": r"help ?lines?|listening line",
}
_NAMED = {need: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for need, words in _WORDS.items()}
_BY_DESCRIPTION = ("drug_alcohol_service", "needle_exchange", "naloxone")
"""What a description tells as well, if less surely; of food or advice nearly every description speaks."""


class Needs(NamedTuple):
    """What a service helps with. `sure` is False when only its description says so."""

    codes: frozenset[str]
    sure: bool


def needs_of(named: Iterable[str], description: str) -> Needs:
    """The needs that names and topics speak of, else those that the description does."""
    words = " · ".join(named)
    found = frozenset(need for need, pattern in _NAMED.items() if pattern.search(words))
    if found:
        return Needs(found, sure=True)
    return Needs(frozenset(need for need in _BY_DESCRIPTION if _NAMED[need].search(description)), sure=False)


def known_needs(text: str) -> frozenset[str]:
    """Needs that an operator's own list names, by code or in words."""
    codes = {piece.strip().lower().replace(" ", "_").replace("-", "_") for piece in re.split(r"[,;|]", text)}
    return frozenset(codes & _WORDS.keys()) | needs_of([text.replace("_", " ")], "").codes
