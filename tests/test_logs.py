"""Logs: whoever writes one, by whatever road, no token and nobody's words come out."""

import asyncio
import functools
import io
import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from enum import StrEnum

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.logs import redact, secrets_of, set_up
from bot.settings import Database, Log, Settings
from bot.settings import Telegram as TelegramSettings
from bot.telegram.client import CallFailed, Telegram

TOKEN = "123456789:AAE4fakeFAKEfakeFAKEfakeFAKEfake_-xyz"
WORDS = "i cant do this anymore"


class Step(StrEnum):
    CLAIMED = "claimed"


class OurTrouble(Exception):
    """Its words are ours: ids only."""


OurTrouble.__module__ = "bot.somewhere"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the logs go; everything that `set_up` changes is put back afterwards."""
    root, names = logging.root, list(logging.root.manager.loggerDict)
    before = root.handlers[:], root.level, {name: _state(name) for name in names}
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, logging.raiseExceptions
    stream = io.StringIO()
    set_up(Log(level="debug", format="json"), ["correct horse", ""], stream)
    yield stream
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, (handlers, propagate, level) in before[2].items():
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)
    logging.getLogger("bot").setLevel(logging.NOTSET)
    sys.excepthook, threading.excepthook, sys.unraisablehook, logging.raiseExceptions = hooks


def fail_in_two_steps(words: str) -> None:
    """An exception with words, caused by another with words."""
    try:
        int(words)
    except ValueError as inner:
        raise KeyError(words) from inner


def _state(name: str) -> tuple[list[logging.Handler], bool, int]:
    logger = logging.getLogger(name)
    return logger.handlers[:], logger.propagate, logger.level


def lines(out: io.StringIO) -> list[dict[str, object]]:
    """Every line written so far, without its time."""
    parsed = [json.loads(line) for line in out.getvalue().splitlines()]
    assert all(line.pop("timestamp").endswith("Z") for line in parsed)
    return parsed


def test_a_log_is_an_event_and_ids(out: io.StringIO) -> None:
    """A coordinator's helper can search for handoff=12."""
    structlog.get_logger("bot.app.oncall.handoffs").info(
        "handoff_claimed", handoff=12, after_s=41.5, to=Step.CLAIMED
    )
    assert lines(out) == [
        {"event": "handoff_claimed", "level": "info", "handoff": 12, "after_s": 41.5, "to": "claimed"}
    ]


def test_words_are_withheld_whoever_logs_them(out: io.StringIO) -> None:
    """A sentence, a list of them, an object whose repr holds them, a sentence as an event: none comes out."""
    log = structlog.get_logger("bot.app")
    log.info("turn_done", text=WORDS, words=[WORDS, "x"], update={"text": WORDS}, raw=WORDS.encode())
    log.warning(WORDS)
    assert WORDS not in out.getvalue()
    assert lines(out) == [
        {
            "event": "turn_done",
            "level": "info",
            "text": "<withheld:22>",
            "words": "<withheld:22>,x",
            "update": "<dict>",
            "raw": "<bytes>",
        },
        {"event": "unnamed_event", "level": "warning"},
    ]


@pytest.mark.parametrize(
    "name", ["httpx", "telegram.ext", "aiohttp.access", "aiosqlite", "sqlalchemy.engine"]
)
def test_libraries_are_heard_from_warning_on(out: io.StringIO, name: str) -> None:
    """Below it they print the token in every address, and SQL with its values."""
    logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    assert out.getvalue() == ""
    logging.getLogger(name).warning("POST https://api.telegram.org/bot%s/sendMessage: %s", TOKEN, WORDS)
    [line] = lines(out)
    assert (line["event"], line["logger"]) == ("library", name)
    assert TOKEN not in out.getvalue()
    assert WORDS not in out.getvalue()


def test_a_librarys_own_handler_is_taken_away(out: io.StringIO) -> None:
    """A library that had set up logging for itself writes through ours from then on."""
    own = io.StringIO()
    logger = logging.getLogger("some.library")
    logger.addHandler(logging.StreamHandler(own))
    logger.propagate = False
    set_up(Log(format="json"), (), out)
    logger.warning("token %s", TOKEN)
    assert own.getvalue() == ""
    assert [line["logger"] for line in lines(out)] == ["some.library"]


@pytest.mark.parametrize(
    "secret", [TOKEN, TOKEN.replace(":", "%3A"), f"https://x/bot{TOKEN}/getMe", "correct horse"]
)
def test_no_secret_leaves_by_any_road(out: io.StringIO, secret: str) -> None:
    """Our loggers, a library's, an f-string, a warning, a chain of exceptions: none lets it out."""
    log = structlog.get_logger("bot.telegram")
    log.error("send_failed", url=secret, error=SecretStr(secret))
    logging.getLogger("telegram").error(f"failed: {secret}")  # noqa: G004 - what libraries do
    logging.getLogger("telegram").error("failed: %s", secret)
    logging.getLogger("telegram").error("failed: %s %s", secret)  # noqa: PLE1206 - a call gone wrong
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"slow: {secret}", stacklevel=1)
    try:
        fail_in_two_steps(secret)
    except KeyError:
        log.exception("send_failed")
        logging.getLogger("telegram").exception("failed")
    sys.excepthook(ValueError, ValueError(secret), None)
    assert len(lines(out)) >= 7
    for part in (secret, TOKEN, TOKEN.replace(":", "%3A"), "correct horse"):
        assert part not in out.getvalue()


def test_an_exception_is_its_kind_and_its_places(out: io.StringIO) -> None:
    """Enough to find the fault; the message, which often quotes what was written, stays out."""
    try:
        fail_in_two_steps(WORDS)
    except KeyError:
        structlog.get_logger("bot.app").exception("turn_failed", inbox=7)
    [line] = lines(out)
    assert line["inbox"] == 7
    assert re.fullmatch(
        r"KeyError at tests/test_logs.py:\d+ fail_in_two_steps < tests/test_logs.py:\d+ \w+ from ValueError",
        str(line["error"]),
    )
    assert WORDS not in out.getvalue()


def test_words_of_known_exceptions_are_kept(out: io.StringIO) -> None:
    """Disk full, database locked, and our own, which hold ids only."""
    log = structlog.get_logger("bot.store")
    log.error("write_failed", exc_info=OSError(28, "No space left on device", "/home/ana"))
    log.error("write_failed", exc_info=OurTrouble("no key unlocked for person 3"))
    log.error(
        "write_failed", exc_info=ExceptionGroup(WORDS, [ValueError(WORDS), OSError(5, "Input/output error")])
    )
    assert [line["error"] for line in lines(out)] == [
        "OSError(No space left on device)",
        "OurTrouble(no key unlocked for person 3)",
        "ExceptionGroup [ValueError; OSError(Input/output error)]",
    ]


async def test_asyncio_keeps_quiet_about_words(out: io.StringIO) -> None:
    """A task that dies unnoticed is told with its kind, without the message that asyncio tells."""
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(WORDS), "task": WORDS}
    )
    assert lines(out) == [
        {
            "event": "library",
            "logger": "asyncio",
            "level": "error",
            "says": "Task exception was never retrieved",
            "error": "ValueError",
        }
    ]


async def test_a_callback_that_fails_is_told_without_what_it_was_called_with(out: io.StringIO) -> None:
    """asyncio writes "Exception in callback say(…)" into the message itself, with its values."""

    def say(words: str) -> None:
        raise ValueError(words)

    loop = asyncio.get_running_loop()
    loop.call_soon(say, "pills")
    loop.call_soon(functools.partial(say, "pills"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [line["says"] for line in lines(out)] == ["Exception in callback"] * 2
    assert "pills" not in out.getvalue()
    assert all("ValueError at" in str(line["error"]) for line in lines(out))


async def test_a_real_call_that_fails_lets_no_token_out(out: io.StringIO) -> None:
    """Nobody listens at that port: python-telegram-bot and aiohttp say all they can, at their loudest."""
    for name in ("telegram", "telegram.Bot", "aiohttp", "aiohttp.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with Telegram(TOKEN, "http://127.0.0.1:9/bot") as telegram:
        with pytest.raises(CallFailed) as failed:
            await telegram.me()
        structlog.get_logger("bot.telegram").error("call_failed", exc_info=failed.value, client=telegram)
    told = "".join(traceback.format_exception(failed.value))
    assert "call_failed" in out.getvalue()
    assert TOKEN not in out.getvalue() + told + repr(telegram) + repr(failed.value)


def test_ctrl_c_is_no_crash(out: io.StringIO) -> None:
    """Somebody stopped it; nothing is wrong."""
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert out.getvalue() == ""


@given(
    st.from_regex(r"[0-9]{8,10}:[A-Za-z0-9_-]{35}", fullmatch=True),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_any_token_anywhere_is_redacted(token: str, before: str, after: str) -> None:
    """BotFather's form, wherever it stands in a line."""
    assert token not in redact(f"{before}{token}{after}")


def test_a_path_with_a_short_token_is_redacted() -> None:
    """The sandbox's tokens are shorter; a path /bot<token>/ gives them away all the same."""
    assert redact("http://127.0.0.1:8081/bot42:test/getMe") == "http://127.0.0.1:8081/bot[secret]/getMe"


def test_the_secrets_of_the_settings_are_all_known() -> None:
    """What the settings hold as secret is what `set_up` is told to keep out."""
    settings = Settings(
        telegram=TelegramSettings(token=SecretStr(TOKEN)),
        database=Database(password=SecretStr("correct horse")),
    )
    assert secrets_of(settings) == [TOKEN, "correct horse"]
