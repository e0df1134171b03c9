"""Simulated nights: the service's own rules, made-up people, a result that can be had again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.settings import Settings
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.wiring.nights import Assumed, Nights, Result
from bot.wiring.rooms import lay_ground, open_rooms
from tests import shipped

SETTINGS = Settings()


async def nights(folder: Path, assumed: Assumed) -> Result:
    folder.mkdir()
    (folder / "n.sqlite").write_bytes(shipped.database())
    store = await open_sqlite(folder / "n.sqlite", Vault(bytes(32)))
    try:
        clock = MovableClock(datetime(2026, 1, 5, 12, tzinfo=UTC))
        ground = await lay_ground(SETTINGS, store, clock, shipped.content(), demo=True)
        return await Nights(assumed, store, clock, open_rooms(ground)).run()
    finally:
        await store.close()


async def test_more_volunteers_answer_more(tmp_path: Path) -> None:
    """The same seed gives the same nights; with somebody on every shift nearly all are answered."""
    few = await nights(tmp_path / "few", Assumed(2, 4, nights=4))
    again = await nights(tmp_path / "again", Assumed(2, 4, nights=4))
    many = await nights(tmp_path / "many", Assumed(42, 4, nights=4))
    assert list(few.lines()) == list(again.lines())
    assert few.asked == few.unanswered + len(few.waits) > 0
    assert many.covered == 1
    assert many.unanswered / many.asked < few.unanswered / few.asked
    assert max(many.waits) < 60 * 60


@pytest.mark.parametrize("coaches", [1, 21])
async def test_shifts_fill_the_emptiest_first(tmp_path: Path, coaches: int) -> None:
    """Twenty-one volunteers with one shift of four hours a week are there all night, every night."""
    found = await nights(tmp_path / "n", Assumed(coaches, 0.1, nights=7))
    assert found.covered == pytest.approx(coaches / 21)
