"""Cells from outside, made into plain text that can be stored and shown."""

import html
import re
import unicodedata

_HIDDEN = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(br|/?(?:p|li|div|h[1-6]|ul|ol|tr|blockquote)|/t[dh])\b[^>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp);", re.IGNORECASE)
_NOTHING = frozenset({"null", "none", "nan", "n/a", "undefined", "false", "tbc", "tba"})
_TAG = re.compile(r"<[/!?a-z][^<>]*>?", re.IGNORECASE)


def plain(value: object, limit: int = 200) -> str:
    """One line of plain text from a cell of any type: no markup, no control signs, cut at `limit`."""
    if value is None or value == "":
        return ""
    if type(value) is str and len(value) <= limit and is_plain(value):
        return value
    return " ".join(several(value, limit * 4).split())[:limit].rstrip()


def is_plain(text: str) -> bool:
    """Whether a text that is not empty is one line of plain text as it stands: nearly every cell is."""
    return (
        text.isprintable()
        and "<" not in text
        and "&" not in text
        and "  " not in text
        and text[0] != " "
        and text[-1] != " "
    )


def several(value: object, limit: int = 800) -> str:
    """As `plain`, keeping line breaks; lists become lines."""
    if value is None or isinstance(value, bool):
        return ""
    if type(value) is str and 0 < len(value) <= limit and is_plain(value):
        return value
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (several(one, limit) for one in value)))[:limit]
    if isinstance(value, dict):
        return ""
    text = str(value)[: limit * 8]
    if "<" not in text and "&" not in text:
        if text.isprintable():  # nearly every cell: one line, nothing hidden in it
            return " ".join(text.split())[:limit].strip()
        if text.isascii() and text.replace("\n", "").replace("\r", "").isprintable():
            return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))[
                :limit
            ].strip()
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


def shortened(text: str, limit: int) -> str:
    """The text itself, or as much as fits: to the end of a sentence or a line, else of a word."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    end = max(kept.rfind(". "), kept.rfind("\n"))
    return kept[: end + 1].rstrip() if end > limit // 2 else f"{kept.rpartition(' ')[0] or kept}…"


def says_nothing(cell: str) -> bool:
    """Whether a cell has no letter and no figure, or what is written where there is nothing: "null"."""
    return not any(map(str.isalnum, cell)) or cell.lower() in _NOTHING


def is_web_page(text: str) -> bool:
    """Whether a download is a page for people (an error, a challenge) where data was expected."""
    return bool(re.match(r"\s*(<!doctype|<html|<head|<body|<\?xml|<!--|<script)", text[:2000], re.IGNORECASE))
