"""Ana asks for a person at three in the morning. Ben is on, Cora is not, Dan may not, Eve coordinates."""

import asyncio
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.app.conversing.talk import Talk
from bot.app.rules import Rules
from bot.app.staffing import staff
from bot.domain.alias import alias
from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.ids import ChatId, HandoffId, OutboxId, PersonId
from bot.domain.oncall import handoff as rules
from bot.domain.oncall.escalation import Waits
from bot.domain.person import Age
from bot.store.conversing import events, outbox, people
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import Stored
from bot.store.rota import rotas
from tests.app.night import LINES, Night, Phone, night

PHOTO = SentMedia("photo", "photo")
MINUTE = timedelta(minutes=1)
WAITING = "Still here with you."
"""The first line of whatever comes while somebody waits."""


async def crew(world: Night) -> tuple[Phone, Phone, Phone]:
    """Ana, Ben who is on, and Cora who is not."""
    ana, ben = await world.arrives("Ana"), await world.arrives("Ben", "coach")
    cora = await world.arrives("Cora", "coach")
    await world.comes_on(ben)
    return ana, ben, cora


async def outbox_of(world: Night, phone: Phone) -> int:
    """How many messages wait to be sent to somebody."""
    async with world.store.reading() as tx:
        return sum(item.chat == phone.chat for item in await outbox.open_after(tx, OutboxId(0), 100))


async def talking(world: Night) -> tuple[Phone, Phone, Phone, HandoffId]:
    """Ana and Ben are talking."""
    ana, ben, cora = await crew(world)
    which = await world.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    for phone in (ana, ben, cora):
        phone.heard()
    return ana, ben, cora, which


async def test_an_alert_that_waits_to_be_sent_is_not_once_somebody_has_it(night: Night) -> None:
    """Cora's chat is full when everyone is alerted: when there is room in it, Ben is with Ana."""
    ana, ben, cora = await crew(night)
    which = await night.asks(ana)
    while await outbox_of(night, cora) == 0:
        at = await night._next()
        assert at is not None
        night.clock.move(max(at - night.now, timedelta()))
        await night.watch.sweep()
    async with night.as_(ben) as turn:
        assert await night.on_call.accept(turn, which)
    assert cora.heard() == []


async def test_ana_asks_ben_accepts_they_talk_and_ben_ends_it(night: Night) -> None:
    """The whole way once: alert, first to accept, summary to him alone, words both ways, the end."""
    ana, ben, cora = await crew(night)
    await night.comes_on(cora)
    which = await night.asks(ana)
    asked = f"{alias(ana.id)} · ordinary · an urge · waiting under a minute"
    assert ben.heard() == cora.heard() == [asked]

    await ben.presses("I'll take it")
    assert ben.heard()[0].startswith(f"You have {alias(ana.id)}. Write here, and they read it.")
    assert ana.heard()[0] == "Someone is here with you now."
    assert f"{alias(ben.id)} is a coach" in ana.all_of_it()
    assert cora.heard() == []
    assert cora.all_of_it().endswith(f"Taken: {alias(ana.id)}. Thank you for being there.")
    assert "Agreed to share" in ben.all_of_it()
    assert "Agreed to share" not in cora.all_of_it()
    assert await night.state_of(which) == "Claimed"

    assert await ana.says("are you a real person?")
    assert ben.heard() == [f"{alias(ana.id)}: are you a real person?"]
    assert await ben.says("yes, i am")
    assert ana.heard() == [f"{alias(ben.id)}: yes, i am"]
    assert await night.state_of(which) == "Active"

    await ben.says("end")
    assert await night.state_of(which) == "Closed"
    assert ana.heard() == ["It's the automated helper again.", "How was that for you?"]
    assert f"{alias(ben.id)} has ended the talk for now." in ana.all_of_it()
    assert "real person" not in ben.all_of_it()
    assert "Agreed to share" not in ben.all_of_it()


async def test_asking_twenty_times_is_one_handoff_and_one_alert(night: Night) -> None:
    """Ana's thumb shakes; Ben's phone rings once."""
    ana, ben, _ = await crew(night)
    first = await night.asks(ana)
    assert all([await night.asks(ana) == first for _ in range(19)])
    assert len(ben.heard()) == 1
    assert (
        ana.heard()
        == ["I'm still asking. No one has answered yet. That's on us, not you. I'm still here with you."] * 19
    )


async def test_nobody_answers_and_ana_is_told_the_truth_each_time(night: Night) -> None:
    """1, 3 and 8 minutes: who is asked by then. 15: honest. 30: again. Each with a line that is open.

    Dora helps out and is asked at 3 minutes, Cora with everyone at 5, Eve, who coordinates, at 10.
    """
    ana, ben, cora = await crew(night)
    dora, eve = await night.arrives("Dora", "coach", "backup"), await night.arrives("Eve", "coordinator")
    which = await night.asks(ana)
    assert (len(ben.heard()), dora.heard(), cora.heard()) == (1, [], [])
    for minutes, said in ((1, "who are there now"), (2, "said they'd help out"), (5, "asked everyone")):
        await night.passes(minutes=minutes)
        assert ana.heard() == [WAITING]
        assert said in ana.newest()
        assert LINES["open_line"] in ana.newest()
    assert len(dora.heard()) == 2
    assert cora.heard() == [f"Still waiting: {alias(ana.id)} · ordinary · an urge · 5 min"]
    assert eve.heard() == []
    await night.passes(minutes=7)
    assert ana.heard() == [WAITING]
    assert "asked everyone who could help, and no one has answered yet" in ana.newest()
    assert LINES["open_line"] in ana.newest()
    assert "Tue 03:00" in ana.newest()
    assert "has waited 10 min and nobody has answered. Coaches asked so far: 3" in eve.heard()[0]
    ben.heard(), cora.heard()
    await night.passes(minutes=15)
    assert ana.heard() == [WAITING]
    assert "I'm asking everyone again now. I'm sorry it's taking this long." in ana.newest()
    assert ben.heard() == cora.heard() != []
    assert cora.newest().startswith(f"Nobody has come to {alias(ana.id)} yet:")
    await night.passes(hours=24)
    assert await night.state_of(which) == "Closed"
    assert "failure of ours" in ana.newest()
    assert "nobody came" in eve.heard()[-1]


async def test_with_nobody_there_at_all_nothing_is_claimed(night: Night) -> None:
    """No coach exists: coordinators hear in the same second, and Ana does not read that somebody was told."""
    ana, eve = await night.arrives("Ana"), await night.arrives("Eve", "coordinator")
    await night.asks(ana)
    assert "Coaches asked so far: 0" in eve.heard()[0]
    await night.passes(minutes=1)
    assert "I haven't been able to reach anyone here yet." in ana.newest()
    await night.passes(minutes=30)
    assert ana.heard() == [WAITING] * 5
    assert "Nobody is on shift, and no one else could be reached yet" in ana.all_of_it()
    assert "I can't reach anyone yet" in ana.newest()
    assert eve.heard() == []


async def test_settings_changed_at_night_do_not_move_what_is_under_way(night: Night) -> None:
    """Everyone after one minute, over after two hours: Ana, who asked before, keeps five and 24."""
    ana, ben, cora = await crew(night)
    which = await night.asks(ana)
    waits = Waits(backup=MINUTE, everyone=MINUTE, until=timedelta(hours=2))
    night = night.restarted(Rules(waits))
    await night.passes(minutes=2)
    assert cora.heard() == []
    await ben.presses("I'll take it")
    await ben.says("pass")
    await night.passes(hours=3)
    assert await night.state_of(which) == "Alerting"
    dora = await night.arrives("Dora")
    second = await night.asks(dora)
    await night.passes(hours=3)
    assert (await night.state_of(second), await night.state_of(which)) == ("Closed", "Alerting")


async def test_an_empty_shift_alerts_everyone_at_once(night: Night) -> None:
    """Nobody said /on: Cora hears of Ana in the same second, not after five minutes."""
    ana, cora = await night.arrives("Ana"), await night.arrives("Cora", "coach")
    await night.asks(ana)
    assert len(cora.heard()) == 1


async def test_off_shift_is_said_as_it_is(night: Night) -> None:
    """Cora was asked although it is not her shift: Ana does not read that a shift was told."""
    ana = await night.arrives("Ana")
    await night.arrives("Cora", "coach")
    await night.asks(ana)
    await night.passes(minutes=15)
    assert ana.heard() == [WAITING] * 4
    assert ana.all_of_it().count("Nobody is on shift, so I've asked everyone else") == 4


async def test_each_shift_start_is_another_chance(night: Night) -> None:
    """Cora's shift begins at six: she is asked then, and Ana may sleep, so nothing reaches her at night."""
    ana, ben, cora = await crew(night)
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, cora.id, 0, time(6), time(12))
    which = await night.asks(ana)
    await night.passes(minutes=45)
    for phone in (ana, ben, cora):
        phone.heard()
    await night.passes(hours=3)
    assert any(line.startswith("Nobody has come to") for line in cora.heard())
    assert ana.heard() == []
    await cora.presses("I'll take it")
    assert await night.state_of(which) == "Claimed"
    assert len(ana.heard()) == 1


async def test_whoever_comes_on_hears_who_is_waiting(night: Night) -> None:
    """Ana has waited ten minutes when Ben writes /on: he need not wait for the next step."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    async with night.as_(ben) as turn:
        await night.rotas.off(turn, Talk(), "")
    await night.asks(ana)
    await night.passes(minutes=10)
    assert len(ben.heard()) == 1
    async with night.as_(ben) as turn:
        await night.rotas.on(turn, Talk(), "")
    assert ben.heard()[-1] == f"Still waiting: {alias(ana.id)} · ordinary · an urge · 10 min"


async def test_accepted_and_silent_goes_back_to_everyone(night: Night) -> None:
    """Ben's battery dies: nudged at 3, released at 6, Cora is asked and Ana is told."""
    ana, ben, cora = await crew(night)
    which = await night.asks(ana)
    await ben.presses("I'll take it")
    ana.heard(), ben.heard(), cora.heard()
    await night.passes(minutes=3)
    assert "Are you still there?" in ben.heard()[0]
    await night.passes(minutes=3)
    assert "has gone to the others" in ben.heard()[0]
    assert ana.heard() == [WAITING]
    assert "gone quiet" in ana.newest()
    assert len(cora.heard()) == 1
    assert await night.state_of(which) == "Alerting"
    assert not await ben.says("sorry, i'm back")


async def test_ben_passes_and_the_words_leave_his_phone(night: Night) -> None:
    """He knows Ana from school: Cora has her next, and nothing of Ana's stays with him."""
    ana, ben, cora, which = await talking(night)
    await ana.says("it is my birthday")
    await ben.says("pass")
    assert "birthday" not in ben.all_of_it()
    assert len(cora.heard()) == 1
    await cora.presses("I'll take it")
    await ana.says("hello again")
    assert cora.heard()[-1] == f"{alias(ana.id)}: hello again"
    assert await night.state_of(which) == "Claimed"


async def test_a_line_under_way_when_the_talk_ends_is_deleted_as_well(night: Night) -> None:
    """What arrives after the end is taken away two minutes later."""
    ana, ben, _, which = await talking(night)
    await ana.says("one")
    async with night.store.transaction() as tx:
        stored = await handoffs.get(tx, which)
        assert stored is not None
    await ana.says("end")
    await night.passes(minutes=3)
    assert "one" not in ben.all_of_it().split("\n")


async def test_ana_ends_it_and_is_asked_how_it_was(night: Night) -> None:
    """Typing "end" is enough; the bot says that it is the bot again."""
    ana, ben, _, which = await talking(night)
    await ana.says("End")
    assert await night.state_of(which) == "Closed"
    assert ana.heard()[-1] == "How was that for you?"
    assert "has ended the talk" in ben.heard()[0]
    assert not await ana.says("hello?")
    assert not await ben.says("hello?")


async def test_stop_in_a_talk_asks_first(night: Night) -> None:
    """ "Stop" is not passed on to Ben, and does not end the talk before Ana says so."""
    ana, ben, _, which = await talking(night)
    await ana.says("stop")
    assert "Shall I end the talk" in ana.heard()[0]
    assert ben.heard() == []
    assert await night.state_of(which) == "Active"
    await ana.presses("Yes, end and stop")
    assert await night.state_of(which) == "Closed"
    assert not (await night.person(ana.id)).pushes


async def test_a_quiet_talk_closes_softly(night: Night) -> None:
    """An hour without a word: both are told, nothing is asked, and Ben is free."""
    ana, ben, _, which = await talking(night)
    await night.passes(minutes=59)
    assert await night.state_of(which) == "Active"
    await night.passes(minutes=1)
    assert await night.state_of(which) == "Closed"
    assert "It went quiet" in ana.all_of_it()
    assert len(ana.heard()) == 1
    assert "has gone quiet" in ben.heard()[0]


async def test_everything_works_by_typing(night: Night) -> None:
    """Buttons are lost after 150 seconds of downtime; words are not."""
    ana, ben, _ = await crew(night)
    which = await night.asks(ana)
    assert await ben.says("I'll take it")
    assert await night.state_of(which) == "Claimed"
    await ben.says("pass")
    assert await night.state_of(which) == "Alerting"


async def test_all_decline_and_the_next_are_asked_at_once(night: Night) -> None:
    """Ben says "not me": Cora need not wait for five minutes to pass."""
    ana, ben, cora = await crew(night)
    await night.asks(ana)
    await ben.presses("Not me")
    assert "Someone else is asked" in ben.all_of_it()
    assert len(cora.heard()) == 1


async def test_one_conversation_at_a_time(night: Night) -> None:
    """Ben is with Ana: Dora's request does not reach him, and his old alert cannot be accepted."""
    ana, ben, _, _ = await talking(night)
    dora = await night.arrives("Dora")
    second = await night.asks(dora)
    assert ben.heard() == []
    async with night.as_(ben) as turn:
        assert not await night.on_call.accept(turn, second)
    assert "already" in ben.heard()[0]
    assert ana.heard() == []


async def test_a_stranger_cannot_accept(night: Night) -> None:
    """Roles are looked at when the button is pressed: Dan lost his an hour ago."""
    ana = await night.arrives("Ana")
    dan = await night.arrives("Dan", "coach")
    which = await night.asks(ana)
    async with night.store.transaction() as tx:
        await people.take_away(tx, dan.id, "coach", night.now)
    dan.heard()
    await dan.presses("I'll take it")
    assert dan.heard() == ["That isn't open to you any more."]
    assert await night.state_of(which) == "Alerting"


async def test_a_coach_who_is_taken_off_leaves_nobody_behind(night: Night) -> None:
    """Their talk goes to the others at once; Ana is told, and their own words go nowhere any more."""
    ana, ben, cora, which = await talking(night)
    await night.comes_on(cora)
    cora.heard()
    async with night.as_(ben) as turn:
        assert await staff.remove(turn, ("coach", "coordinator"), night.on_call, night.mentoring) == ["coach"]
    assert await night.state_of(which) == "Alerting"
    assert ana.heard()[0] == WAITING
    assert "had to go" in ana.all_of_it()
    await cora.presses("I'll take it")
    assert await night.state_of(which) == "Claimed"
    assert not await ben.says("are you there?")


async def test_photos_and_voice_pass_for_adults_only(night: Night) -> None:
    """By the channel's own copy, so that nobody's name travels with it."""
    ana, ben, _, _ = await talking(night)
    await ana.sends(PHOTO)
    assert ben.heard()[0].startswith(f"copy of {ana.chat}/")
    await ben.sends(SentMedia("voice", "voice"))
    assert ana.heard()[0].startswith(f"copy of {ben.chat}/")
    await ana.sends(SentMedia("other", "sticker"))
    await ana.sends(SharedPlace(53.8, -1.5))
    assert ben.heard() == []
    assert len(ana.heard()) == 2


@pytest.mark.parametrize("age", [Age.MINOR, Age.UNSAID])
async def test_words_only_when_not_known_to_be_an_adult(night: Night, age: Age) -> None:
    """No picture and no voice in either direction; words pass."""
    ana = await night.arrives("Ana", age=age)
    ben = await night.arrives("Ben", "coach", "young_people")
    await night.comes_on(ben)
    await night.asks(ana)
    await ben.presses("I'll take it")
    assert "Words only" in ben.all_of_it()
    ana.heard(), ben.heard()
    await ana.sends(PHOTO)
    await ben.sends(PHOTO)
    off = "Photos and voice messages are off in this talk, to keep everyone protected. Words work."
    assert (ana.heard(), ben.heard()) == ([off], [off])


async def test_under_18_reaches_only_coaches_who_may_and_the_lead_is_told(night: Night) -> None:
    """Ben has no grant and never hears of it; Cora has; the safeguarding lead learns that it happened."""
    ana = await night.arrives("Ana", age=Age.MINOR)
    ben, lead = await night.arrives("Ben", "coach"), await night.arrives("Lee", "safety_lead")
    cora = await night.arrives("Cora", "coach", "young_people")
    await night.comes_on(ben)
    which = await night.asks(ana)
    await night.passes(minutes=40)
    assert ben.heard() == []
    assert len(cora.heard()) >= 1
    assert "under 18" in lead.heard()[0]
    async with night.as_(ben) as turn:
        assert not await night.on_call.accept(turn, which)


async def test_an_edited_line_is_passed_on_as_edited(night: Night) -> None:
    """Ben sees that Ana changed a message, and to what."""
    ana, ben, _, _ = await talking(night)
    await ana.edits(ana.sent, "i meant tomorrow")
    assert ben.heard() == [f"{alias(ana.id)} changed a message. It now says: i meant tomorrow"]


async def test_braces_in_what_people_write_stay_what_they_are(night: Night) -> None:
    """Words from outside are never read as places of a text."""
    ana, ben, _, _ = await talking(night)
    await ana.says("{coach} {summary} %s {0}")
    assert ben.heard() == [f"{alias(ana.id)}: {{coach}} {{summary}} %s {{0}}"]


async def test_ben_blocks_the_bot_and_ana_goes_to_the_others(night: Night) -> None:
    """What cannot reach him is not lost: Ana is told, Cora is alerted."""
    ana, ben, cora, which = await talking(night)
    async with night.store.transaction() as tx:
        people.set_reachable(tx, "telegram", ben.chat, False)
    await ana.says("are you there?")
    assert "I can't reach" in ana.heard()[0]
    assert len(cora.heard()) == 1
    assert await night.state_of(which) == "Alerting"


async def test_ana_stops_looking(night: Night) -> None:
    """The button under the honest words: the request is over, Ben's alert says so; one question after."""
    ana, ben, _ = await crew(night)
    which = await night.asks(ana)
    await night.passes(minutes=15)
    ana.heard()
    await ana.presses("Stop looking")
    assert await night.state_of(which) == "Closed"
    assert ana.heard() == ['I\'ve stopped looking. You can ask again at any time: write "talk".']
    assert f"No longer needed: {alias(ana.id)}" in ben.all_of_it()
    ben.heard()
    await night.passes(hours=25)
    assert ana.heard() == ["Still with you. How is it now?"]
    assert not any(alias(ana.id) in line for line in ben.heard())


async def test_exactly_one_wins_a_thousand_races(tmp_path: Path) -> None:
    """Ben and Cora accept together, each through a connection of their own to one database, 1,000 times.

    Both have read "nobody has it" before either writes, as two processes would.
    """
    async with night(tmp_path) as left, night(tmp_path, new=False) as right:
        ben, cora = await left.arrives("Ben", "coach"), await left.arrives("Cora", "coach")
        asked = await thousand_requests(left)

        async def take(world: Night, coach: PersonId, seen: Stored) -> bool:
            claimed = rules.accept(seen.handoff, coach, world.now)
            assert isinstance(claimed, rules.Change)
            async with world.store.transaction() as tx:
                return await handoffs.save(tx, seen, claimed.state)

        async with left.store.reading() as tx:
            seen = [stored for which in asked if (stored := await handoffs.get(tx, which))]
        winners = []
        for one in seen:
            won = await asyncio.gather(take(left, ben.id, one), take(right, cora.id, one))
            assert sorted(won) == [False, True]
            winners.append(ben.id if won[0] else cora.id)
        async with right.store.reading() as tx:
            kept = [stored for which in asked if (stored := await handoffs.get(tx, which))]
        assert [rules.holder_of(stored.handoff) for stored in kept] == winners
        assert len(winners) == 1000


async def thousand_requests(world: Night) -> list[HandoffId]:
    """A thousand people, each asking."""
    asked = []
    async with world.store.transaction() as tx:
        for n in range(1000):
            who = await people.arrive(
                tx, "telegram", ChatId(5000 + n), world.now, language="en", country="GB", zone=""
            )
            new = await handoffs.add(tx, who.id, topic="talk", scope="nothing", urgent=False, now=world.now)
            assert new is not None
            asked.append(new)
    return asked


async def test_two_coaches_press_in_the_same_instant(night: Night) -> None:
    """The whole use case: one gets the summary, the other reads "taken", Ana hears of one person."""
    ana, ben, cora = await crew(night)
    await night.comes_on(cora)
    for _ in range(10):
        which = await night.asks(ana)
        for phone in (ana, ben, cora):
            phone.heard()

        await asyncio.gather(ben.presses("I'll take it"), cora.presses("I'll take it"))
        heard = sorted([ben.heard()[0].split(" ")[0], cora.heard()[0].split(":")[0]])
        assert "Taken" in " ".join(heard)
        assert len([line for line in ana.heard() if line == "Someone is here with you now."]) == 1
        async with night.as_(ana) as turn:
            await night.on_call.end_by_person(turn, None)
        assert await night.state_of(which) == "Closed"
        await night.passes(minutes=5)


async def test_the_events_say_how_it_went_in_numbers_only(night: Night) -> None:
    """Asked, alerted, accepted after so many seconds, closed after so many: no word of anybody's."""
    ana, ben, _ = await crew(night)
    await night.asks(ana)
    await night.passes(minutes=2)
    await ben.presses("I'll take it")
    await night.passes(minutes=1)
    await ben.says("end")
    async with night.store.reading() as tx:
        names = [event for _, event in await events.of_person(tx, ana.id)]
    kinds = [type(event).__name__ for event in names]
    assert kinds == [
        "ConsentGiven", "HandoffAsked", "HandoffAlerted", "HandoffAccepted", "HandoffClosed", "FlowStarted",
    ]  # fmt: skip
    assert names[3].after_s == 120  # type: ignore[union-attr]
    assert names[4].talked_s == 60  # type: ignore[union-attr]
