"""What may be done with someone who is under 18, or would rather not say (safety.md, "Under 18")."""

from bot.domain.person import Age


def may_send_media(age: Age) -> bool:
    """Whether photos and voice may pass between this person and a coach.

    Someone whom a danger brought to a coach unasked counts as "rather not say" until they answer.
    """
    return age is Age.ADULT


def needs_young_people_grant(age: Age) -> bool:
    """Whether only coaches with the `young_people` grant may take this person."""
    return age is Age.MINOR


def tells_safety_lead(age: Age) -> bool:
    """Whether the safeguarding lead hears of the request."""
    return age is Age.MINOR
