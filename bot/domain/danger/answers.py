"""A short answer to the bot's own question: "yeah" after "Are you thinking of ending your life?"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.danger.hearing import Hearing
from bot.domain.danger.lexicon import Answer, Lexicon
from bot.domain.danger.pattern import Pattern, Reading, find
from bot.domain.danger.reading import Reader

Reply = Literal["yes", "no", "unsure", "taken_back", "other"]
KEPT = 256
"""Questions whose meaning is kept: the bot has hardly more, and those with a person's words come and go."""
SHORT = 8
"""Answers of up to so many words are read as one yes or no; longer ones by their first word alone."""
_ASKING = re.compile(r"(?:what|where|who|which|how|is|are|can|could|any|whats|wheres)")
"""Words with which a question begins."""

_I_AM = ("i", "am")
_ELSE = {
    who: re.compile(
        r"(?:(?:now|still|just|only|back|well|all) )*(?:"
        r"(?:fine|ok|okay|alright|right|safe|awake|better|calmer|home|away|up|upstairs|downstairs|outside|sitting"
        r"|eating|watching|laughing|walking|working|driving|smoking|drunk|high|stoned|sober|pissed|asleep|sleeping"
        r"|snoring|fast|sound|living|staying|using|drinking|taking|my|our)\b|talking\b(?! about| of)"
        r"|at (?:home|work|school|college|uni|his|her|their|my|a|mums|dads|the (?:pub|house|hospital|shop))\b"
        r"|with (?:me|us|his|her|my|a|friends|mates)\b|gone out\b|out (?:with|at|again|drinking|tonight)\b"
        r"|in (?:the|his|her|their|my|our|bed|work|town|hospital|prison|jail|rehab|detox)\b"
        r"|on (?!the (?:floor|ground|stairs|edge|bridge|roof|ledge|tracks)))"
    )
    for who in ("he is", "she is", "they are")
} | {
    "i am": re.compile(
        r"(?:(?:just|only|really|so|very|well|all) )*(?:fine|ok|okay|alright|right|safe|good|grand|sound"
        r"|better|tired|knackered|exhausted|drunk|stoned|high|sober|hungover|pissed|joking)\b(?! of\b)"
        r"|(?:just )?(?:at (?:home|work|my|school|college|uni|the pub)|in (?:bed|the house|work|town)"
        r"|on (?:the (?:bus|sofa|couch|way)|my way)|with (?:my|a|him|her|them|mates|friends))\b"
    ),
    "i have": re.compile(
        r"(?:got )?(?:\d+|(?:two|three) |kids|children|work|a (?:headache|hangover|job|cold|dog|cat))"
    ),
    "it is": re.compile(
        r"(?:only|just) (?:weed|hash|cannabis|beers?|wine|cider|lager|alcohol|drink"
        r"|a (?:drink|joint|spliff|pint|beer|can|couple))\b"
        r"|(?:fine|ok|okay|alright|stopped|stopping|slowed|slowing|dry|dried|better|healing|healed|closed)\b"
    ),
}
"""What only begins as a yes does, and tells how or where somebody is, and nothing of what was asked."""
_ASKED_AFTER = re.compile(r"\bnot know (?:what|how|where|who|why)\b")
"""Not to know what to do leaves nothing open of what was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one danger, compiled."""

    answer: Answer
    asks: tuple[tuple[Pattern, ...], ...]
    unless: tuple[tuple[Pattern, ...], ...]
    says: tuple[tuple[Pattern, ...], ...]


class Answers:
    """Knows the questions that the bot asks, in any wording, and what a yes or a no to them means."""

    def __init__(self, lexicon: Lexicon, reader: Reader) -> None:
        self._reader = reader
        self._yes = reader.listed(lexicon.replies.agree)
        self._yes_unasked = reader.listed(lexicon.replies.agree_unasked)
        self._no = reader.listed(lexicon.replies.refuse)
        self._unsure = reader.listed(lexicon.replies.unsure)
        self._taken_back = reader.listed(lexicon.replies.taken_back)
        self._asked = [
            Asked(one, *(self._compiled(one, texts) for texts in (one.asks, one.unless, one.says)))
            for one in lexicon.answers
        ]
        self._about: dict[str, tuple[Asked, ...]] = {}

    def _compiled(self, answer: Answer, texts: list[str]) -> tuple[tuple[Pattern, ...], ...]:
        return tuple(way for text in texts for way in self._reader.compile(text, f"answers.{answer.id}"))

    def about(self, question: str) -> tuple[Asked, ...]:
        """The dangers that a question of the bot asks about: none for most. The last questions are kept."""
        known = self._about.get(question)
        if known is None:
            asked = self._reader.read(question)
            known = tuple(one for one in self._asked if _any(one.asks, asked) and not _any(one.unless, asked))
            if len(self._about) >= KEPT:
                self._about.clear()
            self._about[question] = known
        return known

    def heard(self, about: tuple[Asked, ...], said: Reading) -> Iterator[Hearing]:
        """What `said` says as an answer to a question `about` these dangers."""
        reply = self._reply(said)
        of_oneself = reply == "yes" and said.words[:2] == _I_AM and len(said.words) > len(_I_AM)
        for one in about:
            answered: Reply = "other" if of_oneself and one.answer.who == "other" else reply
            tier = self._tier(one.answer, answered, _any(one.says, said))
            if tier is not None:
                answer = one.answer
                yield Hearing(answer.kind, answer.level, tier, answer.who, f"answer.{answer.id}")

    def _tier(self, answer: Answer, reply: Reply, says: bool) -> Literal["alarm", "soft"] | None:
        if reply == answer.danger_when or (says and reply in ("other", "unsure")):
            return "alarm"
        return answer.unsure if reply == "unsure" else None

    def reply(self, text: str) -> Reply:
        """How a text answers a yes-or-no question; `other` when it does not."""
        return self._reply(self._reader.read(text))

    def _reply(self, said: Reading) -> Reply:
        if _first(said, self._taken_back) is not None:
            return "taken_back"
        asking = said.asks or bool(said.words and _ASKING.fullmatch(said.words[0]))
        agreeing = [self._yes] if asking and "i" not in said.words else [self._yes, self._yes_unasked]
        found = sorted(at for group in agreeing for at in _starts(said, group))
        yes = next((at for at in found if not _says_else(said, at)), None)
        no, unsure = _first(said, self._no), _first(said, self._unsure)
        if unsure is not None and _ASKED_AFTER.search(" ".join(said.words)):
            unsure = None
        within = SHORT if said.size <= SHORT else 1
        places: list[tuple[int, Reply]] = []
        for at, reply in ((unsure, "unsure"), (no, "no"), (yes, "yes")):  # "of course not" is no
            if at is not None and at < within:
                places.append((at, reply))  # type: ignore[arg-type]
        return min(places, key=lambda place: place[0])[1] if places else "other"


def _says_else(said: Reading, at: int) -> bool:
    """Whether "he is" only begins "he is 24", "he is at work", "I am fine": none of it says yes."""
    first, rest = " ".join(said.words[at : at + 2]), said.words[at + 2 : at + 7]
    if rest and rest[0].isdecimal() and first.endswith((" is", " are", " am")):
        return True
    return first in _ELSE and _ELSE[first].match(" ".join(rest)) is not None


def _starts(said: Reading, group: int) -> Iterator[int]:
    bits = 0
    for starts in said.places.get(group, {}).values():
        bits |= starts
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _first(said: Reading, group: int) -> int | None:
    return next(_starts(said, group), None)


def _any(ways: tuple[tuple[Pattern, ...], ...], text: Reading) -> bool:
    return any(all(find(part, text).matches for part in way) for way in ways)
