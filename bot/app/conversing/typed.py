"""Whole messages that stand for a command: what people type instead of tapping, in any of the languages."""

import re
from collections.abc import Mapping
from typing import Final

from bot.app.conversing.talk import Talk
from bot.domain.conversation.matching import unaccented

STOPS = frozenset(
    {
        "stop",
        "stop please",
        "please stop",
        "unsubscribe",
        "stop messages",
        "stop messaging me",
        "stop texting me",
    }
    | {
        "stop texting",
        "stop writing to me",
        "stop sending me messages",
        "stop contacting me",
        "stop all messages",
    }
    | {"dont text me again", "dont message me again", "dont text me any more", "dont text me anymore"}
)
"""Whole messages that mean stop; "I want to stop drinking" is none."""

ASKS_FOR: Mapping[str, str] = {
    **dict.fromkeys(("forget me", "forget everything", "delete everything", "erase everything"), "forget"),
    **dict.fromkeys(("delete all my data", "delete my data", "erase me"), "forget"),
    **dict.fromkeys(("my details", "mydetails"), "mydetails"),
    **dict.fromkeys(("my data", "mydata"), "mydata"),
    **dict.fromkeys(
        ("bad night", "bad night plan", "my bad night plan", "my plan for a bad night"), "bad_night"
    ),
    **dict.fromkeys(("my words", "my own words", "my plans", "my plan", "my people"), "own_words"),
    **dict.fromkeys(("my reason", "my reasons", "my slip plan", "slip plan"), "own_words"),
    **dict.fromkeys(("delete this", "delete this chat", "delete these messages", "delete chat"), "hide"),
    **dict.fromkeys(("hide", "hide chat", "hide this", "hide messages", "hide these messages"), "hide"),
}
"""Whole messages that mean a command, wherever the person is, unless they are a button there."""
ALSO_ASKS_FOR: Mapping[str, str] = {
    **dict.fromkeys(
        ("check in", "checkin", "check ins", "change check ins", "change my check ins"), "checkin"
    ),
    **dict.fromkeys(("change time", "change the time", "change my time", "different time"), "checkin"),
    **dict.fromkeys(("group", "groups", "find a group", "meetings"), "groups"),
    **dict.fromkeys(("urge", "craving"), "urge"),
    **dict.fromkeys(("questions", "the questions"), "intake"),
    **dict.fromkeys(("appointment", "my appointment", "i have an appointment", "while i wait"), "waiting"),
    **dict.fromkeys(("time zone", "timezone", "different time zone", "different timezone"), "clock"),
    **dict.fromkeys(("change time zone", "change my time zone", "wrong time zone", "my clock"), "clock"),
    **dict.fromkeys(("im in a different time zone", "im abroad", "im travelling", "im traveling"), "clock"),
    **dict.fromkeys(
        ("what do you know about me", "what have you got on me", "what do you have on me"), "mydetails"
    ),
    "help": "help",
    "privacy": "privacy",
    "language": "language",
    **dict.fromkeys(("service", "services", "find a service"), "services"),
    "menu": "start",
    **dict.fromkeys(("my coach", "my mentor", "mentoring", "mentor"), "mentor"),
}
"""As above, but in a question for one's own words, or while danger is answered, they are that answer."""


_HURRY: Final = (
    r"(?:quick|quickly|please|pls|plz|now|right now|fast|asap|omg|fuck|shit|help|hurry|just|"
    r"(?:hes|shes|someones|somebodys|theyre|my \w+s) (?:here|coming|back|home)|"
    r"how (?:do|can) (?:i|you)|can (?:you|u)|could you|(?:i )?(?:need|want|have|got) to|gotta|"
    r"before (?:he|she|they) \w+(?: it)?)"
)
_HIDES = re.compile(
    rf"(?:{_HURRY} )*(?:hide|delete|clear|wipe|remove|get rid of) (?:all )?"
    r"(?:this|it all|(?:the |this |our )?(?:chat|conversation)|(?:the |these |my |all )?messages|whats here|"
    rf"what i wrote|everything here)(?: {_HURRY})*"
)

_FORGETS = re.compile(
    r"(?:(?:how do|how can|can) (?:i|you|u) |i want to |please |can you please )?"
    r"(?:delete|erase|remove|wipe|get rid of)(?: all| all of)?(?: my| the)?"
    r" (?:account|data|details|info|information|stuff|things ive told you|things i told you|"
    r"stuff ive told you|stuff you (?:have|know)(?: on| about)? me|record|records|profile|"
    r"everything (?:about me|you know|you have|ive said|i said|i wrote))"
    r"(?: please| now| from (?:here|this|you))?"
)


def hides(typed: str) -> bool:
    """Whether a whole plain message asks to have the chat gone from sight, in whatever hurry."""
    return ASKS_FOR.get(typed) == "hide" or _HIDES.fullmatch(typed) is not None


def meant(talk: Talk, typed: str) -> str:
    """What a whole plain message means in the person's language, or ""."""
    return talk.speech.meant(unaccented(typed))


def command_of(commands: Mapping[str, str], talk: Talk, typed: str) -> str:
    """The command that a whole message stands for, by its English words or the person's language's, or ""."""
    known = meant(talk, typed)
    if commands is ASKS_FOR and hides(typed):
        return "hide"
    if commands is ASKS_FOR and _FORGETS.fullmatch(typed):
        return "forget"
    return commands.get(typed) or (known if known in commands.values() else "")
