"""The lexicon kept compiled: it hears exactly what a new one hears, and nothing doubtful is ever used."""

import json
import shutil
from pathlib import Path

import pytest

from bot.app import files
from bot.app.lexicon import KEPT, open_listener
from bot.domain.danger.listener import Listener
from bot.domain.frozen import CannotFreeze, CannotThaw, freeze, kinds_of, thaw
from tests import shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lexicon that nobody has compiled yet."""
    shutil.copytree(files.DATA / "danger", tmp_path / "danger", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "danger"


@pytest.fixture(scope="module")
def fresh() -> Listener:
    return shipped.listener()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a first start keeps of the shipped lexicon."""
    folder = tmp_path_factory.mktemp("once") / "danger"
    shutil.copytree(files.DATA / "danger", folder, ignore=shutil.ignore_patterns("__pycache__"))
    open_listener(folder)
    return (folder / KEPT).read_bytes()


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


@pytest.mark.parametrize(
    "harm", ["cut short", "one letter", "empty", "no text", "other code", "nothing there"]
)
def test_what_is_not_whole_is_not_used(folder: Path, whole: bytes, harm: str) -> None:
    """A file that was cut, changed, or written by other code: compiled anew, and put right."""
    path = folder / KEPT
    path.parent.mkdir()
    head, _, body = whole.partition(b"\n")
    harmed = {
        "cut short": whole[: len(whole) // 2],
        "one letter": whole.replace(b"suicide", b"suicidf", 1),
        "empty": b"",
        "no text": b"\xff\xfe" + whole,
        "other code": b"0" * 64 + head[64:] + b"\n" + body,
        "nothing there": head + b"\n",
    }[harm]
    path.write_bytes(harmed)
    assert hasattr(next(iter(open_listener(folder).rules.values())), "hears")
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_it_is_compiled(folder: Path, fresh: Listener) -> None:
    """A file where the folder should be: nothing is kept, and all is heard."""
    (folder / KEPT.parent).write_text("in the way")
    assert same(open_listener(folder), fresh, every=20)


def test_only_known_kinds_come_of_a_text() -> None:
    """Neither a class that is not named nor anything that is no entry."""
    for lines in (
        ['[["Path "]]'],
        ['[["os.system","ls"]]'],
        ["{}"],
        ["[[[0]]]"],
        ['[["tuple",[5]]]'],
        ["x"],
        [],
    ):
        with pytest.raises(CannotThaw):
            thaw(lines, kinds_of([]))
    with pytest.raises(CannotFreeze):
        freeze((1, object()), kinds_of([]))


def test_equal_values_are_one_and_different_ones_are_not() -> None:
    """1, 1.0 and True are not the same; two equal tuples are; two equal lists stay two."""
    value = ((1, 1.0, True, None), (1, 1.0, True, None), [1], [1], frozenset({"a", "b"}), {"é": b"\x00\xff"})
    again = thaw(freeze(value, {}), {})
    assert again == value
    assert [type(part) for part in again[0]] == [int, float, bool, type(None)]
    assert again[0] is again[1]
    assert again[2] is not again[3]
    assert json.loads(freeze(value, {})[0])
