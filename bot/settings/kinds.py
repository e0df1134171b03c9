"""The kinds of value a setting may have, each refusing nonsense with a plain sentence."""

import base64
import binascii
import re
from datetime import time
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

TOKEN_FORM = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
"""What BotFather hands out: the bot's number, a colon, and 35 characters of key (30 or more are accepted)."""
SQLITE = "sqlite:///"
"""What stands before the path of a SQLite file; everything behind it is the path, as it is."""


def _wall_time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('must be a time of day such as "08:00", from "00:00" to "23:59"')
    return time.fromisoformat(value)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise ValueError(f"is {shown(name)}, which is no time zone") from missing
    return name


def shown(value: str) -> str:
    """A value as a line about it shows it: short, and nothing in it that a terminal would act upon."""
    visible = "".join(letter if letter.isprintable() else "�" for letter in value[:60])
    return f'"{visible}{"…" if len(value) > 60 else ""}"'


def _parts(url: str) -> SplitResult:
    """The address taken apart. Raises ValueError, in plain words, for one that no program could open."""
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise ValueError("has a space or a character in it that can't be seen")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("has a [ without its ]") from None
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("has a port that is none: 1 to 65535")
    return parts


def _base_url(url: str) -> str:
    parts = _parts(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "%" in parts.netloc:
        raise ValueError("must be an address that starts with https:// (or http:// on this machine)")
    return url


def _optional_url(url: str) -> str:
    return _base_url(url).rstrip("/") if url else url


def _bare_url(url: str) -> str:
    if "?" in url or "#" in url:
        raise ValueError("has a ? or # in it; paths are put behind it")
    return _optional_url(url)


def _one_line(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError("must be words on one line")
    return name


def _path(path: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9/_-]+", path):
        raise ValueError('must be a path such as "/telegram"')
    return path


def _printable(path: str) -> str:
    """NUL ends a name for the system; the others hide in a listing."""
    if not path.isprintable():
        raise ValueError("must be a path without control characters")
    return path


def _token(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if any(letter.isspace() for letter in value):
        raise ValueError("has a space or a line break in it; copy it again from @BotFather")
    if not TOKEN_FORM.fullmatch(value):
        raise ValueError("is not in the form @BotFather gives: digits, a colon, 35 letters and digits")
    return secret


def _webhook_secret(secret: SecretStr) -> SecretStr:
    """Telegram's own rule: 1 to 256 of these characters; ours asks for 32, so that it can't be guessed."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret.get_secret_value()):
        raise ValueError("must be 32 to 256 letters, digits, _ and -")
    return secret


def encode_key(raw: bytes) -> str:
    """A key of 32 bytes as the text that goes into a file: 43 letters, digits, - and _."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_key(text: str) -> bytes:
    """The bytes of `encode_key`. Raises ValueError, without the text, when it is anything else."""
    try:
        raw = base64.b64decode(text.strip().rstrip("=") + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ValueError("is not a key: 32 bytes in base64, as `foothold keygen` makes them")
    return raw


def secret_text(secret: SecretStr | None) -> str | None:
    """A secret that may be missing, for the one who needs it."""
    return None if secret is None else secret.get_secret_value()


def _master_key(secret: SecretStr) -> SecretStr:
    decode_key(secret.get_secret_value())
    return secret


def _database_url(url: str) -> str:
    if url.startswith("sqlite:"):
        if not url.startswith(SQLITE):
            raise ValueError(
                f'needs three slashes: "{SQLITE}var/foothold.db" (four for a path from the root)'
            )
        if not PurePath(url.removeprefix(SQLITE)).name:
            raise ValueError("names no file")
        return _printable(url)
    if not url.startswith("postgresql:"):
        raise ValueError('must start with "sqlite:///" or "postgresql://"')
    if _parts(url).password:
        raise ValueError("has a password in it; that belongs in FOOTHOLD_DATABASE__PASSWORD_FILE")
    return url


WallTime = Annotated[time, BeforeValidator(_wall_time)]
Zone = Annotated[str, AfterValidator(_zone)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
OptionalUrl = Annotated[str, AfterValidator(_optional_url)]
BareUrl = Annotated[str, AfterValidator(_bare_url)]
UrlPath = Annotated[str, AfterValidator(_path)]
Token = Annotated[SecretStr, AfterValidator(_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
MasterKey = Annotated[SecretStr, AfterValidator(_master_key)]
FolderPath = Annotated[str, Field(min_length=1), AfterValidator(_printable)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_one_line)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Rate = Annotated[float, Field(ge=0, le=100_000)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Minutes = Annotated[int, Field(ge=1, le=525_600)]  # up to a year, so that no moment leaves the calendar
Hours = Annotated[int, Field(ge=1, le=8_760)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Months = Annotated[int, Field(ge=1, le=1_200)]
