"""What each Bot API method does to the world, once its parameters have been read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from bot.sandbox import markup
from bot.sandbox.errors import bad_request
from bot.sandbox.methods import SENDS, Json, Upload
from bot.sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, units, worded
from bot.sandbox.world import Chat, Message, Webhook, World

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
Method = Callable[[World, Json], Any]


def perform(world: World, method: str, given: Json) -> Any:
    """Do what the call asks and return its `result`; raises `ApiError`, and then nothing has changed."""
    return _METHODS[method](world, given)


def new_message(method: str) -> bool:
    """Whether the method puts a message into a chat."""
    return method in SENDS


# Messages


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


def _text(given: Json) -> Json:
    text, entities = worded(given["text"], given.get("parse_mode"), given.get("entities"), TEXT_LIMIT)
    if not text.strip():
        raise bad_request("message text is empty")
    body: Json = {"text": text}
    if entities:
        body["entities"] = entities
    if options := given.get("link_preview_options"):
        body["link_preview_options"] = options
    return body


def _caption(given: Json) -> Json:
    caption, entities = worded(
        given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"), CAPTION_LIMIT
    )
    body: Json = {"caption": caption} if caption else {}
    return {**body, "caption_entities": entities} if entities else body


def send_message(world: World, given: Json) -> Json:
    return world.message_json(_send(world, given, lambda: _text(given)))


def _place(given: Json) -> Json:
    if not (-90 <= given["latitude"] <= 90 and -180 <= given["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude")
    return {"latitude": given["latitude"], "longitude": given["longitude"]}


def send_location(world: World, given: Json) -> Json:
    return world.message_json(_send(world, given, lambda: {"location": _place(given)}))


def send_venue(world: World, given: Json) -> Json:
    def content() -> Json:
        place = _place(given)
        venue = {"location": place, "title": given["title"], "address": given["address"]}
        return {"location": place, "venue": venue}

    return world.message_json(_send(world, given, content))


def _media(kind: str) -> Method:
    def send(world: World, given: Json) -> Json:
        return world.message_json(
            _send(world, given, lambda: {kind: file_json(world, kind, given[kind], given), **_caption(given)})
        )

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
    world.reachable(given["chat_id"])
    original = world.message(world.chat(given["from_chat_id"]), given["message_id"], "copy")
    body = {name: value for name, value in original.body.items() if name in _COPIED}
    if not body:
        raise bad_request("message can't be copied")
    if given.get("caption") is not None and "text" not in body:
        body = {n: v for n, v in body.items() if n not in {"caption", "caption_entities"}} | _caption(given)
    return {"message_id": _send(world, given, lambda: body).id}


_COPIED: Final = frozenset(
    {"text", "entities", "caption", "caption_entities", "photo", "voice", "document", "video", "video_note",
     "audio", "animation", "sticker", "location", "venue", "contact", "dice", "poll"}
)  # fmt: skip


# Editing and deleting


def _own(world: World, given: Json, what: str) -> Message:
    message = world.message(world.chat(given["chat_id"]), given["message_id"], what)
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def edit_text(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    kept = {name: value for name, value in message.body.items() if name == "reply_to_message"}
    return _edited(world, message, {**_text(given), **kept}, given)


def edit_markup(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    return _edited(world, message, message.body, given)


def _edited(world: World, message: Message, body: Json, given: Json) -> Json:
    keyboard = markup.checked(given.get("reply_markup"), inline_only=True)
    if body == message.body and keyboard == message.markup:
        raise bad_request(_UNCHANGED)
    world.edit(message, body, keyboard)
    return world.message_json(message)


def delete_message(world: World, given: Json) -> bool:
    message = world.message(world.chat(given["chat_id"]), given["message_id"], "delete")
    _deletable(world, message)
    world.delete(message)
    return True


def delete_messages(world: World, given: Json) -> bool:
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


# Presses, actions, files


def answer_query(world: World, given: Json) -> bool:
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
    chat = world.reachable(given["chat_id"])
    if given["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing_until = world.clock.now() + _TYPING
    world.tell("typing", chat.id)
    return True


def get_file(world: World, given: Json) -> Json:
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


# The bot itself


def set_commands(world: World, given: Json) -> bool:
    offered = given["commands"]
    if not isinstance(offered, list) or len(offered) > 100:
        raise bad_request("can't parse commands JSON object")
    for command in offered:
        name, words = str(command.get("command", "")).lstrip("/"), str(command.get("description", ""))
        if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(words) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = given.get("scope") or {"type": "default"}
    key = f"{scope.get('type', 'default')}:{scope.get('chat_id', '')}:{given.get('language_code') or ''}"
    world.profile.commands[key] = offered
    world.tell("profile", 0)
    return True


def offered_commands(world: World, chat: Chat) -> list[Json]:
    """The commands a phone shows in this chat, by Telegram's order of scopes and languages."""
    language = (chat.user.language_code if chat.user else "") or ""
    for scope in (f"chat:{chat.id}", "all_private_chats:", "default:"):
        for tail in (language, ""):
            if found := world.profile.commands.get(f"{scope}:{tail}"):
                return found
    return []


def _name(field: str, parameter: str, limit: int) -> Method:
    def set_it(world: World, given: Json) -> bool:
        value = given.get(parameter) or ""
        if units(value) > limit:
            raise bad_request(f"{parameter.upper()}_TOO_LONG")
        if not given.get("language_code"):
            setattr(world.profile, field, value or getattr(world.profile, field))
            world.tell("profile", 0)
        return True

    return set_it


def get_chat(world: World, given: Json) -> Json:
    chat = world.chat(given["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat.json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def leave_chat(world: World, given: Json) -> bool:
    chat = world.chat(given["chat_id"])
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    chat.kicked = True
    world.tell("blocked", chat.id)
    return True


# Webhook


def set_webhook(world: World, given: Json) -> bool:
    url, secret = given["url"], given.get("secret_token") or ""
    if secret and not (len(secret) <= 256 and secret.replace("_", "a").replace("-", "a").isalnum()):
        raise bad_request("secret token contains unallowed characters")
    if url and not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = given.get("max_connections") or 40
    world.webhook = Webhook(url, secret, min(100, max(1, connections)))
    world.updates.allow(given.get("allowed_updates"))
    if given.get("drop_pending_updates"):
        world.updates.drop(world.clock.now())
    world.updates.ring()
    return True


def delete_webhook(world: World, given: Json) -> bool:
    world.webhook = Webhook()
    if given.get("drop_pending_updates"):
        world.updates.drop(world.clock.now())
    return True


def webhook_info(world: World, given: Json) -> Json:
    del given
    hook = world.webhook
    world.updates.expire(world.clock.now())
    answer: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if hook.url:
        answer["max_connections"] = hook.max_connections
    if hook.last_error_at is not None:
        answer["last_error_date"] = int(hook.last_error_at.timestamp())
        answer["last_error_message"] = hook.last_error
    if world.updates.allowed is not None:
        answer["allowed_updates"] = sorted(world.updates.allowed)
    return answer


_METHODS: Final[dict[str, Method]] = {
    "getMe": lambda world, _: {
        **world.me(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    },
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "sendMessage": send_message,
    "editMessageText": edit_text,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_query,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendDocument": _media("document"),
    "sendPhoto": _media("photo"),
    "sendVoice": _media("voice"),
    "copyMessage": copy_message,
    "sendChatAction": chat_action,
    "getFile": get_file,
    "setMyCommands": set_commands,
    "setMyName": _name("name", "name", 64),
    "setMyDescription": _name("description", "description", 512),
    "setMyShortDescription": _name("short_description", "short_description", 120),
    "getChat": get_chat,
    "leaveChat": leave_chat,
}
