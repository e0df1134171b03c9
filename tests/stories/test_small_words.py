"""What people write outside danger and the questions, half asleep, drunk or on a bus, is answered."""

import pytest

from tests.world import World

ANSWERED = (
    ("im home now", "It's good that you're home."),
    ("back home safe", "It's good that you're home."),
    ("remind me to take my antabuse at 9 every day", "set an alarm on your phone"),
    ("can you remind me to ring my key worker", "set an alarm on your phone"),
    ("cancel that", "I'll leave what you wrote"),
    ("sorry", "nothing to be sorry for"),
    ("pissed lol", "just as you are"),
    ("need anotha", "Urges climb, peak and drop"),
    ("ur a robot", "I'm automated"),
    ("need talk", "are you 18 or over?"),
    ("😭😭😭", "That sounds heavy"),
    ("🙂", "That's good to read."),
    ("🍺🍺", "Thank you for telling me."),
    ("how long does the worst bit last", "the first days are mostly the worst"),
    ("will i ever feel normal again", "the first days are mostly the worst"),
    ("does it get easier", "the first days are mostly the worst"),
    ("why should i bother", "That sounds heavy"),
    ("change my name", "There's no name to change"),
    ("sorry im late it was a long day and i nearly drank but i didnt", "That's good to read."),
    ("estoy borracho y triste", "just as you are"),
    ("gracias", "You're welcome."),
    ("dziękuję", "You're welcome."),
    ("¿es gratis?", "Yes, it's free"),
    ("czy to jest anonimowe", "without your word"),
    ("mae fy mab ar gyffuriau", "Loving someone through this is heavy"),
    ("can u keep a secret", "without your word"),
    ("will my teacher find out", "without your word"),
    ("my mates are all doing mandy", "Urges climb, peak and drop"),
    ("i failed my exams and got wasted", "just as you are"),
    ("i told my mum i hate her", "That sounds heavy"),
    ("lol whats this", "Looking is welcome."),
)


@pytest.mark.parametrize(("words", "answer"), ANSWERED)
async def test_first_words_are_answered(world: World, words: str, answer: str) -> None:
    """By what they say, and not with screen zero."""
    ana = await world.person("Ana")
    await ana.says(words)
    told = ana.heard_all()
    assert answer in told
    assert "What's closest to right now?" not in told


async def test_a_cry_for_help_in_one_sign(world: World) -> None:
    """The numbers, and nothing before or after them; screen zero is not greeted twice either."""
    for words in ("🆘", "sos"):
        ana = await world.person(f"Ana {words}")
        await ana.says(words)
        assert ana.heard_once().startswith("Call if a life is at risk")
    ben = await world.person("Ben")
    await ben.says("go back")
    assert "What's closest to right now?" in ben.heard_once()


async def test_a_reminder_that_is_wished_for_becomes_a_daily_line(world: World) -> None:
    """One is not promised to the minute; the daily line is set up in two taps, and what was asked goes on."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    ana.heard()
    await ana.says("remind me to take my meds")
    ana.heard()
    await ana.says("no")
    assert "1 of 7" in ana.heard_all()
    ben = await world.person("Ben")
    await ben.says("remind me to take my antabuse at 9 every day")
    await ben.says("yes")
    assert "In which part of the day?" in ben.heard()[-1]


async def test_what_it_is_about_is_no_reason(world: World) -> None:
    """Only "coke and booze" is asked about, not kept as a reason; words at "shall I keep it?" are read."""
    ana = await world.person("Ana")
    await ana.says("i want things to change")
    ana.heard()
    await ana.says("coke and booze")
    told = ana.heard_once()
    assert "keep those words" not in told
    assert "Do you drink heavily" in told
    ben = await world.person("Ben")
    await ben.says("i want things to change")
    await ben.says("for my wife and the girls")
    assert "keep those words" in ben.heard()[-1]
    await ben.says("i cant sleep")
    assert "Nights like that are long." in ben.heard_once()


async def test_yes_in_any_spelling(world: World) -> None:
    """Who has drunk and says "yeh" to "is anyone hurt or not safe?" is asked what is happening."""
    for yes in ("yeh", "yeah", "Yes, or I'm not sure"):
        ana = await world.person(f"Ana {yes}")
        await ana.says("im drunk")
        ana.heard()
        await ana.says(yes)
        assert "What's happening?" in ana.heard_once()


async def test_a_request_for_a_person_is_taken_back(world: World) -> None:
    """At the age and at what may be read: nobody is asked, and "stop here" ends the ten minutes at once."""
    ben = await world.coach("Ben")
    ana = await world.person("Ana")
    for asked, answer in (("talk", "cancel that"), ("talk", "changed my mind")):
        await ana.says(asked)
        ana.heard()
        await ana.says(answer)
        assert ana.heard()[0].startswith("All right. I haven't asked anyone.")
    await ana.says("talk")
    await ana.says("yes")
    ana.heard()
    await ana.says("cancel that")
    assert ana.heard()[0].startswith("All right. I haven't asked anyone.")
    assert ben.heard() == []
    await ana.says("i want a drink")
    ana.heard()
    await ana.says("stop here")
    assert "Keep that pace" not in ana.heard_all()
