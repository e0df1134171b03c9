"""Keyboards as Telegram takes them, and its refusals."""

from typing import Any, Final
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Json
from bot.sandbox.things import Chat
from bot.sandbox.world import World

DATA_LIMIT: Final = 64
"""Bytes of `callback_data`, UTF-8 (Bot API, InlineKeyboardButton)."""
BUTTONS_LIMIT: Final = 100
_ACTIONS: Final = frozenset(
    {"url", "callback_data", "web_app", "login_url", "switch_inline_query",
     "switch_inline_query_current_chat",
     "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}
)  # fmt: skip
_KEYS: Final = {
    "inline_keyboard": frozenset({"inline_keyboard"}),
    "keyboard": frozenset(
        {
            "keyboard",
            "is_persistent",
            "resize_keyboard",
            "one_time_keyboard",
            "input_field_placeholder",
            "selective",
        }
    ),
    "remove_keyboard": frozenset({"remove_keyboard", "selective"}),
    "force_reply": frozenset({"force_reply", "input_field_placeholder", "selective"}),
}


def checked(markup: Any, *, inline_only: bool = False) -> Json | None:
    """A `reply_markup` that Telegram would take, or None for none; raises its 400 otherwise."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    kind = next((name for name in _KEYS if name in markup), None)
    if kind is None or (inline_only and kind != "inline_keyboard"):
        raise bad_request("inline keyboard expected" if inline_only else "object expected as reply markup")
    if unknown := set(markup) - _KEYS[kind]:
        raise bad_request(f"unknown field {min(unknown)!r} of reply_markup")
    if kind == "inline_keyboard":
        return _inline(markup)
    if kind == "keyboard":
        _rows(markup["keyboard"])
    return markup


def _rows(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS_LIMIT * 3:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        label = button.get("text") if isinstance(button, dict) else button
        if not isinstance(label, str) or not label.strip():
            raise bad_request("keyboard button text must be non-empty")
    return buttons


def _inline(markup: Json) -> Json | None:
    buttons = _rows(markup["inline_keyboard"])
    if len(buttons) > BUTTONS_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _button(button)
    return markup if buttons else None


def _button(button: Json) -> None:
    if not _ACTIONS & set(button):
        raise bad_request("text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _reachable(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _reachable(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return True
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def put(world: World, chat: Chat, markup: Json | None) -> Json | None:
    """Apply what the markup does to the chat's reply keyboard; the inline keyboard, if it is one."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return markup
    if "keyboard" in markup:
        chat.keyboard = markup
        world.tell("keyboard", chat.id)
    elif markup.get("remove_keyboard"):
        chat.keyboard = None
        world.tell("keyboard", chat.id)
    return None
