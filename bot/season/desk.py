"""A coordinator's morning at the dashboard, through its own pages: what waits is done, what is new read."""

import random
import re
from datetime import date, timedelta

import aiohttp

from bot.season.people import NOTES, TASKS

LINK = re.compile(r"http://\S+/in/\S+")
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')
_DEED = re.compile(r'name="deed" value="(\w+)">.*?name="which" value="(\d+)">.*?name="to" value="(\d*)"')
_ONE = re.compile(r'href="(/conversations/\d+/\d+)"')
_OWNER = re.compile(r'<option value="(\d+)">')
_READILY = {"over": 0.9, "reviewed": 0.7, "done": 0.6, "right": 0.8, "ask": 1.0, "next": 1.0}
"""How readily each deed of Today is done on the morning it is first seen."""
_MOST_READ = 8
_OURS = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """One browser of a coordinator's, signed in by the link that the bot sent."""

    def __init__(self, link: str, by: random.Random) -> None:
        self._link = link
        self._home = link.partition("/in/")[0]
        self._by = by

    async def morning(self, today: date) -> None:
        """Sign in, do what waits, read what happened since yesterday, sign out."""
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), headers=_OURS
        ) as self._web:
            (nonce,) = _NONCE.findall(await self._get(self._link))
            await self._post(self._link, nonce=nonce)
            for deed, which, to in dict.fromkeys(_DEED.findall(await self._get(f"{self._home}/"))):
                if self._by.random() < _READILY.get(deed, 0):
                    await self._post(f"{self._home}/today", deed=deed, which=which, to=to)
            yesterday = today - timedelta(days=1)
            listed = await self._get(f"{self._home}/conversations?since={yesterday}")
            for path in list(dict.fromkeys(_ONE.findall(listed)))[:_MOST_READ]:
                await self._reads(self._home + path, today)
            await self._post(f"{self._home}/sign-out")

    async def _reads(self, address: str, today: date) -> None:
        page = await self._get(address)
        if "Nobody has reviewed it yet" not in page:
            return
        if self._by.random() < 0.2:
            await self._post(f"{address}/note", note=self._by.choice(NOTES))
        if self._by.random() < 0.15:
            due = today + timedelta(days=self._by.randint(1, 6))
            owner = self._by.choice(_OWNER.findall(page))
            await self._post(f"{address}/task", note=self._by.choice(TASKS), owner=owner, due=str(due))
        if self._by.random() < 0.8:
            await self._post(f"{address}/reviewed")

    async def _get(self, address: str) -> str:
        async with self._web.get(address) as answer:
            answer.raise_for_status()
            return await answer.text()

    async def _post(self, address: str, **fields: str) -> None:
        async with self._web.post(address, data=fields) as answer:
            answer.raise_for_status()
