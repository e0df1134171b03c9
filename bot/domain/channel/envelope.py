"""Bodies of outgoing messages as JSON, for the outbox."""

import base64
import json
from typing import Any, assert_never

from bot.domain.channel.outgoing import (
    Body,
    Button,
    Copy,
    File,
    Leave,
    Photo,
    Redraw,
    Remove,
    Rows,
    Text,
    Typing,
    Venue,
)
from bot.domain.ids import ChatId, MessageId

_ENCODED = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def to_json(body: Body) -> str:
    """One line of JSON that `from_json` reads."""
    return _ENCODED(_fields(body))


def _fields(body: Body) -> dict[str, Any]:
    match body:
        case Text(text, rows, ask_location, protect, preview, silent, clear_keys, reply_to):
            flags = {"protect": protect, "preview": preview, "silent": silent, "clear_keys": clear_keys}
            set_flags = [name for name, on in flags.items() if on]
            fields = {
                "is": "text",
                "text": text,
                "rows": _rows(rows),
                "ask": ask_location,
                "flags": set_flags,
            }
            return fields if reply_to is None else {**fields, "re": reply_to}
        case Redraw(message_id, rows, text):
            return {"is": "redraw", "id": message_id, "rows": _rows(rows), "text": text}
        case Remove(message_ids):
            return {"is": "remove", "ids": list(message_ids)}
        case Copy(from_chat, message_id, protect, reply_to):
            return {"is": "copy", "chat": from_chat, "id": message_id, "protect": protect, "re": reply_to}
        case Venue(lat, lon, title, address):
            return {"is": "venue", "lat": lat, "lon": lon, "title": title, "address": address}
        case File(name, content, caption):
            packed = base64.b64encode(content).decode()
            return {"is": "file", "name": name, "content": packed, "caption": caption}
        case Photo(content, caption):
            return {"is": "photo", "content": base64.b64encode(content).decode(), "caption": caption}
        case Typing():
            return {"is": "typing"}
        case Leave():
            return {"is": "leave"}
        case _:
            assert_never(body)


def from_json(text: str) -> Body:
    """The body of `to_json`. Raises ValueError or KeyError for anything else."""
    f = json.loads(text)
    match f["is"]:
        case "text":
            on = dict.fromkeys(f["flags"], True)
            return Text(f["text"], _read_rows(f["rows"]), f["ask"], **on, reply_to=_message(f.get("re")))
        case "redraw":
            return Redraw(MessageId(f["id"]), _read_rows(f["rows"]), f["text"])
        case "remove":
            return Remove(tuple(MessageId(n) for n in f["ids"]))
        case "copy":
            return Copy(ChatId(f["chat"]), MessageId(f["id"]), f["protect"], _message(f.get("re")))
        case "venue":
            return Venue(f["lat"], f["lon"], f["title"], f["address"])
        case "file":
            return File(f["name"], base64.b64decode(f["content"]), f["caption"])
        case "photo":
            return Photo(base64.b64decode(f["content"]), f["caption"])
        case "typing":
            return Typing()
        case "leave":
            return Leave()
        case other:
            raise ValueError(f"no such body: {other}")


def _message(number: int | None) -> MessageId | None:
    return None if number is None else MessageId(number)


def _rows(rows: Rows) -> list[list[list[str]]]:
    return [[[b.label, b.data, b.url] for b in row] for row in rows]


def _read_rows(rows: list[list[list[str]]]) -> Rows:
    return tuple(tuple(Button(*button) for button in row) for row in rows)
