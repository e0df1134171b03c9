"""What people write beside the point: one step late, in a hurry, in another language."""

import pytest

from tests.stories.test_the_questions import furnish
from tests.world import World


async def test_back_to_the_question_before(world: World) -> None:
    """ "Back" asks the question before again; what is no answer has the question asked once more."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.presses("I want to start now")
    ana.heard()
    await ana.says("back")
    assert ana.heard_once().startswith("1 of 7")
    await ana.says("oops")
    assert ana.heard_once().startswith("1 of 7"), "there is none before it"
    await ana.presses("I had a slip")
    ana.heard()
    await ana.says("sorry fell asleep")
    assert ana.heard_once().startswith("2 of 7")
    await ana.says("too many questions")
    assert "That's plenty" in ana.heard_all()


async def test_a_place_that_nobody_knows_is_asked_about(world: World) -> None:
    """Once; a state and a town are taken."""
    await furnish(world)
    for words, answer in (("asdf", "I don't know that place"), ("ohio", "7 of 7"), ("LS2", "7 of 7")):
        hand = await world.person(words)
        await hand.says("/intake")
        for _ in range(5):
            await hand.presses("Skip")
        hand.heard()
        await hand.says(words)
        assert answer in hand.heard_all(), words


async def test_the_questions_go_on_after_one_of_theirs(world: World) -> None:
    """After "who reads this" and a new language, an answer to the question put aside is taken as that."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.presses("Thinking about changing")
    await ana.says("who reads this")
    ana.heard()
    await ana.says("alcohol")
    assert ana.heard_once().startswith("3 of 7")
    await ana.says("español")
    assert "3 de 7" in ana.heard_all()


@pytest.mark.parametrize(
    "words",
    ["quick hide this", "omg delete this hes coming", "how do i delete this quick my husbands coming"],
)
async def test_in_a_hurry_to_hide(world: World, words: str) -> None:
    """Nothing about drink or danger is shown in answer, only the question whether to hide it."""
    ana = await world.person("Ana")
    await ana.says(words)
    assert "Hide it now?" in ana.heard_once()


async def test_after_no_danger_what_was_written_is_answered(world: World) -> None:
    """The direct question was answered with no: then comes what they wanted, not the question again."""
    ana = await world.person("Ana")
    await ana.says("my son is on ket and he wont get help")
    assert "hard to wake" in ana.heard_once()
    await ana.says("no")
    told = ana.heard_all()
    assert "Nobody can be made ready" in told
    assert "hard to wake" not in told


async def test_an_age_is_no_yes(world: World) -> None:
    """ "Im 24", after "are they hard to wake", is no cry for an ambulance."""
    ana = await world.person("Ana")
    await ana.says("my mum is always at the wine")
    ana.heard()
    await ana.says("im 44")
    assert "start CPR" not in ana.heard_all()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("court on monday for drink driving", "Who can speak for me, and is it free?"),
        ("do i have to tell the dvla", "The law asks drivers to tell DVLA"),
        ("got out of nick today", "the two weeks after, are the riskiest"),
        ("waiting list is 12 weeks", "What would help until then?"),
        ("pip form i dont understand it", "money and debt"),
        ("boss smelt drink on me", "let's look at this: work"),
        ("can i drink on antibiotics", "Mixing makes the risk much bigger"),
        ("how many units is a bottle of wine", "doesn't have to be bad enough"),
        ("will my wife find out", "You need no name."),
        ("what do you have on me", "I keep no answers"),
        ("i got the job!!!", "That's good to read"),
        ("im drinkin agen", "A slip happens in a moment"),
        ("i dont no wot to do", "You don't have to know"),
        ("my husbands an alcoholic", "you didn't cause it"),
        ("we lost our daughter to heroin last year", "Losing someone stays"),
        ("im at a wedding and theres a free bar", "That's a hard moment to be in"),
        ("im dyslexic can you use less words", "One tap is enough"),
        ("my phone is shared with my mum", 'Write "hide"'),
    ],
)
async def test_everyday_needs(world: World, words: str, answer: str) -> None:
    """Each as somebody types it at night leads to what is known of it."""
    ana = await world.person("Ana")
    await ana.says(words)
    assert answer in ana.heard_all()


@pytest.mark.parametrize(
    ("language", "words", "answer"),
    [
        ("es", "quiero dejar de beber", "Me alegra que lo digas"),
        ("es", "mi marido bebe todos los días", "Querer a alguien"),
        ("es", "no puedo dormir", "Esas noches son largas"),
        ("es", "preguntas", "1 de 7"),
        ("pl", "chcę przestać pić", "Dobrze, że to mówisz"),
        ("pl", "napiłem się wczoraj", "Potknięcie to chwila"),
        ("pl", "martwię się o syna", "Kochać kogoś"),
        ("pl", "pytania", "1 z 7"),
        ("cy", "dwi eisiau stopio yfed", "Dw i'n falch"),
        ("cy", "methu cysgu", "Mae nosweithiau fel yna'n hir"),
        ("cy", "cwestiynau", "1 o 7"),
        ("es", "borra este chat", "¿Lo oculto ahora?"),
        ("pl", "usuń ten czat", "Ukryć teraz?"),
        ("cy", "dileu'r sgwrs", "Ei chuddio nawr?"),
        ("es", "escríbeme mañana a las 8", "Hasta entonces también estoy aquí"),
        ("cy", "dwi yng nghaerdydd", "Beth fyddai'n helpu?"),
    ],
)
async def test_first_words_in_other_languages(world: World, language: str, words: str, answer: str) -> None:
    """What is understood in English is in the others, with or without accents."""
    ana = await world.person("Ana")
    await ana.says(f"/language {language}")
    ana.heard()
    await ana.says(words)
    assert answer in ana.heard_all()


async def test_drink_is_not_asked_whether_it_was_opioids(world: World) -> None:
    """Who slipped says so at the beginning, or when asked how they are; shame is answered as well."""
    ana, bo, cy = [await world.person(name) for name in ("Ana", "Bo", "Cy")]
    await ana.says("i drank again last night")
    await ana.says("i feel so ashamed, it was only wine")
    assert "opioids" not in (told := ana.heard_all())
    assert "Shame is loud after a slip" in told
    await bo.says("had a slip")
    await bo.says("im ok")
    assert "Was it opioids" in bo.heard_all()
    await cy.says("i drank and used again last night")
    await cy.says("im ok")
    assert "Was it opioids" in cy.heard_all(), "it may have been both"


@pytest.mark.parametrize("words", ["no hes asleep", "no theyre sound asleep"])
async def test_somebody_asleep_is_looked_at(world: World, words: str) -> None:
    """Sleep after drink or drugs may be none: they are told how to look, and come back to the parts."""
    for asked_before in ((), ("no",)):
        ana = await world.person(f"Ana {len(asked_before)}")
        await ana.says("my son is using again")
        for answer in asked_before:
            await ana.says(answer)
        ana.heard()
        await ana.says(words)
        assert "Look at them now. Shout their name." in ana.heard_all()
        await ana.presses("No, awake and talking")
        assert "What would help you most tonight?" in ana.heard_all()


@pytest.mark.parametrize("words", ["hes snoring a lot", "hes fast asleep now"])
async def test_sleep_is_an_answer_to_hard_to_wake(world: World, words: str) -> None:
    """With a yes it rings; without, and later, they are told how to look."""
    ana, bo = await world.person("Ana"), await world.person("Bo")
    await ana.says("my son is using again")
    await ana.says(f"yes {words}")
    assert "Call now" in ana.heard_all()
    await bo.says("my son is using again")
    await bo.says("no")
    await bo.says(words)
    assert "Look at them now" in bo.heard_all()


async def test_naloxone_comes_first_where_opioids_are_named(world: World) -> None:
    """A family that says it is heroin reads what may save a life, and where to get it."""
    ana = await world.person("Ana")
    await ana.says("im worried about my son")
    await ana.says("no")
    ana.heard()
    await ana.says("heroin i think")
    assert "one thing worth having at home: naloxone" in ana.heard_all()
    assert "Where is it near me?" in ana.buttons


async def test_awake_is_not_read_as_a_no(world: World) -> None:
    """ "No, he's awake", where it was asked whether he breathes, starts no CPR."""
    for words in ("no hes awake", "hes walking around now", "shes come round"):
        ana = await world.person(words)
        await ana.says("he took loads of heroin and hes gone blue")
        assert "Are they breathing?" in ana.heard_all()
        await ana.says(words)
        assert "Good. Still get them seen" in ana.heard_all(), words


async def test_how_they_are_has_the_question_asked_again(world: World) -> None:
    """ "I'm ok" is neither a yes, which would call people, nor a clear no."""
    ana = await world.person("Ana")
    await ana.says("i hate myself")
    ana.heard()
    await ana.says("im ok")
    again = ana.heard_all()
    assert "thinking of ending their life. Are you?" in again
    assert "Samaritans" not in again
    await ana.says("no")
    assert "Thank you for answering" in ana.heard_all()


async def test_thanks_when_the_crew_is_there_ends_it(world: World) -> None:
    """Nobody who says thank you is asked anew whether they breathe."""
    ana = await world.person("Ana")
    await ana.says("he took loads of heroin and hes gone blue")
    await ana.says("the ambulance is here")
    assert "One question before I stand down" in ana.heard_all()
    await ana.says("thanks")
    assert "Thank you for telling me, and for staying with them" in ana.heard_all()


@pytest.mark.parametrize("words", ["where can i go", "ive got nowhere to go", "is there a refuge"])
async def test_where_somebody_who_is_hurt_can_go(world: World, words: str) -> None:
    """Asked at any point of that card, it gets the people who find safe places."""
    ana = await world.person("Ana")
    await ana.says("he hits me")
    ana.heard()
    await ana.says(words)
    assert "find safe places" in ana.heard_all()


async def test_a_child_says_where_they_are(world: World) -> None:
    """ "He's in the kitchen" is a yes to whether who scares them is there; "he's at work" is a no."""
    ana, bo = await world.person("Ana"), await world.person("Bo")
    for hand, words in ((ana, "hes in the kitchen"), (bo, "hes gone out")):
        await hand.says("im 12 and my dad is drunk and shouting at me")
        assert "Is the person who scares you there now?" in hand.heard_all()
        await hand.says(words)
    assert "Go to where other people are" in ana.heard_all()
    assert "Go to where other people are" not in bo.heard_all()
