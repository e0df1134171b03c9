"""The danger lexicon as a listener: compiled once, then read as it was kept."""

from pathlib import Path

from bot.app.library import files
from bot.app.library.kept import Kept, classes_of
from bot.domain.danger import answers, groups, lexicon, listener, pattern, phrases, reading, spelling
from bot.domain.danger.listener import Listener, load_listener

KEPT = Path("__pycache__") / "lexicon.jsonl"
_CLASSES = tuple(classes_of(answers, groups, lexicon, listener, pattern, phrases, reading, spelling))
_FOR_PEOPLE = frozenset({"why", "when", "unless", "hears", "ignores"})
"""What of a rule only those who tend the lexicon read."""


def open_listener(folder: Path = files.DATA / "danger") -> Listener:
    """The lexicon of `folder` and the second reader. Raises LexiconError, SecondReaderError.

    Compiling it takes ten times as long as reading what was kept, and four times the memory meanwhile.
    """
    kept = Kept(folder / KEPT, Listener, _CLASSES, {lexicon.Rule: _FOR_PEOPLE})
    made = kept.get(folder.glob("*.yaml"), lambda: load_listener(files.lexicon_texts(folder)))
    made.read_with(files.second_reader())
    return made
