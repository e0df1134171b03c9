"""Hours that are counted once, rest that is kept, and who is asked next."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PersonId, ShiftId
from bot.domain.oncall import load
from bot.domain.oncall.limits import Limits, Span, Strain, merged, strain, tired, total, week_around, within
from bot.domain.oncall.load import Counted, Load, Stretch, as_csv, load_of, suggested
from bot.domain.rota.shifts import Gap, Leave, Rota, Shift

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
BEN, CORA, DEE, EVE = (PersonId(n) for n in range(1, 5))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
hours = st.integers(0, 300).map(lambda n: MONDAY + n * HOUR)
spans = st.lists(st.builds(lambda a, n: Span(a, a + n * HOUR), hours, st.integers(1, 14)), max_size=12)


def span(start: int, end: int) -> Span:
    return Span(MONDAY + start * HOUR, MONDAY + end * HOUR)


@given(spans)
def test_time_is_counted_once(found: list[Span]) -> None:
    """Hour by hour: an hour in any span is one hour, however many spans it lies in."""
    covered = {MONDAY + n * HOUR for n in range(400)}
    covered = {at for at in covered if any(one.start <= at < one.end for one in found)}
    assert total(found) == len(covered) * HOUR
    joined = merged(found)
    assert all(a.end < b.start for a, b in pairwise(joined))


@given(spans, spans.filter(bool))
def test_within_the_limits_stays_within_them(has: list[Span], more: list[Span]) -> None:
    """Whatever is added without a warning leaves every week under its hours and every rest whole."""
    limits = Limits(week=20 * HOUR)
    taken: list[Span] = []
    for one in [*has, *more]:
        if not strain(limits, LONDON, taken, one).too_much:
            taken.append(one)
    joined = merged(taken)
    assert all(b.start - a.end >= limits.rest for a, b in pairwise(joined))
    for one in joined:
        here = week_around(one.start, LONDON)
        assert total(within(joined, here.start, here.end)) <= limits.week


def test_what_more_hours_would_mean() -> None:
    """The week's hours and the shortest rest beside; shifts that touch are one shift."""
    limits = Limits(week=10 * HOUR)
    assert strain(limits, LONDON, [span(0, 4)], span(20, 24)) == Strain(8 * HOUR, over=False)
    assert strain(limits, LONDON, [span(0, 4)], span(10, 14)) == Strain(8 * HOUR, over=False, rest=6 * HOUR)
    assert strain(limits, LONDON, [span(0, 4)], span(4, 12)) == Strain(12 * HOUR, over=True)


def test_left_alone_after_a_shift_and_when_the_week_is_full() -> None:
    """Eleven hours after a shift, not after ten minutes; a full week until Monday."""
    limits, now = Limits(week=12 * HOUR), MONDAY + 20 * HOUR
    assert tired(limits, [span(8, 12)], now, LONDON)
    assert not tired(limits, [span(4, 9)], now, LONDON)
    assert not tired(limits, [Span(now - HOUR, now - HOUR / 2)], now, LONDON)
    assert tired(limits, [span(0, 12)], MONDAY + 100 * HOUR, LONDON)
    assert not tired(limits, [span(0, 12)], MONDAY + 170 * HOUR, LONDON)


def test_a_night_across_the_clock_change_is_paid_as_it_passed() -> None:
    """25 October 2026: from 22:00 to 06:00 nine hours pass; in March seven. Each is one night."""
    october = Span(datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC))
    march = Span(datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC))
    one = load_of(BEN, [october], load.month(2026, 10, LONDON), Counted())
    assert (one.hours, one.nights) == (9 * HOUR, 1)
    two = load_of(BEN, [march], load.month(2026, 3, LONDON), Counted())
    assert (two.hours, two.nights) == (7 * HOUR, 1)
    assert load.month(2026, 10, LONDON).span.length == 31 * 24 * HOUR + HOUR


def test_a_month_ends_at_its_own_midnight() -> None:
    """A night over the end of a month is split there, and belongs to the month it lies in."""
    night = Span(datetime(2026, 11, 30, 22, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC))
    november = load_of(BEN, [night], load.month(2026, 11, LONDON), Counted())
    december = load_of(BEN, [night], load.month(2026, 12, LONDON), Counted())
    assert (november.hours, november.nights) == (2 * HOUR, 0)
    assert (december.hours, december.nights) == (6 * HOUR, 1)


def test_a_file_to_be_paid_from() -> None:
    """A line a coach, or a line a time on shift with its offset; a name is never a formula."""
    stretch = load.month(2026, 10, LONDON)
    night = Span(datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC))
    one = load_of(BEN, [night], stretch, Counted(alerts=3, accepted=2, passed=1, hard=1))
    names = {BEN: '=HYPERLINK("http://x")'}
    assert as_csv([one], names, stretch, each=False).splitlines() == [
        "coach,from,until,hours,nights,alerts,accepted,passed,hard talks",
        '"\'=HYPERLINK(""http://x"")",2026-10-01,2026-10-31,9.00,1,3,2,1,1',
    ]
    assert as_csv([one], {BEN: "Ben"}, stretch, each=True).splitlines() == [
        "coach,from,until,hours,nights",
        "Ben,2026-10-24 22:00+01:00,2026-10-25 06:00+00:00,9.00,1",
    ]


def test_who_has_carried_least_is_suggested_first() -> None:
    """Not who is on leave, on shift or would pass a limit; for a night who has had fewest nights."""
    gap = Gap(MONDAY + 48 * HOUR, MONDAY + 52 * HOUR)
    rota = Rota(
        LONDON,
        (Shift(ShiftId(1), DEE, 2, time(0), time(8)),),
        (Leave(EVE, MONDAY, MONDAY + 90 * HOUR),),
    )
    loads = {who: Load(who, nights=n) for who, n in ((BEN, 2), (CORA, 1), (DEE, 0), (EVE, 0))}
    assert suggested(gap, rota, loads, {}, Limits()) == [CORA, BEN]
    worked = {CORA: [span(40, 45)]}
    assert suggested(gap, rota, loads, worked, Limits()) == [BEN]


def test_days_of_a_stretch() -> None:
    """Both included, in the service's zone."""
    stretch = Stretch(date(2026, 11, 23), date(2026, 11, 23), LONDON)
    assert stretch.span == span(0, 24)
