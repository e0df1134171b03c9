"""Code names are read aloud on phones at night: short, kind, and saying nothing about anybody."""

from bot.domain.alias import _FIRST, _SECOND, alias
from bot.domain.ids import PersonId


def test_a_person_keeps_their_code_name() -> None:
    """The name is a rule over the id, so it is the same after a restart and on every machine."""
    assert alias(PersonId(1)) == alias(PersonId(1)) == "Maple Marten 15"


def test_code_names_hardly_ever_repeat() -> None:
    """Among a thousand people at most a handful share one."""
    assert len({alias(PersonId(n)) for n in range(1, 1001)}) >= 995


def test_every_word_is_short_and_there_only_once() -> None:
    """Two words and a number fit a lock screen and cannot be mistaken for a real name with a meaning."""
    for words in (_FIRST, _SECOND):
        assert len(words) == len(set(words)) == 64
        assert all(word.isascii() and word.istitle() and 3 <= len(word) <= 11 for word in words)
