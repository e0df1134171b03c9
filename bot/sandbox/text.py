"""Text as Telegram measures and reads it: UTF-16 lengths, commands, and markup turned into entities."""

import html
import re
from typing import Any, Final

from bot.sandbox.errors import ApiError, bad_request

Entities = list[dict[str, Any]]

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_COMMAND: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?![\w/])")
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_TAGS: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_MARKS: Final = {
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
    "||": "spoiler",
    "__": "underline",
    "`": "code",
}
_RESERVED: Final = frozenset("[]()~`>#+-=|{}.!*_")


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def commands(text: str) -> Entities:
    """The slash commands in what a person wrote, as `bot_command` entities."""
    if "/" not in text:
        return []
    return [_entity("bot_command", text, m.start(), m.end()) for m in _COMMAND.finditer(text)]


def worded(text: str, parse_mode: str | None, entities: Entities | None, limit: int) -> tuple[str, Entities]:
    """Text without its markup, and the entities; raises the 400 that Telegram would.

    `limit` is in UTF-16 units, counted after the markup is taken away.
    """
    if not _utf8(text):
        raise bad_request("strings must be encoded in UTF-8")
    plain, found = _parsed(text, parse_mode)
    plain = plain.rstrip()
    if units(plain) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return plain, entities or found


def _utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return "\x00" not in text


def _parsed(text: str, parse_mode: str | None) -> tuple[str, Entities]:
    match (parse_mode or "").lower():
        case "":
            return text, []
        case "html":
            return _html(text)
        case "markdownv2":
            return _markdown(text, strict=True)
        case "markdown":
            return _markdown(text, strict=False)
        case _:
            raise bad_request("unsupported parse_mode")


def _entity(kind: str, text: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": units(text[:start]), "length": units(text[start:end]), **more}


def _broken(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


def _html(text: str) -> tuple[str, Entities]:
    plain, found, at = "", Entities(), 0
    opened: list[tuple[str, int, str]] = []
    while (start := text.find("<", at)) >= 0:
        plain += html.unescape(text[at:start])
        tag = _TAG.match(text, start)
        offset = len(text[:start].encode())
        if tag is None or tag[2].lower() not in _TAGS:
            name = tag[2].lower() if tag else text[start + 1 : start + 2]
            raise _broken(f'Unsupported start tag "{name}" at byte offset {offset}')
        name = tag[2].lower()
        if not tag[1]:
            opened.append((name, len(plain), tag[3]))
        elif not opened or opened[-1][0] != name:
            expected = f'expected "</{opened[-1][0]}>", found "</{name}>"' if opened else "unexpected"
            raise _broken(f"Unmatched end tag at byte offset {offset}, {expected}")
        else:
            _, begun, attributes = opened.pop()
            found.append(_entity(_TAGS[name], plain, begun, len(plain), **_link(attributes)))
        at = tag.end()
    if opened:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return plain + html.unescape(text[at:]), found


def _link(attributes: str) -> dict[str, str]:
    href = re.search(r"""href\s*=\s*["']([^"']*)""", attributes)
    return {"url": html.unescape(href[1])} if href else {}


def _markdown(text: str, *, strict: bool) -> tuple[str, Entities]:
    plain, found, at = "", Entities(), 0
    opened: list[tuple[str, int, int]] = []
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            plain, at = plain + text[at + 1], at + 2
            continue
        mark = _mark(text, at, strict=strict)
        if mark is None:
            if strict and text[at] in _RESERVED:
                raise _broken(
                    f"Character '{text[at]}' is reserved and must be escaped with the preceding '\\'"
                )
            plain, at = plain + text[at], at + 1
            continue
        if opened and opened[-1][0] == mark:
            _, begun, _ = opened.pop()
            found.append(_entity(_MARKS[mark], plain, begun, len(plain)))
        else:
            opened.append((mark, len(plain), len(text[:at].encode())))
        at += len(mark)
    if opened:
        mark, _, offset = opened[-1]
        raise _broken(f"Can't find end of {_MARKS[mark].capitalize()} entity at byte offset {offset}")
    return plain, found


def _mark(text: str, at: int, *, strict: bool) -> str | None:
    if strict and text[at : at + 2] in _MARKS:
        return text[at : at + 2]
    known = _MARKS if strict else {"*", "_", "`"}
    return text[at] if text[at] in known else None
