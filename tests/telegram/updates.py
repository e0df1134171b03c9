"""Updates in Telegram's own form, for tests: drawn at random or built around one field."""

from typing import Any

from hypothesis import strategies as st

DATE = 1_772_334_000
"""2026-03-01T03:00:00Z."""
ANA: dict[str, Any] = {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "en-GB"}
PRIVATE: dict[str, Any] = {"id": 7, "type": "private", "first_name": "Ana"}
GROUP: dict[str, Any] = {"id": -55, "type": "group", "title": "A group"}
PHOTO: dict[str, Any] = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
FILE: dict[str, Any] = {"file_id": "f", "file_unique_id": "u"}
USER_ORIGIN: dict[str, Any] = {"type": "user", "date": DATE, "sender_user": ANA}
HIDDEN_ORIGIN: dict[str, Any] = {"type": "hidden_user", "date": DATE, "sender_user_name": "x"}
STICKER: dict[str, Any] = {
    **FILE,
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}
POLL: dict[str, Any] = {
    "id": "1",
    "persistent_id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
MEDIA: dict[str, dict[str, Any]] = {
    "voice": {"voice": {**FILE, "duration": 3}},
    "photo": {"photo": [PHOTO]},
    "sticker": {"sticker": STICKER},
    "video": {"video": {**FILE, "duration": 3, "width": 1, "height": 1}},
    "video_note": {"video_note": {**FILE, "duration": 3, "length": 1}},
    "audio": {"audio": {**FILE, "duration": 3}},
    "document": {"document": FILE},
    "animation": {"animation": {**FILE, "duration": 3, "width": 1, "height": 1}, "document": FILE},
    "contact": {"contact": {"phone_number": "1", "first_name": "x"}},
    "poll": {"poll": POLL},
    "story": {"story": {"chat": PRIVATE, "id": 1}},
}
"""What each kind of attachment looks like, by the name it is known under."""


def message(**content: Any) -> dict[str, Any]:
    """A message from Ana in her private chat, with this content."""
    return {"message_id": 3, "from": ANA, "chat": PRIVATE, "date": DATE, **content}


def update(**body: Any) -> dict[str, Any]:
    """One update of the kind that the argument names."""
    return {"update_id": 10, **body}


ids = st.integers(1, 2**52)
text = st.text(st.characters(), min_size=1, max_size=80) | st.sampled_from(
    [
        "/start",
        "/start abc",
        "/Help@foothold_bot",
        "/stop!",
        "/",
        "a\x00b",
        "\ud83d",
        "\ud83d\ude00",
        "/a\x00b c",
    ]
)
languages = st.none() | st.sampled_from(["en", "en-GB", "de", "zh-hans", "x" * 50, "<b>", ""])


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """Somebody's account."""
    person: dict[str, Any] = {"id": draw(ids), "is_bot": False, "first_name": draw(text)}
    if (code := draw(languages)) is not None:
        person["language_code"] = code
    return person


@st.composite
def plain_texts(draw: st.DrawFn) -> dict[str, Any]:
    """A text message in a private chat, perhaps with entities."""
    person = draw(people())
    body: dict[str, Any] = {
        "message_id": draw(ids),
        "from": person,
        "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
        "date": draw(st.integers(0, 2**32)),
        "text": draw(text),
    }
    if draw(st.booleans()):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": 1}]
    if draw(st.booleans()):
        body["link_preview_options"] = {"is_disabled": True}
    return {"update_id": draw(ids), "message": body}


@st.composite
def presses(draw: st.DrawFn) -> dict[str, Any]:
    """A press on a button in a private chat, perhaps under a message too old to be told."""
    person = draw(people())
    chat = {"id": person["id"], "type": "private"}
    query: dict[str, Any] = {
        "id": draw(st.text("0123456789", min_size=1, max_size=20)),
        "from": person,
        "chat_instance": "1",
        "data": draw(text),
        "message": {"message_id": draw(ids), "chat": chat, "date": draw(st.sampled_from([0, DATE]))},
    }
    return {"update_id": draw(ids), "callback_query": query}


@st.composite
def other_messages(draw: st.DrawFn) -> dict[str, Any]:
    """A message of any content, in any chat, new or edited or posted."""
    person = draw(people())
    chat_type = draw(st.sampled_from(["private", "private", "private", "group", "supergroup", "channel"]))
    body: dict[str, Any] = {
        "message_id": draw(ids),
        "from": person,
        "chat": {"id": person["id"] * (1 if chat_type == "private" else -1), "type": chat_type},
        "date": draw(st.integers(0, 2**32)),
        **draw(contents),
    }
    if draw(st.booleans()):
        body["reply_to_message"] = message(message_id=draw(ids), text=draw(text))
    if draw(st.booleans()):
        body["forward_origin"] = draw(st.sampled_from([USER_ORIGIN, HIDDEN_ORIGIN]))
    kind = draw(st.sampled_from(["message", "edited_message", "channel_post", "edited_channel_post"]))
    if kind.startswith("edited"):
        body["edit_date"] = draw(st.integers(1, 2**32))
    return {"update_id": draw(ids), kind: body}


@st.composite
def memberships(draw: st.DrawFn) -> dict[str, Any]:
    """The bot blocked, let in again, put into a group or out of it."""
    bot = {"id": 1, "is_bot": True, "first_name": "Foothold"}
    member: dict[str, Any] = {"user": bot, "status": draw(st.sampled_from(["member", "left", "kicked"]))}
    if member["status"] == "kicked":
        member["until_date"] = 0
    changed = {
        "chat": draw(st.sampled_from([PRIVATE, GROUP])),
        "from": ANA,
        "date": draw(st.integers(0, 2**32)),
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": member,
    }
    return {"update_id": draw(ids), "my_chat_member": changed}


contents = st.sampled_from(
    [
        *({"caption": "look", **media} for media in MEDIA.values()),
        *MEDIA.values(),
        {"text": "/start x"},
        {"text": "hello"},
        {"location": {"latitude": 53.79648, "longitude": -1.54785}},
        {"location": {"latitude": -89.999, "longitude": 179.999, "live_period": 60}},
        {"pinned_message": message(text="x")},
        {"migrate_to_chat_id": -1009},
        {"left_chat_member": ANA},
        {"dice": {"emoji": "\U0001f3b2", "value": 3}},
    ]
)


def updates() -> st.SearchStrategy[dict[str, Any]]:
    """Any update that Telegram may send to a bot like this one."""
    return plain_texts() | presses() | other_messages() | memberships()
