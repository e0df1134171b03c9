"""Reads every danger card as people in each country would see it, and says what keeps it from being one.

The rules are those of the safety design's "Answering" and "Words never used". `--write` brings
docs/safety/cards.md up to date: each first card, country by country, for whoever reviews them.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

import pyphen

from bot.app.library import files
from bot.app.library.flows import open_flows
from bot.app.library.helplines import load_helplines
from bot.clock import SystemClock
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Flow, Route, Saying
from bot.domain.conversation.registry import LIMITS
from bot.domain.conversation.words import names_in
from bot.domain.directory.helplines import Helplines, number_facts

ROOT = Path(__file__).resolve().parent.parent
REVIEWS, SHOWN = ROOT / "docs" / "copy-review.md", ROOT / "docs" / "safety" / "cards.md"
PLACES = {
    "England": ("GB", "GB-ENG"),
    "Scotland": ("GB", "GB-SCT"),
    "Wales": ("GB", "GB-WLS"),
    "Northern Ireland": ("GB", "GB-NIR"),
    "United Kingdom, nation unknown": ("GB", ""),
    "Ireland": ("IE", ""),
    "United States": ("US", ""),
    "Country unknown": ("", ""),
}
LINES = frozenset(
    {
        "emergency",
        "crisis_line",
        "mental_line",
        "mental_also",
        "abuse_line",
        "child_line",
        "open_line",
        "doctor_line",
    }
)
"""Facts that are somebody to ring: each has a line of its own."""
MOST_WORDS, MOST_IN_A_SENTENCE, OLDEST = 60, 12, 11.0
CLAUSES = ("I'm a bot. I can't call for you.", "I'm staying here with you.")
NEVER: Mapping[str, str] = {
    r"(?:on (?:its|the|their) way|is coming to you)": "nobody can know that help is coming",
    r"keep (?:this|it) (?:a )?secret": "nothing about danger is kept secret",
    r"promise": "ask what would help instead of asking for a promise",
    r"calm down": "say what to do",
    r"at least": "makes light of it",
    r"(?<!not )just": "makes light of it",
    r"attention": "blames",
    r"are you safe\?": "ask straight what it is about",
    r"you're not thinking of": "asks for a no",
    r"\d+ ?(?:mg|milligrams?|grams?|ml|units)": "an amount",
    r"in \d+ (?:minutes|hours) (?:it|you)": "a time to effect",
}
MAY: Mapping[str, str] = {"child.stay": r"I can't keep this secret"}
"""What a card says of the words above all the same, and means the opposite."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SENTENCE = re.compile(r"(?<=[.!?:…])[\"”]?\s+|\n")
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_LOUD = re.compile(r"\b(?!CPR\b|GHB\b|GBL\b|NHS\b|OK\b|GP\b|US\b|UK\b|SHOUT\b|HELLO\b|DAN\b)[A-Z]{2,}\b")
_EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")


@dataclass(frozen=True, slots=True)
class Card:
    """One text of a danger flow as it is written.

    `first` is what somebody sees before any answer; `waits` where the person answers it.
    """

    name: str
    wording: str
    first: bool
    waits: bool


def cards(flows: Flows) -> list[Card]:
    """Every text of the flows about danger."""
    return [
        Card(f"{flow.name}.{step.id}", wording, step.id in _firsts(flow), step.waits)
        for flow in flows.by_name.values()
        for step in flow.steps.values()
        if step.say is not None and ("danger/" in flow.file or flow.card)
        for _, wording in _wordings(step.say)
    ]


def _wordings(say: Saying) -> Iterator[tuple[str, str]]:
    yield "", say.default.source
    yield from ((place, words.source) for place, words in say.by_place.items())


def _firsts(flow: Flow) -> set[str]:
    """The steps that say something before the person has answered anything."""
    found, ahead = set(), [flow.start]
    while ahead:
        step = flow.steps[ahead.pop()]
        if isinstance(step.way, Route) and step.say is None:
            ahead += [case.step for case in step.way.cases] + [step.way.otherwise]
        elif "danger/" in flow.file:
            found.add(step.id)
    return found


def facts_by_place(helplines: Helplines, at: datetime) -> dict[str, dict[str, str]]:
    """What is filled in for somebody in each place, with the longest of what else a card may say."""
    also = {"pages_state": files.messages().text("pages_state_sent"), "safety_lead": "Sam"}
    return {
        place: {**number_facts(helplines, country, nation, at), **also, "whereabouts": "14 Mill Road"}
        for place, (country, nation) in PLACES.items()
    }


def filled(card: Card, facts: Mapping[str, str]) -> str:
    """The card as it is read: a line whose fact the place has not is left out."""
    lines = [
        re.sub(r"\{(\w+)\}", lambda name: facts.get(name[1], "…"), line)
        for line in card.wording.split("\n")
        if all(facts.get(name, "…") for name in names_in(line))
    ]
    return "\n".join(lines).strip()


def prose(card: Card, facts: Mapping[str, str]) -> str:
    """The same without the lines that are somebody to ring: names and numbers are left out of all counts."""
    kept = [line for line in card.wording.split("\n") if not set(names_in(line)) & LINES]
    return filled(Card(card.name, "\n".join(kept), card.first, card.waits), facts)


@lru_cache(maxsize=1)
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


def reading_age(text: str) -> float:
    """Flesch–Kincaid grade plus five, in years; the formula of Kincaid et al. 1975, syllables by pyphen."""
    words = _WORD.findall(text)
    sentences = [one for one in _SENTENCE.split(text) if _WORD.search(one)]
    if not words:
        return 0.0
    syllables: int = sum(_hyphens().inserted(word).count("-") + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59 + 5


def wrong_with(card: Card, facts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with one card in one place, a sentence each."""
    text = prose(card, facts)
    if (count := len(_WORD.findall(text))) > MOST_WORDS:
        yield f"{count} words, {MOST_WORDS} at most"
    for sentence in _SENTENCE.split(text):
        if (count := len(_WORD.findall(sentence))) > MOST_IN_A_SENTENCE:
            yield f"a sentence of {count} words, {MOST_IN_A_SENTENCE} at most: {sentence[:40]} …"
    if (count := _QUOTED.sub("", text).count("?")) > 1:
        yield f"{count} questions, one at most"
    if len(_WORD.findall(text)) >= 12 and (age := reading_age(text)) > OLDEST:
        yield f"reading age {age:.1f}, {OLDEST:g} at most"
    for pattern, why in NEVER.items():
        said = re.sub(MAY.get(card.name, r"(?!)"), "", text)
        if found := re.search(rf"\b{pattern}", said, re.IGNORECASE):
            yield f"“{found[0]}”: {why}"
    if (loud := _LOUD.search(text)) or (loud := _EMOJI.search(text)):
        yield f"“{loud[0]}”: no capitals and no emoji on a card"


def misplaced(card: Card) -> Iterator[str]:
    """Numbers that do not stand on a line of their own, or are written out where a fact belongs."""
    for line in card.wording.split("\n"):
        if set(names_in(line)) & LINES and not re.fullmatch(r"\s*\{\w+\}\s*", line):
            yield f"a number that shares its line: {line.strip()[:50]}"
        if found := re.search(r"\b(?:999|911|112|111|988|\d{3,}[ -]?\d{3,})\b", line):
            yield f"{found[0]} is written out; use a fact"
    if unknown := set(names_in(card.wording)) - set(LIMITS) - {"whereabouts", "taken", "what_stopped"}:
        yield f"unknown facts: {', '.join(sorted(unknown))}"


def incomplete(card: Card, text: str) -> Iterator[str]:
    """What a first card lacks: somebody to ring, the two clauses, or its one question."""
    if not card.first or card.name.startswith("soft."):
        return
    yield from (f"does not say: {clause}" for clause in CLAUSES if clause not in text)
    if card.waits and "?" not in text:
        yield "asks nothing"
    if not set(names_in(card.wording)) & {"emergency", "crisis_line"}:
        yield "has no number"


def reviews(text: str) -> dict[str, list[str]]:
    """File → its cells in the tables of docs/copy-review.md: who reviewed it, or that nobody has."""
    rows = [line.strip("| \n").split("|") for line in text.splitlines() if line.startswith("| ")]
    return {
        file: [cell.strip() for cell in row[2:]]
        for row in rows
        if len(row) == 4
        for file in re.findall(r"`([\w/]+\.yaml)`", row[1])
    }


def fingerprint(flow: Flow) -> str:
    """Changes with any word of a card: a review holds for the words that were read."""
    said = [
        (step.id, place, wording)
        for step in flow.steps.values()
        if step.say is not None
        for place, wording in _wordings(step.say)
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:8]


def unreviewed(flows: Flows, text: str) -> Iterator[str]:
    """Cards without a review status, or with a review of other words than today's."""
    found = reviews(text)
    for flow in flows.by_name.values():
        if "danger/" not in flow.file and not flow.card:
            continue
        cells = found.get(flow.file, [])
        if len(cells) != 2:
            yield f"{flow.file}: no review status in docs/copy-review.md"
        for cell in cells:
            if cell != "not yet reviewed" and not re.fullmatch(
                rf".+, \d{{4}}-\d\d-\d\d, {fingerprint(flow)}", cell
            ):
                yield f"{flow.file}: “{cell}”: not yet reviewed, or NAME, DATE, {fingerprint(flow)}"


def expired(helplines: Helplines, today: date) -> Iterator[str]:
    """Numbers on cards that nobody has checked for too long."""
    pinned = {line for roles in helplines.pinned.values() for pin in roles.values() for line in pin.lines}
    for line in sorted(pinned):
        if helplines.by_id[line].expired(today):
            yield f"data/helplines.yaml: {line} is on a card and was checked too long ago"


def problems(flows: Flows, helplines: Helplines, at: datetime) -> list[str]:
    """Everything there is to say at a moment (numbers expire), a line each."""
    places = facts_by_place(helplines, at)
    found: dict[str, list[str]] = {}
    for card in cards(flows):
        found |= {f"{card.name}: {what}": [] for what in misplaced(card)}
        read = {place: filled(card, facts) for place, facts in places.items()}
        for text in dict.fromkeys(read.values()):
            where = [place for place, other in read.items() if other == text]
            facts = places[where[0]]
            for what in (*wrong_with(card, facts), *incomplete(card, text)):
                found.setdefault(f"{card.name}: {what}", []).extend(where)
    said = [
        what + (f" ({', '.join(where)})" if 0 < len(where) < len(PLACES) else "")
        for what, where in found.items()
    ]
    return [*said, *unreviewed(flows, REVIEWS.read_text("utf-8")), *expired(helplines, at.date())]


def shown(flows: Flows, helplines: Helplines) -> str:
    """docs/safety/cards.md: each first card as it is read in each country, with its reading age."""
    places = facts_by_place(helplines, datetime.combine(helplines.date, time(12), UTC))
    parts = [
        "# The first cards, country by country\n\n"
        "Written by `make cards` from `conversations/danger` and `data/helplines.yaml`. Where places read\n"
        "the same they stand together. Nothing here is clinical sign-off: see "
        "[who has read these words](../copy-review.md).\n"
    ]
    for card in cards(flows):
        if not card.first:
            continue
        read: dict[str, list[str]] = {}
        for place, facts in places.items():
            read.setdefault(filled(card, facts), []).append(place)
        age = reading_age(prose(card, places["England"]))
        parts.append(f"\n## {card.name}\n\nReading age {age:.0f}.\n")
        parts += [f"\n{', '.join(where)}:\n\n```\n{text}\n```\n" for text, where in read.items()]
    return "".join(parts)


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    flows, helplines = open_flows(files.CONVERSATIONS), load_helplines(files.DATA)
    if "--write" in sys.argv:
        SHOWN.write_text(shown(flows, helplines), "utf-8")
        print(f"wrote {SHOWN.relative_to(ROOT)}")
        return 0
    found = problems(flows, helplines, SystemClock().now())
    if SHOWN.read_text("utf-8") != shown(flows, helplines):
        found.append("docs/safety/cards.md is out of date: run `make cards`")
    print("\n".join(found) or "every card can be read")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
