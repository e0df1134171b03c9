"""Words of staff for staff. They cannot be put into a message by accident: they are no text."""

from typing import NoReturn


class Note:
    """What a member of staff wrote for the others. Formatting it raises: see `for_staff`.

    A message's text is a `str`, and this is none, so nothing that says or relays a message takes it; and an
    f-string or a message's place to fill, which would make text of anything, raises TypeError.
    """

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def for_staff(self) -> str:
        """The words. For staff alone: in `bot.app.oncall.notes` and `.consults`."""
        return self._words

    def __bool__(self) -> bool:
        return bool(self._words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Note) and other._words == self._words

    def __hash__(self) -> int:
        return hash(self._words)

    def __repr__(self) -> str:
        return "Note(...)"

    def __str__(self) -> NoReturn:
        raise TypeError("a note is no text: it is for staff only")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a note is no text: it is for staff only")
