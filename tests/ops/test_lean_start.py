"""What a start imports before anybody is polled for: nothing that only some starts need."""

import subprocess
import sys

LATER = (
    "alembic",  # when there is a migration to run
    "bot.sandbox",  # in the demo
    "icalendar",  # when somebody wants a calendar file
    "jinja2",  # with the dashboard, once people are polled for
    "openpyxl",  # when a list comes as a workbook
    "psycopg",  # with PostgreSQL
    "starlette",
    "uvicorn",
    "zipcodes",  # when somebody types a ZIP code
)


def test_a_start_imports_nothing_that_can_wait() -> None:
    """Each of these costs a tenth of a second or some megabytes; import it where it is used."""
    asked = f"import sys, bot.cli.menu; print(*(name for name in {LATER} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
