"""Whatever reaches the bot is answered, and never breaks it."""

import pytest

from bot.sandbox.around import joins_group
from bot.sandbox.content import KINDS
from bot.store.staffing import invites
from tests.world import World


async def test_a_death_in_the_past_gets_a_warm_answer_and_no_alarm(world: World) -> None:
    """Told at the first word or in the middle of the questions: sorry, how are you with it, and back."""
    ben = await world.coach("Ben", "danger_trained")
    ana = await world.person("Ana")
    await ana.says("my brother died of an overdose three years ago")
    assert "Losing someone stays" in ana.heard_once()
    await ana.says("/intake")
    ana.heard()
    await ana.says("its the anniversary of my dads death")
    assert "Losing someone stays" in ana.heard_once()
    for label in ("It's bearable", "Skip", "Not now"):
        await ana.presses(label)
    assert "1 of 7" in ana.heard()[-1]
    assert ben.heard() == []


async def test_every_kind_of_message_has_an_answer(world: World) -> None:
    """Voice, photo, sticker, poll, contact, story: each gets words, and the buttons still stand."""
    ana = await world.person("Ana")
    await ana.says("hello")
    ana.heard()
    for kind in KINDS:
        await ana.sends(kind)
        assert ana.heard(), kind
        assert "Talk to someone" in ana.buttons
    await ana.shares_location(53.79, -1.54)
    assert ana.heard()


@pytest.mark.parametrize("before", ["", "hello"])
async def test_a_location_that_nobody_asked_for_means_near_me_now(world: World, before: str) -> None:
    """As the very first message and at the menu: what there is near it, with who is writing said once."""
    ana = await world.person("Ana")
    if before:
        await ana.says(before)
        ana.heard()
    await ana.shares_location(53.79, -1.54)
    *introduced, looked, _ = ana.heard()
    assert ["an automated helper" in one for one in introduced] == ([] if before else [True])
    assert "nothing near you" in looked  # no groups are listed here
    assert "Try another place" in ana.buttons


async def test_a_feeling_is_no_place(world: World) -> None:
    """Told where a place is asked for, it is answered; a name that nobody knows still is asked about."""
    ana = await world.person("Ana")
    await ana.says("groups in leeds")  # the country is known by now
    await ana.says("groups")
    ana.heard()
    await ana.says("i feel awful")
    assert any("That sounds heavy" in one for one in ana.heard())
    await ana.says("groups")
    ana.heard()
    await ana.says("Qwxzlby")
    assert any("I don't know that place" in one for one in ana.heard())


async def test_a_location_in_danger_is_no_search(world: World) -> None:
    """Whoever is asked something about danger and shares where they are is not shown groups."""
    ana = await world.person("Ana")
    await ana.says("i took too many pills")
    ana.heard()
    await ana.shares_location(53.79, -1.54)
    assert not any("Tap one to hear" in one for one in ana.heard())


@pytest.mark.parametrize(
    "words",
    [
        "x" * 4096,
        "😢" * 2048,
        "\u202eolleh",
        "a\u200b\u200d\ufeffb",
        "\u200b\u200b",
        "{service} {0} %s ${x} {{7*7}} <b>hi</b> *_[a](b)",
        "مرحبا أنا حزين",
        "'; DROP TABLE person; --",
        "//",
        "/",
        "/foo@bar",
        "\x00\x01abc",
    ],
)
async def test_any_words_have_an_answer(world: World, words: str) -> None:
    """Long, invisible, right to left, emoji only, markup, templates: an answer with a way on.

    Another language is answered with the numbers before it, once; a face that is understood, with who writes.
    """
    ana = await world.person("Ana")
    for _ in range(3):
        await ana.says(words)
        *numbers, said = ana.heard()
        assert len(numbers) <= 1
        assert all("999" in one or "automated helper" in one for one in numbers)
        assert ana.buttons
        assert "I couldn't read" not in said


async def test_a_group_is_left(world: World) -> None:
    """Put into a group, the bot says nothing there and leaves."""
    ana = await world.person("Ana")
    chat = joins_group(world.sandbox.world, -500, "Friday people", ana.phone.user)
    await world.settles()
    assert chat.kicked or not [one for one in chat.messages.values() if one.by_bot]
    await ana.says("hello")
    assert "any hour" in ana.heard_once()


async def test_every_start_payload(world: World) -> None:
    """Any link opens screen zero; an unknown invitation says so."""
    ana = await world.person("Ana")
    for payload in ("", "x", "A" * 64, "group_7", "-_-"):
        await ana.opens(payload)
        assert "any hour" in ana.heard_once()
    await ana.opens("join_nonsense")
    assert "has been used or is too old" in ana.heard_once()


async def test_an_invitation(world: World) -> None:
    """One link, one account, a coordinator's yes; then they are told how to begin: with the training."""
    lea = await world.staff("Lea", "coordinator")
    new, other = await world.person("New"), await world.person("Other")
    async with world.service.store.transaction() as tx:
        secret = invites.make(tx, "coach", world.clock.now())
    await new.opens(f"join_{secret}")
    assert "A coordinator has to say yes" in new.heard_once()
    assert "to be a coach" in lea.heard_once()
    await other.opens(f"join_{secret}")
    assert "has been used" in other.heard_once()
    await new.says("/on")
    assert "You're on" not in new.heard_all()
    await lea.presses("Yes, let them in")
    assert "They're in" in lea.heard_once()
    assert "You're about to be a coach here" in new.heard_once()
    await new.says("/on")
    assert "You're on" not in new.heard_all()
    await new.says("/me")
    assert "Before your first talk" in new.heard_once()


async def test_an_invitation_refused_or_old(world: World) -> None:
    """A coordinator's no leaves them as they were; after a day the link opens nothing."""
    lea = await world.staff("Lea", "coordinator")
    new = await world.person("New")
    async with world.service.store.transaction() as tx:
        secret, old = (invites.make(tx, "coordinator", world.clock.now()) for _ in range(2))
    await new.opens(f"join_{secret}")
    lea.heard()
    await lea.presses("No")
    assert "haven't been let in" in lea.heard_once()
    await world.passes(hours=25)
    new.heard()
    await new.opens(f"join_{old}")
    assert "too old" in new.heard_once()
    await new.says("/dashboard")
    assert "sign-in" not in new.heard_all()


async def test_on_lapses_and_is_asked_before(world: World) -> None:
    """Four hours after /on they count no more; a quarter of an hour before, they are asked."""
    ben = await world.staff("Ben", "coach")
    await ben.says("/on")
    assert "until 07:00" in ben.heard_once()
    await world.passes(hours=3, minutes=45)
    assert "Still there?" in ben.heard_once()
    await ben.presses("Yes, four more hours")
    assert "until 10:45" in ben.heard_once()
    await world.restarts(hours=1)
    await world.passes(hours=3)
    assert "Still there?" in ben.heard_all()
    ana = await world.person("Ana")
    await ana.says("hello")
    assert "Nobody is on shift" in ana.heard_once()
    await ben.says("off")
    assert "You're off" in ben.heard_once()
    await world.passes(hours=24)
    assert ben.heard() == []


async def test_a_coach_in_need(world: World) -> None:
    """A coach asks for a person like anybody: the others are alerted, never they themselves."""
    ben, cora = await world.staff("Ben", "coach"), await world.staff("Cora", "coach")
    for hand in (ben, cora):
        await hand.says("/on")
        hand.heard()
    await ben.says("talk to someone")
    await ben.presses("Yes")
    await ben.presses("Nothing")
    assert "waiting under a minute" in cora.heard_once()
    assert "While I look" in ben.heard()[-1]
    await cora.presses("I'll take it")
    assert "has just taken" in ben.heard_once()
    cora.heard()
    await ben.says("it is a hard night")
    assert "it is a hard night" in cora.heard_once()
    await cora.says("i hear you")
    assert "i hear you" in ben.heard_once()
    await ben.says("end")
    assert "The talk is ended" in ben.heard()[0]
    assert "has ended the talk" in cora.heard()[0]
