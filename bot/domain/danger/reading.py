"""From a text to what the rules look at: plain words, where every group of phrases stands, and the scopes."""

from collections.abc import Mapping, Sequence

from bot.domain.danger.groups import Groups
from bot.domain.danger.hearing import Who
from bot.domain.danger.lexicon import Lexicon, LexiconError, Spellings
from bot.domain.danger.pattern import Match, Pattern, PatternError, Reading, compile_patterns, find, needs
from bot.domain.danger.phrases import Phrases, merged
from bot.domain.danger.scopes import Ground
from bot.domain.danger.spelling import Speller


class Reader:
    """Collects every group while the lexicon is compiled; after `close` it reads texts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._groups = Groups(lexicon.slots)
        self._spellings = lexicon.spellings
        self._light_words = frozenset(word.strip() for word in lexicon.scopes.light.split("|"))
        scopes = lexicon.scopes
        self._denials = self._groups.listed(scopes.deny)
        self._thinks = self._groups.listed(scopes.thinks)
        self._joins = self._groups.listed(scopes.joins)
        self._people = self._groups.listed(scopes.people)
        self._by_who: dict[Who, list[int]] = {"self": [], "other": []}
        for name, slot in lexicon.slots.items():
            if slot.who is not None:
                self._by_who[slot.who].append(self._groups.slot(name))
        self._scoped = {
            name: [(way[0], needs(way)) for text in getattr(scopes, name) for way in self.compile(text, name)]
            for name in _SCOPES
        }
        self.families = {self._groups.slot(name): name for name in lexicon.slots}
        self._phrases = Phrases((), self._light_words)
        self._speller = _speller(self._spellings, frozenset())

    def compile(self, text: str, where: str) -> list[tuple[Pattern, ...]]:
        """The ways of one written pattern. Raises LexiconError naming `where` it stands."""
        try:
            return compile_patterns(text, self._groups.group)
        except PatternError as error:
            raise LexiconError(f"{where}: {text!r}: {error}") from None

    def listed(self, words: str) -> int:
        """The group of a list written with `|`."""
        return self._groups.listed(words)

    def close(self) -> None:
        """All patterns are in: build the tree of phrases and the speller."""
        groups = self._groups.all()
        self._phrases = Phrases(groups, self._light_words)
        known = {word for _, phrases in groups for phrase in phrases for word in phrase}
        self._speller = _speller(self._spellings, frozenset(known) | self._light_words)
        self._groups.close()

    def read(self, text: str) -> Reading:
        """One text, prepared for matching."""
        said = self._speller.words(text)
        places, _ = self._phrases.places(said.words)
        light, digits = 0, dict[int, int]()
        for at, word in enumerate(said.words):
            if word.isdecimal():
                number = int(word[:9])
                digits[number] = digits.get(number, 0) | 1 << at
            elif word in self._light_words:
                light |= 1 << at
        if digits:
            self._place_numbers(digits, places)
        joins = _cover(places.get(self._joins, {}))
        breaks = 1 | said.pauses | joins | joins << 1
        return Reading(said.words, len(said.words), places, said.ends, said.pauses, breaks, light, said.asks)

    def _place_numbers(self, digits: dict[int, int], places: dict[int, dict[int, int]]) -> None:
        """`digits`: each number and the bits of where it stands."""
        for group, ranges in self._groups.of_numbers.items():
            bits = 0
            for number, at in digits.items():
                if any(low <= number <= high for low, high in ranges):
                    bits |= at
            if bits:
                places[group] = merged(places.get(group, {}), {1: bits})

    def ground(self, reading: Reading) -> Ground:
        """The scopes of a text: only looked for when a rule stands in it."""
        scoped = {name: self._span(name, reading) for name in _SCOPES}
        return Ground(
            words=reading.words,
            denials=_cover(reading.places.get(self._denials, {})) & ~scoped["deny_not"],
            thinks=_cover(reading.places.get(self._thinks, {})),
            joins=_cover(reading.places.get(self._joins, {})),
            people=_cover(reading.places.get(self._people, {})),
            light=reading.light,
            ends=reading.ends,
            pauses=reading.pauses,
            idioms=scoped["idioms"],
            story=scoped["story"],
            long_past=scoped["long_past"],
            past=scoped["past"],
            resolved=bool(scoped["resolved"]),
            again=scoped["again"] & ~scoped["resolved"],
            now=scoped["now"] & ~scoped["resolved"] & ~scoped["long_past"],
            lost=scoped["lost"],
            follow=bool(scoped["follow"]),
            self_=self._who_bits("self", reading),
            other=self._who_bits("other", reading) & ~_mostly_things(reading.words),
        )

    def _span(self, name: str, reading: Reading) -> int:
        bits, present = 0, reading.places.keys()
        for pattern, needed in self._scoped[name]:
            if needed <= present:
                for match in find(pattern, reading).matches:
                    bits |= match.own
        return bits

    def _who_bits(self, who: Who, reading: Reading) -> int:
        bits = 0
        for group in self._by_who[who]:
            bits |= _cover(reading.places.get(group, {}))
        return bits

    def who(self, match: Match, ground: Ground) -> Who:
        """Whose danger: the first person in the hit, else the last one named before it, else the writer."""
        mine, theirs = ground.self_ & match.own, ground.other & match.own
        if mine or theirs:
            return "other" if theirs and (not mine or theirs & -theirs < mine & -mine) else "self"
        before = (1 << match.start) - 1
        return "other" if (ground.other & before) > (ground.self_ & before) else "self"


_SCOPES = ("deny_not", "long_past", "past", "resolved", "again", "now", "story", "lost", "follow", "idioms")


def _mostly_things(words: Sequence[str]) -> int:
    """Where "them" stands: hardly ever who is in danger ("took all of them", "a favour to them")."""
    return sum(1 << at for at, word in enumerate(words) if word == "them")


def _cover(lengths: Mapping[int, int]) -> int:
    bits = 0
    for length, starts in lengths.items():
        for shift in range(length):
            bits |= starts << shift
    return bits


def _speller(spellings: Spellings, known: frozenset[str]) -> Speller:
    letters = {ord(odd): plain for odd, plain in spellings.letters.items()}
    letters |= {ord(sign): f" {words} " for sign, words in spellings.emoji.items()}
    meanings = {written: tuple(plain.split()) for written, plain in spellings.meanings.items()}
    meanings |= {phrase.replace(" ", ""): tuple(phrase.split()) for phrase in spellings.glued}
    return Speller(
        meanings=meanings,
        letters=letters,
        known=known,
        pairs={
            (pair.split()[0], pair.split()[1]): tuple(plain.split())
            for pair, plain in spellings.pairs.items()
        },
        before_verbs=spellings.before_verbs,
        verbs=frozenset(spellings.verbs.split()),
        guessed=tuple(spellings.guessed.split()),
        never_guess=frozenset(spellings.never_guess.split()) | known,
    )
