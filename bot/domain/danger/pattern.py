"""The small language rules are written in, matched by bit masks so that no wording makes it slow.

`want to` words beside each other · `a|b` either word · `(let go|give up)` either phrase · `[really]` may be
missing · `<drug>` a slot · `kill+` any ending of the word · `..` up to three words, not past the end of a
sentence · `...` up to ten words, past anything · `^` `$` the start and the end of a clause · `&` both,
anywhere.
Light words (`just`, `am`, `fucking` …) may stand between any two.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.danger.endings import endings

_PIECES = re.compile(r"\.\.\.|\.\.|\^|\$|&|\(|\)|\[|\]|\||<[a-z_0-9]+>|[^\s()\[\]|<>&^$.]+")
NEAR, FAR = 3, 10
Phrase = tuple[str, ...]
AT_MOST = 32
"""Places of one pattern looked at one by one; beyond that the scopes are not asked and it is heard."""


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Step:
    """One element: a group of phrases after a gap. Below 0: the start (-1) or the end (-2) of a clause."""

    group: int
    gap: int = 0
    optional: bool = False


START, END = -1, -2
Pattern = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern stands: words `start` to `end` (exclusive); `own` has its elements' words as bits."""

    start: int
    end: int
    own: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text prepared for matching: where each group stands; ends, clause starts and light words as bits.

    `asks`: it has a question mark.
    """

    words: tuple[str, ...]
    size: int
    places: Mapping[int, Mapping[int, int]]
    ends: int
    pauses: int
    breaks: int
    light: int
    asks: bool


class Found(NamedTuple):
    """Matches of one pattern; `whole` is False when there were more than were looked at."""

    matches: tuple[Match, ...]
    whole: bool


GroupOf = Callable[[frozenset[Phrase], frozenset[str]], int]
"""Registers literal phrases and slots together; gives the group's number."""


def compile_patterns(text: str, group_of: GroupOf) -> list[tuple[Pattern, ...]]:
    """One written pattern as the ways it can be met; each way is the parts that must all be in the text.

    Raises PatternError for an unknown sign, an empty group, or more than 64 ways.
    """
    ways: list[tuple[Pattern, ...]] = [()]
    for part in text.split("&"):
        tokens = _PIECES.findall(part)
        if "".join(tokens) != re.sub(r"\s", "", part):
            raise PatternError(f"cannot read {part!r}")
        sequences = _choices(tokens, group_of)
        if any(not any(step.group >= 0 for step in way) for way in sequences):
            raise PatternError(f"cannot read {part!r}")
        ways = [(*way, sequence) for way in ways for sequence in sequences]
    if len(ways) > 64:
        raise PatternError(f"{text!r} has {len(ways)} ways to be met; at most 64")
    return ways


def _choices(tokens: list[str], group_of: GroupOf) -> list[Pattern]:
    """The ways of a run of elements."""
    ways: list[Pattern] = [()]
    gap, bare = 0, False
    while tokens:
        sign = tokens[0]
        if sign in ("..", "..."):
            gap = NEAR if sign == ".." else FAR
            tokens = tokens[1:]
            continue
        if bare and gap == 0 and tokens[1:2] == ["|"] and sign not in "([":
            raise PatternError(f"two choices side by side at {sign!r}; put them in brackets")
        bare = tokens[1:2] == ["|"]
        options, tokens = _element(tokens, group_of)
        ways = [(*way, *_after(gap, option)) for way in ways for option in options]
        gap = 0
    return ways


def _after(gap: int, option: Pattern) -> Pattern:
    if not option:
        return option
    first = option[0]
    return (Step(first.group, max(gap, first.gap), first.optional), *option[1:])


def _element(tokens: list[str], group_of: GroupOf) -> tuple[list[Pattern], list[str]]:
    sign = tokens[0]
    if sign in "^$":
        return [(Step(START if sign == "^" else END),)], tokens[1:]
    if sign in "([":
        return _bracket(tokens, group_of)
    if sign in ")]|&{}":
        raise PatternError(f"a stray {sign}")
    words, slots = [sign], tokens[1:]
    while len(slots) > 1 and slots[0] == "|":
        words.append(slots[1])
        slots = slots[2:]
    return [(Step(_group(words, group_of)),)], slots


def _group(words: list[str], group_of: GroupOf) -> int:
    names = frozenset(word[1:-1] for word in words if word.startswith("<"))
    plain = {(form,) for word in words if not word.startswith("<") for form in endings(word)}
    return group_of(frozenset(plain), names)


def _bracket(tokens: list[str], group_of: GroupOf) -> tuple[list[Pattern], list[str]]:
    """`( … | … )` or `[ … ]`; choices of words and whole slots alone become one group."""
    closing = ")" if tokens[0] == "(" else "]"
    if closing not in tokens:
        raise PatternError(f"a {tokens[0]} without its {closing}")
    end = _closing(tokens, closing)
    choices = list(_split(tokens[1:end]))
    optional = closing == "]"
    if all(choices) and all(_plain(choice) for choice in choices):
        slots = frozenset(choice[0][1:-1] for choice in choices if choice[0].startswith("<"))
        phrases = {phrase for choice in choices if choice[0][0] != "<" for phrase in _forms(choice)}
        return [(Step(group_of(frozenset(phrases), slots), optional=optional),)], tokens[end + 1 :]
    ways: list[Pattern] = [()] if optional else []
    for choice in choices:
        if not choice:
            raise PatternError("an empty choice")
        ways.extend(_choices(choice, group_of))
    return ways, tokens[end + 1 :]


def _closing(tokens: list[str], closing: str) -> int:
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if depth == 0:
            if token != closing:
                break
            return at
    raise PatternError(f"brackets do not match in {' '.join(tokens)!r}")


def _split(tokens: list[str]) -> Iterator[list[str]]:
    depth, choice = 0, list[str]()
    for token in tokens:
        depth += (token in ("(", "[")) - (token in (")", "]"))
        if token == "|" and depth == 0:  # noqa: S105 - a sign of the pattern language
            yield choice
            choice = []
        else:
            choice.append(token)
    yield choice


def _plain(choice: list[str]) -> bool:
    if len(choice) == 1 and choice[0].startswith("<"):
        return True
    return not any(token[0] in "<([^$|" or token in ("..", "...") for token in choice)


def _forms(choice: list[str]) -> list[Phrase]:
    forms: list[Phrase] = [()]
    for word in choice:
        forms = [(*form, ending) for form in forms for ending in endings(word)]
    return forms


def needs(parts: tuple[Pattern, ...]) -> frozenset[int]:
    """The groups without which these parts cannot all be in a text."""
    return frozenset(s.group for part in parts for s in part if s.group >= 0 and not s.optional)


def find(pattern: Pattern, text: Reading) -> Found:
    """Every place of the pattern, the tightest for each end. Work: a few mask operations per step."""
    masks = [(1 << (text.size + 1)) - 1]
    for number, step in enumerate(pattern):
        reach = masks[-1] if number == 0 else _reach(masks[-1], step.gap, text)
        masks.append(_advance(step, reach, text))
        if not masks[-1]:
            return Found((), whole=True)
    ends, matches = masks[-1], list[Match]()
    while ends and len(matches) < AT_MOST:
        end = ends & -ends
        ends ^= end
        matches.append(_back(pattern, masks, end.bit_length() - 1, text))
    return Found(tuple(matches), whole=not ends)


def _reach(ends: int, gap: int, text: Reading) -> int:
    """Where the next element may start: past light words for free, past `gap` others."""
    reach = _past_light(ends, text)
    for _ in range(gap):
        stepped = (reach & ~text.ends) if gap == NEAR else reach
        reach = _past_light(reach | stepped << 1, text)
    return reach & ((1 << (text.size + 1)) - 1)


def _past_light(at: int, text: Reading) -> int:
    at |= (at & text.light) << 1
    at |= (at & text.light) << 1
    return at | (at & text.light) << 1


def _advance(step: Step, reach: int, text: Reading) -> int:
    if step.group == START:
        return reach & text.breaks
    if step.group == END:
        return reach & (text.breaks & ~1 | 1 << text.size)
    after = reach if step.optional else 0
    for length, starts in text.places.get(step.group, {}).items():
        after |= (reach & starts) << length
    return after


def _back(pattern: Pattern, masks: list[int], end: int, text: Reading) -> Match:
    """Trace one match back from its end, taking the nearest start each time."""
    own, at, groups = 0, end, set[int]()
    for number in range(len(pattern) - 1, -1, -1):
        step = pattern[number]
        reach = masks[0] if number == 0 else _reach(masks[number], step.gap, text)
        begun = _begun(step, reach, at, text)
        if begun < at:
            own |= (1 << at) - (1 << begun)
            groups.add(step.group)
        at = _before(masks[number], begun) if number else begun
    return Match((own & -own).bit_length() - 1, own.bit_length(), own, frozenset(groups))


def _begun(step: Step, reach: int, end: int, text: Reading) -> int:
    """The start of this element when it ends at `end`: the latest one that could be reached."""
    best = -1
    for length, starts in text.places.get(step.group, {}).items():
        start = end - length
        if start >= 0 and (reach & starts) >> start & 1:
            best = max(best, start)
    return best if best >= 0 else end


def _before(ends: int, start: int) -> int:
    """The latest end of the element before, at or before `start`."""
    return (ends & ((1 << (start + 1)) - 1)).bit_length() - 1
