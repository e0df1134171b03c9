"""Danger, as it comes: in every form, at every moment, and what stays open until it is answered."""

from datetime import timedelta

import pytest

from tests.world import World

TEN = [
    ("he took something and his lips are blue and he wont wake up", "Not breathing: start CPR"),
    ("i took too many pills", "Take no more"),
    ("i am going to kill myself tonight", "Move away from anything you could use"),
    ("ive been cutting myself again", "won't stop bleeding"),
    (
        "i stopped drinking yesterday and im shaking and seeing things",
        "Put nothing in the mouth during a fit",
    ),
    ("my husband just hit me and hes coming back", "press 55"),
    ("im going to hurt him with a knife", "Step away from them"),
    ("im 13 and my uncle touches me", "You're not in trouble"),
    ("my chest hurts so bad i cant breathe", "Don't drive"),
    ("the voices tell me to jump", "You don't have to do what a voice says"),
]
BOT = "I'm a bot. I can't call for you. I'm staying here with you."


@pytest.mark.parametrize(("words", "card"), TEN)
async def test_every_kind_has_its_card_first(world: World, words: str, card: str) -> None:
    """In the middle of the questions the right card comes first, with a number; staff are paged."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("/intake")
    ana.heard()
    await ana.says(words)
    shown = ana.heard_once()
    assert "999" in shown
    assert card in shown
    assert BOT in shown
    assert "Talk to someone" in ana.buttons
    assert "Ana" not in ben.heard_all()


async def test_taking_it_back_does_not_close_it_and_a_clear_no_does(world: World) -> None:
    """ "jk" keeps the question standing; "No", asked twice, closes it and leads back into the questions."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.presses("I want to start now")
    ana.heard()
    await ana.says("i dont want to be alive anymore")
    assert "Are you thinking of ending your life?" in ana.heard_once()
    await ana.says("jk")
    assert "Are you thinking of ending your life?" in ana.heard_once()
    await ana.presses("No")
    await ana.presses("No, I'm not")
    *_, back = ana.heard()
    assert "Back to where we were" in back
    assert "2 of 7" in back
    await world.passes(hours=1)
    assert len(ben.heard()) == 1


async def test_each_danger_has_its_own_no(world: World) -> None:
    """Not afraid any more says nothing about dying: that is asked again, and staff go on being paged."""
    ben = await world.coach("Ben", "danger_trained")
    cora = await world.coach("Cora")
    ana = await world.person("Ana")
    await ana.says("i am going to kill myself tonight")
    await ana.says("my husband just hit me and hes coming back")
    for label in ("No, I can write", "Not this minute", "No", "No", "It has passed"):
        await ana.presses(label)
    ana.heard(), ben.heard(), cora.heard()
    await ana.presses("No")
    *_, back = ana.heard()
    assert "Back to where we were" in back
    assert "Is something you could use within reach?" in back
    await world.passes(minutes=2)
    assert "Nobody has taken this yet: Emergency · thoughts of ending their life" in cora.heard_all()
    for label in ("No", "Someone's with me"):
        await ana.presses(label)
    await ana.says("my sister")
    await ana.presses("Something to do now")
    await ana.presses("Done")
    await ana.presses("A bit easier")
    await ana.presses("No")
    assert "I'm glad you're here" in ana.heard_all()
    await world.passes(minutes=30)
    ben.heard()
    assert cora.heard() == []


async def test_a_no_to_a_soft_question_closes_nothing_else(world: World) -> None:
    """Elsewhere since, Ana is asked about withdrawal: her "no" is no answer about dying."""
    ben = await world.coach("Ben", "danger_trained")
    cora = await world.coach("Cora")
    ana = await world.person("Ana")
    await ana.says("i want to die")
    await ana.says("/groups")
    await ana.says("ive not had a drink in 3 days and i feel fine, no shakes or anything")
    assert "Some things are dangerous to stop suddenly" in ana.heard()[-1]
    await ana.presses("No")
    cora.heard()
    await world.passes(minutes=10)
    assert "Nobody has taken this yet: Urgent · thoughts of ending their life" in cora.heard_all()
    ana.heard(), ben.heard()


@pytest.mark.parametrize("words", ["i want to die", "im going to kill myself"])
async def test_by_every_way_words_can_come(world: World, words: str) -> None:
    """As a command, a caption, a forwarded message or an edit, danger is danger."""
    await world.coach("Ben", "danger_trained")
    way = {name: await world.person(name) for name in ("Command", "Caption", "Forward", "Edit")}
    await way["Command"].says(f"/{words}")
    await way["Caption"].sends("photo", words)
    await way["Forward"].forwards(words)
    await way["Edit"].says("im fine")
    way["Edit"].heard()
    await way["Edit"].changes("im fine", words)
    for hand in way.values():
        assert "999" in hand.heard_once(), hand.name
    world.hands[0].heard()


async def test_an_emergency_goes_on_to_the_next_after_two_minutes(world: World) -> None:
    """Nobody answers: at 2 minutes the next are paged, then the person hears the truth."""
    ben = await world.coach("Ben", "danger_trained")
    cora = await world.coach("Cora")
    ana = await world.person("Ana")
    await ana.says("i took too many pills")
    assert "i took too many pills" in ben.heard_once()
    assert cora.heard() == []
    ana.heard()
    await world.passes(minutes=2)
    assert "Nobody has taken this yet" in cora.heard_all()
    await world.passes(minutes=2)
    assert "nobody has joined yet" in ana.heard_all().lower()
    ben.heard(), cora.heard()
    await cora.presses("I'm with them")
    assert "You have" in cora.heard_all()
    assert "Taken by" in ben.phone.last.text
    assert "is here with you now" in ana.heard_all()
    await ben.presses("I'm off")
    ben.heard()
    await cora.says("i am here")
    await world.passes(minutes=20)
    assert "i am here" in ana.heard_all()
    cora.heard()


async def test_danger_in_a_talk(world: World) -> None:
    """The coach hears of it once, with the next question; the person sees the numbers once."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("talk")
    await ana.presses("Yes")
    await ana.presses("Nothing")
    await ben.says("take")
    await ben.says("hi, i'm here")
    ana.heard(), ben.heard()
    await ana.says("i took all my pills")
    assert "If a life is at risk" in ana.heard_once()
    warned, words = ben.heard()
    assert "overdose" in warned
    assert "Ask next:" in warned
    assert "i took all my pills" in words
    await ben.says("have you rung 999?")
    ana.heard()
    await ana.says("yes")
    assert ben.heard_once().endswith("yes")
    await ana.says("/i feel sick")
    assert "i feel sick" in ben.heard_once()
    await ben.says("safe")
    assert "marked it as over" in ana.heard_once()
    assert "it's over for now" in ben.heard_once()


async def test_violence_heard_in_a_talk_keeps_everything_else_back(world: World) -> None:
    """Ana's danger is another and no less urgent; when the talk is over, nothing more lights up her phone."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i am going to kill myself tonight")
    await ben.presses("I'm with them")
    await ben.says("hi, i'm here")
    await ana.says("my husband is hitting me right now")
    ana.heard(), ben.heard()
    await ben.says("end")
    assert ana.heard() == []
    ben.heard()


async def test_a_soft_question(world: World) -> None:
    """Unclear words are asked about, kindly and once a day; yes is danger, no leads back."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("/intake")
    ana.heard()
    await ana.says("i feel like giving up")
    assert "Are you?" in ana.heard_once()
    await ana.presses("No")
    assert "1 of 7" in ana.heard()[-1]
    await ana.says("i feel like giving up")
    assert "2 of 7" in ana.heard_once()
    assert ben.heard() == []
    bea = await world.person("Bea")
    await bea.says("i feel like giving up")
    await bea.presses("Yes")
    assert "116 123" in bea.heard_all()
    assert "Urgent" in ben.heard_once()


async def test_what_a_soft_question_was_about_is_answered_after_a_no(world: World) -> None:
    """Nobody has to say twice what they wrote: a group is looked for, a parent gets the family's path."""
    cleo = await world.person("Cleo")
    await cleo.says("i feel like giving up the drink for good")
    await cleo.says("i feel like giving up")
    assert "Are you?" in cleo.heard()[-1]
    await cleo.says("no i mean the drink")
    thanks, closest = cleo.heard()
    assert thanks.startswith("Thank you for answering.")
    assert "What's closest?" in closest
    dee = await world.person("Dee")
    await dee.says("i cant do this anymore")
    await dee.says("no im just tired of it")
    assert "Are you?" in dee.heard()[-1]
    await dee.presses("No")
    assert "What's closest?" in dee.heard()[-1]


async def test_a_child_who_only_says_their_age_is_asked_first(world: World) -> None:
    """Nobody is said to scare her; the lead knows, and after a no what she wrote is answered."""
    ben = await world.coach("Ben", "danger_trained", "safety_lead")
    ida = await world.person("Ida")
    await ida.says("hi im 17 and i smoke weed every day")
    card = ida.heard_all()
    assert "Childline" in card
    assert "Is someone hurting you, or making you do things you don't want?" in card
    assert "a child at risk" in ben.heard_all()
    await ida.presses("No")
    thanks, *answer = ida.heard()
    assert thanks.startswith("Thank you for telling me.")
    assert answer
    ben.heard()


async def test_a_soft_question_that_was_left_is_asked_again(world: World) -> None:
    """Cleo goes to the menu instead of answering: the same words ask again, and her no ends both."""
    cleo = await world.person("Cleo")
    await cleo.says("i feel like giving up")
    await cleo.says("/start")
    cleo.heard()
    await cleo.says("i feel like giving up")
    assert "Are you?" in cleo.heard_once()
    await cleo.presses("No")
    assert "Are you?" not in cleo.heard_all()


async def test_words_continue_in_a_caption(world: World) -> None:
    """One message says nothing yet; the words under a photo complete it, and the page holds both."""
    ben = await world.coach("Ben", "danger_trained")
    dee = await world.person("Dee")
    await dee.says("ive just taken")
    dee.heard()
    await dee.sends("photo", "a whole box")
    assert "999" in dee.heard_all()
    assert "“ive just taken\na whole box”" in ben.heard_all()


async def test_violence_writes_nothing_by_itself(world: World) -> None:
    """Somebody near may see the phone: until the person writes nothing leaves; the coach waits."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("he is hitting me")
    assert "press 55" in ana.heard_once()
    assert "Don't write first" in ben.heard()[-1]
    await ben.presses("I'm with them")
    await world.passes(minutes=1)
    assert ana.heard() == []
    ben.heard()
    await ben.says("hello?")
    assert "Wait for them to write" in ben.heard_once()
    await ana.says("im ok to write now")
    assert "im ok to write now" in ben.heard_all()
    await ben.says("good, i'm here")
    assert "good, i'm here" in ana.heard_all()
    await ana.says("/hide")
    await ana.presses("Hide it now")
    assert ana.phone.messages == []
    await world.passes(hours=30)
    assert ana.phone.messages == []
    ben.heard()


async def test_who_answered_hears_that_she_writes_again(world: World) -> None:
    """The talk about violence ended without a word from Ana: days later she writes hi, and Ben is told."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("he is hitting me")
    await ben.presses("I'm with them")
    await ben.says("end")
    await world.passes(hours=30)
    ana.heard(), ben.heard()
    await ana.says("hi")
    assert " again: violence" in ben.heard_once()
    assert "violence" not in ana.heard_all()
    await ana.says("anyone there?")
    ana.heard()


async def test_after_hiding_nothing_leaves_until_she_writes(world: World) -> None:
    """Nobody answers the page, a coach joins at last: Ana's hidden chat stays empty, and then she writes."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i am going to kill myself tonight")
    await ana.says("hide this")
    await ana.presses("Hide it now")
    assert ana.phone.messages == []
    ana.heard()
    await world.passes(minutes=12)
    assert ana.phone.messages == []
    await ben.presses("I'm with them")
    await ben.says("hello, are you there?")
    assert ana.phone.messages == []
    ben.heard()
    await ana.says("im back")
    assert "im back" in ben.heard_all()
    await ben.says("good to read you")
    assert "good to read you" in ana.heard_all()


async def test_hidden_in_the_middle_of_a_talk(world: World) -> None:
    """ "hide this" is not passed on to the coach but done, and the coach's next words wait for hers."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("my husband just hit me and hes coming back")
    await ben.presses("I'm with them")
    await ana.says("he went out")
    await ben.says("are you hurt?")
    ana.heard(), ben.heard()
    await ana.says("hide this")
    assert "Hide it now?" in ana.heard_once()
    await ana.says("hide it")
    assert ana.phone.messages == []
    assert "Don't write first" in ben.heard_once()
    await ben.says("hello?")
    assert "Wait for them to write" in ben.heard_once()
    assert ana.phone.messages == []
    await ana.says("back now")
    assert "back now" in ben.heard_all()


async def test_where_somebody_is_goes_on_at_their_tap(world: World) -> None:
    """In one message with the danger: the card first, then the question; staff learn it at the tap."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i took too many pills im at 14 mill road")
    card, offer = ana.heard()
    assert "Take no more" in card
    assert "Shall I send that on" in offer
    assert "i took too many pills im at (a number or an address" in ben.heard_once()
    await ana.says("send it on")
    assert ana.heard_once() == "I've sent it on."
    assert "14 mill road" in ben.heard_once()


async def test_danger_in_another_language_gets_numbers_first(world: World) -> None:
    """Romanian: a line in it with the numbers, the card, and a page; Russian: the numbers, once."""
    ben = await world.coach("Ben", "danger_trained")
    ana, vera = await world.person("Ana"), await world.person("Vera")
    await ana.says("vreau sa mor")
    numbers, card = ana.heard()
    assert "sunați" in numbers
    assert "999" in numbers
    assert BOT in card
    assert "Urgent" in ben.heard_once()
    await vera.says("мне нужна помощь")
    numbers, *_ = vera.heard()
    assert "In danger, call:\n999" in numbers
    await vera.says("пожалуйста помогите")
    assert "In danger" not in vera.heard_all()


async def test_danger_that_is_open_is_asked_about_again(world: World) -> None:
    """Hidden, and then she writes: not the menu, and not where she was, but the question that is open."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("/intake")
    await ana.says("i am going to kill myself tonight")
    await ana.says("hide this")
    await ana.presses("Hide it now")
    ana.heard(), ben.heard()
    await ana.says("hello")
    assert BOT in ana.heard_once()


async def test_a_restart_changes_nothing(world: World) -> None:
    """The card's own question comes at its time, from a service that was started anew in between."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i took too many pills")
    ana.heard(), ben.heard()
    await world.restarts(minutes=1)
    assert ana.heard() == []
    await world.passes(minutes=1)
    assert "Did you get through?" in ana.heard_once()
    await ana.says("no answer")
    assert "Hang up and ring again" in ana.heard_once()
    ben.heard()


async def test_danger_comes_first_however_much_is_written(world: World) -> None:
    """In the middle of thirty other messages the card is there, and each of them is answered."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    for n in range(30):
        ana.phone.says("i took too many pills" if n == 10 else f"hello {n}")
    await world.settles()
    assert "Take no more" in ana.heard_all()
    ben.heard()


async def test_other_wishes_lead_back_to_the_card(world: World) -> None:
    """Help, a look at the questions or "forget me" and then not: afterwards the card stands again."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("i took too many pills")
    await ana.says("forget me")
    assert "Erase everything" in ana.heard()[-1]
    await ana.presses("No, keep it")
    assert "Take no more" in ana.heard()[-1]
    await ana.says("talk to someone")
    asked, card = ana.heard()
    assert "asked for a person" in asked
    assert "Take no more" in card
    assert "urgent" in ben.heard()[-1]


async def test_what_waited_is_listened_to_first(world: World) -> None:
    """What lay while the service was down is answered once, to the most urgent of it."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await world.ends()
    for words in ("hello", "i took too many pills", "anyone there"):
        ana.phone.says(words)
    world.clock.move(timedelta(hours=1))
    await world.begins()
    await world.settles()
    sorry, card = ana.heard()
    assert "Take no more" in card
    assert "I couldn't read this until now" in sorry
    assert "03:00 their time" in ben.heard()[0]


@pytest.mark.parametrize(
    "words",
    ["i relapsed last night, so ashamed", "i need help, can i talk to someone", "i need help for my husband"],
)
async def test_ordinary_trouble_is_no_alarm(world: World, words: str) -> None:
    """A slip, or asking for help, is answered as what it is: no card, no page."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says(words)
    assert BOT not in ana.heard_all()
    assert ben.heard() == []


@pytest.mark.parametrize(
    ("where", "number"),
    [("im in ohio", "911"), ("i'm in galway", "112 or 999"), ("im in spain on holiday", "112")],
)
async def test_numbers_follow_where_she_says_to_be(world: World, where: str, number: str) -> None:
    """Said within a danger, the numbers there come at once and stay; said with it, they are on the card."""
    ana, dee = await world.person("Ana"), await world.person("Dee")
    await ana.says("i took too many pills")
    assert "999" in ana.heard_all()
    await ana.says(where)
    told = ana.heard_all()
    assert number in told.splitlines()
    assert "Samaritans 116 123 · text SHOUT" not in told
    await ana.says("i am going to kill myself tonight")
    assert number in ana.heard_all().splitlines()
    await dee.says(f"{where} and i am going to kill myself tonight")
    assert number in dee.heard_all().splitlines()


async def test_a_childs_age_in_an_emergency_brings_childrens_lines_and_the_lead(world: World) -> None:
    """ "im 13" after too many pills: the card goes on, Childline stands in, the lead is paged."""
    lead = await world.staff("Lea", "coordinator", "safety_lead")
    ana = await world.person("Ana")
    ben = await world.coach("Ben", "danger_trained")
    await ana.says("i took too many pills")
    assert "Take no more" in ana.heard_all()
    lead.heard()
    await ana.says("im 13")
    told = ana.heard_all()
    assert "Childline 0800 1111" in told
    assert "Samaritans" not in told
    assert "Emergency" in lead.heard_all()
    await world.passes(minutes=4)
    assert "nobody has joined yet" in (waited := ana.heard_all())
    assert "Childline 0800 1111" in waited
    assert "Samaritans" not in waited
    assert ben.heard()
    lead.heard()


async def test_a_child_whom_nobody_joined_gets_the_childrens_line(world: World) -> None:
    """The honest word names who helps under-19s, as the card did."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("my mum leaves me on my own all night and im scared")
    await ana.says("im 13 and my uncle touches me")
    ana.heard()
    await world.passes(minutes=25)
    waited = ana.heard_all()
    assert "nobody has joined yet" in waited
    assert "Childline 0800 1111" in waited
    assert "Samaritans" not in waited
    assert ben.heard()


async def test_whoever_chose_a_clock_abroad_is_not_given_the_numbers_of_home(world: World) -> None:
    """Spain by its words or by the button "Central Europe": 112 stands on the card, and no 999."""
    ana = await world.person("Ana")
    await ana.says("im in spain now")
    ana.heard()
    await ana.says("i took too many pills")
    card = ana.heard_all().splitlines()
    assert "112" in card
    assert "999" not in card
    dee = await world.person("Dee")
    await dee.says("time zone")
    await dee.says("germany")
    assert "Across Europe it's 112" in dee.heard_all()
    await dee.says("i took too many pills")
    assert "112" in dee.heard_all().splitlines()


async def test_who_is_pregnant_and_drinks_is_not_asked_who_scares_them(world: World) -> None:
    """Not to stop at once, whom to ring, and the emergency card where it bleeds."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("im pregnant and still drinking every day")
    said = ana.heard_once()
    assert "all at once can harm you both" in said
    assert "scares" not in said
    assert len(ben.heard()) == 1
    await ana.presses("I'm not sure")
    assert "Midwives and doctors" in ana.heard_all()
    await ana.says("worse")
    assert "Call now, phone on speaker" in ana.heard_all()
    assert "medical emergency" in ben.heard_once()


async def test_a_parents_guilt_is_asked_about_the_children(world: World) -> None:
    """Seen drunk by a child is no alarm, and no question about somebody who hurts the writer."""
    ana = await world.person("Ana")
    await ana.says("my kid saw me drunk")
    said = ana.heard_all()
    assert "Is someone hurting you" not in said
    assert "scares you" not in said
