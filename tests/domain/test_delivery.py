"""The outcome table: what is done after each way a send can end, for each class of message."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel.delivery import (
    MOST_CHARACTERS,
    AsGoodAsDone,
    Delivered,
    Done,
    Fail,
    Forget,
    KeepUnknown,
    Migrated,
    Misconfigured,
    NotSentYet,
    Outcome,
    Parked,
    Patience,
    PlainTextOnce,
    Refused,
    Retry,
    SecondPoller,
    Split,
    Step,
    StopSender,
    TooLong,
    Undeliverable,
    UnknownOutcome,
    Unreachable,
    backoff,
    next_poll,
    next_step,
    split,
    units,
)
from bot.domain.channel.outgoing import Button, SendClass, Text
from bot.domain.ids import ChatId, MessageId

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
IN_TEN = NOW + timedelta(seconds=10)
DANGER, HANDOFF, REPLY = SendClass.DANGER, SendClass.HANDOFF, SendClass.REPLY
NUDGE, REPLACEABLE = SendClass.NUDGE, SendClass.REPLACEABLE


def step(outcome: Outcome, send_class: SendClass, attempt: int = 1, doubts: int | None = None) -> Step:
    return next_step(outcome, send_class, attempt, NOW, 0.0, doubts=doubts)


SAME_FOR_ALL: list[tuple[Outcome, Step]] = [
    (Delivered(MessageId(5)), Done(MessageId(5))),
    (Delivered(), Done()),
    (AsGoodAsDone("not modified"), Done()),
    (NotSentYet("dns"), Retry(NOW + timedelta(seconds=1))),
    (Parked(timedelta(seconds=7)), Retry(NOW + timedelta(seconds=7), park=True)),
    (Undeliverable("blocked"), Unreachable("blocked")),
    (PlainTextOnce(), Retry(NOW, plain=True)),
    (TooLong(), Split()),
    (Refused("button_data_invalid"), Fail("button_data_invalid")),
    (Migrated(ChatId(-100)), Retry(NOW, to=ChatId(-100))),
    (Misconfigured("InvalidToken"), StopSender("InvalidToken")),
    (SecondPoller(), StopSender("a second poller")),
]


@pytest.mark.parametrize("send_class", list(SendClass))
@pytest.mark.parametrize(("outcome", "expected"), SAME_FOR_ALL)
def test_what_is_known_is_treated_alike(outcome: Outcome, expected: Step, send_class: SendClass) -> None:
    """Only an unknown send depends on the class of the message."""
    assert step(outcome, send_class) == expected


def test_the_table_names_every_outcome() -> None:
    """A new outcome cannot be added without a row here."""
    named = {type(outcome) for outcome, _ in SAME_FOR_ALL} | {UnknownOutcome}
    assert named == set(Outcome.__args__)


@pytest.mark.parametrize(
    ("send_class", "steps"),
    [
        (DANGER, [Retry(NOW), Retry(IN_TEN), Retry(IN_TEN), KeepUnknown()]),
        (HANDOFF, [*[Retry(IN_TEN, marked=True)] * 3, KeepUnknown()]),
        (REPLY, [Retry(IN_TEN), KeepUnknown()]),
        (NUDGE, [KeepUnknown()]),
        (REPLACEABLE, [Forget()]),
    ],
)
def test_an_unknown_send(send_class: SendClass, steps: list[Step]) -> None:
    """Danger at once and unmarked, handoff marked, a reply once more, a nudge never, an edit forgotten."""
    assert [step(UnknownOutcome(), send_class, n) for n in range(1, len(steps) + 1)] == steps


@pytest.mark.parametrize("send_class", [DANGER, HANDOFF, REPLY])
def test_failures_that_never_left_use_up_no_repeat(send_class: SendClass) -> None:
    """After ten refused connections the first unknown send is still the first."""
    assert isinstance(step(UnknownOutcome(), send_class, attempt=11, doubts=1), Retry)


def test_markup_is_dropped_only_once() -> None:
    """A message refused for its markup without having any is our fault, and never tried for ever."""
    assert step(PlainTextOnce(), REPLY, attempt=2) == Fail("markup")
    assert next_step(PlainTextOnce(), REPLY, 1, NOW, 0.0, plain=True) == Fail("markup")


@given(st.integers(-5, 10**9), st.floats(0, 1, exclude_max=True), st.sampled_from(SendClass))
def test_waiting_is_between_one_second_and_sixty(attempt: int, jitter: float, send_class: SendClass) -> None:
    """However often it failed; danger never waits more than ten seconds."""
    wait = next_step(NotSentYet(), send_class, attempt, NOW, jitter)
    assert isinstance(wait, Retry)
    longest = 10 if send_class is DANGER else 60
    assert timedelta(seconds=1) <= wait.at - NOW <= timedelta(seconds=longest)


def test_the_operator_sets_the_waits() -> None:
    """Every figure of the table that is a setting."""
    slow = Patience(timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=7), tries=1)
    waits = [backoff(n, 0.0, slow).total_seconds() for n in (1, 2, 3)]
    assert waits == [2, 4, 5]
    again = next_step(UnknownOutcome(), HANDOFF, 1, NOW, 0.0, patience=slow)
    assert again == Retry(NOW + timedelta(seconds=7), marked=True)
    assert next_step(UnknownOutcome(), HANDOFF, 2, NOW, 0.0, patience=slow) == KeepUnknown()
    never = Patience(tries=0)
    assert next_step(UnknownOutcome(), REPLY, 1, NOW, 0.0, patience=never) == KeepUnknown()


def test_waiting_doubles() -> None:
    """1, 2, 4 … 60 seconds."""
    assert [backoff(n, 0.0).total_seconds() for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("failures", [1, 5, 1000])
@pytest.mark.parametrize("outcome", [outcome for outcome, _ in SAME_FOR_ALL] + [UnknownOutcome()])
def test_polling_never_stops(outcome: Outcome, failures: int) -> None:
    """After any failure, a 404 and a second poller among them, there is a next poll within the minute."""
    assert NOW < next_poll(outcome, failures, NOW, 0.5) <= NOW + timedelta(seconds=60)


def test_a_second_poller_is_given_thirty_seconds() -> None:
    """409: alarm, and again after thirty seconds."""
    assert next_poll(SecondPoller(), 1, NOW, 0.0) == NOW + timedelta(seconds=30)


@given(st.text(st.sampled_from("ab \n😀é"), max_size=300), st.integers(1, 60))
def test_splitting_loses_no_word_and_fits(text: str, times: int) -> None:
    """Every piece is short enough and the words are the same, in order."""
    pieces = split(Text(text * times, rows=((Button("Yes", "1"),),)))
    assert all(units(piece.text) <= MOST_CHARACTERS for piece in pieces)
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join((text * times).split())


def test_the_buttons_go_with_the_last_piece() -> None:
    """Somebody who reads to the end finds the buttons there."""
    rows = ((Button("Yes", "1"),),)
    pieces = split(Text("word " * 2000, rows=rows, ask_location="Here", protect=True))
    assert len(pieces) == 3
    assert [bool(piece.rows) for piece in pieces] == [False, False, True]
    assert [piece.ask_location for piece in pieces] == ["", "", "Here"]
    assert all(piece.protect for piece in pieces)


def test_a_cut_falls_between_paragraphs() -> None:
    """A paragraph is not torn apart when it need not be."""
    first, second = split(Text("a" * 3000 + "\n\n" + "b" * 3000))
    assert (first.text, second.text) == ("a" * 3000, "b" * 3000)


def test_units_are_utf16() -> None:
    """An emoji outside the first plane counts as two."""
    assert units("a😀é") == 4
