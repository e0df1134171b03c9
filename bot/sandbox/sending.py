"""The methods that put a message into a chat, and the file they may refer to."""

from collections.abc import Callable
from typing import Any, Final

from bot.sandbox import markup
from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Json, Upload
from bot.sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, worded
from bot.sandbox.things import Chat, Message
from bot.sandbox.world import World

Method = Callable[[World, Json], Any]


def _send(world: World, given: Json, content: Callable[[], Json]) -> Message:
    chat = world.reachable(given["chat_id"])
    body = content()
    keyboard = markup.checked(given.get("reply_markup"))
    reply = _reply(chat, given.get("reply_parameters"))
    world.spend(chat)
    return world.post(
        chat,
        None,
        {**body, **reply},
        markup=markup.put(world, chat, keyboard),
        protected=bool(given.get("protect_content")),
        silent=bool(given.get("disable_notification")),
    )


def _reply(chat: Chat, parameters: Json | None) -> Json:
    if not parameters:
        return {}
    replied = chat.messages.get(int(parameters.get("message_id", 0)))
    if replied is not None and replied.deleted_at is None:
        return {
            "reply_to_message": {
                "message_id": replied.id,
                "date": int(replied.at.timestamp()),
                "chat": chat.json(),
            }
        }
    if parameters.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def text_of(given: Json) -> Json:
    """The `text` and `entities` of a call; raises 400 for too much, too little or broken markup."""
    text, entities = worded(given["text"], given.get("parse_mode"), given.get("entities"), TEXT_LIMIT)
    if not text.strip():
        raise bad_request("message text is empty")
    body: Json = {"text": text}
    if entities:
        body["entities"] = entities
    if options := given.get("link_preview_options"):
        body["link_preview_options"] = options
    return body


def caption_of(given: Json) -> Json:
    """The `caption` and its entities, if there is one."""
    caption, entities = worded(
        given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"), CAPTION_LIMIT
    )
    body: Json = {"caption": caption} if caption else {}
    return {**body, "caption_entities": entities} if entities else body


def send_message(world: World, given: Json) -> Json:
    """sendMessage."""
    return world.message_json(_send(world, given, lambda: text_of(given)))


def _place(given: Json) -> Json:
    if not (-90 <= given["latitude"] <= 90 and -180 <= given["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude")
    return {"latitude": given["latitude"], "longitude": given["longitude"]}


def send_location(world: World, given: Json) -> Json:
    """sendLocation."""
    return world.message_json(_send(world, given, lambda: {"location": _place(given)}))


def send_venue(world: World, given: Json) -> Json:
    """sendVenue."""

    def content() -> Json:
        place = _place(given)
        venue = {"location": place, "title": given["title"], "address": given["address"]}
        return {"location": place, "venue": venue}

    return world.message_json(_send(world, given, content))


def media(kind: str) -> Method:
    """sendPhoto, sendVoice or sendDocument."""

    def send(world: World, given: Json) -> Json:
        def content() -> Json:
            return {kind: file_json(world, kind, given[kind], given), **caption_of(given)}

        return world.message_json(_send(world, given, content))

    return send


def file_json(world: World, kind: str, source: Upload | str, given: Json) -> Any:
    """A photo, a voice note or a document as the Bot API writes it; uploads are stored.

    Raises 400 for a `file_id` that is not known; addresses on the web are not fetched.
    """
    if isinstance(source, Upload):
        if not source.content:
            raise bad_request("file must be non-empty")
        stored = world.keep_file(kind, source)
    else:
        known = world.files.get(source)
        if known is None or known.kind != kind:
            raise bad_request("wrong file identifier/HTTP URL specified")
        stored = known
    one = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": len(stored.content)}
    match kind:
        case "photo":
            return [{**one, "width": 640, "height": 480}]
        case "voice":
            return {**one, "duration": given.get("duration") or 1, "mime_type": stored.mime}
        case _:
            return {**one, "file_name": stored.name, "mime_type": stored.mime}


def copy_message(world: World, given: Json) -> Json:
    """copyMessage: the content goes on, the sender does not."""
    world.reachable(given["chat_id"])
    original = world.message(world.chat(given["from_chat_id"]), given["message_id"], "copy")
    body = {name: value for name, value in original.body.items() if name in _COPIED}
    if not body:
        raise bad_request("message can't be copied")
    if given.get("caption") is not None and "text" not in body:
        body = {n: v for n, v in body.items() if n not in {"caption", "caption_entities"}} | caption_of(given)
    return {"message_id": _send(world, given, lambda: body).id}


_COPIED: Final = frozenset(
    {"text", "entities", "caption", "caption_entities", "photo", "voice", "document", "video", "video_note",
     "audio", "animation", "sticker", "location", "venue", "contact", "dice", "poll"}
)  # fmt: skip


def get_file(world: World, given: Json) -> Json:
    """getFile; 20 MB is the most a bot can fetch (Bot API, getFile)."""
    stored = world.files.get(given["file_id"])
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }
