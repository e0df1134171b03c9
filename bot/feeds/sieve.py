"""Says quickly of most texts that a costly pattern finds nothing in them: their words were seen before."""

import re

MOST_WORDS = 20_000
"""Words that are remembered, about 1.5 MiB; then it begins anew."""


class Sieve:
    """A pattern for what stands within one word, and the words in which it was looked for in vain."""

    def __init__(self, pattern: str) -> None:
        self._telling = re.compile(pattern)
        self._harmless: set[str] = set()

    def may_hold(self, text: str) -> bool:
        """Whether the pattern matches within any word of a text in small letters; spaces part words."""
        new = set(text.split()).difference(self._harmless)
        words = [one for one in new if one.islower() or not one.isascii()]  # the others are numbers
        if words and self._telling.search(" ".join(words)):
            return True
        if len(self._harmless) >= MOST_WORDS:
            self._harmless.clear()
        self._harmless.update(words)
        return False
