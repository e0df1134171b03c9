"""Numbers, addresses and links in a relayed line: neither side of a talk learns who the other is."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

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
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_FULL_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FIGURE_WORDS: Mapping[str, str] = {
    word: figure
    for figure, words in (
        ("0", "zero oh o nought naught nil cero dim"),
        ("1", "one jeden uno un"),
        ("2", "two dwa dos dau dwy"),
        ("3", "three trzy tres tri tair"),
        ("4", "four cztery cuatro pedwar pedair"),
        ("5", "five pięć piec cinco pump"),
        ("6", "six sześć szesc seis chwech"),
        ("7", "seven siedem siete saith"),
        ("8", "eight osiem ocho wyth"),
        ("9", "nine dziewięć dziewiec nueve naw"),
        ("00", "hundred sto cien cientos cant"),
        ("000", "thousand tysiąc tysiac mil"),
        *((str(n), word) for n, word in enumerate(_TEENS, 10)),
        *((str(n * 10), word) for n, word in enumerate(_FULL_TENS, 2)),
    )
    for word in words.split()
}  # fmt: skip
_TIMES: Mapping[str, int] = {
    "double": 2, "dwbl": 2, "doble": 2, "podwójne": 2, "podwojne": 2, "triple": 3, "treble": 3,
    "potrójne": 3, "triphlyg": 3,
}  # fmt: skip
_SAID = "|".join(sorted(_FIGURE_WORDS, key=len, reverse=True))
_UNIT = rf"(?:(?P<times>{'|'.join(_TIMES)})[\s-]{{1,2}})?(?P<figure>{_SAID}|\d{{1,15}})"
_PLAIN_UNIT = re.sub(r"\?P<\w+>", "?:", _UNIT)
_SPELLED = re.compile(
    rf"(?<!\w)\+?{_PLAIN_UNIT}(?:[\s,.;:/()_*|\u2010-\u2015-]{{1,3}}{_PLAIN_UNIT}){{2,}}(?!\w)", re.IGNORECASE
)
_EACH = re.compile(rf"(?<!\w){_UNIT}(?!\w)", re.IGNORECASE)
_FEWEST, _MOST = 9, 15
"""The figures of a phone number: at most 15 (ITU-T E.164); shorter ones are those of lines and of codes."""
_CLEARLY = 6
"""So many figures in words are a number, whatever it begins with; a 0 or a + says so sooner."""
_TENS = re.compile(r"\b([2-9])0 ([1-9])\b")
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

    def spelled(found: re.Match[str]) -> str:
        number = said_as_figures(found[0])
        return instead if number and not any(number in one for one in numbers) else found[0]

    return _SPELLED.sub(spelled, _FOUND.sub(held, text))


def said_as_figures(run: str) -> str:
    """The phone number that figures spelled out are ("oh seven double nine …"), "" where they are none.

    Counting, up or down, is none; nor are figures with a word or two between them.
    """
    units = [(each["times"] or "", each["figure"].lower()) for each in _EACH.finditer(run)]
    words = sum(figure in _FIGURE_WORDS for _, figure in units)
    figures_of = [_FIGURE_WORDS.get(figure, figure) * _TIMES.get(times.lower(), 1) for times, figure in units]
    number = _TENS.sub(r"\1\2", " ".join(figures_of)).replace(" ", "")
    clear = words >= _CLEARLY or (words and (number[0] == "0" or run[0] == "+"))
    if not _FEWEST <= len(number) <= _MOST or not clear:
        return ""
    return "" if _counts(figures_of) else number


def _counts(spoken: list[str]) -> bool:
    """Whether somebody counts, as to breathe by: each the one after, or before, the last; or begins anew."""
    steps = [int(after) - int(before) for before, after in pairwise(spoken)]
    return sum(step in (1, -1) for step in steps) * 3 >= len(steps) * 2
