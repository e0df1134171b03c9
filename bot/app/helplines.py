"""Helplines for a running service: the file, and the checks that coordinators have made."""

from datetime import date
from pathlib import Path

import yaml

from bot.domain.directory.helpline_form import BrokenHelplines, read_helplines
from bot.domain.directory.helplines import Helplines, Line, fingerprint, with_checks
from bot.domain.plain_yaml import read_yaml
from bot.store import helpline_checks
from bot.store.transaction import Transaction


def load_helplines(data: Path) -> Helplines:
    """Read `data`/helplines.yaml. Raises OSError, and BrokenHelplines with every problem."""
    text = (data / "helplines.yaml").read_text(encoding="utf-8")
    try:
        content = read_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise BrokenHelplines([(where, str(getattr(error, "problem", error)))]) from None
    return read_helplines(content)


async def helplines_today(tx: Transaction, helplines: Helplines) -> Helplines:
    """The file's lines with `verified_on` of those that a coordinator has checked since."""
    return with_checks(helplines, await helpline_checks.everything(tx))


def verify(tx: Transaction, line: Line, today: date) -> None:
    """A coordinator has checked the line as it stands in the file."""
    helpline_checks.checked(tx, line.id, fingerprint(line), today)
