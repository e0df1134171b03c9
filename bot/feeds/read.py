"""Reads a file from outside, whatever its format turns out to be."""

from typing import Literal

from bot.domain.directory.offering import NoReading, Reading
from bot.domain.directory.places import Places
from bot.feeds.gather import gather
from bot.feeds.meeting_guide import guide_rows
from bot.feeds.row import Defaults
from bot.feeds.sheet import sheet_rows
from bot.feeds.text import decoded, is_web_page

Format = Literal["auto", "csv", "meeting-guide"]


def read_source(
    raw: bytes, form: Format, *, programme: str, zone: str, places: Places
) -> Reading | NoReading:
    """Every row of `raw`, taken or with the reason why not.

    `programme` is our code and `zone` an IANA name for rows that do not say. NoReading for an empty file, a
    web page, broken JSON, a sheet without a header. Never raises, whatever the bytes.
    """
    text = decoded(raw)
    if not text.strip():
        return NoReading("it is empty")
    if is_web_page(text):
        return NoReading("it is a web page, not data: perhaps an error or a login page was saved")
    json_like = form == "meeting-guide" or (form == "auto" and text.lstrip()[:1] in "[{")
    rows = guide_rows(text) if json_like else sheet_rows(text)
    if isinstance(rows, NoReading):
        return rows
    if not rows:
        return NoReading("there are no rows in it")
    return gather(rows, Defaults(programme, zone, american=json_like), places)
