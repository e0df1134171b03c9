"""Danger is heard in Ana's words. Ben is on, Cora is trained and on, Eve coordinates: who hears, and when."""

from datetime import timedelta

from bot.domain.alias import alias
from bot.domain.danger.hearing import Hearing
from bot.domain.ids import DangerId
from bot.store.conversing import events
from bot.store.danger import dangers
from tests.app.night import LINES, Night, Phone

SUICIDE = Hearing("suicide", "emergency", "alarm", "self", "suicide.plan")


async def crew(world: Night) -> tuple[Phone, Phone, Phone, Phone]:
    ana, ben = await world.arrives("Ana"), await world.arrives("Ben", "coach")
    cora, eve = (
        await world.arrives("Cora", "coach", "danger_trained"),
        await world.arrives("Eve", "coordinator"),
    )
    await world.comes_on(ben)
    await world.comes_on(cora)
    return ana, ben, cora, eve


async def acknowledged(world: Night, which: DangerId) -> object:
    async with world.store.reading() as tx:
        row = await dangers.get(tx, which)
    assert row is not None
    return row["acknowledged_by"]


async def test_an_emergency_climbs_every_two_minutes_until_somebody_answers(night: Night) -> None:
    """Trained staff at once, the shift after 2, everyone after 4, coordinators after 6."""
    ana, ben, cora, eve = await crew(night)
    dan = await night.arrives("Dan", "coach")
    await night.danger(ana, "suicide", "emergency", "ive got the tablets here")
    who = f"Emergency · thoughts of ending their life · the person · {alias(ana.id)}"
    assert cora.heard() == [f"{who} · 03:00 their time"]
    assert "“ive got the tablets here”" in cora.all_of_it()
    assert (ben.heard(), dan.heard(), eve.heard()) == ([], [], [])
    await night.passes(minutes=2)
    assert [len(phone.heard()) for phone in (ben, dan, eve)] == [1, 0, 0]
    assert "03:00 their time\n“ive got the tablets here”" in ben.newest()
    await night.passes(minutes=2)
    assert len(dan.heard()) == 1
    assert "nobody has joined yet" in ana.heard()[0]
    assert LINES["emergency"] in ana.all_of_it()
    await night.passes(minutes=2)
    assert eve.heard()[0].startswith("Nobody has taken this yet: Emergency")


async def test_whoever_answers_is_with_the_person_at_once(night: Night) -> None:
    """Cora's press acknowledges, opens the talk, stops the page, and tells her what to ask next."""
    ana, ben, cora, eve = await crew(night)
    which = await night.danger(ana, "suicide", "emergency", "words")
    cora.heard()
    await cora.presses("I'm with them")
    assert await acknowledged(night, which) == cora.id
    assert any("Ask next:" in cora.all_of_it() for _ in [0])
    assert "is here with you now" in ana.heard()[0]
    await cora.says("I'm here, are you safe?")
    assert ana.heard() == [f"{alias(cora.id)}: I'm here, are you safe?"]
    await night.passes(hours=1)
    assert (ben.heard(), eve.heard()) == ([], [])


async def test_a_page_that_waits_to_be_sent_is_not_once_somebody_has_it(night: Night) -> None:
    """Ben's chat is full at that moment: when there is room in it, Cora is with Ana."""
    ana, ben, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "emergency", "words")
    night.clock.move(timedelta(minutes=2))
    await night.watch.sweep()  # his page is in the outbox
    async with night.as_(cora) as turn:
        assert await night.paging.acknowledge(turn, which)
    assert ben.heard() == []


async def test_the_second_to_answer_sees_who_has_it(night: Night) -> None:
    """Ben presses a moment later: he is told, and is not in the talk."""
    ana, ben, cora, _ = await crew(night)
    await night.danger(ana, "suicide", "emergency")
    await night.passes(minutes=2)
    ben.heard()
    button = ben.buttons.copy()
    await cora.presses("I'm with them")
    ben.buttons = button
    await ben.presses("I'm with them")
    assert ben.heard() == [f"Taken by {alias(cora.id)}: {alias(ana.id)}. Thank you."]
    assert not await ben.says("hello")


async def test_an_urgent_page_waits_ten_minutes_a_step_and_keeps_words_to_itself(night: Night) -> None:
    """Not life at risk now, and Ana never agreed to be remembered: kind and level, not her words."""
    ana, ben, cora, _ = await crew(night)
    await night.danger(ana, "self_harm", "urgent", "i did it again")
    assert "i did it again" not in cora.all_of_it()
    assert "Their words are not shared" in cora.all_of_it()
    await night.passes(minutes=9)
    assert ben.heard() == []
    await night.passes(minutes=1)
    assert len(ben.heard()) == 1


async def test_with_nobody_on_shift_the_coordinator_hears_in_the_same_second(night: Night) -> None:
    """An empty step never waits, least of all here; and Ana is not told that somebody was."""
    ana, eve = await night.arrives("Ana"), await night.arrives("Eve", "coordinator")
    await night.danger(ana, "overdose_now", "emergency")
    assert len(eve.heard()) == 1


async def test_nobody_at_all_is_said_as_it_is(night: Night) -> None:
    """No staff exists: the numbers again, and no claim that anybody knows."""
    ana = await night.arrives("Ana")
    await night.danger(ana, "suicide", "emergency")
    await night.passes(minutes=5)
    assert [line.split(",")[0] for line in ana.heard()] == ["I looked for a person for you"]


async def test_i_cant_now_brings_the_next(night: Night) -> None:
    """Cora, the only one paged, cannot: Ben is paged at once."""
    ana, ben, cora, _ = await crew(night)
    await night.danger(ana, "suicide", "emergency")
    await cora.presses("I can't now")
    assert len(ben.heard()) == 1
    assert "Someone else is asked" in cora.all_of_it()


async def test_a_child_at_risk_goes_to_the_safety_lead_at_once(night: Night) -> None:
    """Beside the trained coach, without a wait; of other dangers the lead hears when nobody has answered."""
    ana, _, cora, _ = await crew(night)
    lead = await night.arrives("Liz", "safety_lead")
    await night.danger(ana, "child_risk", "urgent", "words")
    assert (len(cora.heard()), len(lead.heard())) == (1, 1)
    bea = await night.arrives("Bea")
    await night.danger(bea, "suicide", "urgent", "words")
    assert (len(cora.heard()), len(lead.heard())) == (1, 0)


async def test_closed_by_the_person_nobody_else_is_paged(night: Night) -> None:
    """A clear no: the next step finds it closed, and does nothing."""
    ana, ben, _, eve = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    async with night.store.transaction() as tx:
        assert await dangers.close(tx, which, "said_no", night.now)
    await night.passes(hours=2)
    assert (ben.heard(), eve.heard(), ana.heard()) == ([], [], [])


async def test_who_answered_hears_when_a_hidden_chat_speaks_again(night: Night) -> None:
    """Cora was told to wait for Ana's word. The talk has ended meanwhile; the word still reaches her."""
    ana, _, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    await cora.presses("I'm with them")
    await cora.says("end")
    cora.heard()
    async with night.as_(ana) as turn:
        await night.paging.back(turn, which)
    assert cora.heard()[0].startswith(f"{alias(ana.id)} again: thoughts of ending their life")


async def test_her_no_takes_the_buttons_off_the_page(night: Night) -> None:
    """Cora sees in the page itself that it is over for now."""
    ana, _, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    async with night.as_(ana) as turn:
        await night.paging.over(turn, which)
    assert cora.newest() == f"{alias(ana.id)}: it's over for now. Thank you."
    assert "I'm with them" not in [label for one in cora.buttons.values() for label in one]


async def test_with_somebody_near_who_may_hurt_her_nothing_is_written_first(night: Night) -> None:
    """Abuse: no greeting, no "nobody yet", no coach's word before Ana writes; then the talk goes on."""
    ana, ben, cora, _ = await crew(night)
    await night.danger(ana, "abuse_danger", "emergency", "he is coming")
    assert "Don't write first" in cora.newest()
    assert len(cora.heard()) == 1  # one message for one page
    await night.passes(minutes=5)
    assert ana.heard() == []
    await cora.presses("I'm with them")
    assert ana.heard() == []
    cora.heard()
    await cora.says("are you ok?")
    assert ana.heard() == []
    assert "Don't write first" in cora.heard()[0]
    await ana.says("he is gone")
    assert cora.heard() == [f"{alias(ana.id)}: he is gone"]
    await cora.says("are you safe to write?")
    assert ana.heard() == [f"{alias(cora.id)}: are you safe to write?"]
    await night.passes(hours=3)
    assert ben.heard() != []
    assert ana.heard() == []


async def test_who_waits_for_her_is_not_blamed_for_silence(night: Night) -> None:
    """Cora may not write first: she is neither nudged nor relieved; once Ana has written, her time begins."""
    ana, ben, cora, _ = await crew(night)
    await night.danger(ana, "abuse_danger", "emergency", "he is coming")
    await cora.presses("I'm with them")
    cora.heard(), ben.heard()
    await night.passes(minutes=30)
    assert (cora.heard(), ben.heard()) == ([], [])
    await ana.says("he is gone")
    assert cora.heard() == [f"{alias(ana.id)}: he is gone"]
    await night.passes(minutes=3)
    assert "Are you still there?" in cora.heard()[0]
    await night.passes(minutes=4)
    assert "has gone to the others" in cora.heard()[0]


async def test_a_wait_for_her_word_ends_as_any_silence_does(night: Night) -> None:
    """An hour without a word: Cora is free again, and nothing has reached Ana's phone."""
    ana, _, cora, _ = await crew(night)
    await night.danger(ana, "abuse_danger", "emergency", "he is coming")
    await cora.presses("I'm with them")
    await night.passes(minutes=61)
    assert "How did it end?" in cora.newest()
    assert ana.heard() == []


async def test_safe_is_not_said_to_a_phone_that_somebody_else_may_hold(night: Night) -> None:
    """Cora closes it before Ana has written: staff know, her phone stays dark."""
    ana, _, cora, _ = await crew(night)
    await night.danger(ana, "abuse_danger", "emergency", "he is coming")
    await cora.presses("I'm with them")
    await cora.says("safe")
    assert (await night.person(ana.id)).open_danger is None
    assert "it's over for now" in cora.all_of_it()
    assert ana.heard() == []


async def test_who_may_hurt_somebody_is_written_to(night: Night) -> None:
    """A threat to others is no violence against Ana: staff are not held back, and "nobody yet" is said."""
    ana, _, cora, _ = await crew(night)
    await night.danger(ana, "abuse_danger", "emergency", "words", rule="abuse.threat.knife")
    assert "Emergency · may hurt somebody · the person" in cora.heard()[0]
    assert "Don't write first" not in cora.all_of_it()
    await night.passes(minutes=5)
    assert "nobody has joined yet" in ana.heard()[0]


async def test_silence_outlasts_another_danger(night: Night) -> None:
    """He is near, and now she wants to die: that her danger has another name makes nothing safer."""
    ana, _, cora, _ = await crew(night)
    which = await night.danger(ana, "abuse_danger", "urgent", "words")
    async with night.as_(ana) as turn:
        dangers.raise_to(turn.tx, which, kind="suicide", level="emergency", about="self", rule="suicide.plan")
        await night.paging.page(turn, which, "more words")
    assert "Don't write first" in cora.all_of_it()
    await night.passes(minutes=30)
    assert ana.heard() == []


async def test_danger_in_a_live_talk_goes_to_the_coach_first(night: Night) -> None:
    """Ben hears what it is and what to ask; Ana sees the numbers, once; Ben's word acknowledges it."""
    ana, ben, cora, _ = await crew(night)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hi")
    for phone in (ana, ben, cora):
        phone.heard()
    which = await night.danger(ana, "suicide", "emergency", "i have a rope")
    assert cora.heard() == []
    for _ in range(2):
        async with night.as_(ana) as turn:
            await night.relay.warn(turn, SUICIDE)
    assert [line.split(":")[0] for line in ben.heard()] == [f"{alias(ana.id)} again"] * 2
    assert ana.heard() == ["If a life is at risk, call now:"]
    await ben.says("are you thinking of ending your life?")
    assert await acknowledged(night, which) == ben.id
    await night.passes(minutes=10)
    assert cora.heard() == []


async def test_a_coach_who_does_not_answer_danger_is_not_the_last_hope(night: Night) -> None:
    """Two minutes without Ben's word: Cora is paged, and the card's own questions begin."""
    ana, ben, cora, _ = await crew(night)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hi")
    for phone in (ana, cora):
        phone.heard()
    await night.danger(ana, "suicide", "emergency", "i have a rope")
    await night.passes(minutes=2)
    assert len(cora.heard()) == 1
    assert ana.heard() != []


async def test_the_coach_says_safe_and_the_danger_is_closed_by_a_person(night: Night) -> None:
    """Ana is told who looked at it, and that one word opens it again."""
    ana, _, cora, _ = await crew(night)
    await night.danger(ana, "suicide", "urgent")
    await cora.presses("I'm with them")
    await cora.says("safe")
    assert (await night.person(ana.id)).open_danger is None
    assert "marked it as over for now" in ana.heard()[-1]


async def test_worse_is_paged_anew_and_the_same_again_is_not(night: Night) -> None:
    """Urgent becomes an emergency: Cora's phone rings again; hearing the same twice does not."""
    ana, _, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    async with night.as_(ana) as turn:
        await night.paging.page(turn, which, "again")
    assert len(cora.heard()) == 1
    async with night.as_(ana) as turn:
        dangers.raise_to(turn.tx, which, kind="suicide", level="emergency", about="self", rule="test")
        await night.paging.page(turn, which, "i am on the bridge")
    assert "“i am on the bridge”" in cora.all_of_it()
    assert len(cora.heard()) == 1


async def test_an_answer_counts_while_somebody_is_with_her(night: Night) -> None:
    """Cora talked with Ana and ended it; the danger stayed open. Later it is paged like a new one."""
    ana, ben, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    await cora.presses("I'm with them")
    await cora.says("i'm here")
    async with night.as_(ana) as turn:
        await night.paging.page(turn, which, "the same again")
    cora.heard()
    await cora.says("end")
    await night.passes(hours=1)
    await night.comes_on(cora)
    for phone in (ben, cora):
        phone.heard()
    async with night.as_(ana) as turn:
        dangers.raise_to(
            turn.tx, which, kind="overdose_now", level="emergency", about="self", rule="overdose.took"
        )
        await night.paging.page(turn, which, "i took all of them")
    assert cora.heard()[0].startswith("Emergency · overdose")
    await night.passes(minutes=2)
    assert ben.heard()[0].startswith("Nobody has taken this yet: Emergency")


async def test_a_coach_who_cannot_go_on_gives_the_danger_back(night: Night) -> None:
    """Cora took it and passes: Ana goes to the others, and the page goes with her."""
    ana, ben, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "emergency", "ive got the tablets here")
    await cora.presses("I'm with them")
    await cora.says("pass")
    assert await acknowledged(night, which) is None
    await night.passes(minutes=2)
    assert any(line.startswith("Nobody has taken this yet: Emergency") for line in ben.heard())
    assert "“ive got the tablets here”" in ben.all_of_it()


async def test_danger_that_nobody_has_answered_goes_with_her_to_the_others(night: Night) -> None:
    """Ben was to answer it in the talk, and leaves: the others are paged now, not when his time is over."""
    ana, ben, cora, _ = await crew(night)
    await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hi")
    await night.danger(ana, "suicide", "emergency", "i have a rope")
    for phone in (ana, cora):
        phone.heard()
    await ben.says("pass")
    assert any(line.startswith("Emergency · thoughts of ending their life") for line in cora.heard())


async def test_page_and_answer_are_counted(night: Night) -> None:
    """How many were paged at each step, and after how many seconds somebody answered."""
    ana, _, cora, _ = await crew(night)
    await night.danger(ana, "suicide", "emergency")
    await night.passes(minutes=1)
    await cora.presses("I'm with them")
    async with night.store.reading() as tx:
        kinds = [type(event).__name__ for _, event in await events.of_person(tx, ana.id)]
    assert kinds == ["DangerHeard", "DangerPaged", "DangerAcknowledged", "HandoffAsked", "HandoffAccepted"]


async def test_erased_in_danger_staff_see_that_the_person_ended_it(night: Night) -> None:
    """Ana asks to be forgotten: Cora's page says so and loses its buttons."""
    ana, ben, cora, _ = await crew(night)
    which = await night.danger(ana, "suicide", "urgent")
    async with night.as_(ana) as turn:
        await night.paging.erased(turn, which)
    assert "ended by the person" in cora.all_of_it()
    assert not any("I'm with them" in buttons for buttons in cora.buttons.values())
    await night.passes(hours=1)
    assert ben.heard() == []


async def test_after_a_downtime_nobody_is_paged_twice_for_the_steps_that_were_late(night: Night) -> None:
    """Down from 03:00 to 03:05, two steps are late: Ben, Cora and Dan hear once, Eve in her time."""
    ana, ben, cora, eve = await crew(night)
    dan = await night.arrives("Dan", "coach")
    await night.danger(ana, "suicide", "emergency", "words")
    cora.heard()
    night.clock.move(timedelta(minutes=5))
    await night.watch.sweep()
    await night.deliver()
    assert [len(phone.heard()) for phone in (ben, cora, dan, eve)] == [1, 1, 1, 0]
    assert "nobody has joined yet" in ana.heard()[0]
    await night.passes(minutes=1)
    assert len(eve.heard()) == 1
    await night.passes(minutes=10)
    assert [len(phone.heard()) for phone in (ben, cora, dan)] == [1, 1, 1]
