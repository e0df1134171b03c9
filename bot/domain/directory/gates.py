"""What an import may not do unseen: lose many entries, or publish a feed that is mostly errors."""

from dataclasses import dataclass

BIG_DROP = 0.20
BIG_DROP_OF_MANY = 0.10
MANY = 500
MOST_ERRORS = 0.05
"""Directory design, "Rules that keep it honest"."""


@dataclass(frozen=True, slots=True)
class TooManyGone:
    """So many of the entries listed now would go that somebody has to say yes."""

    gone: int
    listed: int

    def __str__(self) -> str:
        return f"{self.gone} of {self.listed} would go"


@dataclass(frozen=True, slots=True)
class TooManyErrors:
    """So many rows could not be read that the feed is taken for broken."""

    rejected: int
    rows: int

    def __str__(self) -> str:
        return f"{self.rejected} of {self.rows} rows could not be read"


def gate(
    *, listed: int, gone: int, taken: int, rejected: int, scheduled: bool, usual: float = 0.0
) -> TooManyGone | TooManyErrors | None:
    """Why an import is held back, or None.

    `listed` are the entries of the last good copy; without one there is nothing to lose. A scheduled refresh
    fails for errors as well, and for a smaller drop of a large source; by hand only the drop is asked about.
    `usual`: the share of rows (0 to 1) that could not be read when somebody took the last good copy as it is:
    only what is that much more tells of a broken feed.
    """
    if not listed:
        return None
    if scheduled and rejected > (usual + MOST_ERRORS) * (taken + rejected):
        return TooManyErrors(rejected, taken + rejected)
    most = BIG_DROP_OF_MANY if scheduled and listed >= MANY else BIG_DROP
    return TooManyGone(gone, listed) if gone > most * listed else None
