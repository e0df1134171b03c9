"""Somebody types what they look for instead of going through the questions."""

from datetime import timedelta

from bot.domain.events import UnmetNeed
from bot.store.conversing import events
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
        "You asked for: LS2 · Monday · women only.\nI found nothing at that time"
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


async def test_a_need_and_a_town_in_a_long_sentence_are_looked_for(world: World) -> None:
    """What else is said is left out; what was understood is said back."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("do you know of any hostels in leeds that let couples in")
    assert "You asked for: Leeds · somewhere to stay." in ana.heard_all()
    await ana.says("what can i do in leeds tonight that isnt the pub")
    assert "You asked for: Leeds · tonight · doing something together." in ana.heard_all()


async def test_danger_is_heard_before_any_search(world: World) -> None:
    """Naloxone for somebody who does not breathe is no search."""
    ana = await world.person("Ana")
    await ana.says("need naloxone near LS2 he's not breathing")
    assert "999" in ana.heard_all()


async def test_a_town_alone_is_asked_about_and_not_taken_for_granted(world: World) -> None:
    """As first words; with a day, too. A list, and a question for the place, take it at once."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("ls2 next week")
    assert ana.heard_once() == "Are you looking for groups in LS2?"
    await ana.presses("Yes, show me groups")
    found = ana.heard_once()
    assert found.startswith("You asked for: LS2 · next week.")
    await ana.says("leeds")
    assert ana.heard_once().startswith("You asked for: Leeds.")
    bea = await world.person("Bea")
    await bea.says("leeds")
    assert bea.heard_once() == "Are you looking for groups in Leeds?"
    await bea.presses("No, something else")
    assert "What's closest to right now?" in bea.heard_all()
    cem = await world.person("Cem")
    await cem.says("near me now")
    cem.heard_once()
    await cem.says("LS2 tomorrow")
    assert cem.heard()[-1].startswith("You asked for: LS2 · tomorrow.")


async def test_a_city_abroad_is_told_where_to_look(world: World) -> None:
    """Its namesakes here are offered all the same."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("meetings in paris")
    said = ana.heard_once()
    assert "If you mean Paris, France: I only know groups in the UK, Ireland and the US." in said
    assert "aa.org" in said
    assert "Paris, TX" in ana.buttons
    await ana.says("meetings in tokyo")
    assert "If you mean Tokyo, Japan" in ana.heard_once()


async def test_how_to_get_there_is_asked_at_a_list_of_several(world: World) -> None:
    """Which one is asked back; the one that is named is told about, with its map."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("any groups near LS2?")
    ana.heard_once()
    await ana.says("how do i get there")
    assert ana.heard_once().startswith("Which one do you mean?")
    name = ana.buttons[1].removesuffix(" (made up)")
    await ana.says(name.lower())
    assert ana.heard_once().startswith(name)
    await ana.says("back")
    ana.heard()
    await ana.says("the second one")
    assert "You can come in, sit down and say nothing" in ana.heard_once()
    await ana.says("how do i get there")
    assert "venue" in {kind for message in ana.phone.messages for kind in message.body}
    assert ana.heard()[-1] == "Anything else with this one?"


async def test_online_now_while_nothing_is(world: World) -> None:
    """It is said as it is: nothing starts now, and this comes next."""
    await furnish(world)
    ana = await world.person("Ana")
    await world.passes(hours=8)
    await ana.says("online now")
    said = ana.heard_once()
    assert said.startswith("You asked for: now · Online.\nNothing starts right now")
    assert "nothing just like that" not in said


async def test_another_kind_at_that_time_comes_before_another_time(world: World) -> None:
    """The made-up town has no AA: what there is tomorrow evening is shown, and nothing of today."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("aa meeting ls2 tomorrow evening")
    said = ana.heard_once()
    assert said.startswith(
        "You asked for: LS2 · tomorrow · after 17:00 · AA.\nI found nothing just like that"
    )
    assert "today" not in said
    assert "in 23 min" not in said


async def test_what_was_asked_for_is_said_where_nothing_is(world: World) -> None:
    """A place that was read wrongly must be seen, above all where nothing was found."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("al anon bristol")
    assert "You asked for: Bristol · Al-Anon." in ana.heard_all()
    await ana.says("na bristol")
    assert "You asked for: Bristol · NA." in ana.heard_once()


async def test_a_place_that_cannot_be_measured_from_says_why(world: World) -> None:
    """A state is large, a postcode of Northern Ireland may be unknown, an island of Spain is abroad."""
    await furnish(world)
    ana = await world.person("Ana")
    for words, why in (
        ("narcan in Ohio", "Ohio is large."),
        ("meetings in kent", "Kent is large."),
        ("BT70 tonight", "I know towns, and not every postcode."),
        ("meetings in ibiza", "If you mean Ibiza: I only know groups in the UK, Ireland and the US."),
        ("meetings in qwrtzx", "I don't know that place."),
    ):
        await ana.says(words)
        said = ana.heard_once()
        assert said.startswith(why) or why in said
        assert said.endswith("Could you try the nearest town, or the first half of a postcode, like LS2?")
    bea = await world.person("Bea")
    await bea.says("90210")
    assert bea.heard_once() == "Are you looking for groups in 90210?"


async def test_how_far_and_in_which_language(world: World) -> None:
    """What is further away is shown only as what comes nearest; the language is said back."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("meetings within 5 miles of LS2")
    assert ana.heard_once().startswith("You asked for: LS2 · no further than 5 miles.\n1. ")
    await ana.says("meetings within 1.5 miles of LS2")
    assert ana.heard_once().startswith(
        "You asked for: LS2 · no further than 1.5 miles.\nI found nothing just like that"
    )
    await ana.says("polish meeting LS2")
    assert ana.heard_once().startswith("You asked for: LS2 · in Polish.")


async def test_company_is_asked_for_before_a_group_is_chosen(world: World) -> None:
    """It is said how, and the search begins; at the group, the same words lead to it."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("i need a lift to a meeting")
    assert "First find the group" in ana.heard_all()
    await ana.says("LS2")
    await ana.says("the first one")
    ana.heard()
    await ana.says("i need a lift")
    assert "Walking in with someone makes it easier" in ana.heard_once()
    bea = await world.person("Bea")
    await bea.says("can someone come with me to a meeting in leeds")
    assert "First find the group" in bea.heard_all()


async def test_a_locked_door_is_told_of_in_words(world: World) -> None:
    """At the group's card, as at its question the evening after."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("any groups near LS2?")
    await ana.says("the first one")
    ana.heard()
    await ana.says("it was locked")
    assert "I'm sorry you had that for nothing" in ana.heard_all()


async def test_what_no_list_says_of_a_group_is_counted_as_missing(world: World) -> None:
    """A veterans' group: what is near is shown as no such group, and the wish is noted."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("veterans group LS2 tomorrow")
    said = ana.heard_once()
    assert said.startswith("You asked for: LS2 · tomorrow · for veterans.\nI found nothing just like that")
    assert "made up" in said
    async with world.service.store.reading() as tx:
        (need,) = await events.of_kind(tx, "unmet_need", world.clock.now() - timedelta(hours=1))
    assert isinstance(need, UnmetNeed)
    assert (need.need, need.area, need.barriers) == ("none_fit", "ls2", ("veterans",))


async def test_families_are_shown_what_is_for_families_alone(world: World) -> None:
    """No Al-Anon is near: the other family group is, and none for people who drink."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("al anon LS2")
    said = ana.heard_once()
    assert "1. Near Ones (made up)" in said
    assert "2. " not in said.partition("People trained")[0]


async def test_a_service_stays_in_sight_after_its_map(world: World) -> None:
    """The others, and that it was closed, can still be said."""
    await furnish(world)
    ana = await world.person("Ana")
    await ana.says("food LS2")
    await ana.says("1")
    ana.heard()
    await ana.says("how do i get there")
    assert ana.heard()[-1] == "Anything else with this one?"
    await ana.says("it was closed")
    assert "I'm sorry you had that for nothing" in ana.heard_all()
