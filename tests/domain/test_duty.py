"""Ben says /on, Cora is on the rota, Dan has gone home: who can be asked, and whom nobody wakes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import PersonId, ShiftId
from bot.domain.oncall import duty
from bot.domain.oncall.duty import Duty, Member, Standing
from bot.domain.person import Age
from bot.domain.rota.shifts import Rota, Shift

BEN, CORA, DAN = PersonId(2), PersonId(3), PersonId(4)
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
COACH = frozenset({"coach"})
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EMPTY = Rota(ZoneInfo("Europe/London"))
ALWAYS = Rota(EMPTY.zone, tuple(Shift(ShiftId(d), CORA, d, time(0), time(0)) for d in range(7)))


def ben(said: Duty | None, at: datetime, talks: int = 0, roles: frozenset[str] = COACH) -> Standing:
    return duty.stand(Member(BEN, roles, talks, said), EMPTY, at)


def test_on_lapses_after_four_hours() -> None:
    """A volunteer who fell asleep is not on shift; confirming gives four more hours."""
    on = Duty(BEN, "on", NIGHT)
    assert ben(on, NIGHT + 4 * HOUR - MINUTE).on_shift
    assert not ben(on, NIGHT + 4 * HOUR).on_shift
    assert ben(Duty(BEN, "on", NIGHT + 3 * HOUR), NIGHT + 4 * HOUR).on_shift
    assert duty.lapses_at(on) == NIGHT + 4 * HOUR
    assert duty.asks_at(on) == NIGHT + 4 * HOUR - 15 * MINUTE


def test_off_is_respected_until_rested() -> None:
    """After /off a coach is not alerted for eleven hours, not even when everyone is."""
    off = Duty(BEN, "off", NIGHT)
    assert not duty.available(ben(off, NIGHT + 10 * HOUR))
    assert duty.available(ben(off, NIGHT + 11 * HOUR))
    assert duty.lapses_at(off) is None


def test_off_ends_this_shift_but_not_the_next() -> None:
    """Cora leaves in the middle of the night; her shift of the next day counts again."""
    left = Member(CORA, COACH, 0, Duty(CORA, "off", NIGHT))
    assert duty.stand(left, ALWAYS, NIGHT + HOUR).resting
    assert duty.stand(left, ALWAYS, NIGHT + 24 * HOUR).on_shift


def test_a_coach_in_a_talk_is_not_free() -> None:
    """One conversation at a time: "someone is on now" is only said when somebody can take it."""
    on = Duty(BEN, "on", NIGHT)
    assert duty.somebody_on_shift([ben(on, NIGHT)])
    assert not duty.somebody_on_shift([ben(on, NIGHT, talks=1)])
    assert not duty.somebody_on_shift([ben(on, NIGHT, roles=frozenset({"coordinator"}))])


def test_only_some_coaches_may_talk_to_someone_under_18() -> None:
    """With the grant yes, without it no; "rather not say" does not narrow who may talk."""
    plain, granted = ben(None, NIGHT), ben(None, NIGHT, roles=COACH | {"young_people"})
    assert not duty.may_take(plain, Age.MINOR)
    assert duty.may_take(granted, Age.MINOR)
    assert all(duty.may_take(plain, age) for age in (Age.ADULT, Age.UNSAID, Age.UNKNOWN))


def test_the_roster_has_everyone_once_by_id() -> None:
    """Its order does not depend on how rows came out of the database."""
    members = [Member(who, COACH) for who in (DAN, BEN, CORA)]
    assert [s.person for s in duty.roster(members, EMPTY, NIGHT)] == [BEN, CORA, DAN]
