"""Kind words that ask nothing: never the same twice to one person, from conversations/caring.yaml."""

from collections.abc import Collection
from hashlib import blake2b

from bot.domain.ids import PersonId
from bot.domain.messages import Messages


class Caring:
    """All such texts by id."""

    def __init__(self, texts: Messages) -> None:
        self.texts = texts

    def next_for(self, who: PersonId, had: Collection[str]) -> str | None:
        """The id of the one that comes next for a person who has had those; None when they have had all.

        Everybody has an order of their own, always the same.
        """
        left = [name for name in self.texts.all() if name not in had]
        return min(left, key=lambda name: _place(who, name), default=None)

    def text(self, name: str, service: str, language: str) -> str:
        """The words of one, for somebody who reads `language`."""
        return self.texts.spoken_in(language).text(name, service=service)


def _place(who: PersonId, name: str) -> bytes:
    return blake2b(f"{who}:{name}".encode(), digest_size=8, person=b"caring").digest()
