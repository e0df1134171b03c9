"""Words that say a group does not simply meet every week; it is then marked "check first"."""

import re

_NTH = (
    r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|alternate|every other|other|every second)"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?s?"
_SIGNS = re.compile(
    rf"\b{_NTH}\b(?:\s*(?:,|&|and|\+|/)\s*{_NTH}\b)*\s+(?:{_DAY}|weeks?)\b"
    rf"|\b{_NTH}\b(?:\s*(?:,|&|and|\+|/)\s*{_NTH}\b)*\s+(?:\w+\s+){{0,2}}of\s+(?:the|each|every)?\s*months?\b"
    r"|\bfortnightly\b|\bbi-?weekly\b|\bevery (?:two|2|three|3|four|4) weeks\b|\bmonthly\b|\bonce a month\b"
    r"|\balternate weeks?\b|\b(?:weeks?|months?) (?:1|2|3|4)\b"
    r"|\b(?:not|no|except|excluding|closed|doesn'?t meet|does not meet)\b[^.\n]{0,40}"
    r"\b(?:bank|public|school)\s*holidays?\b"
    r"|\bterm[- ]time\b|\bno (?:meeting|mtg|group)\b[^.\n]{0,60}"
    r"|\bby appointment\b|\bcheck (?:first|before)\b",
    re.IGNORECASE,
)


def check_first(*texts: str) -> str:
    """The first such words in `texts` with a little of what stands around them, or ""."""
    for text in texts:
        found = _SIGNS.search(text)
        if found:
            before = re.split(r"[.]\s+|\n", text[: found.start()])[-1]
            after = re.split(r"[.](?:\s|$)|\n", text[found.end() :])[0]
            return f"{before}{found[0]}{after}".strip()[:120]
    return ""
