"""Helplines for a running service: the file, and the checks that coordinators have made."""

from pathlib import Path

import yaml

from bot.domain.directory.helpline_form import BrokenHelplines, read_helplines
from bot.domain.directory.helplines import Helplines


def load_helplines(data: Path) -> Helplines:
    """Read `data`/helplines.yaml. Raises OSError, and BrokenHelplines with every problem."""
    text = (data / "helplines.yaml").read_text(encoding="utf-8")
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise BrokenHelplines([(where, str(getattr(error, "problem", error)))]) from None
    return read_helplines(content)
