"""What may be done with someone who is under 18, or would rather not say (safety.md, "Under 18")."""

from typing import Literal, assert_never

from bot.domain.person import Age

InPerson = Literal["mentor", "lift", "meeting"]


def must_ask(age: Age, *, in_danger: bool) -> bool:
    """Whether "Are you 18 or over?" comes first. Asked once, and never before a danger page."""
    return age is Age.UNKNOWN and not in_danger


def may_send_media(age: Age) -> bool:
    """Whether photos and voice may pass between this person and a coach.

    Someone whom a danger brought to a coach unasked counts as "rather not say" until they answer.
    """
    return age is Age.ADULT


def may_arrange(age: Age, what: InPerson) -> bool:
    """Whether a mentor, a lift or a meeting may be arranged at all; a coordinator still arranges it."""
    match what:
        case "mentor" | "lift" | "meeting":
            return age is Age.ADULT
        case _:
            assert_never(what)


def needs_young_people_grant(age: Age) -> bool:
    """Whether only coaches with the `young_people` grant may take this person."""
    return age is Age.MINOR


def tells_safety_lead(age: Age) -> bool:
    """Whether the safeguarding lead hears of the request."""
    return age is Age.MINOR
