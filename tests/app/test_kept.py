"""What is kept of a reading: it is the same as a new one, and nothing doubtful is ever used."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.library import files, flows
from bot.app.library.kept import Kept
from bot.domain.conversation.problems import FlowsBroken
from bot.domain.keeping.frozen import CannotFreeze, CannotThaw, freeze, kinds_of, thaw
from tests import shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The conversations, never read by anybody."""
    copied = tmp_path / "conversations"
    shutil.copytree(files.CONVERSATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def test_flows_kept_are_the_flows_read(folder: Path) -> None:
    """Steps, words, keyboards; only the lines of the file are left behind."""
    flows.kept_flows(folder)
    assert (folder / flows.KEPT).exists()
    kept, fresh = flows.kept_flows(folder), shipped.flows()
    assert not hasattr(kept.by_name["start"], "line_of")
    for name, flow in fresh.by_name.items():
        assert kept.by_name[name].steps == flow.steps
        assert kept.by_name[name].lines == flow.lines
    assert kept.by_name.keys() == fresh.by_name.keys()
    assert kept.boards == fresh.boards


def test_a_mended_word_is_said_and_a_broken_flow_refused(folder: Path) -> None:
    """What was kept before does not hide it."""
    flows.kept_flows(folder)
    path = folder / "start.yaml"
    path.write_text(path.read_text("utf-8").replace("start: ", "start: nowhere_", 1), "utf-8")
    with pytest.raises(FlowsBroken):
        flows.kept_flows(folder)


WHOLE = (1, "two", {"three": (3,)})


@pytest.mark.parametrize(
    "harm", ["none", "cut", "letter", "empty", "bytes", "nothing", "older", "other kind"]
)
def test_only_what_is_whole_is_used(tmp_path: Path, harm: str) -> None:
    """A file that was cut, changed, of something else, or that holds another thing: made anew, put right."""
    source, path = tmp_path / "source", tmp_path / "__pycache__" / "thing"
    source.write_text("as it is")
    made: list[int] = []

    def make() -> tuple[object, ...]:
        made.append(1)
        return WHOLE

    kept: Kept[tuple[object, ...]] = Kept(path, tuple, ())
    assert kept.get([source], make) == WHOLE
    whole = path.read_bytes()
    head, _, body = whole.partition(b"\n")
    harmed = {
        "none": whole,
        "cut": whole[:-9],
        "letter": whole.replace(b"two", b"twa"),
        "empty": b"",
        "bytes": b"\xff\xfe" + whole,
        "nothing": head + b"\n",
        "older": b"0" * 64 + head[64:] + b"\n" + body,
        "other kind": whole,
    }[harm]
    path.write_bytes(harmed)
    wanted: Kept[object] = Kept(path, list if harm == "other kind" else tuple, ())
    assert wanted.get([source], make) == WHOLE
    assert len(made) == (1 if harm == "none" else 2)
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path) -> None:
    """A file stands where the folder should be; or the thing is of a kind that cannot be kept."""
    (tmp_path / "__pycache__").write_text("in the way")
    kept: Kept[tuple[object, ...]] = Kept(tmp_path / "__pycache__" / "thing", tuple, ())
    assert kept.get([], lambda: WHOLE) == WHOLE
    odd: Kept[tuple[object, ...]] = Kept(tmp_path / "odd", tuple, ())
    assert len(odd.get([], lambda: (object(),))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["__pycache__"]


@pytest.mark.parametrize(
    "line",
    ['[["Path "]]', '[["os.system","ls"]]', "{}", "[[[0]]]", '[["tuple",[5]]]', "x", "[]", '[["Flow x"]]'],
)
def test_only_known_kinds_come_of_a_text(line: str) -> None:
    """Neither a class that is not named nor anything that is no entry."""
    with pytest.raises(CannotThaw):
        thaw([line], kinds_of([]))


def test_what_is_of_no_known_kind_is_not_frozen() -> None:
    """A set may change, an object may be anything."""
    for value in ((1, object()), {1}, lambda: None):
        with pytest.raises(CannotFreeze):
            freeze(value, {})


def test_equal_values_are_one_and_different_ones_are_not() -> None:
    """1, 1.0 and True are not the same; two equal tuples are one; two equal lists stay two."""
    value = (
        (1, 1.0, True, None), (1, 1.0, True, None), [1], [1], frozenset({"a", "b"}), {"é": b"\x00\xff", 1: 2},
        timedelta(days=1, microseconds=5), re.compile("a|b", re.IGNORECASE),
    )  # fmt: skip
    again = thaw(freeze(value, {}), {})
    assert again == value
    assert [type(part) for part in again[0]] == [int, float, bool, type(None)]
    assert again[0] is again[1]
    assert again[2] is not again[3]
    assert json.loads(freeze(value, {})[0])
