"""The machine's clock is set back while people wait: for minutes, and not for an hour or a day more."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.world import World, a_world

BACK = [timedelta(hours=1), timedelta(days=1), timedelta(days=20_000)]
"""The last one to 1972."""


async def passes(world: World, minutes: float) -> None:
    """By ticks, as in life: what is due in the future of the old clock is not jumped to."""
    for _ in range(round(minutes * 2)):
        await world.passes(seconds=30)


@pytest.mark.parametrize("back", BACK, ids=str)
async def test_who_waits_for_a_person_waits_no_longer(tmp_path: Path, back: timedelta) -> None:
    """Coaches outside their shifts after three minutes, the honest word after fifteen, and no end before."""
    async with a_world(tmp_path) as world:
        ben = await world.coach("Ben")
        cora = await world.staff("Cora", "coach", "backup")
        ana = await world.person("Ana")
        await ana.says("talk to someone")
        for answer in ("Yes", "Nothing"):
            await ana.presses(answer)
        assert "waiting under a minute" in ben.heard()[-1]
        await passes(world, 1)
        ana.heard()
        world.clock.set_back(back)
        await passes(world, 3)
        assert any("to talk" in text for text in cora.heard())
        await passes(world, 12)
        assert any("No one has answered yet" in text for text in ana.heard())
        await ben.presses("I'll take it")
        assert "Ben" not in ana.heard_all()
        ben.heard(), cora.heard()
        await ana.says("are you there")
        assert any("are you there" in text for text in ben.heard())
        await passes(world, 4)
        assert any("still" in text.lower() for text in ben.heard()), "silent for three minutes: asked"
        for hand in (ana, ben, cora):
            hand.heard()


@pytest.mark.parametrize("back", BACK, ids=str)
async def test_danger_goes_on_being_paged(tmp_path: Path, back: timedelta) -> None:
    """The next step of a page, and the question after it, come in their minutes."""
    async with a_world(tmp_path) as world:
        cora = await world.staff("Cora", "coach", "coordinator")
        ana = await world.person("Ana")
        await ana.says("im going to kill myself")
        ana.heard(), cora.heard()
        await passes(world, 1)
        world.clock.set_back(back)
        await passes(world, 8)
        assert any("thoughts of ending" in text for text in cora.heard())
        assert any("Did you get through" in text for text in ana.heard())


async def test_ten_minutes_stay_ten_minutes(tmp_path: Path) -> None:
    """Paced by real timers, over a clock that goes back while the service is down, too."""
    async with a_world(tmp_path) as world:
        ana = await world.person("Ana")
        await ana.says("im fighting an urge")
        ana.heard()
        await passes(world, 1)
        world.clock.set_back(timedelta(hours=1))
        await passes(world, 3)
        assert "Where in your body" in ana.heard()[0]
        await world.ends()
        world.clock.set_back(timedelta(hours=5))
        await world.begins()
        await passes(world, 5)
        assert any("one change of" in text for text in ana.heard())
