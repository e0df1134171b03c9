"""What time Telegram has, for doctor; asked without the token."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

_PATIENCE = aiohttp.ClientTimeout(total=5)


async def telegram_date(base_url: str) -> datetime | None:
    """The Date of the Bot API's answer, in whole seconds (aware, UTC); None when it cannot be reached."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.head(base_url, allow_redirects=False) as answer,
        ):
            said = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
