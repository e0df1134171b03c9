"""Somebody types what they look for instead of going through the questions."""

from tests.stories.test_the_questions import furnish
from tests.world import World


async def test_what_is_typed_is_looked_for_at_once(world: World) -> None:
    """Place, day and hour in one line; more of it; and a day on which nothing fits is said and noted."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("any groups near LS2 tomorrow?")
    found = ana.heard_once()
    assert "made up" in found
    assert "min by bus" in found
    await ana.presses("More")
    assert ana.heard_once() != found
    await ana.says("women's group LS2 on monday")
    assert ana.heard_once().startswith(
        "You asked for: LS2 · Monday · women only.\nI found nothing just like that"
    )


async def test_at_a_list_one_word_narrows_it(world: World) -> None:
    """ "tomorrow" and "with my kids" mean these groups, there; "nice" does not."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("any groups near LS2?")
    ana.heard_once()
    await ana.says("tomorrow")
    found = ana.heard_once()
    assert found.startswith("You asked for: LS2 · tomorrow.")
    assert "today" not in found
    await ana.says("with my kids")
    assert ana.heard_once().startswith("You asked for: LS2 · children welcome.")
    await ana.says("nice")
    assert "You asked for" not in ana.heard_once()


async def test_near_me_now_asks_where_and_online_now_does_not(world: World) -> None:
    """A place is asked for once; what is online needs none."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("near me now")
    assert ana.heard_once().startswith("Roughly where are you?")
    await ana.says("online now")
    assert "Three in the Morning" in ana.heard_all()


async def test_a_service_is_found_by_what_it_helps_with(world: World) -> None:
    """The made-up town has a drug and alcohol service, and nothing with naloxone."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("drug service near LS2")
    assert "Kirkmere Drug and Alcohol Service" in ana.heard_once()
    await ana.says("need naloxone near LS2")
    assert "I know of nothing near you that does this" in ana.heard_all()


async def test_danger_is_heard_before_any_search(world: World) -> None:
    """Naloxone for somebody who does not breathe is no search."""
    ana = await world.person("Ana")
    await ana.says("need naloxone near LS2 he's not breathing")
    assert "999" in ana.heard_all()
