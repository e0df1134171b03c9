"""The lexicon kept compiled: it hears exactly what a new one hears, and a changed one is heard."""

import shutil
from pathlib import Path

import pytest

from bot.app.library import files
from bot.app.library.lexicon import KEPT, open_listener
from bot.domain.danger.listener import Listener
from tests import shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lexicon that nobody has compiled yet."""
    shutil.copytree(files.DATA / "danger", tmp_path / "danger", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "danger"


@pytest.fixture(scope="module")
def fresh() -> Listener:
    return shipped.listener()


def same(one: Listener, other: Listener, every: int = 1) -> bool:
    """Whether two listeners hear the same, silence the same, and take as many steps."""
    texts = [text for rule in shipped.listener().rules.values() for text in (*rule.hears, *rule.ignores)]
    return all(one.trace(text) == other.trace(text) for text in texts[::every])


def test_what_was_kept_hears_the_same(folder: Path, fresh: Listener) -> None:
    """The second start reads what the first one wrote; each example of each rule is heard alike."""
    assert same(open_listener(folder), fresh, every=20)
    assert (folder / KEPT).exists()
    kept = open_listener(folder)
    assert not hasattr(next(iter(kept.rules.values())), "hears")
    assert same(kept, fresh)
    asked = "Are you thinking of ending your life?"
    assert kept.listen("yeah", prev=asked) == fresh.listen("yeah", prev=asked) != ()
    assert kept.reply("jk") == "taken_back"


def test_a_changed_word_is_heard_at_the_next_start(folder: Path) -> None:
    """What was kept of an older lexicon is not used."""
    rule = """
rules:
  - id: suicide.of_this_test
    kind: suicide
    level: emergency
    why: "So that it is heard."
    when: ["zebra umbrella"]
    hears: ["zebra umbrella", "a zebra umbrella", "my zebra umbrella"]
    ignores: ["zebra", "umbrella", "no"]
"""
    (folder / "mine.yaml").write_text(rule)
    assert open_listener(folder).listen("zebra umbrella")
    assert open_listener(folder).listen("zebra umbrella")
