"""How far somebody would go, read from what they typed: "within 2 miles of leeds", "less than 5 km away"."""

import re

from bot.domain.directory.geo import KM_PER_MILE

_WITHIN = re.compile(
    r"\b(?:(?:up to|no more than|less than|under|not more than|max) |with ?in (?:about )?)"
    r"(?P<far>\d{1,3}|\d{1,2}h\d|half a) ?"
    r"(?P<unit>miles?|mi|km|kms|kilomet(?:re|er)s?)\b(?: (?:away|radius|drive|walk))?(?: (?:from|of)\b)?"
)
_DECIMAL = re.compile(r"\b(\d{1,2})[.,](\d)(?= ?(?:mi|km|kilo))", re.I)
_NAMED = re.compile(r"\b(?:near|nearby|close to|around|in|at|by|near to|round)\s")


def far_written(text: str) -> str:
    """The same with distances that can be read without punctuation: "1.5 miles" is "1h5 miles"."""
    return _DECIMAL.sub(r"\1h\2", text)


def how_far(words: str) -> tuple[str, float | None]:
    """The words with "near" where they say how far off at most, and how many km that is."""
    found = _WITHIN.search(words)
    if found is None:
        return words, None
    far = 0.5 if found["far"] == "half a" else float(found["far"].replace("h", "."))
    km = far * (KM_PER_MILE if found["unit"].startswith("mi") else 1)
    before, tail = words[: found.start()], words[found.end() :].strip()
    near = "" if _NAMED.search(before) else "near" if tail else "near me"
    return " ".join(f"{before} {near} {tail}".split()), km
