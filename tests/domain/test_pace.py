"""How fast messages leave: never faster than allowed, danger always first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel.pace import CHAT_BURST, Bucket, Pace, per_second
from bot.domain.ids import ChatId

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANA = ChatId(7)


def sent_greedily(pace: Pace, wishes: list[tuple[int, int, bool]]) -> list[tuple[datetime, ChatId, bool]]:
    """Let each (chat, milliseconds later, urgent) wait until it may go; when each of them went."""
    now, sent = START, []
    for chat, later, urgent in wishes:
        now += timedelta(milliseconds=later)
        while (again := pace.may_send(ChatId(chat), now, urgent=urgent)) is not None:
            assert again > now, "waiting must get somewhere"
            now = again
        sent.append((now, ChatId(chat), urgent))
    return sent


def most_in_a_second(times: list[datetime]) -> int:
    return max((sum(at <= other < at + SECOND for other in times) for at in times), default=0)


wishes = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400), st.booleans()), max_size=60)


@given(wishes, st.integers(1, 40))
def test_never_faster_than_allowed_over_all(wanted: list[tuple[int, int, bool]], rate: int) -> None:
    """In no second, wherever it begins, do more than `rate` messages leave, danger among them."""
    sent = sent_greedily(Pace(rate, 0), wanted)
    assert most_in_a_second([at for at, _, _ in sent]) <= rate


@given(wishes)
def test_never_faster_than_allowed_in_one_chat(wanted: list[tuple[int, int, bool]]) -> None:
    """A short burst, then one a second."""
    sent = sent_greedily(Pace(0, 1), [(chat, later, False) for chat, later, _ in wanted])
    for chat in {chat for _, chat, _ in sent}:
        times = [at for at, other, _ in sent if other == chat]
        for first, start in enumerate(times):
            for n, at in enumerate(times[first:], start=1):
                assert n <= CHAT_BURST + (at - start) / SECOND + 1e-6


@given(st.integers(2, 60), st.integers(1, 300))
def test_a_broadcast_leaves_room_for_danger(rate: int, before: int) -> None:
    """While a broadcast goes out as fast as it may, one danger message waits at most a moment."""
    pace = Pace(rate, 1)
    sent = sent_greedily(pace, [(1000 + n, 0, False) for n in range(before)])
    now = sent[-1][0]
    again = pace.may_send(ANA, now, urgent=True)
    assert again is None or again - now <= SECOND / rate * 1.5


def test_danger_does_not_wait_for_its_chat() -> None:
    """Five answers just went to Ana; the danger card goes all the same."""
    pace = Pace(30, 1)
    while pace.may_send(ANA, START, urgent=False) is None:
        pass
    assert pace.may_send(ANA, START, urgent=True) is None


def test_the_whole_rate_can_be_used() -> None:
    """Over a minute, ordinary messages get four fifths of the rate and danger nearly all of it."""
    for urgent, least in ((False, 30 * 0.7), (True, 30 * 0.85)):
        pace, now, count = Pace(30, 0), START, 0
        while now < START + timedelta(minutes=1):
            again = pace.may_send(ANA, now, urgent=urgent)
            count += again is None
            now = again or now
        assert least <= count / 60 <= 30


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 120), st.booleans()), max_size=60))
def test_until_when_only_danger_may_leave(asked: list[tuple[int, int, bool]]) -> None:
    """Till then every chat is refused what is no danger; from then on a chat that was quiet is not."""
    pace, now = Pace(30, 1), START
    for chat, later, urgent in asked:
        now += timedelta(milliseconds=later)
        pace.may_send(ChatId(chat), now, urgent=urgent)
        calm_from = pace.calm_from(now)
        if calm_from > now:
            assert pace.may_send(ChatId(99), now, urgent=False) == calm_from
    assert pace.may_send(ChatId(99), pace.calm_from(now), urgent=False) is None


def test_no_limit() -> None:
    """0 means none: for benches."""
    pace = Pace(0, 0)
    assert all(pace.may_send(ANA, START, urgent=False) is None for _ in range(1000))


@given(st.integers(1, 10**6))
def test_a_clock_set_back_makes_nobody_wait(seconds: int) -> None:
    """However far the clock is moved back, an empty bucket's wait is the longest."""
    bucket = Bucket(3, SECOND)
    for _ in range(10):
        bucket = bucket.taken(START)
    earlier = START - timedelta(seconds=seconds)
    assert bucket.free_at(earlier) - earlier <= SECOND


def test_a_refused_message_costs_nothing() -> None:
    """Asking again and again does not push the moment away."""
    pace = Pace(0, 1)
    for _ in range(CHAT_BURST):
        assert pace.may_send(ANA, START, urgent=False) is None
    first = pace.may_send(ANA, START, urgent=False)
    assert first == START + SECOND
    assert all(pace.may_send(ANA, START, urgent=False) == first for _ in range(5))
    assert pace.may_send(ANA, START + SECOND, urgent=False) is None


@pytest.mark.parametrize("urgent", [True, False])
def test_what_did_not_leave_after_all_makes_room_for_one(urgent: bool) -> None:
    """The next leaves in its place, and no more than that one."""
    pace = Pace(30, 1)
    while pace.may_send(ANA, START, urgent=urgent) is None:
        pass
    pace.not_sent(ANA, urgent=urgent)
    assert pace.may_send(ANA, START, urgent=urgent) is None
    assert pace.may_send(ANA, START, urgent=urgent) is not None


def test_chats_at_rest_are_forgotten() -> None:
    """Memory does not grow with everybody who ever wrote."""
    pace = Pace(0, 1)
    for chat in range(25_000):
        pace.may_send(ChatId(chat), START + chat * timedelta(milliseconds=10), urgent=False)
    assert len(pace._chats) <= 10_001


def test_a_second_is_not_used_up_at_once() -> None:
    """A sixth at once, the rest spread: thirty bots that wake together do not hit the limit together."""
    assert per_second(30).size == 5
    assert per_second(1) == Bucket(1, SECOND)
