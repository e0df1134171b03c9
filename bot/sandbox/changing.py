"""The methods that change what stands in a chat: edits, deletions, answers to presses, typing."""

from datetime import timedelta
from typing import Final

from bot.sandbox import markup
from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Json
from bot.sandbox.sending import text_of
from bot.sandbox.text import units
from bot.sandbox.things import Message
from bot.sandbox.world import World

ANSWER_LIMIT: Final = 200
_ACTIONS: Final = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
     "upload_document",     "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # fmt: skip
_TYPING: Final = timedelta(seconds=5)
_UNCHANGED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)
_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"


def _own(world: World, given: Json, what: str) -> Message:
    message = world.message(world.chat(given["chat_id"]), given["message_id"], what)
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def edit_text(world: World, given: Json) -> Json:
    """editMessageText; without a keyboard it takes the keyboard away."""
    message = _own(world, given, "edit")
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    kept = {name: value for name, value in message.body.items() if name == "reply_to_message"}
    return _edited(world, message, {**text_of(given), **kept}, given)


def edit_markup(world: World, given: Json) -> Json:
    """editMessageReplyMarkup."""
    message = _own(world, given, "edit")
    return _edited(world, message, message.body, given)


def _edited(world: World, message: Message, body: Json, given: Json) -> Json:
    keyboard = markup.checked(given.get("reply_markup"), inline_only=True)
    if body == message.body and keyboard == message.markup:
        raise bad_request(_UNCHANGED)
    world.edit(message, body, keyboard)
    return world.message_json(message)


def delete_message(world: World, given: Json) -> bool:
    """deleteMessage: either side's message, for 48 hours."""
    message = world.message(world.chat(given["chat_id"]), given["message_id"], "delete")
    _deletable(world, message)
    world.delete(message)
    return True


def delete_messages(world: World, given: Json) -> bool:
    """deleteMessages: those that are not there are passed over; one that is too old spoils all."""
    chat, ids = world.chat(given["chat_id"]), given["message_ids"]
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request(
            "message identifiers are not specified" if not ids else "too many messages to delete"
        )
    there = [m for n in ids if (m := chat.messages.get(int(n))) is not None and m.deleted_at is None]
    for message in there:
        _deletable(world, message)
    for message in there:
        world.delete(message)
    return True


def _deletable(world: World, message: Message) -> None:
    if world.clock.now() - message.at > world.limits.deletable:
        raise bad_request("message can't be deleted for everyone")


def answer_query(world: World, given: Json) -> bool:
    """answerCallbackQuery."""
    query = world.queries.get(given["callback_query_id"])
    now = world.clock.now()
    if query is None or now - query.at > world.limits.query_answerable:
        raise bad_request(_TOO_OLD)
    text = given.get("text") or ""
    if units(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered_at, query.text, query.alert = now, text, bool(given.get("show_alert"))
    world.tell("notice", query.chat_id, query.message_id, query.id)
    return True


def chat_action(world: World, given: Json) -> bool:
    """sendChatAction: shown for five seconds or until a message comes."""
    chat = world.reachable(given["chat_id"])
    if given["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing_until = world.clock.now() + _TYPING
    world.tell("typing", chat.id)
    return True
