"""First messages in nobody's expected words still lead to what they are about."""

import pytest

from tests.world import World


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("relapsed last night after 2 years", "A slip happens in a moment"),
        ("i blew 3 years clean", "A slip happens in a moment"),
        ("smoked a bit sunday, 7 months clean before that", "A slip happens in a moment"),
        ("im outside the offie with a tenner", "Urges climb, peak and drop"),
        ("standing outside tesco express", "Urges climb, peak and drop"),
        ("how do people actually stop", "one small thing that makes tomorrow easier"),
        ("wine every night and it used to be just weekends", "one small thing that makes tomorrow easier"),
        ("i found needles in my sons room", "you didn't cause it"),
        ("put me through to someone", "let's find you someone"),
        ("they lost my referral", "When is it?"),
        ("just wanted to say im still clean", "That's good to read"),
        ("debt is drowning me", "money and debt"),
        ("hwo do i stpo drikning", "one small thing that makes tomorrow easier"),
        ("wehre is teh nerest meting", "Groups suit many people"),
        ("she hides the vodka in the airing cupboard", "you didn't cause it"),
        ("not spoken to a single person since monday", "you reached out from it"),
        ("who tests pills these days", "a licensed service tests it free"),
        ("tell us a joke", "people wrote my words beforehand"),
        ("useless the lot of you", "I don't take it badly"),
        ("my mate overdosed on saturday but hes home now and ok", "you didn't cause it"),
        ("is wine every night too much", "You don't need a name for it"),
    ],
)
async def test_it_leads_where_it_is_about(world: World, words: str, answer: str) -> None:
    """At once, with a line that says who is writing, and no menu in between."""
    ana = await world.person("Ana")
    await ana.says(words)
    first, *rest = ana.heard()
    assert first.startswith("Hi. This is Harbour")
    assert answer in "\n".join(rest)


@pytest.mark.parametrize(
    "words", ["asdf", "what time does tesco shut", "my name is dave", "can i get a refund"]
)
async def test_what_is_like_nothing_gets_the_menu(world: World, words: str) -> None:
    """A guess that is none would be worse."""
    ana = await world.person("Ana")
    await ana.says(words)
    assert "What's closest to right now?" in ana.heard_once()


async def test_at_a_menu_too(world: World) -> None:
    """Whoever was asked what is closest may say it in words of their own."""
    ana = await world.person("Ana")
    await ana.says("hello")
    ana.heard()
    await ana.says("couldnt stay off it, gutted")
    assert "A slip happens in a moment" in ana.heard_all()


@pytest.mark.parametrize(
    "words", ["how do i delete my stuff", "delete my account please", "erase everything you have"]
)
async def test_who_asks_to_be_forgotten_in_other_words_is_asked_once(world: World, words: str) -> None:
    """As "forget me" is; nothing is erased by the words alone."""
    ana = await world.person("Ana")
    await ana.says("forget me")
    asked = ana.heard_once()
    bea = await world.person("Bea")
    await bea.says(words)
    assert bea.heard_once() == asked
