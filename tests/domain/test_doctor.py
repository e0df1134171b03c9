"""The doctor: what is bad is said with why and what to do, and only that makes the command fail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keeping.doctor import Facts, Finding, SourceAge, State, diagnose, exit_code, span

WELL = Facts(
    since_poll=timedelta(seconds=12),
    oldest_inbox=None,
    oldest_outbox=timedelta(seconds=3),
    coaches=4,
    on_shift=2,
    sources=(SourceAge("our own list", timedelta(days=3)),),
    clock_ahead=timedelta(milliseconds=-400),
    disk_free=40 * 2**30,
    database_bytes=2**28,
    since_backup=timedelta(hours=9),
)


def trouble(**changed: Any) -> list[Finding]:
    """What is not well when these facts are changed."""
    return [found for found in diagnose(replace(WELL, **changed)) if found.state is not State.WELL]


def test_when_all_is_well_everything_looked_at_is_listed() -> None:
    """A coordinator sees what was looked at, and the command succeeds."""
    findings = diagnose(WELL)
    assert [found.what for found in findings] == [
        "receiving",
        "inbox",
        "outbox",
        "quarantine",
        "coaches",
        "keys",
        "database",
        "clock",
        "disk",
        "backup",
        "directory",
    ]
    assert exit_code(findings) == 0
    assert str(findings[0]) == "well  receiving: Telegram answered 12 s ago"


@pytest.mark.parametrize(
    ("changed", "what", "why"),
    [
        ({"since_poll": timedelta(minutes=4)}, "receiving", "Telegram answered 4 min ago"),
        ({"since_poll": None}, "receiving", "Telegram has not answered yet"),
        ({"sender_stopped": True}, "sending", "Telegram refused the token"),
        ({"oldest_inbox": timedelta(minutes=5)}, "inbox", "the oldest message is unhandled for 5 min"),
        ({"oldest_outbox": timedelta(hours=3)}, "outbox", "the oldest message is overdue for 3 h"),
        (
            {"quarantined": 2, "quarantined_before": 1},
            "quarantine",
            "2 messages of the last day could not be handled, 1 before",
        ),
        ({"out_of_reach": ("Ben",)}, "staff", "Ben cannot be reached, and no alert gets to them"),
        ({"audit_broken": 7}, "audit", "entry 7 was changed, or one before it taken out"),
        ({"coaches": 0, "on_shift": 0}, "coaches", "there is none"),
        (
            {"on_shift": 0, "shifts_next_day": 0},
            "coaches",
            "4 coaches, 0 on shift, and none on the rota for 24 hours",
        ),
        ({"without_emergency_number": ("IE",)}, "helplines", "no emergency number for IE"),
        (
            {"crisis_lines_expired": ("Night line",)},
            "helplines",
            "Night line is past its date and still shown",
        ),
        ({"master_key_opens": False}, "keys", "the master key does not open what is stored"),
        ({"integrity": ("page 3 is never used",)}, "database", "page 3 is never used"),
        ({"schema_current": False}, "database", "its tables belong to another version of Foothold"),
        ({"clock_ahead": timedelta(hours=1)}, "clock", "60 min ahead of Telegram's"),
        ({"clock_ahead": timedelta(seconds=-31)}, "clock", "31 s behind Telegram's"),
        ({"disk_free": 2**29}, "disk", "0.5 GiB free beside a database of 0.2"),
        (
            {"disk_free": 5 * 2**30, "database_bytes": 3 * 2**30},
            "disk",
            "5.0 GiB free beside a database of 3.0",
        ),
        ({"since_backup": timedelta(days=3)}, "backup", "the last was made 3 days ago"),
        ({"since_backup": None}, "backup", "the last was made never"),
        ({"sources": ()}, "directory", "there are no real groups in it"),
        (
            {"sources": (SourceAge("council", timedelta(days=91)),)},
            "directory",
            "council last came in 91 days ago; its groups are hidden",
        ),
    ],
)
def test_what_is_bad_is_said_with_a_way_to_mend_it(changed: dict[str, Any], what: str, why: str) -> None:
    """One bad fact is one finding, it comes first, it has a fix, and the command fails."""
    [found] = trouble(**changed)
    assert (found.state, found.what, found.why) == (State.BAD, what, why)
    assert found.fix
    assert diagnose(replace(WELL, **changed))[0] == found
    assert exit_code([found]) == 1


def test_a_full_disk_is_no_reason_for_a_backup() -> None:
    """On a full one a database cannot be read: who restores loses what came since, for nothing."""
    full, whole = {"disk_free": 4096, "integrity": ("disk I/O error",)}, {"integrity": ("page 3",)}
    assert ["restore" in found.fix for found in trouble(**full)] == [False, False]
    assert ["restore" in found.fix for found in trouble(**whole)] == [True]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"unknown_sends": 3}, "nobody knows whether 3 messages of the last day arrived"),
        ({"on_shift": 0}, "4 coaches, 0 on shift"),
        ({"on_shift": 0, "coaches": 1}, "1 coach, 0 on shift"),
        ({"never_wrote": ("Ben",)}, "Ben has never written to the bot: it may not write first"),
        ({"on_shift": 0, "shifts_next_day": 2}, "4 coaches, 0 on shift"),
        (
            {"explanations_expired": ("detox",)},
            "the source of detox was read over a year ago, and it is not told any more",
        ),
        ({"helplines_expired": ("Day line",)}, "Day line is past its date and no longer shown"),
        ({"helplines_unverified": 9}, "9 lines are not checked by you, and people are told so"),
        (
            {"sources": (SourceAge("council", timedelta(days=31)),)},
            "council last came in 31 days ago",
        ),
        (
            {"sources": (*WELL.sources, SourceAge("Harbour Town", timedelta(), fictional=True))},
            "Harbour Town is fictional, and hidden outside the demo",
        ),
    ],
)
def test_what_is_worth_a_look_is_no_failure(changed: dict[str, Any], why: str) -> None:
    """Nobody goes without help because of it."""
    [found] = trouble(**changed)
    assert (found.state, found.why) == (State.LOOK, why)
    assert exit_code([found]) == 0


def test_a_fictional_directory_is_no_directory() -> None:
    """The demo's town does not help anybody tonight."""
    findings = trouble(sources=(SourceAge("Harbour Town", timedelta(), fictional=True),))
    assert [found.state for found in findings] == [State.BAD, State.LOOK]


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)))
def test_a_span_is_never_longer_than_the_time(duration: timedelta) -> None:
    """Rounded down, and to nothing coarser than half of it."""
    number, unit = span(duration).split()
    size = {"s": 1, "min": 60, "h": 3600, "days": 86_400}[unit]
    seconds = int(duration.total_seconds())
    assert seconds / 2 < int(number) * size + size
    assert int(number) * size <= seconds
