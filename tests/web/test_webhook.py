"""Telegram calls: on disk before the answer, with the secret only, and never held up by rubbish."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.app.ports import Unreadable
from bot.store.conversing.inbox import Raw
from bot.web.webhook import MOST_BYTES, Webhook
from tests.web.desk import Browser, Desk, desk

SECRET = "s3cret_-A"
UPDATE = b'{"update_id": 7, "message": {"chat": {"id": 5}}}'


class Kept:
    """Takes what comes, or fails as a full disk does."""

    def __init__(self) -> None:
        self.updates: list[Raw] = []
        self.full = False

    async def keep(self, updates: Sequence[Raw]) -> None:
        if self.full:
            raise OSError("no space left on device")
        self.updates += updates


def parse(body: bytes) -> Raw:
    if not body.startswith(b"{"):
        raise Unreadable("not JSON")
    return Raw(7, 5, body)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture(name="desk")
async def called_desk(tmp_path: Path, kept: Kept) -> AsyncIterator[Desk]:
    async with desk(tmp_path, webhook=Webhook("/telegram", SECRET, parse, kept)) as made:
        yield made


async def call(browser: Browser, body: bytes = UPDATE, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return (await browser.post("/telegram", content=body, headers=headers)).status_code


async def test_an_update_is_kept_before_the_answer(desk: Desk, kept: Kept) -> None:
    """As it came, byte for byte."""
    async with desk.browser() as telegram:
        assert await call(telegram) == 200
    assert kept.updates == [Raw(7, 5, UPDATE)]


@pytest.mark.parametrize("secret", [None, "", "S3cret_-A", "s3cret_-", "s3cret_-AA"])
async def test_nobody_else_can_call(desk: Desk, kept: Kept, secret: str | None) -> None:
    async with desk.browser() as stranger:
        assert await call(stranger, secret=secret) == 403
    assert not kept.updates


async def test_rubbish_is_answered_and_left(desk: Desk, kept: Kept) -> None:
    """Sent again and again, it would hold up everything behind it."""
    async with desk.browser() as telegram:
        assert await call(telegram, b"\xff\x00 rubbish") == 200
    assert not kept.updates


async def test_what_could_not_be_kept_is_not_acknowledged(desk: Desk, kept: Kept) -> None:
    """Telegram sends it again, and then it is kept."""
    kept.full = True
    async with desk.browser() as telegram:
        with pytest.raises(OSError, match="no space left"):
            await call(telegram)
        kept.full = False
        assert await call(telegram) == 200
    assert len(kept.updates) == 1


async def test_too_much_is_refused(desk: Desk, kept: Kept) -> None:
    """A MiB is far more than Telegram sends."""
    async with desk.browser() as telegram:
        assert await call(telegram, b"{" + b" " * MOST_BYTES) == 413
        assert (await telegram.get("/telegram")).status_code == 405
    assert not kept.updates


async def test_without_a_webhook_there_is_no_route(tmp_path: Path) -> None:
    """In polling mode a call is a stranger's like any other."""
    (tmp_path / "other").mkdir()
    async with desk(tmp_path / "other") as polling, polling.browser() as telegram:
        assert await call(telegram) == 403
