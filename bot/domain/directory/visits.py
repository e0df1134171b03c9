"""Which card of data/explained/visits.yaml says what happens when somebody goes to a group or service."""

from bot.domain.directory.offering import Entry
from bot.domain.directory.programmes import programme

_OWN = {
    "smart": "visit_smart",
    "lifering": "visit_lifering",
    "recovery-dharma": "visit_dharma",
    "refuge-recovery": "visit_dharma",
    "wfs": "visit_women",
}
_SERVICES = {
    "drug_alcohol_service": "visit_service",
    "needle_exchange": "visit_needle_exchange",
    "family_support": "visit_family",
}
WHICH = "menu"
"""Of what there is no card for: the reader says which one they meant."""


def visit_to(entry: Entry) -> str:
    """The card's id: the programme's own, that of its kind, or what a service is first of all for."""
    if entry.kind == "service":
        return next((card for need, card in _SERVICES.items() if need in entry.needs), WHICH)
    known = programme(entry.programme)
    if known.family:
        return "visit_family"
    if known.code in _OWN:
        return _OWN[known.code]
    if known.approach == "twelve_step":
        return "visit_twelve_step"
    return "visit_women" if "women" in entry.tags else "visit_peer"
