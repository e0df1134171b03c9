"""Bytes and cells from outside, made into plain text that can be stored and shown."""

import html
import re
import unicodedata

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HIDDEN = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(br|/p|/li|/div)\b[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp);", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-z][^<>]*>?", re.IGNORECASE)


def decoded(raw: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252. Never raises."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def plain(value: object, limit: int = 200) -> str:
    """One line of plain text from a cell of any type: no markup, no control signs, cut at `limit`."""
    return " ".join(several(value, limit * 4).split())[:limit].rstrip()


def several(value: object, limit: int = 800) -> str:
    """As `plain`, keeping line breaks; lists become lines."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (several(one, limit) for one in value)))[:limit]
    if isinstance(value, dict):
        return ""
    text = str(value)[: limit * 8]
    for _ in range(2):  # entities of entities are common: &amp;amp;, and so are title-cased ones: &Amp;
        text = html.unescape(_ENTITY.sub(lambda found: found[0].lower(), text))
    text = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", text)))
    lines = (" ".join("".join(map(_seen, line)).split()) for line in text.splitlines())
    return "\n".join(filter(None, lines))[:limit].strip()


def _seen(sign: str) -> str:
    """The sign itself, a space for a space of any kind, nothing for what cannot be seen or stored."""
    category = unicodedata.category(sign)
    if category in {"Zs", "Zl", "Zp"} or sign in "\t\n":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else sign


def is_web_page(text: str) -> bool:
    """Whether a download is a page for people (an error, a challenge) where data was expected."""
    return bool(re.match(r"\s*(<!doctype|<html|<head|<body|<\?xml|<!--|<script)", text[:2000], re.IGNORECASE))
