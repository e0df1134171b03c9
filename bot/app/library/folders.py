"""Where the rooms beside this one are. Apart from what reads them: a process that needs one starts sooner."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONVERSATIONS = ROOT / "conversations"
DATA = ROOT / "data"
