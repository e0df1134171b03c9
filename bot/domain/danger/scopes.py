"""What turns a hit into none: a denial, a past that is over, a story, a death long ago, an idiom."""

from dataclasses import dataclass

from bot.domain.danger.pattern import Match

LEFT = 5
"""How many words before a hit a denial may stand."""
AROUND = 12
"""How far from a hit a word may silence it: people write whole nights without a full stop."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The scopes of one text, as bits over its words."""

    words: tuple[str, ...]
    denials: int
    thinks: int
    joins: int
    people: int
    light: int
    ends: int
    pauses: int
    idioms: int
    story: int
    long_past: int
    past: int
    resolved: bool
    again: int
    now: int
    lost: int
    follow: bool
    self_: int
    other: int


def denied(match: Match, ground: Ground) -> bool:
    """A direct "no": inside the hit's gaps, or before it in the same clause."""
    span = (1 << match.end) - (1 << match.start)
    if ground.denials & span & ~match.own:
        return True
    at, seen = match.start, 0
    while at > 0 and seen < LEFT and not _is(ground.pauses, at):
        if _is(ground.people, at) and not _spoken(at, ground):
            return False
        at -= 1
        seen += not _is(ground.light, at)
        if _is(ground.denials, at):
            return True
        if _is(ground.joins, at):
            return False
    return False


def _spoken(at: int, ground: Ground) -> bool:
    """Whether the clause that starts at this person is what somebody thinks or says (I don't think I …)."""
    before = at - 1
    while before > 0 and _is(ground.light, before):
        before -= 1
    return before >= 0 and _is(ground.thinks, before)


def _is(bits: int, at: int) -> bool:
    return bool(bits >> at & 1)


def idiomatic(match: Match, ground: Ground) -> bool:
    """The hit's own words lie in an idiom."""
    return bool(match.own & ground.idioms)


def over(match: Match, ground: Ground) -> bool:
    """The hit lies in a past that is over, with nothing that says "now".

    That is long ago, or past where another sentence says how long ago or how it ended.
    """
    sentence = sentence_around(match, ground)
    here_on = -1 << _start(sentence)
    if ground.again & here_on:
        return False
    if ground.long_past & sentence:
        return not ground.now & here_on
    ended = ground.resolved or bool(ground.long_past)
    return bool(ground.past & sentence) and ended and not ground.now & here_on


def settled(match: Match, ground: Ground) -> bool:
    """The hit lies long ago and the text tells how it ended: what silences even a firm rule."""
    return ground.resolved and bool(ground.long_past) and over(match, ground)


def told(match: Match, ground: Ground) -> bool:
    """The hit belongs to a film, a song, a game, a course."""
    return bool(ground.story & sentence_around(match, ground))


def lost(match: Match, ground: Ground) -> bool:
    """The hit tells of someone who died, with no wish to follow."""
    return bool(ground.lost & sentence_around(match, ground)) and not ground.follow


def sentence_around(match: Match, ground: Ground) -> int:
    """Bits of the words of the hit's own sentence (or sentences), no further than `AROUND` words from it."""
    before = ground.ends & ((1 << (match.start + 1)) - 1)
    start = max(before.bit_length() - 1 if before else 0, match.start - AROUND)
    after = ground.ends >> match.end
    end = match.end + ((after & -after).bit_length() - 1) if after else len(ground.words)
    return (1 << min(end, match.end + AROUND)) - (1 << start)


def _start(bits: int) -> int:
    return (bits & -bits).bit_length() - 1 if bits else 0
