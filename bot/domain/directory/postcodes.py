"""Reading British postcodes, whole or in part, the way people type them."""

import re
from collections.abc import Iterator

_PATTERNS = {2: ("A9",), 3: ("AA9", "A99", "A9A"), 4: ("AA99", "AA9A")}
_AS_LETTER = {"0": "O", "1": "I", "5": "S"}
_AS_DIGIT = {"O": "0", "I": "1", "L": "1", "S": "5"}
_BRITISH = re.compile(r"([A-Z]{1,2})\d[A-Z\d]? \d[A-Z]{2}", re.ASCII)
_EIRCODE = re.compile(r"([AC-FHKNPRTV-Y][0-9O][0-9OW])([0-9AC-FHKNPRTV-Y]{4})?")


def postcode_keys(text: str, *, letters: bool = False) -> Iterator[str]:
    """What `text` may mean, likeliest first: sectors ("LS2 9") before their districts ("LS2").

    Forgives case, missing or odd spaces, and O for 0, I for 1. Yields nothing for what cannot be a postcode;
    whether one exists is for the caller to look up. `letters`: letters alone may be one, "SWIA" for SW1A.
    """
    typed = re.sub(r"[^A-Z0-9 ]", " ", text.upper()).strip()
    joined = typed.replace(" ", "")
    if not 2 <= len(joined) <= 7 or not joined[0].isalpha() or (joined.isalpha() and not letters):
        return
    spaced = (
        typed[-2:-1] == " "
    )  # "LS2 9": the space says that the last figure is the sector, but not in "LS 6"
    if spaced and not joined[:-1].isalpha():
        yield from _sectors(joined[:-1], joined[-1])
    yield from _districts(joined)
    if spaced and joined[:-1].isalpha():
        yield from _sectors(joined[:-1], joined[-1])
    if len(joined) >= 5:
        inward = _fit(joined[-3:], "9AA")
        if inward:
            yield from _sectors(joined[:-3], inward[0])
            yield from _districts(joined[:-3])


def eircode_key(text: str) -> str:
    """The routing key ("D08") of an Irish postcode, whole or in part; "" for anything else."""
    found = _EIRCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", text.upper()))
    return found[1].replace("O", "0") if found else ""


def learnable(code: str) -> bool:
    """Whether what a postcode means is learned from imported venues: no map of ours has Ireland's."""
    whole = _BRITISH.fullmatch(code)
    if whole:
        return whole[1] == "BT"
    return bool(eircode_key(code)) or any(key.startswith("BT") for key in postcode_keys(code))


def _sectors(outward: str, figure: str) -> Iterator[str]:
    digit = _AS_DIGIT.get(figure, figure)
    if digit.isdigit():
        for district in _districts(outward):
            yield f"{district} {digit}"


def _districts(outward: str) -> Iterator[str]:
    for pattern in _PATTERNS.get(len(outward), ()):
        fitted = _fit(outward, pattern)
        if fitted:
            yield fitted


def _fit(text: str, pattern: str) -> str:
    """`text` with look-alikes put right so that it has the pattern's letters (A) and figures (9), or ""."""
    made = [
        _AS_LETTER.get(sign, sign) if kind == "A" else _AS_DIGIT.get(sign, sign)
        for sign, kind in zip(text, pattern, strict=True)
    ]
    fits = all(
        sign.isalpha() if kind == "A" else sign.isdigit() for sign, kind in zip(made, pattern, strict=True)
    )
    return "".join(made) if fits else ""
