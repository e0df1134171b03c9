"""What the rows and columns of measures are called on pages: short above a column, plain beside a row."""

from collections.abc import Mapping

from bot.domain.directory.listing import area_text
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.programmes import BY_CODE, programme
from bot.domain.measures.unmet import ANYWHERE, ELSEWHERE, NOTHING_SAID, SEVERAL
from bot.web.wording import Wording, first_up

_WORDS: Mapping[str, Mapping[str, str]] = {
    "people": {"new": "New", "back": "Here before"},
    "reach": {
        "mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun",
    },
    "door": {
        "start": "Opened the chat", "link": "By a poster or an invitation", "words": "Wrote something",
        "command": "Used a command", "button": "Answered the bot's own message", "place": "Sent a place",
        "media": "Sent a picture, voice or something else",
    },
    "about": {
        "urge": "An urge", "change": "Wants things to change", "slip": "A slip",
        "family": "Families: worried about someone", "safety": "Heavy drinking, opioids",
        "danger": "Danger", "bereavement": "Someone died", "groups": "Groups", "practical": "Practical help",
        "waiting": "Waiting for help", "person": "Someone to talk to", "checkin": "A check-in",
        "bad_night": "Plan for a bad night", "looking": "Just looking", "other": "Nothing chosen",
        "list": "A list", "line": "A line, card, exercise",
    },
    "first_help": {
        "m1": "Under a minute", "m5": "1 to 5 minutes", "m30": "5 to 30 minutes", "longer": "Longer",
        "none": "None in that visit",
    },
    "humans": {
        "m5": "Under 5 min", "m15": "5 to 15 min", "longer": "Longer", "nobody": "Nobody came",
        "left": "Left before",
    },
    "next_step": {
        "group": "A group", "appointment": "An appointment", "own": "A step of their own",
        "none": "None in 48 hours",
    },
    "groups": {
        "shown": "Shown", "opened": "Looked at", "planned": "Planned", "reminded": "Reminded",
        "went": "Went", "again": "Would go again", "not_there": "Wasn't there", "gone": "No longer listed",
    },
    "company": {
        "with": "With somebody", "alone": "Alone", "planned": "Planned", "went": "Went",
        "again": "Would go again",
    },
    "practical": {"met": "Found", "unmet": "Not found"},
    "checkins": {
        "talk": "Asked for a person", "not_now": "Not now", "unanswered": "No answer",
        "done": "Did it", "not_yet": "Not yet",
    },
    "readiness": {"low": "0 to 3", "mid": "4 to 6", "high": "7 to 10"},
    "readiness_change": {"higher": "Higher", "same": "The same", "lower": "Lower"},
    "urges": {
        "lower": "Lower", "same": "The same", "higher": "Higher", "unsaid": "Not said",
        "left": "Left before the end",
    },
    "danger_answered": {
        "m2": "Under 2 minutes", "m5": "2 to 5 minutes", "m15": "5 to 15 minutes", "longer": "Longer",
        "nobody": "Nobody in a day",
    },
    "directory": {
        "shown": "Shown to people", "checked": "Of these, checked in 90 days",
        "old": "Not shown: the list is over 90 days old", "hidden": "Hidden until somebody has looked",
        "waiting": "Waiting for somebody to look", "failed": "Lists that did not come in",
    },
    "unmet_where": {
        "week_day": "Mon–Fri day", "week_evening": "Mon–Fri evening", "week_night": "Mon–Fri night",
        "weekend_day": "Sat–Sun day", "weekend_evening": "Sat–Sun evening",
        "weekend_night": "Sat–Sun night",
        "any": "Any time", ANYWHERE: "No place given", ELSEWHERE: "Elsewhere",
    },
    "unmet_what": {
        NOTHING_SAID: "Nothing said", SEVERAL: "Several things", "not_12_step": "Not 12-step",
        "family": "For families", "twelve_step": "12-step",
    },
}  # fmt: skip


class MeasureWords:
    """Looks them up; a code without words of its own is said as the summaries say it."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def of(self, chart: str, code: str) -> str:
        """The words for a row or a column."""
        own = _WORDS.get(chart, {}).get(code)
        if own is not None:
            return own
        if code.startswith("h") and code[1:].isdecimal():
            return f"{code[1:]}–{(int(code[1:]) + 3) % 24:02}"
        if chart == "groups" or (chart == "unmet_what" and code in BY_CODE):
            return programme(code).short
        if code in NEED_WORDS:
            return first_up(NEED_WORDS[code])
        if chart == "unmet_where":
            return area_text(code)
        if chart == "danger":
            return first_up(self._wording.kind("kind", code))
        return self._wording.start(code)
