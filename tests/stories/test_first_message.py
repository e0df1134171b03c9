"""Somebody writes at three in the morning."""

import pytest

from tests.world import World


async def test_help_comes_at_once(world: World) -> None:
    """The first message, whatever it says, is answered with something usable, at any hour."""
    ana = await world.person("Ana")
    await ana.says("hello?")
    first = ana.heard_once()
    assert "any hour" in first
    assert "Talk to someone" in ana.buttons


async def test_danger_goes_before_everything(world: World) -> None:
    """Danger in the first words gets its card, with the number, and staff are paged."""
    ben = await world.staff("Ben", "coach", "danger_trained")
    await ben.says("/on")
    assert "You're on" in ben.heard_once()
    ana = await world.person("Ana")
    await ana.says("i cant wake him up and his lips are blue")
    card = ana.heard_once()
    assert "999" in card
    assert ben.heard()


async def test_first_words_that_are_understood_are_answered(world: World) -> None:
    """Who begins with what it is about is sent through no menu: a line says who is writing, then help."""
    ana = await world.person("Ana")
    await ana.says("i dont know what to do any more, drank again tonight")
    hello, answer = ana.heard()
    assert hello.startswith("Hi. This is")
    assert "automated helper" in hello
    assert "Thank you for telling me" in answer


async def test_words_after_ones_not_understood_count_as_well(world: World) -> None:
    """Asked what is closest, Ana says it in her own words."""
    ana = await world.person("Ana")
    for words in ("hi", "hmm well", "it's complicated"):
        await ana.says(words)
    ana.heard()
    await ana.says("my brother keeps drinking")
    assert "Hi." not in ana.heard_once()
    assert "Talk to someone" in ana.buttons


@pytest.mark.parametrize(
    ("words", "answer", "button"),
    [
        ("im struggling", "That sounds heavy", "I'm not safe"),
        ("hi im really anxious tonight", "slow it down together", "One slow minute"),
        ("I cant sleep", "Nights like that are long", "I feel ill from stopping"),
        ("im lonely", "you reached out", "Talk to a person"),
        ("idk where to start", "You don't have to know", "Just looking"),
        ("aa didnt work for me", "No one way works for everybody", "Other groups"),
        ("40 days sober today!!", "good to read", "I just wanted to say"),
        ("how much does this cost", "it's free", "Is it private?"),
        ("are you a robot?", "I'm automated", "What can you do?"),
        ("who reads this", "Nobody reads along", "Who can see it?"),
    ],
)
async def test_a_feeling_has_an_answer_of_its_own(world: World, words: str, answer: str, button: str) -> None:
    """As first words, and after screen zero: plain warm words, with what may be closest."""
    ana, ben = await world.person("Ana"), await world.person("Ben")
    await ana.says(words)
    hello, said = ana.heard()[0], ana.phone.messages[1:]
    assert hello.startswith("Hi. This is")
    assert any(answer in message.text for message in said)
    assert button in ana.buttons
    await ben.opens()
    assert "any hour" in ben.heard_once()
    await ben.says(words)
    assert answer in ben.heard()[0]


async def test_a_feeling_beside_what_it_is_about_is_not_all_that_is_heard(world: World) -> None:
    """Whatever else stands in the message is answered; and so is what follows on the feeling."""
    ana = await world.person("Ana")
    await ana.says("im struggling so much, i drank again")
    assert "Thank you for telling me" in ana.heard()[1]
    ben = await world.person("Ben")
    await ben.says("im scared")
    ben.heard()
    await ben.says("its my son hes using again")
    assert "Loving someone through this" in ben.heard_once()


async def test_a_feeling_is_an_answer_where_a_question_was_asked(world: World) -> None:
    """In a question of the intake, and in one for her own words, Ana's words are her answer."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    assert "1 of 7" in ana.heard_once()
    await ana.says("im anxious")
    assert "2 of 7" in ana.heard()[-1]
    await ana.opens()
    await ana.presses("I want things to change")
    await ana.presses("Save why I'm doing this")
    ana.heard()
    await ana.says("im scared and my head is all over the place")
    assert '"im scared and my head is all over the place"' in ana.heard_once()


async def test_a_question_about_this_chat_is_answered_anywhere(world: World) -> None:
    """In the middle of the questions too, which then go on where they were."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.presses("Thinking about changing")
    assert "2 of 7" in ana.heard()[-1]
    await ana.says("is this free?")
    assert "it's free" in ana.heard()[0]
    await ana.presses("That's all for now")
    assert "Back to where we were" in ana.heard()[-1]
    assert "Alcohol" in ana.buttons


async def test_an_appointment_is_noted_when_it_is_mentioned(world: World) -> None:
    """At any moment: with the day she said, and the time when asked; somebody else's is none of hers."""
    ana = await world.person("Ana")
    await ana.says("ive got my first key worker appointment tomorrow")
    assert "At what time is it?" in ana.heard_once()
    await ana.says("half 2")
    noted, menu = ana.heard()
    assert "Noted: Tuesday 24 November at 14:30" in noted
    assert "don't have to do the waiting alone" in menu
    await ana.says("i have another assessment on friday at 10:15")
    assert "I have a day noted for you: Tuesday 24 November at 14:30" in ana.heard_once()
    await ana.presses("Yes")
    assert "Noted: Friday 27 November at 10:15" in ana.heard()[0]
    await world.passes(days=3, hours=15)
    assert "Tomorrow is the day you told me about" in ana.heard_all()


async def test_who_travels_changes_the_clock_in_the_chat(world: World) -> None:
    """Ana's check-ins keep to the time where she is; "im in pain now" is no place."""
    ana = await world.person("Ana")
    await ana.says("check in")
    for label in ("Tomorrow morning", "Every day", "Yes"):
        await ana.presses(label)
    ana.heard()
    await ana.says("im in new york now")
    assert "it's about 22:00 where you are" in ana.heard_once()
    await ana.presses("That's right")
    ana.heard()
    await world.passes(hours=33)
    assert ana.heard() == [], "noon at home, seven in the morning there"
    await world.passes(hours=4)
    assert "Hi" in ana.heard_once()
    await ana.says("/mydetails")
    await ana.presses("The time where I am")
    ana.heard()
    await ana.says("spain")
    _, warning, clock = ana.heard()
    assert "112" in warning
    assert "17:00 where you are" in clock
    ben = await world.person("Ben")
    await ben.says("im in pain now")
    assert "That sounds heavy" in ben.heard()[-1]


async def test_a_feeling_is_not_met_with_a_goodbye_nor_asked_again(world: World) -> None:
    """Where a menu would say goodbye, or that it didn't get that, what was felt is answered; "ok" is not."""
    ana = await world.person("Ana")
    await ana.says("i have an appointment on friday at 10")
    ana.heard()
    await ana.says("im scared")
    assert "Being frightened is hard to carry alone" in ana.heard_once()
    await ana.says("check in")
    await ana.presses("Tomorrow morning")
    ana.heard()
    await ana.says("ok thanks")
    assert "I didn't quite get that" in ana.heard_once()
    await ana.says("im struggling")
    assert "That sounds heavy" in ana.heard_once()
    await ana.says("yes")
    assert "I've read what you wrote" in ana.heard_once()


async def test_who_asks_for_a_person_stays_with_that(world: World) -> None:
    """A feeling said while a person is asked for leads nowhere else."""
    ana = await world.person("Ana")
    await ana.says("talk to someone")
    assert "18 or over" in ana.heard()[-1]
    await ana.says("im so scared")
    assert "18 or over" in ana.heard()[-1]


async def test_who_is_writing_is_said_once_a_night(world: World) -> None:
    """A second beginning within hours has no second introduction; the next night has."""
    ana = await world.person("Ana")
    await ana.says("thanks")
    assert ana.heard()[0].startswith("Hi. This is")
    await ana.says("i drank again")
    assert ana.heard()[0].startswith("Thank you for telling me")
    await world.passes(hours=30)
    ana.heard()
    await ana.says("i cant sleep")
    assert ana.heard()[0].startswith("Hi. This is")
