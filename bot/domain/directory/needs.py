"""What services help with: the codes that are stored, and the words that people read."""

from collections.abc import Mapping

NEED_WORDS: Mapping[str, str] = {
    "drug_alcohol_service": "drug and alcohol service",
    "needle_exchange": "needle exchange",
    "naloxone": "naloxone",
    "hostel": "somewhere to stay",
    "food": "food",
    "childcare": "childcare",
    "transport": "getting around",
    "jobs": "work and training",
    "advice": "advice on money, housing and rights",
    "mental_health": "mental health",
    "family_support": "support for families",
    "helpline": "a line to ring",
}
"""By code, the order in which they are offered."""
