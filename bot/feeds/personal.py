"""What must not stay in a listing: people's numbers and addresses; and how to join, which is kept apart."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_EMAIL = r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+\.[\w.]+|\[email[^\]]*\]"
_PHONE = r"(?<![\w/])\+?\(?\d[\d\s().-]{7,}\d(?!\w)"
_PAYMENT = r"(?:venmo|paypal|cash\s?app|\$[a-z]\w{2,}|zelle|square\s?cash)\b"
_PERSONAL = re.compile(f"{_EMAIL}|{_PHONE}|{_PAYMENT}", re.IGNORECASE)
_MEETING_ID = re.compile(
    r"\b(?:id|pmi)\b(?:\s+(?:no|number|is)\b)?[\s.:#=-]*(\d[\d\s-]{7,13}\d)", re.IGNORECASE
)
_CODE_WORD = (
    r"\b(?:pass\s?code|pass\s?wor[dt]|kennwort|mot de passe|contrase[ñn]a"
    r"|p\s?/\s?wd?|pwd?|pin|access\s?code|entry\s?code|door\s?code)\b"
)
_PASSCODE = re.compile(
    rf"{_CODE_WORD}(?:\s+is)?\s*(?:[:=]\s*[\"']?([^\s\"',;]{{3,30}})|[\"']?(?=[^\s,;]*\d)([^\s\"',;]{{3,30}}))",
    re.IGNORECASE,
)
_ROOM = re.compile(
    r"(?:https?://[^\s<>\"']*|\b[\w.-]*)(?:zoom\.us/(?:j|s|w|my|wc/join)/|meet\.google\.com/|whereby\.com/|gotomeet\w*\.com/"
    r"|teams\.(?:microsoft|live)\.com/(?:l/)?meet)[^\s<>\"']+",
    re.IGNORECASE,
)
_ROOM_HOSTS = ("zoom.us/", "meet.google.com/", "whereby.com/", "gotomeet", "teams.")
"""Each of those links has one of these, in small letters: looking for them first is quick."""
_CODE_BELOW = re.compile(
    rf"((?:{_CODE_WORD}|\bid\b)[ ]*[:=#])[ ]*\n\s*(\S+)|((?:{_CODE_WORD}|\bid\b))[ ]*\n\s*(\d[\d ]*)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


_ANY_WORD = re.compile(
    r"zoom\.us/|meet\.google|teams\.\w+\.com/|://|pass|kennwort|mot de|contrase|p ?/? ?w|pin"
    r"|code|@|\[at|\(at|\[email|\$[a-z]|venmo|paypal|cash|zelle|id\b|pmi\b"
)
_AFAR = re.compile(r"\b(?:zoom|meeting id|online|virtual|hybrid|skype|teams)\b")
_JOINING_WORDS = (
    "zoom meeting meetings online virtual hybrid code passcode password passwort number phone dial the and "
    "for email mail contact call text please link https http join via use with our out from you"
)
_OF_JOINING = frozenset(_JOINING_WORDS.split())
_SEVERAL = 4
_ANY_NUMBER = re.compile(r"\d[\d\s().-]{6,}\d")
"""What is personal or secret has one of these: most notes have none, and two plain patterns are quick."""


class Cleared(NamedTuple):
    """Notes that may be shown, and the secrets that stood in them ("" where none)."""

    notes: str
    passcode: str = ""
    room: str = ""
    """The first link to an online room; of a Zoom meeting that is named by its number alone, made of it."""
    meeting_id: bool = False
    """Whether the number of an online meeting stood there."""
    lost: bool = False
    """Whether something went that is neither a number nor how to join: the rest of such a sentence."""


def cleared(notes: str) -> Cleared:
    """Take out passcodes, meeting ids and links to a room, and sentences with a phone number, an e-mail
    address or a payment handle.

    The whole sentence goes: a name usually stands beside the number.
    """
    if not _ANY_WORD.search(notes.lower()) and not _ANY_NUMBER.search(notes):
        whole = notes[:1].isalnum() and notes.isprintable()  # nearly always: one line that says something
        return Cleared(notes.strip() if whole else _lines(notes.splitlines()))
    rooms: list[str] = []
    secrets: list[str] = []
    lines: list[str] = []
    lost = False
    for line in _CODE_BELOW.sub(r"\1\3 \2\4\n", notes).splitlines():
        kept = []
        for sentence in _SENTENCE.split(line):
            links = _ROOM.findall(sentence)
            found = _secrets(_ROOM.sub(" ", sentence) if links else sentence)
            rooms += links
            secrets += found
            if not links and not found and not _PERSONAL.search(sentence):
                kept.append(sentence)
            else:
                lost = lost or _says_more(sentence)
        lines.append(" ".join(kept))
    said = notes.lower()
    ids = [one for one in secrets if one.startswith("ID ")] if _AFAR.search(said) else []
    if ids and not rooms and "zoom" in said:
        rooms.append(f"https://zoom.us/j/{re.sub('[^0-9]', '', ids[0])}")
    secret = ", ".join(dict.fromkeys(secrets))[:120]
    return Cleared(_lines(lines), secret, next(iter(rooms), "").rstrip(".,;)"), bool(ids), lost)


def room_in(text: str) -> str:
    """The first link to an online room: a secret, wherever it stands. "" for none."""
    lower = text.lower()
    if not any(host in lower for host in _ROOM_HOSTS):
        return ""
    found = _ROOM.search(text)
    return found[0] if found else ""


def _says_more(sentence: str) -> bool:
    """Whether it has several words besides links, addresses and the words of joining and calling."""
    rest = _ROOM.sub(" ", _PERSONAL.sub(" ", sentence))
    words = [word for word in re.findall(r"[^\W\d_]{3,}", rest.lower()) if word not in _OF_JOINING]
    return len(words) >= _SEVERAL


def _lines(lines: Iterable[str]) -> str:
    """Those that say anything."""
    return "\n".join(line.strip() for line in lines if any(map(str.isalnum, line)))


def _secrets(sentence: str) -> list[str]:
    ids = [f"ID {' '.join(match[1].split())}" for match in _MEETING_ID.finditer(sentence)]
    return ids + [(match[1] or match[2]).rstrip(".") for match in _PASSCODE.finditer(sentence)]
