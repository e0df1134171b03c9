"""Cora sees each conversation drawn, how many people came to each step, and where they left."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.conversation.moves import Start
from bot.store.conversing import steps_seen
from tests.app.night import night
from tests.web.desk import NOW, desk


async def test_people_are_counted_where_they_came_and_left(tmp_path: Path) -> None:
    """Bea answers and goes on; Ana leaves at the first question. Staff who try it are not counted."""
    async with night(tmp_path) as world:
        for name, roles, words in (("Ana", (), ""), ("Bea", (), "no thanks"), ("Cora", ("coach",), "no")):
            phone = await world.arrives(name, *roles)
            await world.event(phone, Start("checkin"))
            if words:
                await phone.types(words)
        world.clock.move(timedelta(hours=30))
        async with world.store.reading() as tx:
            found = await steps_seen.of_flow(
                tx, "checkin", world.now - timedelta(days=30), world.now - timedelta(hours=24)
            )
    assert {step: (one.people, one.left) for step, one in found.items()} == {
        "look": (2, 0),
        "offer": (2, 1),
        "wanted": (2, 0),
        "wanted_day": (2, 0),
        "no_thanks": (1, 0),
        "bye": (1, 0),
    }


@pytest.mark.parametrize(
    ("people", "says", "hides"), [(7, "7 came, 6 left", "under 5"), (4, "under 5 came", " left")]
)
async def test_where_people_left_is_drawn(tmp_path: Path, people: int, says: str, hides: str) -> None:
    """As numbers of five and more, in the picture and below it."""
    async with desk(tmp_path) as made:
        cora = await made.arrives("coordinator", name="Cora")
        for n in range(people):
            who = await made.arrives()
            async with made.store.transaction() as tx:
                came = {("urge", "open"): True, ("urge", "breathe"): n == 0}
                steps_seen.seen(tx, who.id, came, NOW - timedelta(days=2))
        async with made.signed_in(cora) as browser:
            page = (await browser.get("/flows/urge")).text
            picture = page.split("<svg")[1]
            assert says in picture
            assert hides not in picture
            assert "Put your feet on the floor." in page
            assert f">{people if people > 4 else 'under 5'}</td>" in (await browser.get("/flows")).text
            assert (await browser.get("/flows/nothing")).status_code == 404
