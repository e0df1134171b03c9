"""What an offering is like, as bits that are stored."""

from bot.domain.directory import flags
from bot.domain.directory.offering import Entry
from bot.domain.directory.wanted import Needs


def test_a_bit_keeps_its_meaning() -> None:
    """They stand in every database; what is new goes behind all others."""
    assert flags.tag_bits(["women"]) == 1
    assert flags.tag_bits(["language_uk"]) == 1 << 34
    assert flags.need_bits(["drug_alcohol_service"]) == 1 << 35
    assert flags.need_bits(["helpline"]) == 1 << 46
    assert (flags.SERVICE, flags.PEER) == (1 << 47, 1 << 55)
    assert [flags.tag_bits([tag]) for tag in ("language_it", "language_de", "language_hi")] == [
        1 << 56, 1 << 57, 1 << 58,
    ]  # fmt: skip
    assert flags.SELDOM == 7168


def test_each_language_is_told_apart() -> None:
    """Last for who speaks English, wanted by who asks for it."""
    for tag in (tag for tag in flags.TAGS if tag.startswith("language_")):
        group = flags.entry_flags(Entry("k", "Hope", "aa", "Europe/London", tags=frozenset({tag})))
        assert Needs().masks().misfit(group), tag
        wanted = Needs(wants=frozenset({tag})).masks()
        assert (wanted.misfit(group), wanted.fits(group)) == (False, 1), tag
