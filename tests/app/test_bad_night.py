"""Ana writes her plan for a bad night: it is locked, given back, changed and forgotten."""

from bot.app.conversing.talk import Talk
from bot.app.danger.bad_night import BadNight
from bot.domain.conversation.session import Session
from bot.store.conversing import answers
from tests.app.night import Night

PLAN = BadNight()


async def test_kept_lines_come_back_under_their_questions(night: Night) -> None:
    """In the order of the plan, whatever order they were written in; what is not there is left out."""
    ana = await night.arrives("Ana")
    async with night.as_(ana) as turn:
        assert (await PLAN.plan(turn, Talk(), {})).outcome == "none"
        for name, words in (("night_people", "my nan"), ("night_signs", "i stop answering"), ("reason", "x")):
            answers.put(turn.tx, ana.id, name, words, turn.now)
    async with night.as_(ana) as turn:
        found = await PLAN.plan(turn, Talk(), {})
    assert found.values == {
        "plan_text": "A night turns bad when: i stop answering\nWho I can turn to: my nan"
    }


async def test_a_line_of_this_conversation_counts_before_it_is_kept(night: Night) -> None:
    """ "Only for now": it is given back as long as the conversation lasts, cut where it is endless."""
    ana = await night.arrives("Ana")
    talk = Talk(Session("bad_night", 1, "made", answers={"night_alone": "walk " * 400}))
    async with night.as_(ana) as turn:
        text = (await PLAN.plan(turn, talk, {})).values["plan_text"]
    assert isinstance(text, str)
    assert text.endswith("…")
    assert len(text) < 400


async def test_forgotten_is_forgotten_everywhere(night: Night) -> None:
    """Kept, waiting to be kept, and in the conversation; her reason stays."""
    ana = await night.arrives("Ana")
    talk = Talk(Session("bad_night", 1, "sure", answers={"night_alone": "walk"}), unkept={"night_safer": "y"})
    async with night.as_(ana) as turn:
        answers.put(turn.tx, ana.id, "night_people", "my nan", turn.now)
        answers.put(turn.tx, ana.id, "reason", "my girls", turn.now)
        await PLAN.forget(turn, talk, {})
    async with night.as_(ana) as turn:
        assert (await PLAN.plan(turn, talk, {})).outcome == "none"
        assert await answers.all_of(turn.tx, ana.id) == {"reason": "my girls"}
