"""What a start imports before anybody is polled for: nothing that only some starts need."""

import subprocess
import sys
from pathlib import Path

LATER = (
    "alembic",  # when there is a migration to run
    "bot.sandbox",  # in the demo
    "icalendar",  # when somebody wants a calendar file
    "jinja2",  # with the dashboard, once people are polled for
    "openpyxl",  # when a list comes as a workbook
    "psycopg",  # with PostgreSQL
    "rich",  # when help is asked for
    "starlette",
    "uvicorn",
    "zipcodes",  # when somebody types a ZIP code
)


def said_by(program: str) -> list[str]:
    """The words that a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_start_imports_nothing_that_can_wait() -> None:
    """Each of these costs a tenth of a second or some megabytes; import it where it is used."""
    asked = f"print(*(name for name in {LATER} if name in sys.modules))"
    assert said_by(f"import sys, bot.cli; bot.cli.load(); {asked}") == []


def test_what_is_done_apart_leaves_nothing_behind_but_its_work(tmp_path: Path) -> None:
    """What it imports is gone with it; what goes wrong there is left to whoever does it again."""
    done = tmp_path / "done"
    program = f"""
import pathlib, sys
from bot.process import apart
done = pathlib.Path({str(done)!r})
def work():
    import wave
    done.write_text("yes")
    raise ValueError
apart(work)
print("wave" in sys.modules, done.read_text())
"""
    assert said_by(program) == ["False", "yes"]
