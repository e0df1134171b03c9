"""Logs: an event's name and ids on one line, with neither a secret nor anybody's words ever among them."""

import logging
import re
import sqlite3
import sys
import threading
import traceback
from collections.abc import Iterable
from enum import Enum
from typing import TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import Log, Settings
from bot.settings.sources import fields, is_secret

_TOKEN = re.compile(r"\d+(?::|%3[aA])[A-Za-z0-9_-]{30,}")
_BOT_PATH = re.compile(r"/bot[^/\s\"']*[:%][^/\s\"']*")
_ID_LIKE = re.compile(r"[\w.:/@+<>=,#-]{0,200}", re.ASCII)
_EVENT = re.compile(r"[a-z][a-z0-9_]*")
_FILLED_IN = re.compile(r"(?<=callback)\s|[(<\[{'\"“‘:]")
"""Where a message that came ready-made may begin to quote values: asyncio's names a callback's arguments."""
_FRAMES = 6

log = structlog.stdlib.get_logger("bot.logs")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without anything in the form of a bot's token, `/bot<token>/` paths, or the given `secrets`."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[secret]")
    return _BOT_PATH.sub("/bot[secret]", _TOKEN.sub("[secret]", text))


def secrets_of(settings: Settings) -> list[str]:
    """Every secret that the settings hold."""
    found = []
    for key, setting in fields():
        if is_secret(setting):
            value: object = settings
            for part in key:
                value = getattr(value, part)
            if isinstance(value, SecretStr):
                found.append(value.get_secret_value())
    return found


def set_up(settings: Log, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every log of this process, ours and the libraries', redacted to `stream` (standard error).

    Ours begin at the level of the settings; the libraries' at warning, because below that they print
    addresses with the token, SQL with its values, and updates with their words.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Redacting(settings.format, tuple(secrets)))
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    for name in list(logging.root.manager.loggerDict):
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
        other.setLevel(logging.NOTSET)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # else a log call gone wrong prints its values
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = lambda _, error, __: _crashed(error)
    threading.excepthook = lambda args: _crashed(args.exc_value)
    sys.unraisablehook = lambda args: _crashed(args.exc_value)


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """The last thing that touches a line before it is written."""

    def __init__(self, form: str, secrets: tuple[str, ...]) -> None:
        render: Processor = (
            structlog.processors.JSONRenderer()
            if form == "json"
            else structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True
            )
        )
        super().__init__(
            processors=[self.remove_processors_meta, render],
            foreign_pre_chain=[_foreign, *_SHARED],
        )
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The redacted line."""
        return redact(super().format(record), self._secrets)


def _foreign(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """A library's message: its logger and its own fixed words, without the values put into them."""
    record: logging.LogRecord = event_dict["_record"]
    first_line = str(record.msg).partition("\n")[0]
    says = first_line if record.args else _FILLED_IN.split(first_line, maxsplit=1)[0].rstrip()
    event_dict.update(event="library", logger=record.name, says=_Fixed(says))
    event_dict.setdefault("exc_info", record.exc_info)
    return event_dict


class _Fixed(str):
    """Words written by a programmer, not by a person who uses the service."""

    __slots__ = ()


def _only_ids(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Values are numbers, names of kinds, and ids: a sentence is withheld, whoever logged it."""
    for key, value in event_dict.items():
        if key not in {"_record", "_from_structlog"}:
            event_dict[key] = _safe(value)
    if not _EVENT.fullmatch(str(event_dict["event"])):
        event_dict["event"] = "unnamed_event"
    return event_dict


def _safe(value: object) -> object:
    match value:
        case _Fixed() | bool() | int() | float() | None:
            return value
        case Enum():
            return _safe(value.value)
        case str():
            return value if _ID_LIKE.fullmatch(value) else f"<withheld:{len(value)}>"
        case tuple() | list():
            return ",".join(str(_safe(part)) for part in value)
        case _:
            return f"<{type(value).__name__}>"


def _exception(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """An exception as its kind and the places it passed, newest first, and words only of known kinds."""
    wanted = event_dict.pop("exc_info", None)
    error = wanted[1] if isinstance(wanted, tuple) else wanted
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event_dict["error"] = _Fixed(_told(error))
    return event_dict


def _told(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    path = " < ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    words = _words(error)
    told = type(error).__qualname__ + (f"({words})" if words else "") + (f" at {path}" if path else "")
    if isinstance(error, BaseExceptionGroup):
        told += " [" + "; ".join(_told(inner) for inner in error.exceptions) + "]"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told + (f" from {type(cause).__qualname__}" if cause else "")


def _words(error: BaseException) -> str:
    """The message of the few kinds of exception that never quote what people wrote."""
    if isinstance(error, OSError):
        return error.strerror or ""
    if isinstance(error, sqlite3.Error):
        return str(error)
    if type(error).__module__.startswith("bot."):
        return str(error)
    return ""


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def _crashed(error: BaseException | None) -> None:
    """What is left of an exception that nobody caught; Python's own way would print its words."""
    if not isinstance(error, KeyboardInterrupt):
        log.critical("crashed", exc_info=error)


_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    _exception,
    _only_ids,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
