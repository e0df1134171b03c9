"""Gives a monitor outside its sign of life: one request, whose answer says only that it was heard."""

import aiohttp

TAKES_S = 10.0


async def ping(address: str) -> bool:
    """Whether the monitor at `address` (http or https, from the settings) answered that it heard."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TAKES_S)) as session,
            session.get(address, allow_redirects=False) as answer,
        ):
            return answer.ok
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
