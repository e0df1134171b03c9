"""The comparison of check-ins is fair: a job of APScheduler's leaves behind what our own tick leaves."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import many_plans
from bench.checkins import measured_in

DUE = 3


def left_behind(database: Path) -> list[tuple[object, ...]]:
    """Slots and messages, and how many of each."""
    with sqlite3.connect(database) as db:
        return db.execute(
            "SELECT state, on_date, count(*) FROM slot GROUP BY 1, 2"
            " UNION ALL SELECT send_class, state, count(*) FROM outbox GROUP BY 1, 2"
            " UNION ALL SELECT kind, '', count(*) FROM event GROUP BY 1 ORDER BY 1, 2"
        ).fetchall()


def test_both_do_the_same_work(tmp_path: Path) -> None:
    """Three due at nine: settled, the next ones laid, three messages queued, on both sides."""
    ours, theirs = tmp_path / "ours.db", tmp_path / "foothold.db"
    for database in (ours, theirs):
        many_plans.ours(database, DUE, DUE)
    many_plans.theirs(tmp_path / "jobs.db", 2 * DUE, DUE, datetime.now(UTC) - timedelta(hours=1))
    assert measured_in("ours", ours, DUE)["fired"] == DUE
    assert measured_in("theirs", tmp_path / "jobs.db", DUE)["fired"] == DUE
    assert left_behind(ours) == left_behind(theirs)
    assert ("nudge", "pending", DUE) in left_behind(ours)
