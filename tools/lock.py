"""Rewrites requirements.lock and requirements-dev.lock: exact versions with hashes, and no addresses."""

import subprocess
import sys
from pathlib import Path

from check_lock import ROOT, stamp

COMMON = ["--extra", "postgres", "--group", "build"]
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--group", "dev"]}


def compile_lock(name: str, extra: list[str]) -> None:
    """Resolve one lock with uv and put today's stamp of pyproject.toml on top of it."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *COMMON, *extra]
    options = ["--generate-hashes", "--universal", "--python-version", "3.11", "--no-annotate", "--no-header"]
    done = subprocess.run([*command, *options, "-q"], cwd=ROOT, check=True, capture_output=True, text=True)
    (ROOT / name).write_text(f"# made by `make lock`; {stamp()}\n{done.stdout}")


if __name__ == "__main__":
    for lock, groups in LOCKS.items():
        compile_lock(lock, groups)
        print("wrote", Path(lock))
