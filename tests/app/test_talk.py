"""Ana and Ben are writing: lines, replies and edits; what she must never see; colleagues; the end of it."""

from bot.app.conversing.talk import Talk
from bot.domain.alias import alias
from bot.domain.channel.incoming import Said, SentMedia
from bot.domain.events import Code, TalkReported
from bot.domain.oncall import handoff
from bot.domain.oncall.contacts import figures
from bot.store.conversing import events, people
from bot.store.oncall import handoffs
from tests.app.night import Night, Phone
from tests.app.test_handoffs import PHOTO, crew, talking


async def named(night: Night, phone: Phone) -> None:
    """What they are called among staff."""
    async with night.store.transaction() as tx:
        await people.set_name(tx, phone.id, phone.name)


async def test_a_reply_answers_the_same_line_on_the_other_phone(night: Night) -> None:
    """Ana answers Ben's second question, he answers a picture of hers: both see what is meant."""
    ana, ben, _, _ = await talking(night)
    await ben.says("did you eat?")
    asked = ben.sent
    await ben.says("are you alone?")
    await ana.says("yes", re=ana.number_of("did you eat?"))
    assert ben.answers[ben.number_of(": yes")] == asked
    await ana.sends(PHOTO)
    picture = ben.number_of("copy of")
    await ben.says("is that your cat?", re=picture)
    assert ana.answers[ana.number_of("your cat")] == ana.sent
    own = ana.sent
    await ana.says("that one, yes", re=own)
    assert ben.answers[ben.number_of("that one")] == picture


async def test_an_album_arrives_whole_and_in_order(night: Night) -> None:
    """Three photos at once are three messages: each is passed on, and each can be answered."""
    ana, ben, _, _ = await talking(night)
    numbers = []
    for _ in range(3):
        await ana.sends(PHOTO)
        numbers.append(ana.sent)
    assert ben.heard() == [f"copy of {ana.chat}/{number}" for number in numbers]
    await ana.sends(SentMedia("sticker", "sticker"))
    assert ben.heard() == [f"copy of {ana.chat}/{ana.sent}"]


async def test_edits_are_mapped(night: Night) -> None:
    """What Ben changes, changes on Ana's phone; what Ana changes, Ben is shown under the line it was."""
    ana, ben, _, _ = await talking(night)
    await ben.says("I'm hear")
    ana.heard()
    await ben.edits(ben.sent, "I'm here")
    assert ana.heard() == []
    assert ana.newest() == f"{alias(ben.id)}: I'm here"
    await ana.says("thanks")
    first = ben.number_of("thanks")
    await ana.edits(ana.sent, "thank you")
    assert ben.newest() == f"{alias(ana.id)} changed a message. It now says: thank you"
    assert ben.answers[max(ben.shown)] == first
    await ben.edits(ben.sent, "x" * 4096)
    assert ana.heard()
    await night.turn(ben, Said("under a picture", edited=True, under=True), message=ben.sent)
    assert ana.heard() == [f"{alias(ben.id)}: under a picture"]


async def test_neither_learns_who_the_other_is(night: Night) -> None:
    """Numbers, links and forwards are held back on both sides, with the reason; the other words go on."""
    ana, ben, _, _ = await talking(night)
    await ana.says("I'm Ana, 07700 900123, ring me")
    assert ben.heard()[-1].endswith("I'm Ana, (a number or an address: theirs to send on), ring me")
    assert "neither of you learns" in ana.heard()[0]
    await ben.says("https://t.me/ben")
    assert ana.heard() == []
    assert "I haven't passed that on" in ben.heard()[0]
    await ben.says("look at this", forwarded=True)
    await ana.says("he wrote this", forwarded=True)
    assert all("forwarded" in line for line in ben.heard() + ana.heard())
    await ana.sends(SentMedia("photo", "photo", "me: @ana_1990"))
    await ana.sends(SentMedia("photo", "photo", "", forwarded=True))
    assert ben.heard() == []
    assert "forwarded" in ana.heard()[-1]
    assert "900123" not in figures(ben.all_of_it())


async def test_what_ben_notes_and_asks_never_reaches_ana(night: Night) -> None:
    """A note is for whoever has her next; the team is asked beside the talk; the answer is Ben's alone."""
    ana, ben, cora, _ = await talking(night)
    await night.comes_on(cora)
    lee = await night.arrives("Lee", "safety_lead")
    for phone in (ben, cora, lee):
        await named(night, phone)
    await ben.says("note: drank since noon")
    await ben.says("Note he is alone with the kids")
    await ben.says("team: how do I bring up the kids?")
    assert cora.heard()[-1] == "Ben asks, in the middle of a talk: how do I bring up the kids?"
    await cora.says("Just ask what they're doing", re=cora.number_of("Ben asks"))
    assert ben.heard()[-1] == "Cora answers: Just ask what they're doing"
    await ben.says("thanks, like that?", re=ben.number_of("Cora answers"))
    assert cora.heard()[-1].endswith("thanks, like that?")
    await cora.says("answer yes")
    assert ben.heard()[-1] == "Cora answers: yes"
    await ben.says("lead is this one for 999?")
    assert lee.heard() == ["Ben asks, in the middle of a talk: is this one for 999?"]
    await ben.edits(ben.sent, "note: he lied")
    assert ana.heard() == []
    await ben.says("notes")
    assert "drank since noon" in ben.newest()
    await ben.says("pass")
    await cora.presses("I'll take it")
    assert 'Staff wrote notes about them: 3. Write "notes".' in cora.all_of_it()
    await cora.says("notes")
    assert "alone with the kids" in cora.newest()
    assert "drank since noon" not in ana.all_of_it()


async def test_who_is_in_a_talk_answers_the_team_and_not_their_person(night: Night) -> None:
    """Cora was asked, then took Dora: her reply goes to Ben, and not to Dora."""
    _, ben, cora, _ = await talking(night)
    await night.comes_on(cora)
    await ben.says("team: what would you say?")
    dora = await night.arrives("Dora")
    await night.asks(dora)
    await cora.presses("I'll take it")
    await cora.says("hello")
    dora.heard()
    await cora.says("say that he isn't alone", re=cora.number_of("asks, in the middle"))
    assert dora.heard() == []
    assert "say that he isn't alone" in ben.newest()


async def test_ben_gives_ana_to_cora_by_name(night: Night) -> None:
    """She is asked first; until she says yes nothing changes; then both sides know, and his chat is empty."""
    ana, ben, cora, which = await talking(night)
    await named(night, cora)
    await ana.says("it is my birthday")
    await ben.says("transfer")
    assert list(ben.buttons[max(ben.buttons)]) == ["Cora"]
    await ben.says("transfer to Cora")
    assert cora.heard()[-1].startswith(f"{alias(ben.id)} asks you to go on with {alias(ana.id)}")
    assert ana.heard() == []
    await cora.says("not me")
    assert "Cora can't take" in ben.newest()
    await ben.says("transfer Cora")
    await cora.says("take it")
    assert ana.heard() == ["Someone else is here with you now."]
    assert f"{alias(cora.id)} is a coach too" in ana.newest()
    assert "is with your colleague now" in ben.newest()
    assert "birthday" not in ben.all_of_it()
    await ana.says("hi")
    assert cora.newest() == f"{alias(ana.id)}: hi"
    assert await night.state_of(which) == "Claimed"
    assert not await ben.says("are you there?")


async def test_a_colleague_who_got_a_talk_meanwhile_cannot_take_another(night: Night) -> None:
    """Room is looked at when they accept, and Ana stays where she is."""
    _, ben, cora, which = await talking(night)
    await ben.says(f"transfer {alias(cora.id)}")
    dora = await night.arrives("Dora")
    await night.asks(dora)
    await cora.presses("I'll take it")  # the newest: Dora's
    async with night.as_(cora) as turn:
        assert await night.on_call.take_over(turn, which, ben.id) is None
    assert "already" in cora.newest()
    assert await night.state_of(which) == "Active"


async def test_with_two_talks_ben_must_say_for_whom(night: Night) -> None:
    """Nothing is guessed: he is asked, or he replies to the one he means; a picture he sends again."""
    ana, ben, _, _ = await talking(night)
    dora = await night.arrives("Dora")
    second = await night.asks(dora)
    async with night.as_(ben) as turn:
        await night.on_call.go(turn, second, lambda state: handoff.accept(state, ben.id, night.now))
    await dora.says("are you there?")
    for phone in (ana, dora):
        phone.heard()
    await ben.says("yes, I'm here")
    await ben.says("how is it?")
    assert (ana.heard(), dora.heard()) == ([], [])
    assert ben.newest() == "You have more than one talk. Who is that for?"
    await ben.presses(alias(dora.id))
    assert (ana.heard(), dora.newest()) == ([], f"{alias(ben.id)}: yes, I'm here\nhow is it?")
    await ana.says("still here")
    await ben.says("I see you", re=ben.number_of("still here"))
    assert ana.newest() == f"{alias(ben.id)}: I see you"
    dora.heard()
    await ben.sends(PHOTO)
    await ben.says("end")
    assert (ana.heard()[1:], dora.heard()) == ([], [])
    assert await night.state_of(second) == "Active"


async def test_a_line_in_answer_to_a_talk_that_is_over_goes_to_nobody(night: Night) -> None:
    """Ben answers a line of Ana's from before, and now has Dora: it must not go to her."""
    ana, ben, _, _ = await talking(night)
    await ana.says("my son is called Tom")
    old = ben.number_of("Tom")
    await ana.says("end")
    dora = await night.arrives("Dora")
    await night.asks(dora)
    await ben.presses("I'll take it")
    dora.heard()
    await ben.says("how is Tom?", re=old)
    assert dora.heard() == []
    assert "belongs to a talk that's over" in ben.newest()


async def test_a_reply_that_is_written_already(night: Night) -> None:
    """Chosen from the list or by its name, read first, sent by a tap; places are filled for where she is."""
    ana, ben, _, _ = await talking(night)
    await ben.says("replies")
    await ben.presses("A line open now")
    assert ana.heard() == []
    await ben.presses("Send this")
    assert "<open_line>" in ana.newest()
    await ben.says("reply after")
    assert "A slip doesn't undo" in ben.newest()
    await ben.says("end")
    ana.heard()
    await ben.presses("Send this")
    assert ana.heard() == []


async def test_ana_sees_that_ben_is_writing(night: Night) -> None:
    """At his tap or three dots, renewed until his line has come."""
    ana, ben, _, _ = await talking(night)
    await ben.says("...")
    assert (ana.typing, ana.heard()) == (1, [])
    await night.passes(seconds=9)
    assert ana.typing == 3
    await ben.says("there you are")
    await night.passes(minutes=1)
    assert ana.typing == 3


async def test_three_taps_after_the_talk(night: Night) -> None:
    """How it ended, what follows, how worried: one message, and those who should know are told."""
    ana, ben, _, which = await talking(night)
    eve, lee = await night.arrives("Eve", "coordinator"), await night.arrives("Lee", "safety_lead")
    await ben.says("end")
    assert ben.newest() == f"{alias(ana.id)}, three taps. How did it end?"
    ana.heard()
    await ben.presses("They left midway")
    await ben.presses("A coordinator should look")
    await ben.presses("Very: tell the safety lead")
    assert (
        ben.newest()
        == f"Noted, thank you. {alias(ana.id)}: they left midway; a coordinator should look; very worried."
    )
    assert "would like a coordinator to look" in eve.newest()
    assert "very worried" in lee.newest()
    assert ana.heard() == []
    async with night.store.reading() as tx:
        reported = [what for _, what in await events.of_person(tx, ana.id)][-1]
    said = Code("ended_left"), Code("follow_up_coordinator"), Code("risk_high")
    assert reported == TalkReported(which, *said)


async def test_ana_falls_asleep_and_goes_on_in_the_morning(night: Night) -> None:
    """An hour without a word of hers: closed softly, nothing asked. Ben is on: one tap, and he has her."""
    ana, ben, cora, _ = await talking(night)
    await night.passes(minutes=59)
    assert ana.heard() == []
    await night.passes(minutes=1)
    assert ana.heard() == ["It's the automated helper again."]
    assert "you can go on with" in ana.newest()
    await night.passes(hours=1)
    await ana.presses("Go on")
    assert "is told that you're back" in ana.newest()
    assert ben.newest().startswith(f"You have {alias(ana.id)}.")
    assert cora.heard() == []
    await ben.says("good morning")
    assert ana.newest() == f"{alias(ben.id)}: good morning"


async def test_ben_has_gone_home_and_ana_is_asked_as_anybody_is(night: Night) -> None:
    """Off shift he is not woken: the flow looks for somebody, and he is asked with them if he may be."""
    ana, ben, _, _ = await talking(night)
    await night.passes(minutes=60)
    async with night.as_(ben) as turn:
        await night.rotas.off(turn, Talk(), "")
    ana.heard(), ben.heard()
    await ana.presses("Go on")
    assert ben.heard() == []
    assert ana.heard() != []
    async with night.store.reading() as tx:
        assert await handoffs.open_of(tx, ana.id) is None


async def test_a_talk_is_not_left_unanswered_for_hours(night: Night) -> None:
    """Ana wrote and Ben is silent: nudged at three minutes, and at fifteen she goes to the others."""
    ana, ben, cora, which = await talking(night)
    await ana.says("are you there?")
    await night.passes(minutes=3)
    assert "Are you still there?" in ben.newest()
    await night.passes(minutes=11)
    assert await night.state_of(which) == "Active"
    await night.passes(minutes=1)
    assert await night.state_of(which) == "Alerting"
    assert "gone quiet" in ana.newest()
    assert len(cora.heard()) == 1


async def test_a_picture_after_the_end_reached_nobody(night: Night) -> None:
    """Ben hears it, as he does of words; ten minutes later it is his own."""
    ana, ben, _, _ = await talking(night)
    await ben.says("end")
    ana.heard(), ben.heard()
    assert await ben.sends(PHOTO)
    assert "I haven't sent your line to anybody" in ben.newest()
    assert ana.heard() == []
    await night.passes(minutes=11)
    assert not await ben.sends(PHOTO)


async def test_a_coach_who_asks_for_somebody_has_nobody_else(night: Night) -> None:
    """Ben has Cora to talk to: Dora's alert is not for him, and typing does not take her."""
    _, ben, cora = await crew(night)
    await night.comes_on(cora)
    own = await night.asks(ben)
    await cora.presses("I'll take it")
    await cora.says("what happened?")
    dora = await night.arrives("Dora")
    ben.heard()
    other = await night.asks(dora)
    assert ben.heard() == []
    async with night.as_(ben) as turn:
        assert not await night.on_call.accept(turn, other)
    await ben.says("a bad one")
    assert cora.newest() == f"{alias(ben.id)}: a bad one"
    assert await night.state_of(own) == "Active"


async def test_a_coach_in_a_talk_who_asks_for_somebody_says_whom_a_line_is_for(night: Night) -> None:
    """Ben is with Ana, and Cora with Ben: what he tells of himself never goes to Ana by a mistake."""
    ana, ben, cora, _ = await talking(night)
    await night.comes_on(cora)
    await night.asks(ben)
    await cora.presses("I'll take it")
    await cora.says("what happened?")
    ana.heard()
    await ben.says("I've had a drink myself")
    assert ana.heard() == []
    assert "Who is that for?" in ben.newest()
    await ben.presses(alias(cora.id))
    assert cora.newest() == f"{alias(ben.id)}: I've had a drink myself"
    await ben.says("an hour ago", re=ben.number_of("what happened?"))
    assert cora.newest() == f"{alias(ben.id)}: an hour ago"
    await ben.edits(ben.sent, "two hours ago")
    assert "two hours ago" in cora.newest()
    assert ana.heard() == []
    await ben.says("end")
    await ben.presses(alias(cora.id))
    await ben.says("I'm here, Ana")
    assert ana.newest() == f"{alias(ben.id)}: I'm here, Ana"
    assert cora.newest() != ana.newest()
