"""The use cases, and what each of them answers to by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from bot.app.checkins.appointments import Appointments
from bot.app.checkins.lookouts import Lookouts
from bot.app.checkins.measure import Measure
from bot.app.checkins.promises import Promises
from bot.app.checkins.sending import CheckIns
from bot.app.checkins.steps import Steps
from bot.app.conversing.commands import Commands
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.deeds import Deeds
from bot.app.conversing.due import Due, Sweep, TimerHandler
from bot.app.conversing.facts import Facts
from bot.app.conversing.handlers import Handler, Handlers, Home
from bot.app.conversing.heeding import Heeding
from bot.app.conversing.quarantine import Quarantine
from bot.app.conversing.speaking import Speaking
from bot.app.conversing.talk import CallHandler, DoHandler
from bot.app.conversing.too_late import TooLate
from bot.app.conversing.turns import Turns
from bot.app.danger.alarms import Alarms
from bot.app.danger.bad_night import BadNight
from bot.app.danger.paging import Paging
from bot.app.danger.sending_on import SendingOn
from bot.app.desk.digest import Digest
from bot.app.desk.measures import Measures
from bot.app.desk.summaries import Summaries
from bot.app.directory.following import Following
from bot.app.directory.groups import Groups
from bot.app.directory.listings import Directory
from bot.app.directory.outing_changes import OutingChanges
from bot.app.directory.outings import Outings
from bot.app.directory.posters import Posters
from bot.app.everyday import families, own_words
from bot.app.everyday.daily import Daily
from bot.app.everyday.explaining import Explaining
from bot.app.keeping.leaving import Leaving
from bot.app.keeping.privacy import Privacy
from bot.app.library import files
from bot.app.library.content import Content, made_to_be_sent_on
from bot.app.library.flows import LiveFlows
from bot.app.library.helplines import NumbersAt, helplines_today
from bot.app.oncall.handoff_controls import HandoffControls
from bot.app.oncall.handoff_effects import CLEAR
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.oncall.preferences import Preferences
from bot.app.oncall.relay import Relay
from bot.app.oncall.reports import Reports
from bot.app.oncall.waiting import Waiting
from bot.app.oncall.watch import Watch
from bot.app.ports import UpdateReader
from bot.app.rota.roster import Presence
from bot.app.rota.rota_calendars import RotaCalendars
from bot.app.rota.rotas import ASK, LAPSE, Rotas
from bot.app.rota.shift_changes import ShiftChanges
from bot.app.rota.shift_notices import ShiftNotices
from bot.app.rota.stints import Stints
from bot.app.rota.who_is_on import WhoIsOn
from bot.app.rules import Place, rules_of
from bot.app.staffing.coach_care import CoachCare
from bot.app.staffing.coach_page import CoachPage
from bot.app.staffing.signins import SignIns
from bot.app.staffing.staff import Staff
from bot.app.staffing.stories import Stories
from bot.app.staffing.team import Team
from bot.app.turn import Turn
from bot.clock import MovableClock, SystemClock
from bot.domain.checkins.staying import staying
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.place_names import is_place
from bot.settings import Settings
from bot.store.store import Store

AnyClock = SystemClock | MovableClock


@dataclass(frozen=True, slots=True)
class Ground:
    """What every room stands on. `lines` are the content's helplines with the checks made since."""

    settings: Settings
    store: Store
    clock: AnyClock
    content: Content
    flows: LiveFlows
    directory: Directory
    lines: Helplines
    numbers: NumbersAt
    place: Place


@dataclass(frozen=True, slots=True)
class Rooms:
    """Every use case there is one of. What each takes part in is listed below, a line a room."""

    ground: Ground
    conversations: Conversations
    summaries: Summaries
    handoffs: Handoffs
    handoff_controls: HandoffControls
    waiting: Waiting
    paging: Paging
    alarms: Alarms
    preferences: Preferences
    mentoring: Mentoring
    coach_care: CoachCare
    coach_page: CoachPage
    team: Team
    stints: Stints
    relay: Relay
    sending_on: SendingOn
    bad_night: BadNight
    rotas: Rotas
    shift_changes: ShiftChanges
    who_is_on: WhoIsOn
    shift_notices: ShiftNotices
    calendars: RotaCalendars
    checkins: CheckIns
    promises: Promises
    too_late: TooLate
    stories: Stories
    lookouts: Lookouts
    appointments: Appointments
    steps: Steps
    explaining: Explaining
    leaving: Leaving
    groups: Groups
    outings: Outings
    posters: Posters
    privacy: Privacy
    quarantine: Quarantine
    staff: Staff
    signins: SignIns
    watch: Watch
    measures: Measures
    digest: Digest
    speaking: Speaking

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            **self.handoff_controls.calls(),
            **self.waiting.calls(),
            **self.preferences.calls(),
            **self.mentoring.calls(),
            **self.groups.calls(),
            **self.privacy.calls(),
            **self.bad_night.calls(),
            **self.checkins.calls(),
            **self.appointments.calls(),
            **self.explaining.calls(),
            **Daily().calls(),
            **families.calls(),
            **self.lookouts.calls(),
            **own_words.calls(),
            **self.stories.calls(),
            **self.speaking.calls(),
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            **Deeds(self.alarms).all(),
            **self.handoff_controls.dos(),
            **self.waiting.dos(),
            **self.preferences.dos(),
            **self.mentoring.dos(),
            **self.checkins.dos(),
            **self.promises.dos(),
            **self.lookouts.dos(),
            **self.appointments.dos(),
            **self.steps.dos(),
            **Daily().dos(),
            **Measure(self.ground.place.zone).dos(),
            **self.groups.dos(),
            **self.outings.dos(),
            **self.privacy.dos(),
            **self.sending_on.dos(),
            **self.bad_night.dos(),
            **own_words.dos(),
            **self.stories.dos(),
        }

    def commands(self) -> Mapping[str, Handler]:
        """What everybody may type after a slash."""
        return {
            **Commands(
                self.conversations,
                self.relay,
                self.staff,
                self.ground.directory.looked,
                self.ground.directory.where,
                self.posters.scanned,
            ).all(),
            **self.checkins.wishes.commands(),
            **self.promises.commands(),
            **self.groups.commands(),
            **self.appointments.commands(),
            **self.speaking.commands(),
        }

    def staff_commands(self) -> Mapping[str, Handler]:
        """What staff may type, with a slash or without."""
        return {
            **self.rotas.staff_commands(),
            **self.preferences.staff_commands(),
            **self.coach_care.staff_commands(),
            **self.coach_page.staff_commands(),
            **self.calendars.staff_commands(),
            **self.signins.staff_commands(),
        }

    def presses(self) -> Mapping[str, Handler]:
        """Buttons that are not a flow's, by the kind of their action."""
        return {
            **self.handoff_controls.presses(),
            **Reports().presses(),
            **self.preferences.presses(),
            **self.mentoring.presses(),
            **self.coach_care.presses(),
            **self.coach_page.presses(),
            **self.team.presses(),
            **self.paging.presses(),
            **self.relay.presses(),
            **self.waiting.presses(),
            **self.sending_on.presses(),
            **self.rotas.presses(),
            **self.shift_changes.presses(),
            **self.shift_notices.presses(),
            **self.groups.presses(),
            **self.outings.presses(),
            **self.posters.presses(),
            **self.staff.presses(),
            **self.stories.presses(),
            **self.lookouts.presses(),
            **self.speaking.presses(),
        }

    def timers(self) -> Mapping[str, TimerHandler]:
        """What a timer's row may come due for, besides a flow's step."""
        return {
            ASK: self.rotas.ask,
            LAPSE: self.rotas.lapse,
            CLEAR: self.handoffs.clear_again,
            **self.relay.timers(),
            **self.waiting.timers(),
            **self.groups.timers(),
            **self.mentoring.timers(),
            **self.outings.timers(),
            **OutingChanges(self.ground.directory, self.outings, self.ground.place.zone).timers(),
            **self.promises.timers(),
            **self.appointments.timers(),
            **self.steps.timers(),
        }

    def due(self, *first: Sweep) -> Due:
        """The tick over everything that comes due; `first` go before all else."""
        ground = self.ground
        return Due(
            ground.store,
            ground.clock,
            self.conversations,
            ground.content.messages,
            self.timers(),
            sweeps=(
                *first,
                self.watch.sweep,
                self.checkins.sweep,
                self.shift_notices.sweep,
                self.stints.sweep,
                self.digest.sweep,
                Following(
                    ground.store, ground.clock, ground.directory, ground.place.zone, ground.place.rules.hours
                ).sweep,
            ),
            next_dues=(
                self.watch.next_due,
                self.checkins.next_due,
                self.shift_notices.next_due,
                self.stints.next_due,
                self.digest.next_due,
            ),
        )

    def _is_place(self, words: str) -> bool:
        """Whether these are a place's own name: one of the directory's, or one that `clock` names."""
        return is_place(words, self.ground.directory.places) or self.conversations.standing.routes(
            "clock", "named", words
        )

    async def _staff_words(self, turn: Turn, text: str) -> bool:
        return (
            await self.who_is_on.says(turn, text)
            or await self.shift_changes.says(turn, text)
            or await self.rotas.typed(turn, text)
        )

    def turns(self, reader: UpdateReader) -> Turns:
        """What one update does."""
        ground, service = self.ground, self.ground.settings.service
        return Turns(
            ground.store,
            ground.clock,
            reader,
            self.conversations,
            self.alarms,
            Heeding(
                self.alarms,
                self.relay,
                ground.content.tongues,
                self.speaking,
                ground.numbers,
                self.checkins.plans.change_zone,
            ),
            self.relay,
            self.sending_on,
            self.speaking,
            Handlers(
                self.commands(),
                self.staff_commands(),
                self.presses(),
                self._staff_words,
                self.posters.typed,
                lambda words: ground.directory.looked(words) is not None,
                ground.directory.narrowing,
                lambda words: staying(words, self._is_place),
                self.groups.answered,
                ground.directory.where,
                self.leaving.out_of_reach,
                self.checkins.plans.returned,
            ),
            ground.content.messages,
            Home(service.language, service.country, service.zone),
            self.quarantine,
        )


async def lay_ground(
    settings: Settings, store: Store, clock: AnyClock, content: Content, *, demo: bool
) -> Ground:
    """Bring what was read from files up to what the store knows."""
    directory = Directory(content.places, demo=demo)
    async with store.reading() as tx:
        await directory.learn(tx)
        lines = await helplines_today(tx, content.helplines)
    numbers = NumbersAt(lines, settings.service.country, settings.service.nation, content.languages)
    place = Place(ZoneInfo(settings.service.zone), numbers, rules_of(settings))
    flows = LiveFlows(files.CONVERSATIONS, content.flows, content.stamp, content.languages)
    return Ground(settings, store, clock, content, flows, directory, lines, numbers, place)


def open_rooms(ground: Ground) -> Rooms:
    """Build every use case, each from what it needs."""
    place, settings, content = ground.place, ground.settings, ground.content
    messages = content.messages
    calls: dict[str, CallHandler] = {}
    dos: dict[str, DoHandler] = {}
    facts = Facts(
        settings.service.name,
        settings.safety.lead,
        place.zone,
        ground.numbers,
        Presence(ground.store, place),
        settings.privacy,
    )
    conversations = Conversations(ground.flows, [facts.gather], calls, dos, content.first_words)
    summaries = Summaries(messages, place.zone, ground.directory.names)
    handoffs = Handoffs(place, conversations, summaries)
    paging = Paging(place, conversations, handoffs)
    checkins = CheckIns(
        ground.store, ground.clock, messages, conversations, settings.service.name, place, content.caring
    )
    shift_changes = ShiftChanges(place, handoffs)
    measures = Measures(ground.store, ground.clock, place.zone, ground.directory)
    mentoring = Mentoring(place, handoffs, ground.flows)
    outings = Outings(ground.directory, place.zone, conversations, place.rules.hours)
    leaving = Leaving(ground.clock, messages, handoffs, paging, checkins, mentoring, outings)
    rooms = Rooms(
        ground=ground,
        conversations=conversations,
        summaries=summaries,
        handoffs=handoffs,
        handoff_controls=HandoffControls(place, conversations, handoffs),
        waiting=Waiting(place, handoffs),
        paging=paging,
        alarms=Alarms(
            content.listener,
            conversations,
            paging,
            made_to_be_sent_on(content, settings.service.name),
            lambda words: ground.directory.looked(words) is not None,
        ),
        preferences=Preferences(place, conversations, handoffs, ground.flows),
        mentoring=mentoring,
        coach_care=CoachCare(place, handoffs),
        coach_page=CoachPage(place, conversations, shift_changes),
        team=Team(handoffs, mentoring),
        stints=Stints(ground.store, ground.clock, place),
        relay=Relay(place, conversations, handoffs, paging),
        sending_on=SendingOn(),
        bad_night=BadNight(),
        rotas=Rotas(place, handoffs),
        shift_changes=shift_changes,
        who_is_on=WhoIsOn(place),
        calendars=RotaCalendars(ground.store, place, messages, settings.dashboard.public_url),
        shift_notices=ShiftNotices(ground.store, ground.clock, messages, place, shift_changes),
        checkins=checkins,
        promises=Promises(place, conversations, checkins),
        stories=Stories(conversations),
        too_late=TooLate(ground.clock, messages, place, conversations),
        lookouts=Lookouts(ground.store, ground.clock, messages, place),
        appointments=Appointments(place, conversations, checkins),
        steps=Steps(place, checkins),
        explaining=Explaining(content.explanations),
        leaving=leaving,
        groups=Groups(
            ground.directory,
            ground.lines,
            place.zone,
            checkins.plans.change_zone,
            checkins.stand_in,
            place.rules.hours,
            country=settings.service.country,
            nation=settings.service.nation,
        ),
        outings=outings,
        posters=Posters(),
        privacy=Privacy(content.data_map, leaving, ground.flows),
        quarantine=Quarantine(ground.clock, messages, partial(ground.numbers, None)),
        staff=Staff(),
        signins=_signins(ground),
        watch=Watch(ground.store, ground.clock, messages, handoffs, paging),
        measures=measures,
        digest=Digest(ground.store, ground.clock, messages, measures, place.zone),
        speaking=Speaking(content.languages, content.tongues, conversations),
    )
    calls |= rooms.calls()  # conversations and what they call need one another
    dos |= rooms.dos()
    return rooms


def _signins(ground: Ground) -> SignIns:
    dashboard = ground.settings.dashboard
    return SignIns(
        ground.store,
        ground.clock,
        dashboard.public_url,
        sign_in_minutes=dashboard.sign_in_minutes,
        idle_minutes=dashboard.idle_minutes,
        absolute_hours=dashboard.absolute_hours,
    )
