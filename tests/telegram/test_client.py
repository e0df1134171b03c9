"""What goes over the wire for each body, and what comes of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.channel.delivery import (
    AsGoodAsDone,
    Delivered,
    Misconfigured,
    NotSentYet,
    Outcome,
    Refused,
    SecondPoller,
    Undeliverable,
    UnknownOutcome,
)
from bot.domain.channel.outgoing import Body, Button, Copy, File, Leave, Redraw, Remove, Text, Venue
from bot.domain.ids import ChatId, MessageId
from bot.telegram.client import CallFailed, Introduction, Telegram
from tests.telegram.wire import Behaviour, Request, Wire, answering, http, refusing, result, wire

ANA = ChatId(7)
SENT = result({"message_id": 5, "date": 1_700_000_000, "chat": {"id": 7, "type": "private"}, "text": "x"})
YES = Button("Yes", "b:1")


@asynccontextmanager
async def telegram(behaviour: Behaviour) -> AsyncIterator[tuple[Telegram, Wire]]:
    async with wire(behaviour) as told, Telegram("1:SECRET", told.base_url) as ours:
        yield ours, told


async def sent(body: Body, answer: bytes = SENT) -> tuple[Outcome, Request]:
    """The outcome of one send and the one request it made."""
    async with telegram(answering(answer)) as (ours, told):
        outcome = await ours.send(body, ANA)
    (request,) = told.requests
    return outcome, request


def markup(request: Request) -> Any:
    return request.fields["reply_markup"]


async def test_a_text_goes_without_markup_and_without_preview() -> None:
    """What looks like markup arrives as it is written, and no link is opened by Telegram."""
    outcome, request = await sent(Text("<b>*hello*</b> https://example.org"))
    assert outcome == Delivered(MessageId(5))
    assert request.method == "sendMessage"
    assert request.fields == {
        "chat_id": 7,
        "text": "<b>*hello*</b> https://example.org",
        "link_preview_options": {"is_disabled": True},
    }


async def test_a_text_with_all_its_settings() -> None:
    """Buttons, protection, silence and preview are said to Telegram."""
    rows = ((YES, Button("Open", url="https://example.org")),)
    _, request = await sent(Text("Hello", rows=rows, protect=True, preview=True, silent=True))
    assert request.fields == {
        "chat_id": 7,
        "text": "Hello",
        "link_preview_options": {"is_disabled": False},
        "protect_content": True,
        "disable_notification": True,
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "Yes", "callback_data": "b:1"}, {"text": "Open", "url": "https://example.org"}]
            ]
        },
    }


async def test_asking_for_a_location() -> None:
    """The location's button stands first; the others stay as words that can be typed."""
    rows = ((YES, Button("Open", url="https://example.org")), (Button("Skip", "b:2"),))
    _, request = await sent(Text("Where?", rows=rows, ask_location="Share my location"))
    assert markup(request) == {
        "keyboard": [
            [{"text": "Share my location", "request_location": True}],
            [{"text": "Yes"}],
            [{"text": "Skip"}],
        ],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


async def test_text_that_json_cannot_carry() -> None:
    """NUL goes, half a surrogate pair becomes a mark, a whole pair becomes its character."""
    _, request = await sent(Text("a\x00b \ud83d \ud83d\ude00"))
    assert request.fields["text"] == "ab \ufffd 😀"


async def test_redrawing_buttons_only() -> None:
    """New buttons without new words; none at all takes them away."""
    outcome, request = await sent(Redraw(MessageId(3), ((YES,),)))
    assert outcome == Delivered(MessageId(5))
    assert (request.method, request.fields["message_id"]) == ("editMessageReplyMarkup", 3)
    _, request = await sent(Redraw(MessageId(3)), result(True))
    assert "reply_markup" not in request.fields


async def test_redrawing_words() -> None:
    """New words and buttons, again without preview."""
    _, request = await sent(Redraw(MessageId(3), ((YES,),), "Taken"))
    assert request.method == "editMessageText"
    assert request.fields["text"] == "Taken"
    assert request.fields["link_preview_options"] == {"is_disabled": True}


async def test_copying_says_not_whose_it_was() -> None:
    """A relayed message is copied, not forwarded, and protected."""
    outcome, request = await sent(Copy(ChatId(9), MessageId(4)), result({"message_id": 6}))
    assert outcome == Delivered(MessageId(6))
    assert request.method == "copyMessage"
    assert request.fields == {"chat_id": 7, "from_chat_id": 9, "message_id": 4, "protect_content": True}


async def test_a_venue() -> None:
    """A place on the map, with title and address."""
    outcome, request = await sent(Venue(53.8, -1.55, "St Mary's Hall", "1 High Street"))
    assert outcome == Delivered(MessageId(5))
    assert request.method == "sendVenue"
    assert (request.fields["latitude"], request.fields["longitude"]) == (53.8, -1.55)


async def test_a_file() -> None:
    """A calendar entry goes whole, with its name."""
    outcome, request = await sent(File("group.ics", b"BEGIN:VCALENDAR", "Add it"))
    assert outcome == Delivered(MessageId(5))
    assert request.method == "sendDocument"
    assert b"BEGIN:VCALENDAR" in request.body
    assert b'filename="group.ics"' in request.body


@pytest.mark.parametrize(
    "refusal", [refusing(403, "Forbidden: bot was kicked"), refusing(400, "Bad Request: x")]
)
async def test_leaving_what_one_is_not_in(refusal: Behaviour) -> None:
    """A group that the bot is no longer in is left already; nobody is marked unreachable for it."""
    async with telegram(refusal) as (ours, _):
        assert await ours.send(Leave(), ChatId(-5)) == AsGoodAsDone("not in it")


async def test_removing_many() -> None:
    """A hundred at a time."""
    async with telegram(answering(result(True))) as (ours, told):
        ids = tuple(MessageId(n) for n in range(250))
        assert await ours.send(Remove(ids), ANA) == Delivered()
    assert [len(request.fields["message_ids"]) for request in told.requests] == [100, 100, 50]


async def test_removing_passes_over_what_cannot_be_removed() -> None:
    """One message too old does not keep the others in the chat."""
    refused = http(
        400, json.dumps({"ok": False, "description": "Bad Request: message can't be deleted"}).encode()
    )
    async with telegram(answering(refused, result(True), refused, result(True))) as (ours, told):
        assert await ours.send(Remove((MessageId(1), MessageId(2), MessageId(3))), ANA) == Delivered()
    assert [request.method for request in told.requests] == ["deleteMessages", *["deleteMessage"] * 3]


async def test_removing_stops_where_nothing_goes_through() -> None:
    """A person who blocked the bot is not asked three hundred times."""
    async with telegram(refusing(403, "Forbidden: bot was blocked by the user")) as (ours, told):
        outcome = await ours.send(Remove(tuple(MessageId(n) for n in range(300))), ANA)
    assert outcome == Undeliverable("blocked")
    assert len(told.requests) == 1


async def test_removing_nothing_asks_nothing() -> None:
    """No message, no call."""
    async with telegram(answering(result(True))) as (ours, told):
        assert await ours.send(Remove(()), ANA) == Delivered()
    assert told.requests == []


@pytest.mark.parametrize("answer", [{}, 5, "yes", {"message_id": "?"}, [1]])
async def test_an_answer_of_another_shape_is_unknown(answer: object) -> None:
    """What is not a message may follow on one that was sent; nothing is raised."""
    for body in (Text("hello"), Venue(1, 2, "x", "y")):
        outcome, _ = await sent(body, result(answer))
        assert isinstance(outcome, UnknownOutcome)


async def test_an_answered_press() -> None:
    """With or without a line of words."""
    async with telegram(answering(result(True))) as (ours, told):
        await ours.answer_press("q1")
        await ours.answer_press("q2", "Taken")
    assert [request.fields for request in told.requests] == [
        {"callback_query_id": "q1"},
        {"callback_query_id": "q2", "text": "Taken"},
    ]


async def test_an_old_press_is_as_good_as_answered() -> None:
    """Nothing to be done about it."""
    refusal = refusing(
        400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    async with telegram(refusal) as (ours, _):
        assert await ours.answer_press("q1") == AsGoodAsDone("query too old")


async def test_updates_come_raw() -> None:
    """Each with exactly the text that Telegram gave it."""
    first = b'{"update_id":10, "message":{"date":0,"chat":{"id":7,"type":"private"},"x":"\\ud800"}}'
    second = b'{"update_id":11,"poll":{}}'
    async with telegram(answering(http(200, b'{"ok":true,"result":[' + first + b",\n" + second + b"]}"))) as (
        ours,
        _,
    ):
        updates = await ours.get_updates(10, limit=50, timeout=1)
    assert [(update.id, update.raw, update.lane) for update in updates] == [
        (10, first, 7),
        (11, second, None),
    ]


async def test_polling_says_what_it_wants() -> None:
    """The kinds are said every time, because Telegram keeps the last ones; no offset at the first poll."""
    asked: list[str] = []

    async def listens(told: Wire, reader: Any, writer: Any) -> None:
        asked.append((await reader.readline()).decode())
        writer.write(http(200, b'{"ok":true,"result":[]}'))
        await told.read(reader)

    async with telegram(listens) as (ours, _):
        assert await ours.get_updates(None, timeout=0) == []
    assert "offset" not in asked[0]
    assert "callback_query" in asked[0]
    assert "my_chat_member" in asked[0]


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (refusing(409, "Conflict: terminated by other getUpdates request"), SecondPoller()),
        (refusing(404, "Not Found"), Misconfigured("InvalidToken")),
        (answering(http(200, b'{"ok":true,"result":[{]}')), UnknownOutcome("not an answer to getUpdates")),
        (answering(http(200, b'{"ok":true,"result":5}')), UnknownOutcome("not an answer to getUpdates")),
    ],
)
async def test_a_failed_poll_says_why(behaviour: Behaviour, outcome: Outcome) -> None:
    """The poller decides by the outcome; the token is not in it."""
    async with telegram(behaviour) as (ours, _):
        with pytest.raises(CallFailed) as caught:
            await ours.get_updates(1, timeout=0)
    assert caught.value.outcome == outcome
    assert "SECRET" not in repr(caught.value)


async def test_who_am_i() -> None:
    """Id and username, for links to the bot."""
    me = {"id": 1, "is_bot": True, "first_name": "Foothold", "username": "foothold_bot"}
    async with telegram(answering(result(me))) as (ours, _):
        assert (await ours.me()).username == "foothold_bot"
    async with telegram(refusing(401, "Unauthorized")) as (ours, _):
        with pytest.raises(CallFailed):
            await ours.me()


async def test_introducing_changes_only_what_differs() -> None:
    """Telegram allows few changes of a name; one that is right is left alone."""
    answers = [
        result({"name": "Foothold"}),
        result({"short_description": "old"}),
        result(True),
        result({"description": "Here at any hour"}),
        result([{"command": "help", "description": "Help now"}]),
        result(True),
    ]
    told_about = Introduction("Foothold", "new", "Here at any hour", [("help", "Help now"), ("stop", "Stop")])
    async with telegram(answering(*answers)) as (ours, told):
        assert await ours.introduce({"": told_about}) == Delivered()
    assert [request.method for request in told.requests] == [
        "getMyName",
        "getMyShortDescription",
        "setMyShortDescription",
        "getMyDescription",
        "getMyCommands",
        "setMyCommands",
    ]


async def test_webhook_and_back() -> None:
    """The secret and the kinds of update go along; going back keeps what waits."""
    async with telegram(answering(result(True))) as (ours, told):
        assert await ours.set_webhook("https://example.org/telegram", "s3cret") == Delivered()
        assert await ours.delete_webhook() == Delivered()
    assert told.requests[0].fields["secret_token"] == "s3cret"
    assert "message" in told.requests[0].fields["allowed_updates"]
    assert not told.requests[1].fields.get("drop_pending_updates")


async def test_a_text_refused() -> None:
    """A fault of ours is told apart from a network's."""
    async with telegram(refusing(400, "Bad Request: BUTTON_DATA_INVALID")) as (ours, _):
        assert await ours.send(Text("x"), ANA) == Refused("button_data_invalid")


async def test_nothing_is_sent_before_opening() -> None:
    """A client that is not open says so as an outcome, too."""
    assert isinstance(await Telegram("1:SECRET").send(Text("x"), ANA), NotSentYet)
