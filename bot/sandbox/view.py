"""A chat as a phone shows it, in JSON: for the page, and for tests in other processes."""

from typing import Any, Final

from bot.sandbox.account import offered_commands
from bot.sandbox.methods import Json
from bot.sandbox.things import Chat, Message
from bot.sandbox.world import World

_FILES: Final = ("photo", "voice", "document", "video", "audio", "video_note", "animation")
_ODD: Final = ("contact", "dice", "poll", "story")


def message_view(world: World, message: Message) -> Json:
    """One message; a deleted one keeps only its id and who sent it."""
    seen: Json = {
        "id": message.id,
        "mine": not message.by_bot,
        "at": message.at.isoformat(),
        "deleted": message.deleted_at is not None,
    }
    if message.deleted_at is not None:
        return seen
    seen |= {
        "text": message.text,
        "entities": message.body.get("entities") or message.body.get("caption_entities") or [],
        "rows": [[_button(button) for button in row] for row in message.rows],
        "edited": "text" in message.body and bool(message.earlier),
        "protected": message.protected,
        "reply": _replied(world, message),
    }
    return seen | _thing(world, message)


def _replied(world: World, message: Message) -> Json | None:
    to = message.body.get("reply_to_message")
    if to is None:
        return None
    original = world.chats[message.chat_id].messages.get(to["message_id"])
    there = original is not None and original.deleted_at is None
    return {
        "text": original.text if original and there else "",
        "mine": bool(original and not original.by_bot),
    }


def _button(button: Json) -> Json:
    return {"label": button["text"], "url": button.get("url"), "data": button.get("callback_data")}


def _thing(world: World, message: Message) -> Json:
    body = message.body
    if "sticker" in body:
        return {"sticker": body["sticker"].get("emoji", "")}
    for kind in _FILES:
        if kind in body and not (kind == "document" and "animation" in body):
            thing: Any = body[kind][-1] if kind == "photo" else body[kind]
            stored = world.files[thing["file_id"]]
            return {"file": {
                "kind": kind, "id": stored.unique_id, "name": stored.name, "mime": stored.mime,
                "size": len(stored.content), "duration": thing.get("duration"),
            }}  # fmt: skip
    if "location" in body:
        venue = body.get("venue") or {}
        return {"place": {**body["location"], "title": venue.get("title"), "address": venue.get("address")}}
    odd = next((kind for kind in _ODD if kind in body), None)
    return {"odd": odd} if odd else {}


def chat_view(world: World, chat: Chat) -> Json:
    """The whole chat: the messages in order, and its state."""
    messages = [message_view(world, message) for message in chat.messages.values()]
    return {**chat_state(world, chat), "messages": messages}


def chat_state(world: World, chat: Chat) -> Json:
    """All of a chat but its messages."""
    user = chat.user
    return {
        "id": chat.id,
        "name": user.first_name if user else chat.title,
        "started": chat.started,
        "blocked": chat.blocked,
        "typing": chat.typing_until is not None and world.clock.now() < chat.typing_until,
        "keyboard": keyboard_view(chat),
        "commands": offered_commands(world, chat),
    }


def keyboard_view(chat: Chat) -> Json | None:
    """The reply keyboard: rows of labels, and whether a button shares the location."""
    if chat.keyboard is None:
        return None
    rows = [
        [
            {"label": button} if isinstance(button, str)
            else {"label": button["text"], "location": bool(button.get("request_location"))}
            for button in row
        ]
        for row in chat.keyboard["keyboard"]
    ]  # fmt: skip
    return {"rows": rows, "placeholder": chat.keyboard.get("input_field_placeholder")}
