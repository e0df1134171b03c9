"""From a message as people type it to plain words: one spelling for each."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

_PIECES = re.compile(r"[^\W_]['\w*@$!|+]*|[.?!;\n]+|[,:()\u2013\u2014\u2026\"]")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){2,24}[^\W\d_](?!\w)")
_REPEATS = re.compile(r"(.)\1{2,}")
_DOUBLES = re.compile(r"(.)\1+")
_MARKS = re.compile(
    r"[\u0300-\u036f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_AMOUNT = re.compile(r"(\d+)([a-z]{1,12})")
_ENDS = frozenset(".?!;")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_CENSORED = re.compile(r"[*@$!]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text as plain words. Bit i of `ends` (`pauses`): a sentence (a pause, a line) ends before word i.

    `asks`: a question mark stands in it.
    """

    words: tuple[str, ...]
    ends: int = 0
    pauses: int = 0
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Speller:
    """The spelling data: what each unusual spelling means, and the words worth a guess at a typing slip."""

    meanings: Mapping[str, tuple[str, ...]]
    letters: Mapping[int, str]
    known: frozenset[str]
    pairs: Mapping[tuple[str, str], tuple[str, ...]]
    before_verbs: Mapping[str, str]
    verbs: frozenset[str]
    guessed: tuple[str, ...]
    never_guess: frozenset[str]

    def words(self, text: str) -> Words:
        """Any text as plain words. Raises nothing for any str."""
        plain = _SPACED.sub(self._unspaced, self._plain(text))
        words: list[str] = []
        ends = pauses = 0
        for piece in _PIECES.findall(plain):
            if piece[0] in _ENDS or piece[0] == "\n":
                at = 1 << len(words)
                pauses |= at
                if _ENDS.intersection(piece):
                    ends |= at
            elif len(piece) == 1 and not piece.isalnum():
                pauses |= 1 << len(words)
            else:
                meaning = self._meaning(piece)
                if words and words[-1] in self.before_verbs and meaning[0] in self.verbs:
                    words[-1] = self.before_verbs[words[-1]]
                beside = words and not pauses >> len(words) & 1
                if beside and (words[-1], meaning[0]) in self.pairs:
                    meaning = (*self.pairs[words.pop(), meaning[0]], *meaning[1:])
                words.extend(meaning)
                if piece[-1] == "!":
                    ends |= 1 << len(words)
                    pauses |= 1 << len(words)
        return Words(tuple(words), ends, pauses, "?" in plain)

    def _plain(self, text: str) -> str:
        folded = unicodedata.normalize("NFKC", text).translate(self.letters).lower()
        return _MARKS.sub("", unicodedata.normalize("NFKD", folded))

    def _unspaced(self, match: re.Match[str]) -> str:
        """`k i l l` as `kill`, where the letters make words we know; else as it was."""
        letters = re.sub(r"[ .*_-]", "", match[0])
        if letters in self.meanings:
            return letters
        return " ".join(self._cut(letters)) or match[0]

    def _cut(self, letters: str) -> list[str]:
        """The letters cut into the fewest known words, or nothing."""
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 12), end):
                head, word = best[start], letters[start:end]
                if head is None or not (word in self.known or word in self.meanings):
                    continue
                found = best[end]
                if (len(word) > 1 or word in {"i", "a"}) and (found is None or len(head) + 1 < len(found)):
                    best[end] = [*head, word]
        return best[-1] or []

    def _meaning(self, piece: str) -> tuple[str, ...]:
        for form in _forms(piece):
            if form in self.meanings:
                return self.meanings[form]
            if form in self.known:
                return (form,)
        amount = _AMOUNT.fullmatch(piece)
        if amount:
            return (amount[1], *self._meaning(amount[2]))
        word = piece.replace("'", "").rstrip("!|*+")
        return (self._guess(word) or word,)

    def _guess(self, word: str) -> str | None:
        """The danger word that this is a slip of: one slip from five letters, two from nine."""
        if _CENSORED.search(word):
            return _uncensored(word, self.guessed)
        if not 5 <= len(word) <= 24 or word in self.never_guess or not word.isalpha():
            return None
        return self._nearest(word)

    def _nearest(self, word: str) -> str | None:
        slips = 2 if len(word) >= 9 else 1
        found = process.extractOne(word, self.guessed, scorer=OSA.distance, score_cutoff=slips)
        if found is None or (len(found[0]) < 9 and found[1] > 1) or len(found[0]) < 5:
            return None
        return str(found[0])


def _forms(piece: str) -> Iterator[str]:
    """Ever freer readings of one written word, the nearest to the original first."""
    yield piece
    word = piece.replace("'", "").rstrip("!|*+")
    yield word
    if _REPEATS.search(word):
        yield _REPEATS.sub(r"\1\1", word)
        yield _REPEATS.sub(r"\1", word)
        yield _DOUBLES.sub(r"\1", word)
    if word.endswith("in"):
        yield word + "g"
    if not word.isalpha() and not word.isdigit():
        yield word.translate(_LEET)


def _uncensored(word: str, guessed: tuple[str, ...]) -> str | None:
    """`su*cide` as `suicide`: same length, every letter that shows the same, at least two showing."""
    for full in guessed:
        if len(full) == len(word):
            shown = [(a, b) for a, b in zip(word, full, strict=True) if a.isalnum()]
            if len(shown) >= 2 and all(a == b for a, b in shown):
                return full
    return None
