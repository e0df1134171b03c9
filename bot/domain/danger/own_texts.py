"""The service's own texts that are made to be sent on: whoever sends one back has not said it."""

from collections.abc import Iterable


class OwnTexts:
    """Takes them out of a message before it is listened to; every other word in it is heard."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = tuple(sorted({_even(text) for text in texts}, key=len, reverse=True))
        self._shortest = min(map(len, self._texts), default=0)

    def without(self, text: str) -> str:
        """The message without them; as it is where none is in it, word for word."""
        left = _even(text)
        if not self._texts or len(left) < self._shortest:
            return text
        for own in self._texts:
            left = left.replace(own, " ")
        return text if left == _even(text) else _even(left)


def _even(text: str) -> str:
    return " ".join(text.split())
