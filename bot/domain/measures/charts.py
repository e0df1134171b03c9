"""Every measure that is shown: what it means in a sentence, its rows and columns, and how it is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.domain.measures.period import KINDS, Kind, Period
from bot.domain.measures.shown import Layout
from bot.domain.measures.story import BANDS, WEEKDAYS

Drawn = Literal["bars", "heat", "stages"]
WAITS = ("m5", "m15", "longer", "nobody", "left")


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure. `rows` in order; None: whatever was counted. `base`: the periods with exact numbers."""

    id: str
    title: str
    means: str
    drawn: Drawn = "bars"
    rows: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = ("",)
    across: bool = False
    base: Kind = "month"

    def layout(self, cells: Iterable[tuple[str, str]]) -> Layout:
        """The layout for what was counted; a code that the chart does not know comes last."""
        known = sorted(cells)
        rows = dict.fromkeys([*(self.rows or ()), *(row for row, _ in known)])
        columns = dict.fromkeys([*(self.columns or ()), *sorted(column for _, column in known)])
        return Layout(tuple(rows) or ("",), tuple(columns) or ("",), across=self.across)

    def tells(self, period: Period) -> bool:
        """Whether it is counted of a period: who came several weeks is not known, only who came in each."""
        return self.id != "people" or period.kind in KINDS

    def stored(self, period: Period) -> str:
        """Under which measure its counts are kept: people are counted once in a period of each kind."""
        return f"people_{period.part}" if self.id == "people" else self.id


CHARTS: tuple[tuple[str, tuple[Chart, ...]], ...] = (
    (
        "Who writes, and when",
        (
            Chart("people", "People", "Each person once in the period, however often they came.",
                  rows=("new", "back")),
            Chart("reach", "Conversations by day and hour",
                  "A conversation begins with a person's first word, and anew after twelve silent hours.",
                  drawn="heat", rows=WEEKDAYS, columns=BANDS, across=True),
            Chart("door", "How conversations began", "What the person did first."),
            Chart("about", "What they were about, and the most that came of them",
                  "By the first thing chosen or heard. Families: worried about somebody else.",
                  drawn="stages", columns=("person", "list", "line", "words"), across=True),
        ),
    ),
    (
        "From a first word to help",
        (
            Chart("first_help", "Time to first help",
                  "From a conversation's first word to an exercise, a list, a line, a card or a coach.",
                  rows=("m1", "m5", "m30", "longer", "none")),
            Chart("humans", "Time to a human, by the hour they asked",
                  "Each request for a person, until a coach took it.",
                  drawn="stages", rows=BANDS, columns=WAITS, across=True),
            Chart("next_step", "A next step within 48 hours",
                  "New people, by the first thing they planned in their first 48 hours.",
                  rows=("group", "appointment", "own", "none")),
        ),
    ),
    (
        "Groups and services",
        (
            Chart("groups", "From shown to gone",
                  "Each stage a person reached with a group or service, once a day.",
                  drawn="stages",
                  columns=("shown", "opened", "planned", "reminded", "went", "again", "not_there")),
            Chart("company", "With somebody, or alone",
                  "With somebody: staff had said yes to company or a lift in the fortnight before.",
                  drawn="stages", rows=("with", "alone"), columns=("planned", "went", "again")),
            Chart("practical", "Practical needs",
                  "People who looked for a service, once a quarter for each need: met when one was shown.",
                  drawn="stages", columns=("met", "unmet"), across=True, base="quarter"),
        ),
    ),
    (
        "Afterwards",
        (
            Chart("checkins", "Check-ins and their answers",
                  "Each question that was sent, by its answer within three days.",
                  rows=("good", "up_and_down", "struggling", "used", "talk", "not_now", "unanswered")),
            Chart("readiness", "Readiness, as people put it", "Each number said, from 0 to 10.",
                  rows=("low", "mid", "high")),
            Chart("readiness_change", "Readiness, against the time before",
                  "Of people who said a number more than once.", rows=("higher", "same", "lower")),
            Chart("urges", "Urges, after ten minutes", "Each ten minutes begun, by how it felt at their end.",
                  rows=("lower", "same", "higher", "unsaid", "left")),
        ),
    ),
    (
        "Safety",
        (
            Chart("danger", "Danger heard", "Each danger once, by the level it was first heard at.",
                  drawn="stages", columns=("emergency", "urgent", "concern"), across=True, base="quarter"),
            Chart("danger_answered", "Time to a human in danger",
                  "Each danger that staff were paged for, until one of them answered.",
                  rows=("m2", "m5", "m15", "longer", "nobody"), base="quarter"),
        ),
    ),
)  # fmt: skip
WHERE = Chart("unmet_where", "Where and when",
              "Each thing looked for and not found, once for each person in a quarter.", drawn="heat",
              columns=None, across=True, base="quarter")  # fmt: skip
WHAT = Chart("unmet_what", "What, and what stood in the way", "The same, by what was looked for.",
             drawn="heat", columns=None, across=True, base="quarter")  # fmt: skip
DIRECTORY = Chart("directory", "Directory health",
                  "As it stands now: entries that people are shown, and why others are not.")  # fmt: skip
