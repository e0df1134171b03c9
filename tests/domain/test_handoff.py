"""Ana asks, Ben accepts, Cora is a second late: every way a handoff can go, and those it never can."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain import events
from bot.domain.events import Code
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.handoff import (
    Active,
    Alerting,
    Ask,
    Change,
    Claimed,
    ClearCoachChat,
    Closed,
    Handoff,
    NextStep,
    Record,
    Refusal,
    Requested,
    ShowSummary,
    StartSteps,
    StopSteps,
    TellCoach,
    TellPerson,
    WithdrawAlerts,
)

ANA, BEN, CORA = PersonId(1), PersonId(2), PersonId(3)
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASK = Ask(HandoffId(7), ANA, NOW, "urge", "today")
ALERTED = Alerting(ASK, frozenset({BEN, CORA}))
CLAIMED = Claimed(ASK, BEN, NOW)
TALKING = Active(ASK, BEN, NOW, last_at=NOW)


def went(result: Change | Refusal) -> Change:
    assert isinstance(result, Change)
    return result


def test_asking_twenty_times_is_one_handoff() -> None:
    """The second press of "talk to someone" reassures; it does not alert anybody again."""
    first = handoff.request(None, ASK)
    assert first == Change(
        Requested(ASK), (Record(events.HandoffAsked(ASK.id, Code("urge"), "today")), StartSteps())
    )
    for _ in range(20):
        assert handoff.request(ALERTED, replace(ASK, id=HandoffId(8))) == Change(
            ALERTED, (TellPerson("still_trying"),)
        )
    assert handoff.request(TALKING, ASK).effects == (TellPerson("with_you"),)


def test_the_first_to_accept_gets_the_summary_and_the_rest_see_taken() -> None:
    """Health data goes to Ben alone, and the escalation stops in the same breath."""
    accepted = went(handoff.accept(ALERTED, BEN, NOW + 41 * timedelta(seconds=1)))
    assert accepted.state == Claimed(ASK, BEN, NOW + 41 * timedelta(seconds=1))
    assert accepted.effects == (
        StopSteps(),
        Record(events.HandoffAccepted(ASK.id, BEN, 41)),
        TellCoach(BEN, "yours"),
        ShowSummary(BEN),
        TellPerson("accepted"),
        WithdrawAlerts("taken", but=BEN),
    )
    assert handoff.accept(accepted.state, CORA, NOW) is Refusal.TAKEN
    assert handoff.accept(accepted.state, BEN, NOW) == Change(accepted.state)


def test_nobody_accepts_what_is_over_or_their_own() -> None:
    """A late press is told so kindly; a coach in need does not get themselves."""
    over = went(handoff.end_by_person(ALERTED, NOW)).state
    assert handoff.accept(over, BEN, NOW) is Refusal.CLOSED
    assert handoff.accept(ALERTED, ANA, NOW) is Refusal.OWN


def test_accepted_and_silent_is_nudged_at_three_and_released_at_six() -> None:
    """Ana is not forgotten because Ben's phone rang elsewhere."""
    assert handoff.silence(CLAIMED, NOW + 3 * MINUTE - timedelta(seconds=1)) == Change(CLAIMED)
    nudged = handoff.silence(CLAIMED, NOW + 3 * MINUTE)
    assert nudged.effects == (TellCoach(BEN, "still_there"),)
    assert handoff.look_at(nudged.state) == NOW + 6 * MINUTE
    assert handoff.silence(nudged.state, NOW + 5 * MINUTE) == Change(nudged.state)
    released = handoff.silence(nudged.state, NOW + 6 * MINUTE)
    assert released.state == Requested(replace(ASK, passed=frozenset({BEN})))
    assert released.effects == (
        Record(events.HandoffReleased(ASK.id, BEN, silent=True)),
        TellCoach(BEN, "released"),
        ClearCoachChat(BEN),
        TellPerson("coach_silent"),
        StartSteps(),
    )


def test_after_a_long_downtime_the_release_comes_without_the_nudge() -> None:
    """A nudge that is ten minutes late helps nobody; Ana is given to the others at once."""
    assert isinstance(handoff.silence(CLAIMED, NOW + 10 * MINUTE).state, Requested)


def test_a_word_from_the_coach_stops_the_release() -> None:
    """In a talk more is borne: Ben is nudged when Ana waits; after fifteen minutes others are asked."""
    talking = went(handoff.coach_wrote(CLAIMED, BEN, NOW + MINUTE)).state
    waiting = went(handoff.person_wrote(talking, NOW + 2 * MINUTE)).state
    nudged = handoff.silence(waiting, NOW + 5 * MINUTE)
    assert nudged.effects == (TellCoach(BEN, "still_there"),)
    assert handoff.silence(nudged.state, NOW + 16 * MINUTE) == Change(nudged.state)
    answered = went(handoff.coach_wrote(nudged.state, BEN, NOW + 16 * MINUTE)).state
    assert answered == Active(ASK, BEN, NOW, last_at=NOW + 16 * MINUTE)
    left = handoff.silence(nudged.state, NOW + 17 * MINUTE)
    assert left.state == Requested(replace(ASK, passed=frozenset({BEN})))


def test_a_named_colleague_takes_over_and_nobody_else() -> None:
    """Ben asked Cora: she has it the moment he no longer does; and not once it went elsewhere."""
    moved = went(handoff.transfer(TALKING, BEN, CORA, NOW + MINUTE))
    assert moved.state == Claimed(ASK, CORA, NOW + MINUTE)
    assert [type(one) for one in moved.effects] == [
        Record, TellCoach, ClearCoachChat, TellCoach, ShowSummary, TellPerson,
    ]  # fmt: skip
    assert handoff.transfer(moved.state, BEN, CORA, NOW) is Refusal.NOT_YOURS
    assert handoff.transfer(ALERTED, BEN, CORA, NOW) is Refusal.NOT_YOURS
    assert handoff.transfer(TALKING, BEN, ANA, NOW) is Refusal.OWN
    over = went(handoff.end_by_person(TALKING, NOW)).state
    assert handoff.transfer(over, BEN, CORA, NOW) is Refusal.CLOSED


def test_a_talk_goes_on_under_the_same_watch() -> None:
    """Ana is back and Ben is on shift: hers at once; his silence is nudged and released like any other."""
    back = handoff.again(ASK, BEN, NOW)
    assert back.state == CLAIMED
    assert TellPerson("again") in back.effects
    assert handoff.look_at(back.state) == NOW + 3 * MINUTE


def test_a_talk_gone_quiet_on_both_sides_ends_softly() -> None:
    """An hour without a word of Ana's: it closes, and Ben is free for the next person."""
    assert handoff.silence(TALKING, NOW + 59 * MINUTE) == Change(TALKING)
    quiet = handoff.silence(TALKING, NOW + 60 * MINUTE)
    assert isinstance(quiet.state, Closed)
    assert quiet.state.outcome == "quiet"
    assert TellPerson("quiet") in quiet.effects
    assert TellCoach(BEN, "quiet") in quiet.effects


def test_either_side_ends_it_and_the_words_leave_the_coachs_phone() -> None:
    """After the talk Ana's messages are deleted from Ben's chat; nobody else may end it."""
    by_ana = went(handoff.end_by_person(TALKING, NOW + 9 * MINUTE))
    assert by_ana.effects == (
        StopSteps(),
        Record(events.HandoffClosed(ASK.id, "person", Code("talked"), 540)),
        TellPerson("you_ended"),
        TellCoach(BEN, "person_ended"),
        ClearCoachChat(BEN),
    )
    by_ben = went(handoff.end_by_coach(TALKING, BEN, NOW))
    assert TellPerson("coach_ended") in by_ben.effects
    assert handoff.end_by_coach(TALKING, CORA, NOW) is Refusal.NOT_YOURS
    assert handoff.end_by_coach(ALERTED, BEN, NOW) is Refusal.NOT_YOURS


def test_erasing_says_nothing_to_the_person() -> None:
    """Ana asked to be forgotten: the coach learns that it is over, and she hears no more of it."""
    gone = went(handoff.end_by_person(TALKING, NOW, erased=True))
    assert not any(isinstance(effect, TellPerson) for effect in gone.effects)
    assert TellCoach(BEN, "person_ended") in gone.effects


def test_when_everyone_alerted_declines_the_next_step_comes_at_once() -> None:
    """Two "not me" are answered by the next people, not by waiting out five minutes."""
    once = went(handoff.decline(ALERTED, BEN))
    assert once.effects == ()
    assert went(handoff.decline(once.state, CORA)).effects == (NextStep(),)
    assert handoff.decline(TALKING, CORA) is Refusal.TAKEN
    assert handoff.decline(TALKING, BEN) is Refusal.NOT_YOURS


def test_passing_on_alerts_the_others() -> None:
    """Ben knows Ana from school: he passes, and he is not asked again."""
    passed = went(handoff.pass_on(TALKING, BEN))
    assert passed.state == Requested(replace(ASK, passed=frozenset({BEN})))
    assert StartSteps() in passed.effects
    assert handoff.pass_on(TALKING, CORA) is Refusal.NOT_YOURS


def test_only_a_waiting_handoff_is_given_up() -> None:
    """After 24 hours nobody came; but a talk that began in hour 23 goes on."""
    given_up = handoff.give_up(ALERTED, NOW + timedelta(hours=24))
    assert TellPerson("gave_up") in given_up.effects
    assert WithdrawAlerts("over") in given_up.effects
    assert handoff.give_up(TALKING, NOW + timedelta(hours=24)) == Change(TALKING)


class Evening(RuleBasedStateMachine):
    """Two coaches, a person, time and the escalation, in every order Hypothesis can think of."""

    @initialize()
    def ana_asks(self) -> None:
        self.now = NOW
        self.state: Handoff = Requested(ASK)
        self.steps_running = True
        self.holding: PersonId | None = None
        self.closed = 0

    def follow(self, result: Change | Refusal) -> None:
        if isinstance(result, Refusal):
            return
        was_open = not isinstance(self.state, Closed)
        self.state = result.state
        for effect in result.effects:
            match effect:
                case StartSteps():
                    self.steps_running = True
                case StopSteps():
                    self.steps_running = False
                case ShowSummary(coach):
                    assert self.holding is None, "two coaches were given the summary"
                    self.holding = coach
                case ClearCoachChat(coach):
                    assert self.holding == coach
                    self.holding = None
                case Record(events.HandoffClosed()):
                    assert was_open
                    self.closed += 1
                case _:
                    pass

    @rule(coach=st.sampled_from([BEN, CORA]))
    def accepts(self, coach: PersonId) -> None:
        self.follow(handoff.accept(self.state, coach, self.now))

    @rule(coach=st.sampled_from([BEN, CORA]))
    def declines(self, coach: PersonId) -> None:
        self.follow(handoff.decline(self.state, coach))

    @rule(coach=st.sampled_from([BEN, CORA]))
    def passes_on(self, coach: PersonId) -> None:
        self.follow(handoff.pass_on(self.state, coach))

    @rule(coach=st.sampled_from([BEN, CORA]))
    def writes(self, coach: PersonId) -> None:
        self.follow(handoff.coach_wrote(self.state, coach, self.now))

    @rule()
    def ana_writes(self) -> None:
        self.follow(handoff.person_wrote(self.state, self.now))

    @rule(coaches=st.frozensets(st.sampled_from([BEN, CORA])))
    def a_step_runs(self, coaches: frozenset[PersonId]) -> None:
        if self.steps_running:
            self.follow(handoff.alerted(self.state, Code("shift"), coaches))

    @rule(minutes=st.integers(1, 130))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.follow(handoff.silence(self.state, self.now))

    @rule()
    def ana_ends(self) -> None:
        self.follow(handoff.end_by_person(self.state, self.now))

    @rule(coach=st.sampled_from([BEN, CORA]))
    def ends(self, coach: PersonId) -> None:
        self.follow(handoff.end_by_coach(self.state, coach, self.now))

    @rule()
    def a_day_has_passed(self) -> None:
        self.follow(handoff.give_up(self.state, self.now))

    @invariant()
    def one_holder_or_somebody_is_being_asked(self) -> None:
        """Always on a coach's phone, or being alerted, or over: there is no fourth."""
        assert handoff.holder_of(self.state) == self.holding
        assert self.closed == isinstance(self.state, Closed)
        if isinstance(self.state, Requested | Alerting):
            assert self.steps_running
        else:
            assert not self.steps_running


Evening.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestEvening = Evening.TestCase
