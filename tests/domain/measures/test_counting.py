"""Each measure counts what docs/measures.md says, on the day it belongs to, and once for good."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events
from bot.domain.events import Code, Event, Recorded
from bot.domain.ids import DangerId, HandoffId, OfferingId, PersonId, PlanId
from bot.domain.measures.counting import MEASURES, counted
from bot.domain.measures.period import KINDS, Period
from bot.domain.measures.story import SETTLED, Mark, Story
from bot.domain.zones import local

LONDON = ZoneInfo("Europe/London")
ANA, BEN = PersonId(1), PersonId(2)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALL, GROUP, PLAN, SCARE = HandoffId(7), OfferingId(12), PlanId(3), DangerId(4)
ARRIVED = events.Arrived(Code("words"))
HEARD = events.DangerHeard(SCARE, Code("suicide"), Code("urgent"), Code("self"))
ASKED = events.HandoffAsked(CALL, Code("urge"), "nothing")


def story(*happened: tuple[timedelta, Event], zone: ZoneInfo = LONDON) -> Story:
    """What happened to Ana, so long after three at night."""
    recorded = [Recorded(NOW + after, ANA, event) for after, event in happened]
    return Story(recorded, zone, {GROUP: "aa"})


def cells(of: Story, measure: str) -> Mapping[tuple[str, str], int]:
    """The counts of one measure."""
    found = counted([of], date.min, date.max)
    return Counter((m.row, m.column) for m in found.elements() if m.measure == measure)


def test_a_conversation_counts_at_the_hour_where_the_service_is() -> None:
    """Three at night on a Monday in London is Sunday evening in New York."""
    assert cells(story((0 * HOUR, ARRIVED)), "reach") == {("mon", "h03"): 1}
    there = story((0 * HOUR, ARRIVED), zone=ZoneInfo("America/New_York"))
    assert cells(there, "reach") == {("sun", "h21"): 1}


def test_a_person_counts_once_in_each_period_and_is_new_once() -> None:
    """Three visits in a month: one person, new in it; and known from before in the next week's count."""
    ana = story((0 * HOUR, ARRIVED), (DAY, ARRIVED), (7 * DAY, ARRIVED))
    assert cells(ana, "people_month") == {("new", ""): 1}
    assert cells(ana, "people_week") == {("new", ""): 1, ("back", ""): 1}


def test_what_a_conversation_is_about_and_the_most_that_came_of_it() -> None:
    """The first thing chosen says what it is about; a coach is more than a list, a list more than words."""
    mother = story(
        (0 * HOUR, ARRIVED),
        (MINUTE, events.FlowStarted(Code("start"))),
        (2 * MINUTE, events.FlowStarted(Code("family"))),
        (3 * MINUTE, events.Shown(GROUP, 1)),
    )
    assert cells(mother, "about") == {("family", "list"): 1}
    danger = story((0 * HOUR, ARRIVED), (MINUTE, HEARD))
    assert cells(danger, "about") == {("danger", "line"): 1}
    assert cells(story((0 * HOUR, ARRIVED)), "about") == {("other", "words"): 1}


def test_time_to_first_help_ends_with_something_usable() -> None:
    """Four minutes to an exercise; nothing within the visit is none; who answers a button is not counted."""
    helped = story((0 * HOUR, ARRIVED), (4 * MINUTE, events.UrgeStarted()))
    assert cells(helped, "first_help") == {("m5", ""): 1}
    assert cells(story((0 * HOUR, ARRIVED)), "first_help") == {("none", ""): 1}
    late = story((0 * HOUR, ARRIVED), (13 * HOUR, ARRIVED), (13 * HOUR + MINUTE, events.UrgeStarted()))
    assert cells(late, "first_help") == {("none", ""): 1, ("m5", ""): 1}
    assert cells(story((0 * HOUR, events.Arrived(Code("button")))), "first_help") == {}


def test_a_request_for_a_person_counts_by_what_became_of_it() -> None:
    """Taken after twelve minutes, left by the person, or nobody within a day."""
    taken = (12 * MINUTE, events.HandoffAccepted(CALL, BEN, 720))
    left = (12 * MINUTE, events.HandoffClosed(CALL, "person", Code("cancelled")))
    assert cells(story((0 * HOUR, ASKED), taken), "humans") == {("h03", "m15"): 1}
    assert cells(story((0 * HOUR, ASKED), left), "humans") == {("h03", "left"): 1}
    assert cells(story((0 * HOUR, ASKED), (25 * HOUR, taken[1])), "humans") == {("h03", "nobody"): 1}


def test_a_next_step_counts_within_48_hours_of_the_first_word_ever() -> None:
    """A group on the second day counts, on the third it does not; a second visit asks nothing."""
    planned = events.Planned(GROUP)
    assert cells(story((0 * HOUR, ARRIVED), (47 * HOUR, planned)), "next_step") == {("group", ""): 1}
    assert cells(story((0 * HOUR, ARRIVED), (49 * HOUR, planned)), "next_step") == {("none", ""): 1}
    assert sum(cells(story((0 * HOUR, ARRIVED), (DAY, ARRIVED)), "next_step").values()) == 1


def test_a_danger_counts_once_and_so_does_its_answer() -> None:
    """Heard twice it is one danger at its first level; paged, by how long staff took."""
    heard = [
        events.DangerHeard(SCARE, Code("suicide"), Code(level), Code("self"))
        for level in ("urgent", "emergency")
    ]
    ana = story(
        (0 * HOUR, heard[0]),
        (MINUTE, heard[1]),
        (MINUTE, events.DangerPaged(SCARE, Code("shift"), 2)),
        (4 * MINUTE, events.DangerAcknowledged(SCARE, BEN, 180)),
    )
    assert cells(ana, "danger") == {("suicide", "urgent"): 1}
    assert cells(ana, "danger_answered") == {("m5", ""): 1}
    assert cells(story((0 * HOUR, heard[0])), "danger_answered") == {}


def test_a_group_counts_each_stage_once_a_day_and_who_was_not_alone() -> None:
    """Shown twice in an evening is shown once; who had company went with somebody."""
    ana = story(
        (0 * HOUR, events.Shown(GROUP, 1)),
        (HOUR, events.Shown(GROUP, 2)),
        (HOUR, events.CompanyArranged(GROUP, Code("company"))),
        (DAY, events.Went(GROUP)),
        (DAY + HOUR, events.Went(GROUP, again=True)),
    )
    assert cells(ana, "groups") == {("aa", "shown"): 1, ("aa", "went"): 1, ("aa", "again"): 1}
    assert cells(ana, "company") == {("with", "went"): 1, ("with", "again"): 1}
    assert cells(ana, "sent_to") == {(str(GROUP), ""): 1}
    assert cells(story((0 * HOUR, events.Went(GROUP))), "company") == {("alone", "went"): 1}


def test_a_check_in_counts_by_its_own_answer() -> None:
    """An answer to another day's question is none to this."""
    sent = events.CheckInSent(PLAN, date(2026, 11, 23))
    answer = events.CheckInAnswered(PLAN, date(2026, 11, 23), Code("struggling"))
    other = events.CheckInAnswered(PLAN, date(2026, 11, 22), Code("good"))
    assert cells(story((0 * HOUR, sent), (HOUR, answer)), "checkins") == {("struggling", ""): 1}
    assert cells(story((0 * HOUR, sent), (HOUR, other)), "checkins") == {("unanswered", ""): 1}


def test_readiness_is_compared_with_the_time_before() -> None:
    """Three and then seven: low and high, once higher."""
    ana = story((0 * HOUR, events.ReadinessSaid(3)), (DAY, events.ReadinessSaid(7)))
    assert cells(ana, "readiness") == {("low", ""): 1, ("high", ""): 1}
    assert cells(ana, "readiness_change") == {("higher", ""): 1}


def test_an_urge_counts_by_how_it_felt_at_its_end() -> None:
    """Lower after ten minutes; begun again it is another; without an end it was left."""
    lower = events.UrgeEnded(4, felt=Code("lower"))
    ana = story((0 * HOUR, events.UrgeStarted()), (10 * MINUTE, events.UrgeStarted()), (20 * MINUTE, lower))
    assert cells(ana, "urges") == {("left", ""): 1, ("lower", ""): 1}


def test_a_need_counts_as_met_when_something_was_shown() -> None:
    """And what was not found keeps its district, time and barriers in one cell."""
    assert cells(story((0 * HOUR, events.NeedSought(Code("food"), found=True))), "practical") == {
        ("food", "met"): 1
    }
    food = [events.NeedSought(Code("food"), found=found) for found in (False, False, True)]
    often = story(*((hours * HOUR, one) for hours, one in zip((0, 1, 30), food, strict=True)))
    assert cells(often, "practical") == {("food", "met"): 1}
    late = story((0 * HOUR, food[0]), (80 * HOUR, food[2]), (24 * 100 * HOUR, food[2]))
    assert cells(late, "practical") == {("food", "unmet"): 1, ("food", "met"): 1}
    missing = events.UnmetNeed(
        Code("no_group_near"),
        Code("ls9"),
        (Code("no_transport"), Code("company")),
        Code("tue_night"),
        Code("smart"),
    )
    expected = {("ls9", "week_night|smart|several"): 1}
    assert cells(story((0 * HOUR, missing)), "unmet") == expected
    again = story(*((hours * HOUR, missing) for hours in (0, 1, 30, 24 * 10)))
    assert cells(again, "unmet") == expected, "whoever looks again and again is one person"
    assert cells(story((0 * HOUR, missing), (60 * DAY, missing)), "unmet") == {
        ("ls9", "week_night|smart|several"): 2
    }, "a new quarter counts anew"


MOMENTS = st.timedeltas(min_value=0 * DAY, max_value=20 * DAY)
EVENTS: st.SearchStrategy[Event] = st.sampled_from(
    [
        ARRIVED,
        events.Arrived(Code("button")),
        events.FlowStarted(Code("family")),
        events.UrgeStarted(),
        events.UrgeEnded(felt=Code("same")),
        ASKED,
        events.HandoffAccepted(CALL, BEN, 60),
        events.HandoffClosed(CALL, "person", Code("cancelled")),
        events.DangerHeard(SCARE, Code("suicide"), Code("urgent"), Code("self")),
        events.DangerPaged(SCARE, Code("shift"), 1),
        events.DangerAcknowledged(SCARE, BEN, 100),
        events.Shown(GROUP, 1),
        events.Planned(GROUP),
        events.CompanyArranged(GROUP, Code("lift")),
        events.Went(GROUP),
        events.CheckInSent(PLAN, date(2026, 11, 23)),
        events.CheckInAnswered(PLAN, date(2026, 11, 23), Code("good")),
        events.ReadinessSaid(5),
        events.AppointmentSet(date(2026, 12, 1)),
        events.NeedSought(Code("food"), found=False),
        events.UnmetNeed(Code("no_group_near")),
    ]
)
STORIES = st.lists(st.tuples(MOMENTS, EVENTS), max_size=25).map(
    lambda them: sorted(them, key=lambda one: one[0])
)
ZONES = st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")])


@settings(max_examples=150)
@given(STORIES, ZONES, st.integers(0, 22))
def test_counting_day_by_day_comes_to_what_counting_at_once_does(
    happened: list[tuple[timedelta, Event]], zone: ZoneInfo, of: int
) -> None:
    """A day counted when it has settled, of what had happened until then, never changes afterwards."""
    whole = story(*happened, zone=zone)
    day = local(NOW, zone).date() + timedelta(days=of)
    settled = [one for one in whole.recorded if one.at < NOW + (of + 2) * DAY + SETTLED]
    then = counted([Story(settled, zone, whole.kinds)], day, day + DAY)
    assert then == Counter({m: n for m, n in counted([whole], date.min, date.max).items() if m.on == day})


@given(STORIES)
def test_conversations_add_up_however_they_are_parted(happened: list[tuple[timedelta, Event]]) -> None:
    """By day and hour, by door and by topic it is the same number."""
    whole = story(*happened)
    totals = {name: sum(cells(whole, name).values()) for name in ("reach", "door", "about")}
    assert len(set(totals.values())) == 1


def test_every_measure_counts_on_days_across_a_change_of_the_clocks() -> None:
    """The 25-hour day in October has 25 hours' conversations, and no hour is counted twice or lost."""
    start = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)  # midnight of the 25th in London
    recorded = [Recorded(start + n * HOUR, ANA, ARRIVED) for n in range(25)]
    day = date(2026, 10, 25)
    found = counted([Story(recorded, LONDON, {})], day, day + DAY)
    assert sum(n for mark, n in found.items() if mark.measure == "reach") == 25
    assert found[Mark(day, "reach", "sun", "h00")] == 4
    assert {mark.on for mark in found} == {day}


def test_nobody_is_nothing() -> None:
    """A person to whom nothing that counts has happened leaves no mark."""
    quiet = story((0 * HOUR, events.CaringSent(PLAN, date(2026, 11, 23))))
    assert not [mark for measure in MEASURES for mark in measure(quiet)]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.sampled_from(KINDS))
def test_periods_follow_each_other_without_a_gap(day: date, kind: str) -> None:
    """Each day is in one period of a kind, which ends where the next begins and can be named."""
    period = Period.holding(kind, day)  # type: ignore[arg-type]
    assert period.first <= day < period.after
    assert period.before.after == period.first
    assert period.next.first == period.after
    assert Period.read(period.code) == period
    if kind in {"quarter", "year"}:
        months = period.parts("month")
        assert (months[0].first, months[-1].after) == (period.first, period.after)


def test_no_other_code_is_a_period() -> None:
    """What somebody types into the address is read, or is none."""
    for code in ("", "2026-13", "2026-w60", "2026-q5", "1999", "2026-11-05", "x"):
        assert Period.read(code) is None
