"""Writes docs/safety/transcripts.md, where a clinician marks the conversations in danger; checks the marks.

`--write` brings the page up to date. A mark holds for the words that were read: it names their fingerprint.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER, PAGE = ROOT / "conversations/transcripts/danger", ROOT / "docs/safety/transcripts.md"
NOT_YET = "not yet"
KINDS: Mapping[str, str] = {
    "suicide": "Thoughts of ending life",
    "self_harm": "Self-harm",
    "overdose_now": "Overdose",
    "withdrawal_danger": "Withdrawal",
    "abuse_danger": "Violence by somebody",
    "child_risk": "A child at risk, or a child writing",
    "medical_emergency": "Medical emergency, spiking",
    "psychosis": "Voices, seeing things, great fear",
    "none": "Only sounds like danger",
}
FORMS = (
    "explicit",
    "indirect",
    "third person",
    "late",
    "intake answer",
    "retracted",
    "split",
    "misspelt",
    "hard negative",
)
HEADS = "| Conversation | Said | The words | Mark | Judged |"
BELOW = "<!-- Below this line `make cards` writes. -->\n"
_MARK = re.compile(r"(?:passes|fails: .+?), [^,]+, \d{4}-\d\d-\d\d, (\w{8})")


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation: its file's name, what its head says, and the fingerprint of its words."""

    name: str
    head: Mapping[str, Any]
    mark: str


def read(name: str, text: str) -> Transcript:
    """A transcript from its file."""
    head, _, body = text.partition("\n---\n")
    return Transcript(name, yaml.safe_load(head), hashlib.sha256(body.encode()).hexdigest()[:8])


def transcripts() -> list[Transcript]:
    """All of them, by kind and form."""
    found = [read(path.name, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.txt"))]
    kinds = tuple(KINDS)
    return sorted(found, key=lambda one: (kinds.index(one.head["kind"]), FORMS.index(one.head["form"])))


def problems(found: list[Transcript]) -> Iterator[str]:
    """Marks that are none, or that were made of other words than today's."""
    for one in found:
        said = str(one.head["marked"])
        given = _MARK.fullmatch(said)
        if said != NOT_YET and (given is None or given[1] != one.mark):
            yield f"{one.name}: “{said}”: not yet, or passes | fails: WHY, NAME, DATE, {one.mark}"


def page(found: list[Transcript], before: str) -> str:
    """docs/safety/transcripts.md, of which what stands above the line is kept."""
    parts = [before.partition(BELOW)[0], BELOW]
    for kind, title in KINDS.items():
        parts.append(f"\n## {title}\n\n{HEADS}\n|---|---|---|---|---|\n")
        parts += [_row(one) for one in found if one.head["kind"] == kind]
    return "".join(parts)


def _row(one: Transcript) -> str:
    head = one.head
    link = f"[{head['title']}](../../conversations/transcripts/danger/{one.name})"
    judged = "☐ passes ☐ fails" if head["marked"] == NOT_YET else head["marked"]
    return f"| {link} | {head['form']} | {head['danger']} | `{one.mark}` | {judged} |\n"


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    found = transcripts()
    before = PAGE.read_text("utf-8")
    if "--write" in sys.argv:
        PAGE.write_text(page(found, before), "utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
        return 0
    wrong = list(problems(found))
    if before != page(found, before):
        wrong.append("docs/safety/transcripts.md is out of date: run `make cards`")
    print("\n".join(wrong) or f"{len(found)} conversations in danger to read")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
