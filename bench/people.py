# ruff: noqa: UP031 - JSON is full of braces, which f-strings would double
"""People who write to the bot under test, wait for its answer, and write again."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bench.plan import Manner, Plan, tell

FIRST_CHAT: Final = 5_000_000
_STALL_S: Final = 10.0
"""Somebody whom nobody answers for so long begins again; it is counted, and should be never."""


@dataclass(slots=True)
class Person:
    """One chat, as its owner sees it."""

    chat: int
    message_id: int = 0
    text: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    pressed: set[str] = field(default_factory=set)
    turns: int = 0
    wrote_at: float = 0.0
    waiting: bool = False


class People:
    """All of them, and what they saw."""

    def __init__(self, plan: Plan, send: Callable[[str], None]) -> None:
        self._plan = plan
        self._send = send
        self._people = {FIRST_CHAT + n: Person(FIRST_CHAT + n) for n in range(max(plan.people, plan.backlog))}
        self._idle: deque[Person] = deque()
        self._message = 0
        self._measuring = False
        self._latencies: list[float] = []
        self._stalls = 0
        self._owed = 0
        self._begun = 0.0

    def begin(self) -> None:
        """The bot is there: begin to write."""
        loop = asyncio.get_running_loop()
        if self._plan.mode == "backlog":
            self._measuring = True
            tell("window", state="begin", at=time.time())
            for person in self._people.values():
                self._write(person)
            loop.call_later(self._plan.give_up_s, self._end)
            return
        loop.call_later(self._plan.warm_s, self._measure)
        loop.call_later(1.0, self._wake_the_stalled)
        if self._plan.mode == "closed":
            for person in self._people.values():
                self._write(person)
        else:
            self._idle.extend(self._people.values())
            self._begun = time.perf_counter()
            self._write_on_time()

    def _measure(self) -> None:
        self._measuring = True
        self._stalls = 0
        tell("window", state="begin", at=time.time())
        asyncio.get_running_loop().call_later(self._plan.measure_s, self._end)

    def _end(self) -> None:
        if not self._measuring:
            return
        self._measuring = False
        tell("window", state="end", at=time.time(), stalls=self._stalls, latencies_ms=_ms(self._latencies))

    def _write_on_time(self) -> None:
        """The open loop: so many messages a second, whoever waits for an answer is left to wait."""
        due = int((time.perf_counter() - self._begun) * self._plan.rate)
        while self._owed < due and self._idle:
            self._owed += 1
            self._write(self._idle.popleft())
        if self._owed < due:
            self._stalls += due - self._owed
            self._owed = due
        asyncio.get_running_loop().call_later(0.005, self._write_on_time)

    def _wake_the_stalled(self) -> None:
        now = time.perf_counter()
        for person in self._people.values():
            if person.waiting and now - person.wrote_at > _STALL_S:
                self._stalls += 1
                person.turns = 0
                self._write(person)
        asyncio.get_running_loop().call_later(1.0, self._wake_the_stalled)

    def hear(
        self, chat: int, message_id: int, text: str, markup: dict[str, Any] | None, edited: bool
    ) -> None:
        """A message, or new words and buttons on one, has come to a person."""
        person = self._people.get(chat)
        if person is None:
            return
        buttons = _buttons(markup)
        if not buttons and (edited or self._plan.manner.answers_have_buttons):
            return
        if not (edited and message_id == person.message_id):
            person.pressed.clear()
        person.message_id, person.buttons = message_id, buttons
        person.text = text or (person.text if edited else "")
        if not person.waiting:
            return
        person.waiting = False
        if self._measuring:
            self._latencies.append(time.perf_counter() - person.wrote_at)
        if self._plan.mode == "closed":
            asyncio.get_running_loop().call_soon(self._write, person)
        elif self._plan.mode == "open":
            self._idle.append(person)
        elif len(self._latencies) == len(self._people):
            self._end()

    def _write(self, person: Person) -> None:
        manner = self._plan.manner
        person.waiting, person.wrote_at = True, time.perf_counter()
        at_end = person.turns % manner.cycle == 0
        person.turns += 1
        if at_end:
            person.buttons, person.message_id = [], 0
            self._type(person, manner.entry)
            return
        typed = next((answer for sign, answer in manner.typed if sign in person.text), None)
        button = None if typed else _choice(person, manner)
        if button is None:
            self._type(person, typed or manner.words)
        elif manner.press and button[1]:
            person.pressed.add(button[0])
            self._press(person, button[1])
        else:
            self._type(person, button[0])

    def _type(self, person: Person, text: str) -> None:
        self._message += 1
        entities = (
            ',"entities":[{"type":"bot_command","offset":0,"length":%d}]' % len(text)
            if text[0] == "/"
            else ""
        )
        self._send(
            '{"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s%s}}'
            % (self._message, _who(person.chat), _where(person.chat), time.time(), json.dumps(text), entities)
        )

    def _press(self, person: Person, data: str) -> None:
        self._message += 1
        self._send(
            '{"callback_query":{"id":"%d","from":%s,"chat_instance":"1","data":%s,"message":'
            '{"message_id":%d,"from":{"id":1,"is_bot":true,"first_name":"Bench"},'
            '"chat":%s,"date":%d,"text":"?"}}}'
            % (
                self._message,
                _who(person.chat),
                json.dumps(data),
                person.message_id,
                _where(person.chat),
                time.time(),
            )
        )


def _choice(person: Person, manner: Manner) -> tuple[str, str] | None:
    """The button a person takes; one that was taken under this message is not taken again."""
    free = [button for button in person.buttons if button[0] not in person.pressed]
    if person.pressed:
        done = next((button for button in free if "done" in button[0].lower()), None)
        if done:
            return done
    wanted = (button for sign in manner.prefer for button in free if sign in button[0])
    usual = (button for button in free if not any(sign in button[0] for sign in manner.avoid))
    return next(wanted, None) or next(usual, None)


def _buttons(markup: dict[str, Any] | None) -> list[tuple[str, str]]:
    if not markup:
        return []
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [
        (button["text"], button.get("callback_data", "")) if isinstance(button, dict) else (button, "")
        for row in rows
        for button in row
        if not (isinstance(button, dict) and (button.get("url") or button.get("request_location")))
    ]


def _who(chat: int) -> str:
    return '{"id":%d,"is_bot":false,"first_name":"Ana","language_code":"en"}' % chat


def _where(chat: int) -> str:
    return '{"id":%d,"first_name":"Ana","type":"private"}' % chat


def _ms(seconds: list[float]) -> list[float]:
    return [round(one * 1000, 2) for one in seconds]
