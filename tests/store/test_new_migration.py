"""A migration is written from the tables of the clone that the tool is in, a first one too."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_tool_needs_nothing_but_its_clone(tmp_path: Path) -> None:
    """Run from anywhere, without a path set, on a folder without migrations: the tables as they are now."""
    for part in ("bot", "tools"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    versions = tmp_path / "bot" / "store" / "migrations" / "versions"
    for file in versions.glob("[0-9]*.py"):
        file.unlink()
    tool = [sys.executable, str(tmp_path / "tools" / "new_migration.py"), "everything"]
    ended = subprocess.run(tool, cwd="/", env={}, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    (written,) = versions.glob("[0-9]*.py")
    assert written.name == "0001_everything.py"
    assert "person_key" in written.read_text()
