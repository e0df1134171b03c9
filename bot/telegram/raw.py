"""Updates as they came: told apart, filed under a chat, and not yet read."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from bot.app.ports import Unreadable
from bot.domain.ids import ChatId

_RESULT: Final = re.compile(r'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[\s*')
_NEXT: Final = re.compile(r"\s*,?\s*")


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as it came, and what it is filed under before anybody reads it.

    `lane` is the chat whose order it belongs to, `press` the callback query that waits for an answer.
    """

    id: int
    raw: bytes
    lane: ChatId | None
    press: str | None


def split_updates(payload: bytes) -> list[RawUpdate]:
    """The updates in an answer to getUpdates, each with its own text, however strange one of them is.

    An element without an update id can't be acknowledged and is left out. Raises `Unreadable`
    when the whole is not such an answer.
    """
    text = payload.decode("utf-8", "replace")
    head = _RESULT.match(text)
    if head is None:
        return _split_slowly(text)
    found: list[RawUpdate] = []
    at = head.end()
    try:
        while text[at] != "]":
            update, end = _LENIENT.raw_decode(text, at)
            if (id_ := _update_id(update)) is not None:
                found.append(_filed(id_, update, text[at:end].encode()))
            at = _past(text, end)
    except (IndexError, ValueError, RecursionError):
        raise Unreadable("not an answer to getUpdates") from None
    return found


def _split_slowly(text: str) -> list[RawUpdate]:
    """The same for an answer whose fields come in another order."""
    answer = loaded(text)
    updates = answer.get("result")
    if answer.get("ok") is not True or not isinstance(updates, list):
        raise Unreadable("not an answer to getUpdates")
    return [
        _filed(id_, update, json.dumps(update).encode())
        for update in updates
        if (id_ := _update_id(update)) is not None
    ]


def _past(text: str, end: int) -> int:
    between = _NEXT.match(text, end)
    assert between is not None, "it matches the empty string"
    return between.end()


def raw_update(body: bytes) -> RawUpdate:
    """One update as a webhook brings it. Raises `Unreadable` when it is none."""
    update = loaded(body.decode("utf-8", "replace"))
    id_ = _update_id(update)
    if id_ is None:
        raise Unreadable("no update id")
    return _filed(id_, update, body)


def _filed(id_: int, update: dict[str, Any], raw: bytes) -> RawUpdate:
    return RawUpdate(id_, raw, chat_of(update), _press_of(update))


def _update_id(update: object) -> int | None:
    return whole(update.get("update_id")) if isinstance(update, dict) else None


def _press_of(update: dict[str, Any]) -> str | None:
    match update.get("callback_query"):
        case {"id": str(id_)}:
            return id_
    return None


def chat_of(update: dict[str, Any]) -> ChatId | None:
    """The chat's id, or where there is none that of the person, which is their private chat's."""
    for body in update.values():
        match body:
            case {"chat": {"id": id_}} | {"message": {"chat": {"id": id_}}} | {"from": {"id": id_}}:
                pass
            case {"user": {"id": id_}} | {"user_chat_id": id_}:
                pass
            case _:
                continue
        if (chat := whole(id_)) is not None:
            return ChatId(chat)
    return None


def whole(value: object) -> int | None:
    """The value, when it is a whole number that both databases hold in a BIGINT."""
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def loaded(text: str) -> dict[str, Any]:
    """An update's fields. Raises `Unreadable` for what is no JSON object."""
    try:
        update = _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(update, dict):
        raise Unreadable("not an object")
    return update


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number)
_LENIENT: Final = json.JSONDecoder()
"""Takes NaN as well, so that one update that can't be read later does not hold back the others now."""
