"""Takes out of somebody's words what they could be known by, before the words leave the service.

By rules alone, so it can miss a name: whoever marks a row sees the redacted words first.
"""

import re

from bot.domain.keeping.whereabouts import without_whereabouts

_KIN = (
    "son|daughter|kid|boy|girl|baby|partner|husband|wife|ex|boyfriend|girlfriend|bf|gf|mum|mom|mam|dad|brother|sister|"
    "bro|sis|mate|friend|cousin|uncle|aunt|auntie|nan|gran|granda|grandad|grandma|dealer|keyworker|neighbour|flatmate"
)
_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        """is was has had hasnt isnt wasnt just and or but who that he she they it i im ive took taken been
        will wont would wouldnt cant can could couldnt did didnt does doesnt do says said keeps kept hit
        hits died dead od ods not in on at to of for from with my the a an so if when because wants want
        needs know knows thinks tried stopped collapsed are be got gets gone went comes came left found
        called hurts hurt beats beat threatened really always never still now tonight today about like""",
    )
)
"""Words that follow "my son" and are no name."""
_TAKEN_OUT = (
    (re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|(?<!\w)@\w{3,}"), "(address)"),
    (re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"), "(date)"),
    (re.compile(r"\b\d{5,}\b"), "(number)"),
)
_SAYS_NAME = re.compile(
    r"\b((?:my|his|her|their) names?(?: is|s|'s|’s)?|(?:im|i'm|i’m|i am|is) called)\s+([\w'’-]+)", re.I
)
_KIN_NAME = re.compile(rf"\b((?:{_KIN}),?)\s+([A-Za-z][\w'’-]*)", re.I)
_CAPITAL = re.compile(r"(?<=[a-z,;] )(?!I\b|I['’])[A-Z][a-z]+(?:['’][A-Z][a-z]+)?")


def redacted(text: str) -> str:
    """`text` with numbers, addresses, dates and what looks like a name replaced by words in brackets."""
    text = without_whereabouts(text, "(place or number)")
    for pattern, instead in _TAKEN_OUT:
        text = pattern.sub(instead, text)
    text = _SAYS_NAME.sub(r"\1 (name)", text)
    text = _KIN_NAME.sub(_kin, text)
    return _CAPITAL.sub("(name)", text)


def _kin(found: re.Match[str]) -> str:
    """ "my son tom": a name; "my son took": none. A capital says so by itself."""
    word = found[2]
    known = word.lower().replace("'", "").replace("’", "") in _NO_NAME
    return found[0] if known and not word[0].isupper() else f"{found[1]} (name)"
