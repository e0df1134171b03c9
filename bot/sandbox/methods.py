"""The Bot API methods the stand-in knows, with the parameters each takes (Bot API 10.1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.errors import ApiError, bad_request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method and how its value is read."""

    name: str
    kind: str
    required: bool


_TO: Final = "business_connection_id:str chat_id!:chat message_thread_id:int direct_messages_topic_id:int"
_HOW: Final = (
    "disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id:str"
    " suggested_post_parameters:json reply_parameters:json reply_markup:json"
)
_CAPTION: Final = "caption:str parse_mode:str caption_entities:json"
_PLACE: Final = "latitude!:float longitude!:float"
_EDIT: Final = (
    "business_connection_id:str chat_id!:chat message_id!:int inline_message_id:str reply_markup:json"
)

# `name!` is required; kinds: str, int, float, bool, chat (a number or @name), json, file.
_TABLE: Final = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:json",
    "setWebhook": (
        "url!:str certificate:file ip_address:str max_connections:int allowed_updates:json"
        " drop_pending_updates:bool secret_token:str"
    ),
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"{_TO} text!:str parse_mode:str entities:json link_preview_options:json {_HOW}",
    "editMessageText": (
        f"{_EDIT} text!:str parse_mode:str entities:json link_preview_options:json rich_message:json"
    ),
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": "chat_id!:chat message_id!:int",
    "deleteMessages": "chat_id!:chat message_ids!:json",
    "answerCallbackQuery": "callback_query_id!:str text:str show_alert:bool url:str cache_time:int",
    "sendLocation": (
        f"{_TO} {_PLACE} horizontal_accuracy:float live_period:int heading:int"
        f" proximity_alert_radius:int {_HOW}"
    ),
    "sendVenue": (
        f"{_TO} {_PLACE} title!:str address!:str foursquare_id:str foursquare_type:str"
        f" google_place_id:str google_place_type:str {_HOW}"
    ),
    "sendDocument": (
        f"{_TO} document!:file thumbnail:file {_CAPTION} disable_content_type_detection:bool {_HOW}"
    ),
    "sendPhoto": f"{_TO} photo!:file {_CAPTION} show_caption_above_media:bool has_spoiler:bool {_HOW}",
    "sendVoice": f"{_TO} voice!:file {_CAPTION} duration:int {_HOW}",
    "copyMessage": (
        "chat_id!:chat message_thread_id:int direct_messages_topic_id:int from_chat_id!:chat message_id!:int"
        f" video_start_timestamp:int {_CAPTION} show_caption_above_media:bool {_HOW}"
    ),
    "sendChatAction": "business_connection_id:str chat_id!:chat message_thread_id:int action!:str",
    "getFile": "file_id!:str",
    "setMyCommands": "commands!:json scope:json language_code:str",
    "setMyName": "name:str language_code:str",
    "setMyDescription": "description:str language_code:str",
    "setMyShortDescription": "short_description:str language_code:str",
    "getChat": "chat_id!:chat",
    "leaveChat": "chat_id!:chat",
}


def _parameters(table: str) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for entry in table.split():
        name, kind = entry.split(":")
        bare = name.rstrip("!")
        found[bare] = Parameter(bare, kind, name.endswith("!"))
    return found


METHODS: Final = {name: _parameters(table) for name, table in _TABLE.items()}
_BY_LOWER: Final = {name.lower(): name for name in METHODS}

SENDS: Final = frozenset(name for name in METHODS if name.startswith("send")) - {"sendChatAction"} | {
    "copyMessage"
}
"""Methods that put a message into a chat, and so count against the limits."""


def method_named(name: str) -> str:
    """The method's proper name; Telegram ignores case. Raises `ApiError` 404."""
    known = _BY_LOWER.get(name.lower())
    if known is None:
        raise ApiError(404, "Not Found: method not found")
    return known


def read(method: str, given: Mapping[str, Any], files: Mapping[str, Upload]) -> Json:
    """The parameters of a call, typed. Raises `ApiError` 400 for one that is unknown, absent or ill-typed.

    Telegram itself ignores parameters it does not know; here they are a mistake worth hearing about.
    """
    table = METHODS[method]
    values: Json = {}
    for name, raw in given.items():
        parameter = table.get(name)
        if parameter is None:
            raise bad_request(f"unknown parameter {name!r} of {method}")
        if raw is not None:
            values[name] = _value(parameter, raw, files)
    for name, upload in files.items():
        if name in table:
            values[name] = upload
        elif not _attached(name, given):
            raise bad_request(f"unknown parameter {name!r} of {method}")
    for parameter in table.values():
        if parameter.required and values.get(parameter.name) is None:
            raise bad_request(_absent(parameter.name))
    return values


def _attached(name: str, given: Mapping[str, Any]) -> bool:
    return any(f"attach://{name}" in value for value in given.values() if isinstance(value, str))


def _absent(name: str) -> str:
    match name:
        case "chat_id":
            return "chat_id is empty"
        case "text":
            return "message text is empty"
        case "message_id":
            return "message identifier is not specified"
        case "document" | "photo" | "voice":
            return f"there is no {name} in the request"
        case _:
            return f'parameter "{name}" is required'


def _value(parameter: Parameter, raw: Any, files: Mapping[str, Upload]) -> Any:
    match parameter.kind:
        case "str":
            return raw if isinstance(raw, str) else json.dumps(raw)
        case "int":
            return _integer(parameter.name, raw)
        case "float":
            return _float(parameter.name, raw)
        case "bool":
            return raw if isinstance(raw, bool) else str(raw).strip().lower() in {"true", "yes", "1"}
        case "chat":
            text = str(raw).strip()
            return text if text.startswith("@") else _chat_id(text)
        case "json":
            return raw if isinstance(raw, dict | list) else _json(parameter.name, str(raw))
        case "file":
            return _file(str(raw), files)
        case other:
            raise AssertionError(other)


def _integer(name: str, raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise bad_request(f'can\'t parse "{name}": an integer is expected') from None


def _float(name: str, raw: Any) -> float:
    try:
        return float(raw)
    except (TypeError, ValueError):
        raise bad_request(f'can\'t parse "{name}": a number is expected') from None


def _chat_id(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise bad_request("chat not found" if text else "chat_id is empty") from None


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        what = (
            "object expected as reply markup" if name == "reply_markup" else f"can't parse {name} JSON object"
        )
        raise bad_request(what) from None


def _file(value: str, files: Mapping[str, Upload]) -> Upload | str:
    if not value.startswith("attach://"):
        return value
    upload = files.get(value.removeprefix("attach://"))
    if upload is None:
        raise bad_request("file to upload was not found in the request")
    return upload
