"""The second reader: a linear model over a message's marks. It may ask softly; it never silences a rule."""

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from bot.domain.danger.hearing import SECOND, Hearing, Kind, Who
from bot.domain.danger.marks import BUCKETS, Standing, marks, standings
from bot.domain.danger.pattern import Reading

KINDS: tuple[Kind, ...] = (
    "suicide", "self_harm", "overdose_now", "withdrawal_danger",
    "abuse_danger", "child_risk", "medical_emergency", "psychosis",
)  # fmt: skip
HEADS: tuple[str, ...] = ("danger", *KINDS, "other")
"""What is weighed, in the order of the columns: any danger, each kind, whether it is somebody else's."""
ROW = len(HEADS) + 1
"""Bytes of one mark: how rare it is (squared), then its weight for each head, 128 for none."""
MIDDLE = 128
SPAN, STEP = 48, 32
"""Words read at once, and how far on the next span starts: a danger does not drown in a long message."""
FIRST, LAST = 2, 4
"""How many spans are read of a text that has more."""


FEWEST = 3
"""Words in plain letters that a text must have, and half of its words: in fewer there are only the rules."""


LIKELY = -0.4
"""Above which danger is likelier than none: what a weak rule needs."""
UNFAMILIAR = 0.1
"""How much surer it must be to ask about suicide, for which it takes words that it has never seen."""
SURE = 0.7
"""Above which a kind is sure enough for a weak alarm of that kind."""
DOUBT = 0.6
"""How far below `back` an opinion lies that makes even a firm rule ask first."""
Support = Literal["likely", "backed", "unbacked", "doubted"]


class SecondReaderError(ValueError):
    """A file of weights that cannot be used."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second reader makes of a text: how sure of danger (above `LIKELY`), which, and whose.

    Two heads count for how sure: that of any danger and that of the likeliest kind. At the same share of
    danger heard in voices held out, a fifth fewer ordinary messages are asked after than by the first alone.
    """

    danger: float
    kind: Kind
    other: bool


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Weights, and the levels above which it asks (`ask`) and backs a rule (`back`)."""

    table: bytes
    rarity: float
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    ask: float
    back: float

    def opinion(self, reading: Reading, families: Mapping[int, str]) -> Opinion | None:
        """Of the most alarming span of a text; None for a text without words."""
        placed = standings(reading, families)
        spans = (self._weighed(*span, reading.asks) for span in _spans(reading.words, placed, reading.pauses))
        return max(spans, key=lambda opinion: opinion.danger, default=None)

    def _weighed(self, words: Sequence[str], places: Sequence[Standing], pauses: int, asks: bool) -> Opinion:
        found = marks(words, places, pauses, asks=asks)
        rows = b"".join([self.table[mark * ROW : mark * ROW + ROW] for mark in found])
        size = sqrt(sum(rows[::ROW]) * self.rarity) or 1.0
        danger, *kinds, other = (
            (sum(rows[head + 1 :: ROW]) - MIDDLE * len(found)) * scale / size + bias
            for head, (scale, bias) in enumerate(zip(self.scales, self.biases, strict=True))
        )
        best = max(range(len(kinds)), key=kinds.__getitem__)
        return Opinion(danger + kinds[best], KINDS[best], other > 0)

    def asks(self, opinion: Opinion, words: Sequence[str], *, surer: float = 0.0) -> Hearing | None:
        """The soft check it would put, if it is sure enough. The rule's name tells texts apart, not words.

        `surer`: by how much more than else, where other words of the text or a question explain its words.
        """
        legible = sum(word.isascii() for word in words)
        enough = self.ask + surer + (UNFAMILIAR if opinion.kind == "suicide" else 0.0)
        if opinion.danger < enough or legible < FEWEST or legible * 2 < len(words):
            return None
        text = zlib.crc32(" ".join(words).encode("utf-8", "replace")) % 4096
        who: Who = "other" if opinion.other else "self"
        return Hearing(opinion.kind, "concern", "soft", who, f"{SECOND}{opinion.kind}.{text:03x}")

    def sure_of(self, opinion: Opinion | None) -> Kind | None:
        """The kind that it would stake an alarm on, if a rule's words say so too."""
        return None if opinion is None or opinion.danger < SURE else opinion.kind

    def support(self, opinion: Opinion | None) -> Support:
        """What its opinion means for the rules."""
        if opinion is None or opinion.danger < self.back - DOUBT:
            return "doubted"
        if opinion.danger >= LIKELY:
            return "likely"
        return "backed" if opinion.danger >= self.back else "unbacked"


def _spans(
    words: Sequence[str], places: Sequence[Standing], pauses: int
) -> Iterator[tuple[Sequence[str], Sequence[Standing], int]]:
    """The whole of a short text; of a long one its beginning and its end. The rules read all of it."""
    if len(words) <= SPAN:
        if words:
            yield words, places, pauses
        return
    starts = range(0, len(words) - SPAN + STEP, STEP)
    for start in {*starts[:FIRST], *starts[-LAST:]}:
        end = min(start + SPAN, len(words))
        inside = [
            Standing(one.start - start, one.end - start, one.family)
            for one in places[bisect_left(places, start, key=_start) : bisect_left(places, end, key=_start)]
            if one.end <= end
        ]
        yield words[start:end], inside, pauses >> start


def _start(place: Standing) -> int:
    return place.start


def read_weights(data: bytes) -> SecondReader:
    """The second reader from its file: a line of JSON, then the packed table. Raises SecondReaderError."""
    try:
        line, packed = data.split(b"\n", 1)
        head = json.loads(line)
        table = zlib.decompress(packed)
        reader = SecondReader(
            table=table,
            rarity=float(head["rarity"]),
            scales=tuple(map(float, head["scales"])),
            biases=tuple(map(float, head["biases"])),
            ask=float(head["ask"]),
            back=float(head["back"]),
        )
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise SecondReaderError(f"the second reader's weights cannot be read: {error}") from None
    if head.get("heads") != list(HEADS) or len(table) != BUCKETS * ROW or len(reader.scales) != len(HEADS):
        raise SecondReaderError("the second reader's weights are of another version; train it again")
    return reader
