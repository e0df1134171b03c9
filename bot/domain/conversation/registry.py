"""What flows may ask of the host: calls and their outcomes, effects and their parameters, facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

LIST = -1
"""The "length" of a returned value that is a list for buttons and not a text."""


@dataclass(frozen=True, slots=True)
class CallSpec:
    """A read-only look-up. `returns` gives each value's greatest length in UTF-16 units, or LIST.

    `runs_out`: gives each of its outcomes once and then the last, so a circle through it comes to an end.
    """

    outcomes: frozenset[str]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    returns: Mapping[str, int] = field(default_factory=dict)
    runs_out: bool = False


@dataclass(frozen=True, slots=True)
class DoSpec:
    """An effect the host carries out. A bare value in the flow is the first of `needs`."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


ENDS_DANGER = "danger_close"
"""What a clear no to a question about danger does."""


def _call(outcomes: str, needs: str = "", may: str = "", **returns: int) -> CallSpec:
    return CallSpec(frozenset(outcomes.split()), tuple(needs.split()), tuple(may.split()), returns)


def _do(needs: str = "", may: str = "") -> DoSpec:
    return DoSpec(tuple(needs.split()), tuple(may.split()))


CALLS: Mapping[str, CallSpec] = {
    "find_groups": _call(
        "found found_online beside none where error",
        "near",
        "limit more again",
        groups=LIST,
        places=LIST,
        groups_text=1500,
        online_text=600,
        other_route=500,
        line_text=400,
    ),
    "group_details": _call("found online more gone", "group", details_text=1500, visit=40),
    "find_services": _call(
        "found none where error",
        "near",
        "need limit",
        groups=LIST,
        places=LIST,
        groups_text=1500,
        other_route=500,
        line_text=400,
    ),
    "open_line": _call("found none", "topic", line_text=400),
    "open_lines": _call("found only none", "topic", "writing land", lines_text=1200),
    "said_country": _call("yes no", "text"),
    "land_asked": _call("yes no", "text", land=8),
    "find_place": _call(
        "found which unknown", "text", places=LIST, place_name=120, area=48, elsewhere_text=400
    ),
    "on_shift": _call("yes no unfit", wait_line=160),
    "speaks": _call("yes no", speech_line=200),
    "wishes_known": _call("women men before none", wishes=LIST, tongue=LIST, band=20, wishes_line=400),
    "about_known": _call("yes no"),
    "no_wishes": _call("done"),
    "who_fits": _call(
        "fits some none later anyone", wishes_line=400, missing_line=400, agreed=8, wishes=LIST
    ),
    "my_pairs": _call("one many may young none", pairs=LIST, pair=16, coach_name=60),
    "pair_state": _call("waiting on paused gone", "pair", pair_line=120, windows_line=200, talk_line=80),
    "pair_times": _call("some none", "pair", times=LIST),
    "my_profile": _call("some none", profile_text=1200),
    "talk_state": _call("none asked active"),
    "own_coach": _call("there away none", own_coach_name=40),
    "talk_before": _call("yes no", coach_before=40),
    "call_back_may": _call("yes young none"),
    "call_back_number": _call("ok no", "number"),
    "times_free": _call("some none", times=LIST),
    "my_booking": _call("some none", booked_line=40),
    "my_details": _call("some today none", details_text=2500),
    "my_words": _call("some none", "moment", own_lines=1000),
    "my_own_words": _call("some today none", own_text=1600),
    "my_own_word": _call("some none", "name", own_word=1000),
    "story_for_me": _call("some none", story=20, story_text=600),
    "my_story": _call("none waiting offered back", story_text=600),
    "check_story": _call("ok long detail", "words"),
    "my_bad_night": _call("some none", plan_text=1600),
    "my_step": _call("some none", step_words=700),
    "explain": _call("found more none", "about", explained=600, explained_from=80, explain_next=60),
    "family_before": _call("some none", family_part=80),
    "needs_parked": _call("none one some", parked=LIST, parked_text=200, daily=40),
    "daily_need": _call("near elsewhere", "need", need=40, daily_topic=40, daily_text=60, daily_words=40),
    "three_sentences": _call("found", three_sentences=900),
    "my_appointment": _call("some none over", appointment_line=60, appointment_day=10),
    "time_there": _call("told", there_time=8),
    "had_coach": _call("yes no"),
    "my_checkins": _call("none on paused before", checkin_line=200, zone_ok=3),
    "safety_card": replace(
        _call("ending_life unsafe fits withdrawal opioid_break pregnant done"), runs_out=True
    ),
    "anything_to_keep": _call("ask nothing"),
    "age_known": _call("adult minor unsaid unknown"),
}

DOS: Mapping[str, DoSpec] = {
    "record": _do("event", "*"),
    "handoff": _do("", "share topic"),
    "cancel_handoff": _do(),
    "talk_again": _do(),
    "ask_own_coach": _do("own"),
    "call_back": _do("number"),
    "drop_call_back": _do(),
    "book_time": _do("at"),
    "ask_anyone": _do(),
    "keep_profile": _do(),
    "ask_mentor": _do(),
    "change_pair": _do("to"),
    "pair_windows": _do("windows"),
    "propose_talk": _do("at"),
    "drop_profile": _do(),
    "set_age": _do("age"),
    "danger_confirm": _do("level", "kind who card"),
    ENDS_DANGER: _do(),
    "danger_page": _do(),
    "offer_place": _do("place"),
    "forget_plan": _do(),
    "forget_own_word": _do("name"),
    "keep_story": _do("words", "tags"),
    "drop_story": _do(),
    "story_read": _do("story"),
    "show_waiting_stories": _do(),
    "set_zone": _do("zone", "country"),
    "set_checkin": _do("window", "zone cadence until"),
    "change_checkin": _do("", "window cadence days"),
    "pause_checkins": _do("", "days"),
    "resume_checkins": _do(),
    "again_checkins": _do(),
    "first_days": _do(),
    "answer_checkin": _do("answer"),
    "stop_checkins": _do(),
    "ask_me": _do("when"),
    "follow_up": _do(),
    "score_measure": _do(),
    "allow_lookout": _do(),
    "set_appointment": _do("on", "at"),
    "plan_step": _do("step on"),
    "take_need": _do("need"),
    "ask_to_look": _do("need"),
    "end_appointment": _do("how"),
    "stop_pushes": _do(),
    "keep_person": _do("name value"),
    "remember_consent": _do("scope"),
    "remind": _do("group"),
    "send_calendar": _do("group"),
    "send_map": _do("group"),
    "send_joining": _do("group"),
    "wasnt_there": _do("group"),
    "ask_outing": _do("group kind"),
    "tell_outing": _do("outing words"),
    "unmet_need": _do("kind"),
    "tell_of_upset": _do(),
    "forget_me": _do(),
    "hide_chat": _do(),
    "set_language": _do("language"),
    "delete_details": _do(),
    "send_my_data": _do(),
}

FACTS: Mapping[str, int] = {
    "service": 64,
    "coach_line": 160,
    "emergency": 60,
    "crisis_line": 200,
    "mental_line": 200,
    "abuse_line": 200,
    "child_line": 200,
    "mental_also": 200,
    "hospital": 60,
    "silent_call": 100,
    "doctor_line": 100,
    "open_line": 300,
    "safety_lead": 120,
    "reason": 700,
    "time": 40,
    "pages_state": 200,
    "kept_unsaved": 24,
    "kept_words": 24,
    "kept_events": 24,
    "kept_notes": 24,
    "kept_backups": 24,
}
"""Facts any text may use, and the greatest length of each in UTF-16 units; longer ones are cut."""

RESERVED_ANSWERS = frozenset(FACTS) - {"reason"} | {"country", "nation", "language", "today"}
"""Names a flow may not save an answer under: a person's words must never stand in for a helpline."""

HOST_ANSWERS = frozenset(
    {
        "who",
        "level",
        "kind",
        "card",
        "why",
        "plan",
        "measure",
        "asked",
        "asked_at",
        "need",
        "group",
        "chosen",
        "outing_id",
        "named",
        "unsure",
        "wanted",
        "told",
        "appointment_on",
        "appointment_time",
        "clock_place",
        "stands",
    }
)
"""Names the host may give a flow as it starts it (danger: who, level, card; repair: why; check-ins)."""

LINES: Mapping[str, bool] = {
    "done": True,
    "skip": True,
    "enough": True,
    "talk": True,
    "again": True,
    "stale": True,
    "media": True,
    "voice": False,
    "photo": False,
    "back": True,
    "pick_one": True,
    "changed": False,
    "which_number": True,
}
"""The engine's own sentences and buttons, said in `lines:` of the flow `repair`; True where compulsory."""

REPAIR = "repair"
LOST = "lost"
TALK = "talk"
HEARD = "heard"
OPEN_LINES = "lines"
"""Where the engine goes by itself: `repair` (its start: not understood), its step `lost`, and `talk`."""

MENUS = frozenset({REPAIR, HEARD, "start"})
"""Flows that only ask what is closest: nobody is led back to them after an interrupt."""

QUIET_ENDS = frozenset({"handed_over", "waiting", "hidden", "stopped", "erased"})
"""Ends of an interrupting flow after which the step put aside is not said again by itself."""

LIMITS: Mapping[str, int] = {
    **FACTS,
    **{name: length for call in CALLS.values() for name, length in call.returns.items() if length != LIST},
}
"""The greatest length of every value that is not a person's own words."""
