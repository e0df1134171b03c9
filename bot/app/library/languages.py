"""The languages a service speaks: compiled once from their .po files, read when somebody first needs one."""

from collections.abc import Mapping
from pathlib import Path

import structlog

from bot.app.library.files import CONVERSATIONS, DATA, catalog_files, tongues
from bot.app.library.kept import Kept
from bot.domain.conversation.catalogs import read_catalog, speech_of
from bot.domain.speech import ENGLISH, SOURCE_LANGUAGE, Calendar, Speech

log = structlog.get_logger()


class Languages:
    """Finds a language's speech by its code; also by a longer one ("es-419")."""

    def __init__(self, folder: Path = CONVERSATIONS, data: Path = DATA) -> None:
        self._folder = folder
        self._data = data
        self._files: Mapping[str, Path] = {path.stem: path for path in catalog_files(folder)}
        self._read: dict[str, Speech] = {}

    @property
    def offered(self) -> tuple[str, ...]:
        """The codes of the languages there are beside English."""
        return tuple(self._files)

    def known(self, language: str | None) -> str:
        """The code of the language that Telegram's means ("es-419" is es), or "" where it is not spoken."""
        code = (language or "").split("-")[0].lower()
        return code if code in self._files or code == SOURCE_LANGUAGE else ""

    def __call__(self, language: str) -> Speech:
        """The language's speech; English where it is not offered or its file cannot be read."""
        code = self.known(language)
        if code in ("", SOURCE_LANGUAGE):
            return ENGLISH
        if code not in self._read:
            self._read[code] = self._speech(code)
        return self._read[code]

    def passing(self, language: str) -> Speech:
        """As `__call__`, for a moment: what nobody has needed so far is not held on to."""
        return self._read.get(language) or self._speech(language)

    def forget(self) -> None:
        """Read them again: their files may have changed."""
        self._files = {path.stem: path for path in catalog_files(self._folder)}
        self._read.clear()

    def _speech(self, code: str) -> Speech:
        path = self._files[code]
        kept = Kept(self._folder / "__pycache__" / f"{code}.jsonl", Speech, (Speech, Calendar))
        try:
            return kept.get((path, self._data / "tongues.yaml"), lambda: self._compiled(code, path))
        except (OSError, ValueError):
            log.exception("language_not_read", language=code)
            return ENGLISH

    def _compiled(self, code: str, path: Path) -> Speech:
        catalog = read_catalog(code, path.name, path.read_text("utf-8"))
        return speech_of(catalog, tongues(self._data).said(code))
