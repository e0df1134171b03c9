"""What people may type at any time about check-ins and reminders: whole messages, and what they mean."""

from collections.abc import Mapping

from bot.domain.checkins.asking import wants_to_be_asked

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
    **_all("daily", "ask me every day", "ask me daily", "ask every day", "check in every day"),
    **_all("not_now", "not now", "not today", "maybe later"),
    **dict.fromkeys(
        (
            "remind me an hour before the group", "remind me an hour before", "remind me of the group",
            "remind me before the group", "remind me about the group", "remind me of my group",
        ),
        (REMIND_GROUP, ""),
    ),
}  # fmt: skip


def wish(typed: str, text: str) -> tuple[str, str] | None:
    """The command and what goes with it that a whole message means, or None. `typed` is `plain(text)`."""
    known = _WISHES.get(typed)
    if known is not None:
        return known
    when = wants_to_be_asked(text)
    return None if when is None else (ASK_ME, when)
