"""Files that people have in place of a list: a document, a picture, the sheet of another program."""

import io
import zipfile
from pathlib import Path

_STARTS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"{\\rtf", "a text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_WITHIN = (
    ("word/", "a Word document"),
    ("content.xml", "an OpenDocument file"),
    ("Index/", "a Numbers file"),
)
"""What the archives that these programs write hold, by the beginning of a name."""


def other_kind(what: Path | bytes, first: bytes) -> str:
    """What a file is, of which `first` are the first 8 bytes, when it can be no list; "" for all else."""
    if first.startswith(b"PK"):
        names = _names(what)
        return next((kind for start, kind in _WITHIN if any(one.startswith(start) for one in names)), "")
    return next((kind for start, kind in _STARTS if first.startswith(start)), "")


def is_whole(what: Path | bytes) -> bool:
    """Whether an archive has its end, without which nobody knows what is in it."""
    return zipfile.is_zipfile(io.BytesIO(what) if isinstance(what, bytes) else what)


def _names(what: Path | bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(what) if isinstance(what, bytes) else what) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return []
