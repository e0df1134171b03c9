"""The same person again: nothing without both, and an end is an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId
from bot.domain.oncall import mentoring
from bot.domain.oncall.mentoring import PARTS, WEEK, Pair, Side, fits_windows, times
from bot.domain.person import Age
from bot.domain.zones import local

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAIR = Pair(1, PersonId(1), PersonId(2))
BOTH: tuple[Side, ...] = ("person", "coach")
SIDES = st.sampled_from(BOTH)
AT = st.integers(1, 3).map(lambda n: NOW + timedelta(days=n))
moves = st.lists(
    st.one_of(
        SIDES.map(lambda side: lambda pair: mentoring.agree(pair, side)),
        st.tuples(SIDES, AT).map(lambda to: lambda pair: mentoring.plan(pair, to[0], to[1])),
        st.sampled_from(
            [mentoring.pause, mentoring.resume, mentoring.talked, mentoring.unplan, mentoring.end]
        ),
    ),
    max_size=12,
)


@given(moves)
def test_whatever_happens_both_have_a_say(done: list[object]) -> None:
    """No talk without both, nothing planned in a pause or after the end, and no way back from it."""
    pair = PAIR
    for move in done:
        before, pair = pair, move(pair)  # type: ignore[operator]
        if before.state == "ended":
            assert pair.state == "ended"
        if pair.state in ("introduced", "active", "paused"):
            assert pair.agreed == {"person", "coach"}
        if pair.talk_at is not None:
            assert pair.state in ("introduced", "active")
        if pair.talk_agreed and not before.talk_agreed:
            assert before.talk_at == pair.talk_at
            assert before.talk_by is not None


def test_both_agree_in_either_order() -> None:
    """One yes is an offer, two are an introduction; the same one twice is one."""
    once = mentoring.agree(PAIR, "coach")
    assert mentoring.agree(once, "coach").state == "offered"
    assert mentoring.agree(once, "person").state == "introduced"


@given(st.sets(st.sampled_from([*PARTS, *WEEK])), st.sets(st.sampled_from([*PARTS, *WEEK])))
def test_times_suit_both(mine: set[str], theirs: set[str]) -> None:
    """Every time lies in both sides' windows, ahead of now, on the service's wall."""
    pair = replace(PAIR, person_windows=frozenset(mine), coach_windows=frozenset(theirs))
    for at in times(pair, NOW, LONDON):
        shown = local(at, LONDON)
        part = next(name for name, begins in PARTS.items() if begins == shown.time())
        assert fits_windows(mine, part, shown.date())
        assert fits_windows(theirs, part, shown.date())
        assert at > NOW


def test_only_adults() -> None:
    """ "Rather not say" counts as no."""
    assert [age for age in Age if mentoring.may_have_mentor(age)] == [Age.ADULT]
