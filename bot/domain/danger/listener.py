"""The listener: one text in, the dangers in it out. The same every time, on this machine, never raising."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.danger.answers import Answers, Reply
from bot.domain.danger.hearing import LEVELS, Hearing, Kind, Level, Tier, Who, most_urgent_first
from bot.domain.danger.lexicon import Lexicon, Rule, read_lexicon
from bot.domain.danger.marks import marks, standings
from bot.domain.danger.pattern import Found, Match, Pattern, Reading, find, needs
from bot.domain.danger.reading import Reader
from bot.domain.danger.scopes import Ground, denied, idiomatic, lost, over, sentence_around, settled, told
from bot.domain.danger.second import Opinion, SecondReader, Support, read_weights

WINDOW, OVERLAP = 4096, 512
"""Characters read at once (Telegram's longest message) and shared by neighbouring windows of longer texts."""


SHORT, AS_ANSWER = 8, 0.6
"""Up to how many words a text may be a mere answer, whose words come from the question ("my kids and me"),
and how much surer the second reader must then be to ask."""
AS_DENIED, AS_EXPLAINED = 3.4, 0.95
"""The same where the rules found the wish denied ("I'm not thinking of suicide"), and where they found any
other denial or an idiom. With voices held out, that spared twelve of fourteen questions too many and cost
five of twenty that were right."""
_WISHES = frozenset({"suicide", "self_harm"})
_TO_ME = frozenset({"me", "us"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that stood in the text, and what silenced it, if anything did."""

    hearing: Hearing
    silenced: str | None
    words: tuple[str, ...]
    yields_to: frozenset[Kind] = frozenset()
    firm: bool = False
    weak: bool = False
    who_said: bool = False
    """Whether the rule itself says who is in danger, or the words do ("he is hitting me")."""

    def left(self, support: Support, sure_of: Kind | None, theirs: bool | None) -> Hearing | None:
        """What is left of it, as the second reader finds danger or none: it, a soft check, or nothing.

        A weak alarm is heard only where the second reader is `sure_of` the same kind. Whether it is about
        somebody else (`theirs`) is the second reader's to say, unless the rule does ("my dad's gun" is not).
        """
        told = self._told_of(theirs)
        if self.weak and told.tier == "alarm":
            return told if sure_of == told.kind else None
        if self.weak:
            return told if support == "likely" else None
        if support in ("likely", "backed") or (self.firm and support == "unbacked"):
            return told
        return replace(told, tier="soft")

    def _told_of(self, theirs: bool | None) -> Hearing:
        if self.who_said or theirs is None:
            return self.hearing
        return replace(self.hearing, who=_who(theirs))

    @property
    def alike(self) -> tuple[Kind, Level, Tier]:
        """What it shares with those that could be told in its place."""
        return self.hearing.kind, self.hearing.level, self.hearing.tier


@dataclass(frozen=True, slots=True)
class Trace:
    """All that happened in one listening, for tests and those who tend the lexicon. Has the words."""

    hits: tuple[Hit, ...]
    work: int
    """Steps taken: at most the length of the text plus the size of the lexicon, whatever the words are."""

    @property
    def loud(self) -> list[Hit]:
        """The hits that nothing silenced."""
        return [hit for hit in self.hits if hit.silenced is None]

    def hearings(
        self, support: Support = "likely", sure_of: Kind | None = None, theirs: bool | None = None
    ) -> tuple[Hearing, ...]:
        """What is left of the hits as the second reader sees them, most urgent first, one of each kind.

        A weak alarm gives way to one of the same kind and level that is not: that one knows better whose
        danger it is. Where they disagree whose, those that the second reader agrees with (`theirs`) are left.
        """
        loud = self.loud
        kinds = {hit.hearing.kind for hit in loud if hit.hearing.tier == "alarm" and not hit.weak}
        left = [hit for hit in loud if not kinds & hit.yields_to]
        known = {hit.alike for hit in left if not hit.weak}
        if any(hit.who_said and hit.hearing.kind == "child_risk" and not hit.weak for hit in left):
            known |= {("child_risk", level, "alarm") for level in LEVELS}  # a child's own words
        heard = [hit.left(support, sure_of, theirs) for hit in left if not (hit.weak and hit.alike in known)]
        return most_urgent_first(_agreed([one for one in heard if one is not None], theirs))


def _agreed(heard: Sequence[Hearing], theirs: bool | None) -> Iterator[Hearing]:
    """Without those about the wrong person, where another one, just as grave, is about the right one."""
    who = None if theirs is None else _who(theirs)
    right = {(one.kind, one.level, one.tier) for one in heard if one.who == who}
    for one in heard:
        if one.who == who or one.kind == "abuse_danger" or (one.kind, one.level, one.tier) not in right:
            yield one


def _who(theirs: bool) -> Who:
    return "other" if theirs else "self"


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to meet a rule: all parts must be in the text."""

    rule: Rule
    parts: tuple[Pattern, ...]
    needs: frozenset[int]


class Listener:
    """Hears danger in free text by the rules of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._reader = Reader(lexicon)
        self._ways: dict[int, list[_Way]] = {}
        self._unless: dict[str, list[tuple[Pattern, ...]]] = {}
        self.rules = {rule.id: rule for rule in lexicon.rules}
        ways = [way for rule in lexicon.rules for way in self._compiled(rule)]
        self._answers = Answers(lexicon, self._reader)
        self._families = self._reader.families
        self._second: SecondReader | None = None
        self._reader.close()
        common = self._how_common(lexicon)
        for way in ways:
            anchor = min(way.needs, key=lambda group: (common.get(group, 0), group))
            self._ways.setdefault(anchor, []).append(way)

    def read_with(self, weights: bytes | None) -> None:
        """Listen with the second reader of these weights, or by the rules alone. Raises SecondReaderError."""
        self._second = read_weights(weights) if weights is not None else None

    def listen(self, text: str, *, prev: str | None = None) -> tuple[Hearing, ...]:
        """The dangers in `text`, most urgent first, one of each kind; empty for none.

        `prev` is the question that the bot asked just before, so that "yeah" can be understood.
        Never raises for any str, of any length, well-formed or not.
        """
        about = () if prev is None else self._answers.about(prev[-WINDOW:])
        answers = prev is not None and not about
        heard: list[Hearing] = []
        for number, window in enumerate(_windows(text)):
            reading = self._reader.read(window)
            heard.extend(self._heard(reading, answers=answers))
            if number == 0 and about:
                heard.extend(self._answers.heard(about, reading))
        return most_urgent_first(heard)

    def listen_by_rules(self, text: str) -> tuple[Hearing, ...]:
        """What the rules hear, most urgent first: with the second reader's support, without its questions.

        Weak alarms are left out: they rest on it as much as on words.
        """
        heard: list[Hearing] = []
        for window in _windows(text):
            reading = self._reader.read(window)
            trace = self._trace(reading)
            if trace.loud:
                opinion = self._opinion(reading)
                support = "likely" if self._second is None else self._second.support(opinion)
                heard.extend(trace.hearings(support))
        return most_urgent_first(heard)

    def _heard(self, reading: Reading, *, answers: bool) -> tuple[Hearing, ...]:
        """What the rules hear in one window, and, where they raise no alarm, what the second reader asks.

        `answers`: whether it answers a question of the bot that is not about danger.
        """
        trace, opinion = self._trace(reading), self._opinion(reading)
        heard = self._left(trace, opinion)
        if self._second is None or opinion is None or any(one.tier == "alarm" for one in heard):
            return heard
        surer = _surer(trace, opinion.kind, is_answer=answers and len(reading.words) <= SHORT)
        asked = self._second.asks(opinion, reading.words, surer=surer)
        if asked is None or any(one.kind == asked.kind for one in heard):
            return heard
        return (*heard, asked)

    def _opinion(self, reading: Reading) -> Opinion | None:
        return None if self._second is None else self._second.opinion(reading, self._families)

    def _left(self, trace: Trace, opinion: Opinion | None) -> tuple[Hearing, ...]:
        if self._second is None:
            return trace.hearings()
        theirs = None if opinion is None else opinion.other
        return trace.hearings(self._second.support(opinion), self._second.sure_of(opinion), theirs)

    def is_about_danger(self, question: str) -> bool:
        """Whether a question of the bot asks about danger: a short answer to it says more than it holds."""
        return bool(self._answers.about(question))

    def marks(self, text: str) -> set[int]:
        """What the second reader is trained on: the marks of one short text."""
        reading = self._reader.read(text)
        placed = standings(reading, self._families)
        return marks(reading.words, placed, reading.pauses, asks=reading.asks)

    def reply(self, text: str) -> Reply:
        """How a text answers a yes-or-no question: yes, no, unsure, taken_back ("jk"), or other."""
        return self._answers.reply(text[:WINDOW])

    def bereaved(self, text: str) -> bool:
        """Whether somebody tells of a death that is past: a reply, not a card."""
        ground = self._reader.ground(self._reader.read(text[:WINDOW]))
        return bool(ground.lost) and not ground.follow

    def trace(self, text: str) -> Trace:
        """Everything that stood in one window of text, silenced or not, and the work it took."""
        return self._trace(self._reader.read(text))

    def _trace(self, reading: Reading) -> Trace:
        work, found = reading.size, list[tuple[_Way, list[Found]]]()
        present = reading.places.keys()
        for group in present:
            for way in self._ways.get(group, ()):
                work += 1
                if way.needs <= present:
                    work += sum(len(part) for part in way.parts)
                    places = [find(part, reading) for part in way.parts]
                    if all(place.matches for place in places):
                        found.append((way, places))
        if not found:
            return Trace((), work)
        ground = self._reader.ground(reading)
        return Trace(tuple(self._hit(way.rule, places, reading, ground) for way, places in found), work)

    def ways(self) -> Iterator[tuple[tuple[Pattern, ...], ...]]:
        """The compiled patterns of every rule, for measuring the lexicon's size."""
        for ways in self._ways.values():
            yield tuple(way.parts for way in ways)

    def _hit(self, rule: Rule, places: list[Found], reading: Reading, ground: Ground) -> Hit:
        """Silenced when every place of one of its parts is; told of at the first place left."""
        first: Match | None = None
        for found in places:
            reasons = [(self._silenced(rule, match, reading, ground), match) for match in found.matches]
            loud = [match for reason, match in reasons if reason is None]
            if not loud and found.whole:
                return self._told(rule, reasons[-1][1], reasons[-1][0], ground)
            first = first or (loud or [found.matches[0]])[0]
        return self._told(rule, first or places[0].matches[0], None, ground)

    def _told(self, rule: Rule, match: Match, silenced: str | None, ground: Ground) -> Hit:
        words = ground.words[match.start : match.end]
        to_me = rule.kind == "abuse_danger" and not _TO_ME.isdisjoint(words)
        said = rule.who or ("self" if to_me else None)  # whoever is named first, it is done to the writer
        hearing = Hearing(rule.kind, rule.level, rule.tier, said or self._reader.who(match, ground), rule.id)
        return Hit(
            hearing, silenced, words, frozenset(rule.yields_to), rule.firm, rule.weak, said is not None
        )

    def _silenced(self, rule: Rule, match: Match, reading: Reading, ground: Ground) -> str | None:
        if rule.negatable and denied(match, ground):
            return "denied"
        if idiomatic(match, ground):
            return "idiom"
        if rule.firm:
            if settled(match, ground):
                return "over"
        else:
            for name, scope in (("over", over), ("told", told), ("lost", lost)):
                if scope(match, ground):
                    return name
        return "unless" if self._excepted(rule, match, reading, ground) else None

    def _excepted(self, rule: Rule, match: Match, reading: Reading, ground: Ground) -> bool:
        sentence = sentence_around(match, ground)
        present = reading.places.keys()
        return any(
            other.own & sentence
            for way in self._unless[rule.id]
            if needs(way) <= present
            for part in way
            for other in find(part, reading).matches
        )

    def _compiled(self, rule: Rule) -> Iterator[_Way]:
        self._unless[rule.id] = [way for text in rule.unless for way in self._reader.compile(text, rule.id)]
        for text in rule.when:
            for parts in self._reader.compile(text, rule.id):
                yield _Way(rule, parts, needs(parts))

    def _how_common(self, lexicon: Lexicon) -> dict[int, int]:
        """In how many of the lexicon's own examples each group stands: rare groups make good anchors."""
        counts: dict[int, int] = {}
        for rule in lexicon.rules:
            for text in (*rule.hears, *rule.ignores):
                for group in self._reader.read(text).places:
                    counts[group] = counts.get(group, 0) + 1
        return counts


def _surer(trace: Trace, kind: Kind, *, is_answer: bool) -> float:
    """How much surer the second reader must be of this kind."""
    if any(hit.silenced == "denied" and hit.hearing.kind == kind for hit in trace.hits) and kind in _WISHES:
        return AS_DENIED
    if any(hit.silenced in ("denied", "idiom") for hit in trace.hits):
        return AS_EXPLAINED
    return AS_ANSWER if is_answer else 0.0


def _windows(text: str) -> Iterator[str]:
    yield text[:WINDOW]
    for start in range(WINDOW - OVERLAP, len(text) - OVERLAP, WINDOW - OVERLAP):
        yield text[start : start + WINDOW]


def load_listener(texts_by_file_name: Mapping[str, str], weights: bytes | None = None) -> Listener:
    """A listener from the YAML texts of `data/danger`, by file name, and the second reader's weights.

    Without weights the rules listen alone. Raises LexiconError, SecondReaderError for faulty data.
    """
    made = Listener(read_lexicon(texts_by_file_name))
    made.read_with(weights)
    return made
