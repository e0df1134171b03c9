"""Steps that people chose for themselves: check-ins ask about each once, and not before its day is over."""

from datetime import date, datetime, time, timedelta

from bot.domain.checkins.cadence import DAY, Kind
from bot.domain.checkins.checkin import Plan
from bot.domain.events import StepChosen
from bot.domain.ids import PersonId
from bot.domain.zones import local, moment
from bot.store.checkins import checkins
from bot.store.conversing import events
from bot.store.engine.transaction import Transaction

_IN_THEIR_WORDS = frozenset({"own_step", "if_then"})
"""Steps of the flow `change`; those chosen elsewhere with a date are asked about that evening (`steps`)."""
_LASTS = timedelta(days=60)
"""So long after it was chosen, a step is still asked about."""


def second_day(plan: Plan) -> date:
    """The day of a plan that is there for a step only (product design, "Check-ins")."""
    return plan.began_on + 2 * DAY


async def for_the_first_days(tx: Transaction, who: PersonId, plan: Plan) -> bool:
    """Whether a step or a group was planned that lies behind them on a plan's second day."""
    since = moment(plan.began_on - DAY, time(0), plan.zone)
    return any(
        not isinstance(what, StepChosen)
        or what.on is None
        or (what.step in _IN_THEIR_WORDS and what.on < second_day(plan))
        for _, what in await events.steps_since(tx, who, since)
    )


async def is_over(tx: Transaction, who: PersonId, plan: Plan, on: date, now: datetime) -> bool:
    """Whether, later in a plan, the last step lies behind them on the date `on`, and nobody has asked yet."""
    if on <= second_day(plan):
        return False
    days = [
        what.on or local(at, plan.zone).date()
        for at, what in await events.steps_since(tx, who, now - _LASTS)
        if isinstance(what, StepChosen) and what.step in _IN_THEIR_WORDS
    ]
    if not days or days[-1] >= on:
        return False
    sent = await checkins.sent(tx, who, 20)
    return not any(one.kind is Kind.STEP and one.on > days[-1] for one in sent)
