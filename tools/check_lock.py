"""Says whether the lock files belong to today's pyproject.toml, carry hashes and name no address."""

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def stamp() -> str:
    """One line that changes when what pyproject.toml asks for changes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        project["project"]["dependencies"],
        project["project"]["optional-dependencies"],
        project["dependency-groups"],
        project["project"]["requires-python"],
    ]
    return "pyproject sha256:" + hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]


def problems(name: str) -> list[str]:
    """What is wrong with one lock file, a sentence each."""
    text = (ROOT / name).read_text()
    found = []
    if stamp() not in text.splitlines()[0]:
        found.append(f"{name}: not made from today's pyproject.toml; run `make lock`")
    if "://" in text:
        found.append(f"{name}: holds an address")
    requirements = re.findall(r"^[a-z0-9][^\n]*(?:\n    [^\n]*)*", text, re.MULTILINE)
    found += [f"{name}: no hash for {r.split()[0]}" for r in requirements if "--hash=sha256:" not in r]
    return found


if __name__ == "__main__":
    wrong = [p for lock in ("requirements.lock", "requirements-dev.lock") for p in problems(lock)]
    print("\n".join(wrong) or "locks are in step with pyproject.toml")
    sys.exit(bool(wrong))
