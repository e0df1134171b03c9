"""Names kept small: what a dict of lists would say, an index says too."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.directory.codes import Codes
from bot.domain.directory.geo import Point
from bot.domain.directory.index import Index

NAMES = st.sampled_from(["", "leeds", "leed", "leeds north", "dún laoghaire", "zürich", "a"])


@given(st.lists(st.tuples(NAMES, st.integers(0, 9))), NAMES)
def test_every_number_of_a_name_is_found_and_no_other(pairs: list[tuple[str, int]], name: str) -> None:
    """Doubled pairs count once; names that begin alike, or are not there, do not disturb."""
    index = Index(pairs)
    assert index.numbers(name) == sorted({number for one, number in pairs if one == name})
    assert list(index.names()) == sorted({one for one, _ in pairs}, key=str.encode)


def test_what_cannot_be_written_is_not_there() -> None:
    """Half a surrogate pair, as a broken client may send it."""
    assert Index([("leeds", 1)]).numbers("\ud800") == []


def test_codes_are_a_mapping() -> None:
    """A district, its sector, and one that is not known."""
    codes = Codes(["LS2,53.8,-1.54", "LS2 9,53.805,-1.555"])
    assert dict(codes) == {"LS2": Point(53.8, -1.54), "LS2 9": Point(53.805, -1.555)}
    assert codes.get("LS3") is None
    assert len(codes) == 2
