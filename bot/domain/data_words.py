"""What people read of data/ and of small lists in the code: for translators, with where each stands."""

import re
from collections.abc import Iterator

from bot.domain.directory.helplines import LOCAL, ROLES, TEXT_ANY, TEXT_WORD, Helplines
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.programmes import BY_CODE
from bot.domain.directory.wording import TAG_WORDS, UNLISTED_WORDS
from bot.domain.everyday.explanations import Explanations
from bot.domain.messages import Wording

_OWN_NAMES = ("peer", "service")
"""The programmes that are no fellowship's own name."""
_A_WORD = re.compile(r"(?<![A-Za-z'’])[a-z]{2,}")


def data_wordings(helplines: Helplines, explanations: Explanations) -> Iterator[Wording]:
    """Numbers with words around them (safety texts), small words, and the explained ways."""
    yield from _numbers(helplines)
    for tag, words in (TAG_WORDS | UNLISTED_WORDS).items():
        yield Wording(f"tags:{tag}", words, safety=False)
    for need, words in NEED_WORDS.items():
        yield Wording(f"needs:{need}", words, safety=False)
    for code in _OWN_NAMES:
        yield Wording(f"programmes:{code}", BY_CODE[code].short, safety=False)
    for about, every in explanations.by_id.items():
        for one in every:
            yield Wording(f"data/explained:{about}.{one.areas[0]}", one.text, safety=False)


def _numbers(helplines: Helplines) -> Iterator[Wording]:
    file = "data/helplines.yaml"
    for area, pins in helplines.pinned.items():
        for role in ROLES:
            if role in pins and _A_WORD.search(pins[role].say):
                yield Wording(f"{file}:pinned.{area}.{role}", pins[role].say, safety=True)
    for area, words in helplines.local.items():
        for name in LOCAL:
            if _A_WORD.search(words.get(name, "")):
                yield Wording(f"{file}:local.{area}.{name}", words[name], safety=True)
    for line in helplines.lines:
        for channel in line.channels:
            if _A_WORD.search(channel.then):
                yield Wording(f"{file}:{line.id}.then", channel.then, safety=True)
    for said in (TEXT_WORD, TEXT_ANY):
        yield Wording(f"{file}:text", said, safety=True)
