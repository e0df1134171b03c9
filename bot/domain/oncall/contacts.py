"""Numbers, addresses and links in a relayed line: neither side of a talk learns who the other is."""

import re
from collections.abc import Collection

_BETWEEN = r"[ .()/\xa0\xad\u2009-\u2015\u202f\u2060-\u2064\ufeff-]"
"""What stands between a number's figures: spaces, dashes, and what cannot be seen."""
_PHONE = rf"(?<![\w+])\+?\(?\d(?:{_BETWEEN}{{0,2}}\d){{8,14}}(?!\w)"
_FOUND = re.compile(
    "|".join(
        (
            r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}\b",
            r"\b(?:https?|tg)://\S{1,2000}",
            r"\bwww\.[\w-]{1,63}\.\S{1,200}",
            r"\b(?:t|telegram|wa|signal|discord|instagram|facebook|snapchat)\.(?:me|gg|com)/\S{1,200}",
            r"(?<![\w@.])@[A-Za-z]\w{3,31}\b",
            _PHONE,
        )
    ),
    re.IGNORECASE,
)
_NOT_FIGURES = re.compile(r"\D")


def figures(text: str) -> str:
    """Only the figures of a text, as which a phone number is recognised however it is written."""
    return _NOT_FIGURES.sub("", text)


def without_contacts(text: str, instead: str, known: Collection[str] = ()) -> str:
    """`text` with `instead` in the place of each phone number, e-mail address, link and @name.

    `known` are texts with the numbers and links of helplines, which anybody may give to anybody.
    """
    numbers = [figures(one) for one in known]

    def held(found: re.Match[str]) -> str:
        number = figures(found[0])
        is_line = len(number) >= 9 and any(number in one for one in numbers)
        return found[0] if is_line or any(found[0] in one for one in known) else instead

    return _FOUND.sub(held, text)
