"""Every kind of update becomes what a person did, or says that it can't be read."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.app.ports import Unreadable
from bot.domain.channel.incoming import (
    Blocked,
    Commanded,
    Content,
    Incoming,
    Moved,
    NotPrivate,
    Pressed,
    Said,
    SentMedia,
    SharedPlace,
    Unknown,
)
from bot.domain.ids import ChatId, MessageId
from bot.telegram.raw import raw_update, split_updates
from bot.telegram.reading import read_update
from tests.telegram.by_library import by_library
from tests.telegram.updates import (
    ANA,
    DATE,
    GROUP,
    HIDDEN_ORIGIN,
    MEDIA,
    PHOTO,
    POLL,
    PRIVATE,
    USER_ORIGIN,
    message,
    plain_texts,
    presses,
    update,
    updates,
)

RECEIVED = datetime(2026, 3, 1, 3, 0, 5, tzinfo=UTC)
SENT = datetime.fromtimestamp(DATE, UTC)


def read(fields: dict[str, Any]) -> Incoming:
    return read_update(json.dumps(fields).encode(), RECEIVED)


def content(**body: Any) -> Content:
    return read(update(**body)).content


@given(updates())
def test_reading_agrees_with_the_library(fields: dict[str, Any]) -> None:
    """Read from the JSON or by way of python-telegram-bot's types: the same."""
    assert read(fields) == by_library(Update.de_json(fields, None), RECEIVED)


@given(updates())
def test_fields_of_a_later_version_change_nothing(fields: dict[str, Any]) -> None:
    """Anywhere in the update."""
    grown = {
        name: {**body, "of_a_later_version": {"x": [1]}} if isinstance(body, dict) else body
        for name, body in fields.items()
    }
    assert read({**grown, "of_a_later_version": 1}) == read(fields)


@given(plain_texts() | presses(), st.booleans())
def test_filing_agrees_with_reading(fields: dict[str, Any], ascii_only: bool) -> None:
    """The lane is the chat that reading finds, and a press is told by its query."""
    raw = json.dumps(fields, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    filed = raw_update(raw)
    assert filed.lane == read(fields).chat
    assert (filed.press is not None) == isinstance(read(fields).content, Pressed)


@given(st.lists(plain_texts() | presses(), max_size=5), st.booleans())
def test_a_batch_is_split_into_its_own_texts(batch: list[dict[str, Any]], spaced: bool) -> None:
    """Each update's raw text is exactly what stood in the answer, spaces and all."""
    texts = [json.dumps(fields, indent=1 if spaced else None) for fields in batch]
    joined = (" ,\n " if spaced else ",").join(texts)
    payload = f'{{"ok":true,"result":[{joined}]}}'.encode()
    assert [found.raw.decode() for found in split_updates(payload)] == texts
    assert [found.lane for found in split_updates(payload)] == [read(fields).chat for fields in batch]


def test_a_batch_in_another_order() -> None:
    """A self-hosted server may order the fields of its answer as it likes."""
    payload = b'{"result": [{"update_id": 1, "poll": {}}, {"no": "id"}, 5], "ok": true}'
    assert [found.id for found in split_updates(payload)] == [1]


def test_one_strange_update_does_not_hold_back_the_others() -> None:
    """What can't be read is still filed, so that it can be quarantined by itself."""
    payload = b'{"ok":true,"result":[{"update_id":1,"message":NaN},{"update_id":2,"message":5}]}'
    found = split_updates(payload)
    assert [one.id for one in found] == [1, 2]
    for one in found:
        with pytest.raises(Unreadable):
            read_update(one.raw, RECEIVED)


def test_a_text() -> None:
    """Who, where, when, in which language."""
    expected = Incoming(ChatId(7), Said("hi"), SENT, MessageId(3), language="en-GB")
    assert read(update(message=message(text="hi"))) == expected


def test_a_press_was_made_when_it_came() -> None:
    """A press carries no time; that of its message may be days ago."""
    query = {"id": "q", "from": ANA, "chat_instance": "1", "data": "b:9"}
    there = read(update(callback_query={**query, "message": message(text="Ready?")}))
    assert there == Incoming(ChatId(7), Pressed("b:9", MessageId(3)), RECEIVED, MessageId(3), None, "en-GB")
    alone = read(update(callback_query={**query, "inline_message_id": "i"}))
    assert (alone.chat, alone.content) == (ChatId(7), Pressed("b:9"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Commanded("start")),
        ("/start  pair_abc ", Commanded("start", "pair_abc")),
        ("/Help@foothold_bot", Commanded("help")),
        ("/stop!", Commanded("stop", "!")),
        ("/i want to die", Commanded("i", "want to die")),
        ("/", Said("/")),
        ("/ stop", Said("/ stop")),
        ("stop /help", Said("stop /help")),
        ("a\x00b", Said("ab")),
        ("\ud83d x", Said("\ufffd x")),
        ("\ud83d\ude00", Said("😀")),
        ("", Said("")),
    ],
)
def test_words_and_commands(text: str, expected: Content) -> None:
    """A command is a slash and a word at the very start; text is made well formed."""
    assert content(message=message(text=text)) == expected


def test_an_edit_is_words_again() -> None:
    """An edit never runs a command; its time is that of the edit; an edited caption is words as well."""
    edited = read(update(edited_message=message(text="/forget", edit_date=DATE + 60)))
    assert edited.content == Said("/forget", edited=True)
    assert edited.at.timestamp() == DATE + 60
    captioned = message(photo=[PHOTO], caption="help", edit_date=DATE)
    assert content(edited_message=captioned) == Said("help", edited=True, under=True)
    assert content(edited_message=message(photo=[PHOTO], edit_date=DATE)) == Unknown("edited_message")


def test_forwarded_words_are_somebody_elses() -> None:
    """Neither a command nor the person's own."""
    assert content(message=message(text="/stop", forward_origin=USER_ORIGIN)) == Said("/stop", forwarded=True)
    assert content(message=message(text="hi", forward_origin=HIDDEN_ORIGIN)) == Said("hi", forwarded=True)


def test_a_reply_says_to_what() -> None:
    """A coach may answer one of several messages by replying to it."""
    assert read(update(message=message(text="hi", reply_to_message=message(text="x")))).reply_to == 3


@pytest.mark.parametrize("what", MEDIA)
def test_media_go_by_their_own_name(what: str) -> None:
    """Voice, photos and stickers can be handed on; all are told apart, and their captions are words."""
    kind = what if what in {"voice", "photo", "sticker"} else "other"
    sent = content(message=message(**MEDIA[what], caption="look\x00"))
    assert isinstance(sent, SentMedia)
    assert (sent.kind, sent.what, sent.caption) == (kind, what, "look")


def test_what_lies_behind_a_caption_is_read_with_it() -> None:
    """A link, or an account, behind harmless words would be copied with the picture."""
    link, account = (
        {"type": "text_link", "url": "https://example.org/x"},
        {"type": "text_mention", "user": {}},
    )
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Joe"}
    fields = {"caption": "see this", "caption_entities": [{"type": "bold"}, link, account]}
    assert content(message=message(**MEDIA["photo"], **fields, forward_origin=origin)) == SentMedia(
        "photo", "photo", "see this https://example.org/x tg://user", forwarded=True
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"poll": {"of": "an older server"}}, SentMedia("other", "poll")),
        ({"live_photo": {"of": "10.1"}}, SentMedia("other", "live_photo")),
        ({"hologram": {"of": "later"}}, SentMedia("other", "something")),
        ({}, SentMedia("other", "something")),
        ({"pinned_message": message(text="x")}, Unknown("pinned_message")),
        (
            {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
            Unknown("message_auto_delete_timer_changed"),
        ),
        ({"location": {"latitude": 53.79648, "longitude": -1.54785}}, SharedPlace(53.8, -1.55)),
        (
            {"location": {"latitude": 53.79648, "longitude": -1.54785, "live_period": 900}},
            SharedPlace(53.8, -1.55),
        ),
        (
            {
                "location": {"latitude": -33.9, "longitude": 151.2},
                "venue": {"location": {"latitude": -33.9, "longitude": 151.2}, "title": "x", "address": "y"},
            },
            SharedPlace(-33.9, 151.2),
        ),
    ],
)
def test_everything_else_that_a_person_sends(fields: dict[str, Any], expected: Content) -> None:
    """Nothing that a person sends is without a name, and so without an answer."""
    assert content(message=message(**fields)) == expected


def test_a_live_location_is_taken_once() -> None:
    """Where somebody walks afterwards is not looked at."""
    moving = message(location={"latitude": 1.0, "longitude": 2.0, "live_period": 900}, edit_date=DATE)
    assert content(edited_message=moving) == Unknown("edited_message")


@pytest.mark.parametrize(("status", "again"), [("kicked", False), ("member", True)])
def test_blocked_and_back(status: str, again: bool) -> None:
    """The person blocked the bot, or opened it again."""
    assert read(membership(PRIVATE, status)) == Incoming(ChatId(7), Blocked(again=again), SENT)


def membership(chat: dict[str, Any], status: str) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "Foothold"}
    member: dict[str, Any] = {"user": bot, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    old = {"user": bot, "status": "left"}
    changed = {"chat": chat, "from": ANA, "date": DATE, "old_chat_member": old, "new_chat_member": member}
    return update(my_chat_member=changed)


def test_groups_and_channels_are_left() -> None:
    """A message there, a post, being put into one; but nothing to leave once outside."""
    channel = {"id": -1005, "type": "channel", "title": "x"}
    post = {"message_id": 1, "date": DATE, "chat": channel, "text": "news"}
    assert content(message=message(chat=GROUP, text="/start")) == NotPrivate()
    assert content(channel_post=post) == NotPrivate()
    assert content(edited_channel_post=post) == NotPrivate()
    assert read(membership(GROUP, "member")).content == NotPrivate()
    assert read(membership(GROUP, "left")).content == Unknown("my_chat_member")
    query = {
        "id": "q",
        "from": ANA,
        "chat_instance": "1",
        "data": "x",
        "message": message(chat=GROUP, text="x"),
    }
    pressed = read(update(callback_query=query))
    assert (pressed.chat, pressed.content) == (ChatId(-55), NotPrivate())


def test_a_chat_that_moved() -> None:
    """A group became a supergroup."""
    assert content(message=message(chat=GROUP, migrate_to_chat_id=-1009)) == Moved(ChatId(-1009))


@pytest.mark.parametrize(
    ("body", "expected", "chat"),
    [
        ({"poll": POLL}, Unknown("poll"), 0),
        ({"inline_query": {"id": "1", "from": ANA, "query": "", "offset": ""}}, Unknown("inline_query"), 7),
        ({"hologram_call": {"from": ANA}}, Unknown("hologram_call"), 7),
        ({"hologram_call": 5}, Unknown("hologram_call"), 0),
        ({"Not A Name <b>": 5}, Unknown("unknown"), 0),
        ({}, Unknown("nothing"), 0),
    ],
)
def test_kinds_that_nobody_asked_for(body: dict[str, Any], expected: Content, chat: int) -> None:
    """Acknowledged and counted, under a name that can't carry anything else into a log."""
    found = read(update(**body))
    assert (found.content, found.chat) == (expected, chat)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"5",
        b'{"update_id":1,"message":5}',
        b'{"update_id":1,"message":{"text":"x"}}',
        b'{"update_id":1,"message":{"message_id":1,"date":1e400,"chat":{"id":7,"type":"private"},"text":"x"}}',
        b'{"update_id":1,"message":{"message_id":1,"date":99999999999999,"chat":{"id":7,"type":"private"}}}',
        json.dumps(update(message=message(text=5))).encode(),
        json.dumps(update(message=message(text={"a": 1}))).encode(),
        json.dumps(update(message=message(location={"latitude": 1000, "longitude": 0}))).encode(),
        json.dumps(update(message=message(location={"latitude": float("nan"), "longitude": 0}))).encode(),
        json.dumps(update(callback_query={"id": 1})).encode(),
        b'{"update_id":1,"message":' + b"[" * 100_000,
        b'{"update_id":1,"message":' + b'{"reply_to_message":' * 100_000,
        b'{"update_id":' + b"9" * 5000 + b"}",
    ],
)
def test_a_poison_update_says_so(raw: bytes) -> None:
    """It raises one kind of exception, whose words repeat nothing of it; filing it raises no other."""
    with pytest.raises(Unreadable) as caught:
        read_update(raw, RECEIVED)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    with suppress(Unreadable):
        raw_update(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "channel_post"]),
    st.sampled_from(
        ["text", "chat", "from", "date", "message_id", "data", "message", "location", "photo", "id"]
    ),
    json_values,
)
def test_any_field_may_be_anything(kind: str, field: str, value: Any) -> None:
    """One field of the wrong kind is read or refused; nothing else is ever raised."""
    body = message(text="x", photo=[PHOTO], location={"latitude": 1, "longitude": 2}, edit_date=DATE)
    if kind == "callback_query":
        body = {"id": "q", "from": ANA, "chat_instance": "1", "data": "x", "message": message(text="x")}
    if kind == "my_chat_member":
        body = membership(PRIVATE, "member")["my_chat_member"]
    try:
        found = read(update(**{kind: {**body, field: value}}))
    except Unreadable:
        return
    assert isinstance(found, Incoming)


def test_a_webhook_brings_one_update() -> None:
    """Filed like a polled one; without an id it is none."""
    body = json.dumps(update(message=message(text="hi"))).encode()
    found = raw_update(body)
    assert (found.id, found.raw, found.lane, found.press) == (10, body, 7, None)
    for bad in (b"{}", b"[]", b"x", b'{"update_id":"1"}', b'{"update_id":true}'):
        with pytest.raises(Unreadable):
            raw_update(bad)


def test_an_id_that_no_database_holds_is_none() -> None:
    """Filing never hands on a number that an insert would refuse."""
    assert raw_update(b'{"update_id":1,"message":{"chat":{"id":' + b"9" * 30 + b"}}}").lane is None
