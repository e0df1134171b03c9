"""What people may type at any time about check-ins and reminders: whole messages, and what they mean."""

import re
from collections.abc import Mapping

from bot.domain.checkins.asking import ASKED, POLITELY, TAIL, part_of_day, spelt_out, wants_to_be_asked

CHECKINS = "checkins"
ASK_ME = "ask_me"
REMIND_GROUP = "remind_group"


def _all(what: str, *wordings: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(wordings, (CHECKINS, what))


_WISHES: Mapping[str, tuple[str, str]] = {
    **_all("pause", "pause", "pause check ins", "pause messages", "rest check ins", "give me a break"),
    **_all("resume", "resume", "resume check ins", "unpause", "start asking again", "start check ins again"),
    **_all("stop", "stop asking", "stop asking me", "stop check ins", "no more check ins"),
    **_all("lighter", "ask me less", "ask me less often", "less often", "fewer messages"),
    **_all("standard", "ask me more", "ask me more often", "more often"),
    **_all("not_now", "not now", "not today", "maybe later"),
    **dict.fromkeys(
        (
            "remind me an hour before the group", "remind me an hour before", "remind me of the group",
            "remind me before the group", "remind me about the group", "remind me of my group",
        ),
        (REMIND_GROUP, ""),
    ),
}  # fmt: skip

_THEM = r"(?:the |my |your |these |those |daily |all )*(?:check ?ins?|messages|texts|questions|reminders)"
_STOP = re.compile(
    rf"{POLITELY}(?:(?:stop|cancel|end|turn off|switch off|no more|quit) (?:sending )?(?:me )?{_THEM}|"
    r"stop checking (?:in|up|in on me|on me)|stop asking me how i am|"
    r"dont check in(?: on me| with me)?(?: any ?more)?)"
    rf"{TAIL}"
)
_MANY = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "a couple of": 2, "couple of": 2, "a few": 3}
_DAYS_IN = {"day": 1, "week": 7, "month": 28}
_PAUSE = re.compile(
    rf"{POLITELY}(?:pause|rest|hold off|leave me)(?: {_THEM}| it| them| me)? (?:for )?"
    rf"(?P<n>{'|'.join(_MANY)}|\d{{1,2}}) (?P<unit>day|week|month)s?{TAIL}"
)
_EACH = r"(?:every|each)(?: single)?"
_DAILY = re.compile(
    rf"{POLITELY}(?:i want you to |i d like you to |id like you to )?{ASKED}"
    rf"(?: {_EACH} (?P<each>day|morning|afternoon|evening|night)| (?P<daily>daily|everyday|once a day)){TAIL}"
)
_DAYS_LONG = rf"(?:{_EACH} (?P<part>day|morning|afternoon|evening|night)|daily|everyday)"
_DAILY_AT = (
    re.compile(rf"{POLITELY}{ASKED} (?:at )?(?P<at>.{{1,20}}?) {_DAYS_LONG}{TAIL}"),
    re.compile(rf"{POLITELY}{ASKED} {_DAYS_LONG} (?:at |in the )?(?P<at>.{{1,20}}?){TAIL}"),
)
_OTHER_TIME = re.compile(
    r"(?:(?:no|actually|sorry|can (?:you|u)|could (?:you|u)|please|pls|ok|hey) )*"
    r"(?:make it|change it to|move it to|do it|change (?:the |my )?(?:time|check ins?) to|better) "
    rf"(?:at |in the |the )?(?P<at>.{{1,16}}?)(?: instead)?{TAIL}|"
    rf"(?P<part>mornings?|afternoons?|evenings?)(?: instead| would be better| is better| please| pls){TAIL}"
)


def wish(typed: str, text: str) -> tuple[str, str] | None:
    """The command and what goes with it that a whole message means, or None. `typed` is `plain(text)`.

    "pause:7" rests for seven days; "daily:morning" asks every day then, ":evening" moves what is
    asked anyway.
    """
    known = _WISHES.get(typed)
    if known is not None:
        return known
    said = spelt_out(text)
    if _STOP.fullmatch(said):
        return CHECKINS, "stop"
    if (pause := _PAUSE.fullmatch(said)) is not None:
        many = _MANY.get(pause["n"]) or int(pause["n"])
        return (CHECKINS, f"pause:{many * _DAYS_IN[pause['unit']]}") if many else (CHECKINS, "pause")
    if (part := _daily(said)) is not None:
        return CHECKINS, f"daily:{part}"
    if (moved := _OTHER_TIME.fullmatch(said)) is not None and (
        part := part_of_day(moved["at"] or moved["part"])
    ):
        return CHECKINS, f":{part}"
    when = wants_to_be_asked(text)
    return None if when is None else (ASK_ME, when)


def _daily(said: str) -> str | None:
    """In which part of the day somebody wants to be asked daily, "" unsaid; None where they don't."""
    if (each := _DAILY.fullmatch(said)) is not None:
        return part_of_day(each["each"] or "") or ""
    for pattern in _DAILY_AT:
        if (at := pattern.fullmatch(said)) is not None and (part := part_of_day(at["at"])):
            return part_of_day(at["part"]) or part
    return None
