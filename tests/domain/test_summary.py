"""What Ben reads when he takes Ana's call, and what Eve reads the next day: neither more than was shared."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import events
from bot.domain.desk.summary import Summary, conversations, lines, shared_since, summarise
from bot.domain.events import Code, Event, Recorded, Scope
from bot.domain.ids import DangerId, HandoffId, OfferingId, PersonId
from bot.domain.messages import read_messages

ANA, BEN = PersonId(1), PersonId(2)
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALL = HandoffId(7)
WORDS = read_messages(
    """
summary_head: "{alias}, {when}"
summary_danger_open: "Danger: {kind}, {level}"
summary_danger_paged: "Danger: {kind}, {level}, staff paged"
summary_danger_answered: "Danger: {kind}, answered after {span}"
summary_danger_closed: "Danger over: {kind}"
summary_age_minor: "Under 18"
summary_age_unsaid: "Age not said"
summary_topics: "About: {topics}"
summary_answer: "{question}: {choices}"
summary_readiness: "Ready: {score} of 10"
summary_reason: "In their words: {reason}"
summary_next_step: "Next: {step}"
summary_next_step_on: "Next: {step} on {on}"
summary_went: "Went: {step}"
summary_did_not_go: "Did not go: {step}"
summary_unmet: "Not found: {need}"
summary_unmet_because: "Not found: {need} ({barriers})"
summary_asked: "{when} asked for a person"
summary_alerted: "{when} alerted {people}"
summary_accepted: "{when} accepted after {span}"
summary_released: "{when} given back"
summary_unanswered: "{when} told that nobody has answered"
summary_closed: "{when} ended: {outcome}"
summary_closed_after: "{when} ended: {outcome}, {span}"
span_minutes: "{minutes} min"
span_hours: "{hours} h"
summary_follow_up: "Check-in on {on}"
summary_scope_everything: "Shares everything"
summary_scope_today: "Shares today"
summary_scope_nothing: "Shares nothing"
"""
)


def at(when: datetime, *happened: Event) -> list[Recorded]:
    return [Recorded(when, ANA, event) for event in happened]


EVENING = [
    *at(NOW - 30 * HOUR, events.IntakeAnswered(Code("about"), (Code("alcohol"),))),
    *at(
        NOW - 40 * MINUTE,
        events.FlowStarted(Code("urge")),
        events.IntakeAnswered(Code("help"), (Code("group"), Code("someone"))),
        events.ReadinessSaid(7, reason_kept=True),
        events.Planned(OfferingId(3), date(2026, 11, 24)),
        events.UnmetNeed(Code("group"), Code("ls2"), (Code("not_12_step"),)),
    ),
    *at(NOW - 20 * MINUTE, events.DangerHeard(DangerId(4), Code("suicide"), Code("urgent"), Code("self"))),
    *at(NOW - 19 * MINUTE, events.DangerPaged(DangerId(4), Code("page_shift"), 2)),
    *at(NOW - 10 * MINUTE, events.HandoffAsked(CALL, Code("urge"), "today")),
    *at(NOW - 10 * MINUTE, events.HandoffAlerted(CALL, Code("shift"), 2)),
]


def read(scope: Scope) -> Summary:
    since = shared_since(scope, NOW, LONDON)
    return summarise("Quiet Heron 12", EVENING, scope=scope, since=since, reason="my daughter")


def said(summary: Summary) -> list[str]:
    return lines(summary, WORDS, LONDON, lambda c: c.replace("_", " "), lambda _: "Thursday group")


def test_everything_is_one_screen() -> None:
    """All that Ana told, in the order a coach needs it: danger first."""
    assert said(read("everything")) == [
        "Quiet Heron 12, Sat 21 Nov 18:30",
        "Danger: suicide, urgent, staff paged",
        "About: urge",
        "about: alcohol",
        "help: group, someone",
        "Ready: 7 of 10",
        "In their words: my daughter",
        "Next: Thursday group on Tue 24 Nov",
        "Not found: group (not 12 step)",
        "Mon 23 Nov 00:20 asked for a person",
        "Mon 23 Nov 00:20 alerted 2",
        "Shares everything",
    ]


def test_today_reaches_back_over_midnight_and_no_further() -> None:
    """It is half past midnight: this evening is today, what she said two days ago is not."""
    today = read("today")
    assert Code("about") not in today.answers
    assert today.answers[Code("help")]
    assert today.reason == "my daughter"


def test_nothing_shared_leaves_danger_and_the_course_of_the_call() -> None:
    """No answer, no reason, no plan: but a coach is never left unaware of danger."""
    nothing = read("nothing")
    assert said(nothing) == [
        "Quiet Heron 12, Sat 21 Nov 18:30",
        "Danger: suicide, urgent, staff paged",
        "Mon 23 Nov 00:20 asked for a person",
        "Mon 23 Nov 00:20 alerted 2",
        "Shares nothing",
    ]
    assert nothing.in_danger


def test_a_reason_belongs_to_the_readiness_it_was_given_with() -> None:
    """An old reason does not stand beside a new number."""
    later = [*EVENING, *at(NOW, events.ReadinessSaid(3))]
    assert summarise("x", later, scope="everything", since=None, reason="my daughter").reason == ""


def test_how_it_went_on() -> None:
    """Closed, answered, gone to: the summary says where it stands now."""
    after = [
        *EVENING,
        *at(NOW, events.HandoffAccepted(CALL, BEN, 600), events.DangerAcknowledged(DangerId(4), BEN, 240)),
        *at(NOW + HOUR, events.HandoffClosed(CALL, "coach", Code("talked"), 3600)),
        *at(NOW + HOUR, events.DangerClosed(DangerId(4), "coach", Code("safe"))),
        *at(NOW + HOUR, events.Went(OfferingId(3))),
    ]
    summary = summarise("x", after, scope="today", since=None, follow_up=date(2026, 11, 24), reason="")
    assert not summary.in_danger
    assert summary.outcome == "talked"
    words = said(summary)
    assert "Danger over: suicide" in words
    assert "Went: Thursday group" in words
    assert "Mon 23 Nov 00:30 accepted after 10 min" in words
    assert "Mon 23 Nov 01:30 ended: talked, 1 h" in words
    assert "Check-in on Tue 24 Nov" in words


def test_conversations_are_parted_by_half_a_day_of_silence() -> None:
    """Saturday's questions and Sunday night's urge are two."""
    assert [len(part) for part in conversations(EVENING)] == [1, len(EVENING) - 1]
    assert conversations([]) == []
