"""JSON in pieces: the same as read whole, for any document and any size of chunk; damage is said."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.parts import MOST_PIECE, Broken, json_parts

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


class Drip(io.StringIO):
    """A file that gives out a few signs at a time, however many are asked for."""

    def read(self, size: int | None = -1) -> str:
        return super().read(3)


def items(text: str) -> list[Any]:
    """What stands in its lists."""
    return [part.value for part in json_parts(Drip(text)) if part.listed]


@settings(max_examples=200)
@given(st.lists(values, max_size=5))
def test_a_list_is_its_items(content: list[Any]) -> None:
    """However it is cut into chunks."""
    assert items(json.dumps(content)) == content
    assert items(json.dumps(content, indent=1)) == content


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.text(max_size=4), values, max_size=3), min_size=2, max_size=5))
def test_lines_are_a_list(content: list[Any]) -> None:
    """One object a line."""
    assert items("\n".join(map(json.dumps, content))) == content


def test_paths() -> None:
    """A wrapper's lists have names; what is no list is given whole."""
    text = '{"meta": {"n": 1, "rows": [1]}, "meetings": [{"a": 1}], "formats": {"1": {"b": 2}}, "n": 2}'
    found = [(part.path, part.value, part.listed) for part in json_parts(io.StringIO(text))]
    assert found == [
        ("meta.n", 1, False), ("meta.rows", 1, True), ("meetings", {"a": 1}, True),
        ("formats.1", {"b": 2}, False), ("n", 2, False),
    ]  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.text(max_size=4), values, max_size=3), min_size=1, max_size=4), st.data())
def test_a_document_cut_short_is_broken(content: list[Any], data: st.DataObject) -> None:
    """Never a shorter list that passes for a whole one."""
    text = json.dumps(content)
    cut = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(Broken):
        items(text[:cut])
    with pytest.raises(Broken):
        items(text + "x")


def test_one_enormous_piece_is_refused() -> None:
    """A string without an end does not fill the memory."""
    with pytest.raises(Broken, match="larger than any row"):
        list(json_parts(io.StringIO('[{"name": "' + "x" * (2 * MOST_PIECE))))
