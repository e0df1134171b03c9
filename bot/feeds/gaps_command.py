"""`foothold directory gaps`: what people looked for and did not find, and whom nobody is ever sent to."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.app.directory.gaps import FEW, Gap, Gaps, summarised
from bot.domain.directory.listing import area_text
from bot.feeds.exit_codes import OK, WRONG_USE, Write
from bot.store.store import Store

MOST_UNSENT = 20
_NEEDS: Mapping[str, str] = {
    "no_group_near": "no group near",
    "no_group_online": "no group online",
    "no_service_near": "no service near",
    "none_fit": "nothing that fits",
    "place_unknown": "a place we don't know",
    "company_to_group": "someone to go with",
    "lift_to_group": "a lift",
}
MOST_DAYS = 3650


async def gaps(
    store: Store, *, days: int, as_json: bool, now: datetime, write: Write, most: int = MOST_UNSENT
) -> int:
    """Print the last so many days. 0, for no gaps is good news; 2 for a number of days that means nothing."""
    if not 1 <= days <= MOST_DAYS:
        write(f"--days {days}: from 1 to {MOST_DAYS}")
        return WRONG_USE
    async with store.reading() as tx:
        found = await summarised(tx, now - timedelta(days=days), most)
    if as_json:
        write(json.dumps(_as_json(found, days), ensure_ascii=False, indent=1))
        return OK
    write(f"Looked for and not found, last {days} days:")
    for gap in found.gaps:
        write(f"  {gap.people:>4} people: {_words(gap)}")
    if found.rare:
        rare = " · ".join(map(_need, found.rare))
        write(f"  looked for by under {FEW} people: {rare}")
    if not found.gaps and not found.rare:
        write("  nothing was noted")
    write(f"Listed, and shown to nobody: {found.unsent_in_all}")
    for one in found.unsent:
        write(f"  {one.name} ({one.programme}), from {one.source}")
    return OK


def _need(code: str) -> str:
    asked = code.removeprefix("daily_")
    return _NEEDS.get(code) or ("" if asked == code else "staff asked for: ") + asked.replace("_", " ")


def _words(gap: Gap) -> str:
    parts = [
        f"in {area_text(gap.area)}" if gap.area else "",
        gap.band.replace("_", " "),
        gap.approach.replace("_", " "),
        "with: " + ", ".join(each.replace("_", " ") for each in gap.barriers) if gap.barriers else "",
        "different times or reasons, each rare" if gap.mixed and gap.area else "",
        "different places, times or reasons, each rare" if gap.mixed and not gap.area else "",
    ]
    return " · ".join([_need(gap.need), *filter(None, parts)])


def _as_json(found: Gaps, days: int) -> Mapping[str, object]:
    return {
        "days": days,
        "gaps": [asdict(gap) for gap in found.gaps],
        "rare": found.rare,
        "unsent": [asdict(one) for one in found.unsent],
        "unsent_in_all": found.unsent_in_all,
    }
