"""Who works here: invited once, trained, given permissions, suspended; each change written down."""

import re
from datetime import timedelta

from bot.app.library import files
from bot.app.staffing import staff
from bot.domain.oncall import training
from bot.domain.rota.shifts import Gap
from bot.store.keeping.vault import SERVICE
from bot.store.rota import rota_changes, rotas
from bot.store.staffing import audit, invites, team
from tests.app.night import FLOWS, ZONE, Night, Phone


async def opens(world: Night, phone: Phone, token: str) -> None:
    async with world.as_(phone) as turn:
        assert await world.staff.joins(turn, f"join_{token}")


async def written(world: Night) -> list[tuple[int, str, str]]:
    async with world.store.reading() as tx:
        assert await audit.first_broken(tx) is None
        return [(one.actor, one.action, one.object) for one in await audit.entries(tx)]


async def test_from_the_invitation_to_the_first_request(night: Night) -> None:
    """Kim says yes; Ben reads, Kim ticks the rest; only then is he asked. All of it is written down."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben")
    dan, kim = await night.arrives("Dan"), await night.arrives("Kim", "coordinator")
    async with night.store.transaction() as tx:
        token = await staff.invite(tx, "coach", night.now)
    await opens(night, ben, token)
    await opens(night, dan, token)
    assert "has been used" in dan.newest()
    await kim.presses("Yes, let them in")
    assert (await night.person(ben.id)).roles == {"trainee"}
    await night.asks(ana)
    assert [line for line in ben.heard() if "wait" in line] == []
    async with night.as_(ben) as turn:
        await night.coach_page.show(turn, await night.conversations.load(turn), "")
    assert "· A practice talk" in ben.newest()
    kim.heard()
    await ben.presses("I've read how a talk works")
    assert kim.heard() == []
    await ben.presses("I've read the safeguarding card")
    for item in training.SEEN:
        await kim.presses(night.messages.text(f"training_{item}"))
    assert (await night.person(ben.id)).roles == {"coach"}
    assert "You're a coach here now" in ben.all_of_it()
    assert [(by, what) for by, what, _ in await written(night)] == [
        (SERVICE, "invited"),
        (kim.id, "invite_decided"),
        (kim.id, "role_given"),
        *[(ben.id, "training_ticked")] * 2,
        *[(kim.id, "training_ticked")] * 3,
        (kim.id, "role_given"),
    ]


async def test_nobody_ticks_for_themselves_what_somebody_must_see(night: Night) -> None:
    """Ben cannot tick his practice talk, nor Dan anything of Ben's."""
    ben, dan = await night.arrives("Ben", "trainee"), await night.arrives("Dan", "coach")
    for by, item in ((ben, "practice"), (dan, "talk"), (dan, "checks")):
        async with night.as_(by) as turn:
            assert not await night.team.tick(turn, ben.id, item)
    async with night.store.reading() as tx:
        assert await team.ticked(tx, ben.id) == frozenset()


async def test_an_invitation_lasts_a_day(night: Night) -> None:
    """After 24 hours it opens nothing."""
    ben = await night.arrives("Ben")
    await night.arrives("Kim", "coordinator")
    async with night.store.transaction() as tx:
        token = invites.make(tx, "coach", night.now)
    await night.passes(hours=24)
    await opens(night, ben, token)
    assert "too old" in ben.newest()


async def test_suspended_in_the_middle_of_a_talk(night: Night) -> None:
    """At the commit Ana waits, Cora is asked, Ben's next word reaches nobody; back, he is as before."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach", "danger_trained")
    cora, kim = await night.arrives("Cora", "coach"), await night.arrives("Kim", "coordinator")
    await night.comes_on(ben)
    start = night.now + timedelta(days=1)
    async with night.store.transaction() as tx:
        await rotas.add_shift(tx, ben.id, start.weekday(), start.time(), (start + timedelta(hours=2)).time())
    which = await night.asks(ana)
    await ben.presses("I'll take it")
    await ben.says("hello")
    async with night.as_(kim) as turn:
        assert await night.team.suspend(turn, ben.id)
    assert await night.state_of(which) in ("Requested", "Alerting")
    assert len(cora.heard()) == 1
    assert (await night.person(ben.id)).roles == frozenset()
    ana.heard()
    assert not await ben.says("are you still there")
    assert ana.heard() == []
    async with night.store.reading() as tx:
        rota = await rotas.rota(tx, ZONE, night.now)
    week = (night.now, night.now + timedelta(days=7))
    assert rota.gaps(*week) == (Gap(*week),)
    async with night.as_(kim) as turn:
        assert await night.team.lift(turn, ben.id)
        assert not await night.team.lift(turn, ben.id)
    assert (await night.person(ben.id)).roles == {"coach", "danger_trained"}
    async with night.store.reading() as tx:
        assert len((await rotas.rota(tx, ZONE, night.now)).turns(*week)) == 1
    assert [what for _, what, _ in await written(night)] == ["suspended", "suspension_lifted"]


async def test_permissions_are_given_and_taken(night: Night) -> None:
    """What there is not cannot be given; nobody suspends themselves."""
    ben, kim = await night.arrives("Ben", "coach"), await night.arrives("Kim", "coordinator")
    async with night.as_(kim) as turn:
        assert await night.team.give(turn, ben.id, "may_meet")
        assert not await night.team.give(turn, ben.id, "king")
        assert await night.team.take(turn, ben.id, "coach")
        assert not await night.team.take(turn, ben.id, "coach")
        assert await night.team.give(turn, ben.id, "coach")
        assert await rota_changes.changes(turn.tx, night.now) == ()
        assert await night.team.take(turn, ben.id, "coach")
        assert not await night.team.suspend(turn, kim.id)
    assert (await night.person(ben.id)).roles == {"may_meet"}
    assert [(what, of) for _, what, of in await written(night)] == [
        ("role_given", f"person:{ben.id} may_meet"),
        ("role_taken", f"person:{ben.id} coach"),
        ("role_given", f"person:{ben.id} coach"),
        ("role_taken", f"person:{ben.id} coach"),
    ]


async def test_the_coachs_own_page(night: Night) -> None:
    """Hours, nights, what they may and the next shifts; the buttons lead on."""
    ben = await night.arrives("Ben", "coach", "may_meet")
    async with night.as_(ben) as turn:
        await night.coach_page.show(turn, await night.conversations.load(turn), "")
    assert "this month: 0.0 hours, 0 nights, 0 requests" in ben.newest()
    assert "meet people at a group's door" in ben.newest()
    await ben.presses("About me")
    assert "Some people ask for a woman" in ben.newest()


def test_the_page_and_the_card_in_the_chat_have_the_same_headings() -> None:
    """docs/safeguarding.md has a part for each way of the card."""
    page = (files.ROOT / "docs" / "safeguarding.md").read_text("utf-8")
    headings = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    steps = FLOWS.by_name["safeguarding"].steps
    labels = {
        choice.label.source
        for step in ("first", "first_again")
        for choice in getattr(steps[step].way, "choices", ())
    }
    assert labels - {"That's all", "Who is the lead?"} <= headings
