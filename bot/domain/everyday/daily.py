"""What everyday life asks for: how the directory and the helplines call it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """`directory`: the code services have it under, "" for none; `topic`: that of the helplines."""

    directory: str
    topic: str


NEEDS: Mapping[str, Need] = {
    "home": Need("hostel", "housing"),
    "money": Need("advice", "debt"),
    "work": Need("jobs", "advice"),
    "children": Need("childcare", "family"),
    "food": Need("food", "advice"),
    "health": Need("", "drugs"),
    "company": Need("", "emotional"),
    "transport": Need("transport", "advice"),
    "court": Need("advice", "advice"),
    "learning": Need("jobs", "advice"),
}
"""By the ids of the flow `daily`."""
SOUGHT = {"hostel": "home", "jobs": "work", "childcare": "children"}
"""What a search among the services calls by another name."""
EVERY_TASK = (
    *NEEDS,
    *("drug_alcohol_service", "naloxone", "needle_exchange", "advice", "mental_health", "family_support"),
    *("interview", "service"),
)
"""What staff may be asked to look into: a need, a kind of service, company at an interview, or anything."""
