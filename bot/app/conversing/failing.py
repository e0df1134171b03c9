"""What failed when it came due waits longer after each failure, so that it holds up nothing behind it."""

from datetime import datetime, timedelta

_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(minutes=60)


class Failing:
    """How often each row has failed in a row, and when to try it again.

    It lives as long as the program: whoever starts it anew tries everything at once, which is what is wanted
    after something was mended.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[timedelta, datetime]] = {}

    def __len__(self) -> int:
        """How many are waiting for another try."""
        return len(self._known)

    def failed(self, what: str, now: datetime) -> datetime:
        """It failed once more; when to try it again: after 1, 2, 4 … 60 minutes."""
        before = self._known.get(what)
        pause = _FIRST if before is None else min(before[0] * 2, _LONGEST)
        self._known[what] = (pause, now + pause)
        return now + pause

    def rests(self, what: str, now: datetime) -> bool:
        """Whether it is not its time yet."""
        before = self._known.get(what)
        return before is not None and now < before[1]

    def done(self, what: str) -> None:
        """It went well, or is gone."""
        self._known.pop(what, None)
