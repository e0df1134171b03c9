"""Helplines for a running service: the file, and the checks that coordinators have made."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import yaml

from bot.domain.directory.helpline_form import BrokenHelplines, read_helplines
from bot.domain.directory.helplines import Helplines, Line, fingerprint, number_facts, with_checks
from bot.domain.keeping.plain_yaml import read_yaml
from bot.domain.person import Age, Person
from bot.domain.speech import ENGLISH_TOO, SOURCE_LANGUAGE, Voices, only_english
from bot.store.directory import helpline_checks
from bot.store.engine.transaction import Transaction


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


class NumbersAt:
    """The numbers for where a person is; for nobody in particular, or who never said, the service's own.

    Whoever said to be under 18 has the children's line where others have the crisis line.
    """

    def __init__(self, lines: Helplines, country: str, nation: str, voices: Voices = only_english) -> None:
        self._own = (country, nation)
        self._lines = lines
        self._voices = voices
        self._at_minute = lru_cache(maxsize=64)(self._said)

    def __call__(self, person: Person | None, at: datetime) -> Mapping[str, str]:
        """The facts of `number_facts` at the minute of `at`."""
        country, nation = self._own if person is None else (person.country, person.nation)
        language = SOURCE_LANGUAGE if person is None else person.language
        young = person is not None and person.age is Age.MINOR
        return self._at_minute(country, nation, at.replace(second=0, microsecond=0), language, young)

    def _said(self, country: str, nation: str, at: datetime, language: str, young: bool) -> Mapping[str, str]:
        found = number_facts(self._lines, country, nation, at, self._voices(language))
        if not young:
            return found
        ends = ("", ENGLISH_TOO)
        return found | {f"crisis_line{e}": found[f"child_line{e}"] for e in ends if f"child_line{e}" in found}


def verify(tx: Transaction, line: Line, today: date) -> None:
    """A coordinator has checked the line as it stands in the file."""
    helpline_checks.checked(tx, line.id, fingerprint(line), today)
