"""The stand-in worked from another process: JSON in, JSON out, under `/sandbox/`."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from bot.sandbox.answering import BotApi
from bot.sandbox.around import inject
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.ledger import Ledger, jsonable
from bot.sandbox.methods import Json, Upload
from bot.sandbox.phone import Phone, Press
from bot.sandbox.things import Message, User
from bot.sandbox.view import chat_view, message_view

Move = Callable[[timedelta], Awaitable[None]]
_LEDGER_PAGE: Final = 5000


class Control:
    """What other processes may ask.

    POST users {id, first_name …} · act {user, does, …} (`says text`, `presses label`, `uses_key label`,
    `presses_data message data`, `shares_location lat lon`, `sends kind`, `edits message text`,
    `deletes message`, `forwards text`, `blocks_bot`, `unblocks_bot`, `deactivates`) ·
    update {kind, body, chat} · faults {rules, seed} · clock {move: seconds} · restart_ids {};
    GET clock · ledger {after} · chat {user} · state.
    """

    def __init__(self, api: BotApi, ledger: Ledger, faults: Faults, clock: Clock, move: Move) -> None:
        self._api = api
        self._ledger = ledger
        self._faults = faults
        self._clock = clock
        self._move = move

    async def handle(self, verb: str, what: str, given: Json) -> Json:
        """Answer one request; raises `ValueError`, `LookupError` or `PermissionError` with the reason."""
        match verb, what:
            case "POST", "users":
                return {"chat": self.phone(given).id}
            case "POST", "act":
                return self._act(self._phone(int(given["user"])), dict(given))
            case "POST", "update":
                queued = inject(self._api.world, given["kind"], given["body"], chat=int(given.get("chat", 0)))
                return {"update_id": queued}
            case "POST", "restart_ids":
                self._api.world.updates.restart_ids()
                return {"next_id": self._api.world.updates.next_id}
            case "POST", "faults":
                self._faults.set((Fault.read(rule) for rule in given.get("rules", [])), given.get("seed"))
                return {}
            case "POST", "clock":
                await self._move(timedelta(seconds=float(given["move"])))
                return {"now": self._clock.now().isoformat()}
            case "GET", "clock":
                return {"now": self._clock.now().isoformat()}
            case "GET", "ledger":
                after = int(given.get("after", 0))
                return {"entries": [jsonable(e) for e in self._ledger.entries[after : after + _LEDGER_PAGE]]}
            case "GET", "chat":
                return chat_view(self._api.world, self._phone(int(given["user"])).chat)
            case "GET", "state":
                return self._state()
            case _:
                raise LookupError(f"the stand-in has no {verb} {what}")

    def phone(self, given: Json) -> Phone:
        """A new person, or the one known under this id; unknown keys raise `TypeError`."""
        return Phone(self._api.world, User(**given))

    def _phone(self, user_id: int) -> Phone:
        return Phone(self._api.world, self._api.world.users[user_id])

    def _state(self) -> Json:
        updates = self._api.world.updates
        counts = {f"{kind} {method}": n for (kind, method), n in self._ledger.counts.items()}
        return {"waiting": len(updates.waiting), "next_id": updates.next_id, "counts": counts}

    def _act(self, phone: Phone, given: Json) -> Json:
        message = phone.chat.messages[int(given["message"])] if "message" in given else None
        match given["does"]:
            case "says":
                return self._seen(phone.says(str(given["text"]), reply_to=message))
            case "presses":
                return self._seen(phone.presses(str(given["label"]), message))
            case "uses_key":
                return self._seen(phone.uses_key(str(given["label"])))
            case "presses_data":
                return self._seen(phone.presses_data(_there(message), str(given["data"])))
            case "shares_location":
                return self._seen(phone.shares_location(float(given["lat"]), float(given["lon"])))
            case "sends":
                upload = _upload(given)
                return self._seen(phone.sends(str(given["kind"]), str(given.get("caption", "")), upload))
            case "forwards":
                return self._seen(phone.forwards(str(given["text"])))
            case "edits":
                phone.edits(_there(message), str(given["text"]))
            case "deletes":
                phone.deletes(_there(message))
            case "blocks_bot" | "unblocks_bot" | "deactivates" as plain:
                getattr(phone, plain)()
            case other:
                raise ValueError(f"a phone cannot do {other!r}")
        return {}

    def _seen(self, made: Message | Press) -> Json:
        if isinstance(made, Press):
            return {"query": made.id}
        return {"message": message_view(self._api.world, made)}


def _there(message: Message | None) -> Message:
    if message is None:
        raise ValueError("which message? give its id as `message`")
    return message


def _upload(given: Json) -> Upload | None:
    content: Any = given.get("content")
    if content is None:
        return None
    return Upload(str(given.get("name", "file")), str(given.get("mime", "")), base64.b64decode(content))
