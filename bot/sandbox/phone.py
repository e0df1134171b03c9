"""One person's phone: what they do in their chat with the bot."""

import re
from typing import Final

from bot.sandbox import text as words
from bot.sandbox.around import changes_membership
from bot.sandbox.content import sent
from bot.sandbox.methods import Json, Upload
from bot.sandbox.screen import Screen
from bot.sandbox.things import Message, Query

_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Press:
    """A press of an inline button, and what the bot made of it."""

    def __init__(self, query: Query) -> None:
        self._query = query

    @property
    def id(self) -> str:
        """The callback query's id."""
        return self._query.id

    @property
    def answered(self) -> bool:
        """Whether the bot answered the query, so that the button stops turning."""
        return self._query.answered_at is not None

    @property
    def text(self) -> str:
        """The words of the notice the bot showed, or empty."""
        return self._query.text


class Phone(Screen):
    """A person with their private chat with the bot in hand."""

    def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Write a message. Telegram trims it and refuses an empty or overlong one: `ValueError`."""
        plain = text.strip()
        if not plain or words.units(plain) > words.TEXT_LIMIT:
            raise ValueError("a person can send 1 to 4096 characters")
        body: Json = {"text": plain}
        if found := words.commands(plain):
            body["entities"] = found
        if reply_to is not None:
            replied = self.world.message_json(reply_to)
            body["reply_to_message"] = {n: v for n, v in replied.items() if n != "reply_to_message"}
        return self._posts(body)

    def starts(self, payload: str = "") -> Message:
        """Open the chat by its link; `payload` as Telegram allows it, else `ValueError`."""
        if not _PAYLOAD.fullmatch(payload):
            raise ValueError("a start payload has at most 64 of A-Z a-z 0-9 _ -")
        return self.says(f"/start {payload}".strip())

    def presses(self, label: str, message: Message | None = None) -> Press | Message:
        """Press a button by its label: the newest inline one, else one of the reply keyboard.

        An inline button makes a `Press`; one of the reply keyboard sends its text. A button that shares
        the location needs `shares_location`. Raises `LookupError`, with what there is to press.
        """
        for candidate in [message] if message else reversed(self.messages):
            for button in (button for row in candidate.rows for button in row):
                if button["text"] == label and "callback_data" in button:
                    return self.presses_data(candidate, str(button["callback_data"]))
        return self.uses_key(label)

    def uses_key(self, label: str) -> Message:
        """Press a button of the reply keyboard, which sends its words; `LookupError` if there is none."""
        keyboard = self.chat.keyboard or {}
        for button in (button for row in keyboard.get("keyboard", []) for button in row):
            if label != (button if isinstance(button, str) else button["text"]):
                continue
            if isinstance(button, dict) and button.get("request_location"):
                raise LookupError("this button shares the location: use shares_location(lat, lon)")
            message = self.says(label)
            if keyboard.get("one_time_keyboard"):
                self.chat.keyboard = None
                self.world.tell("keyboard", self.id)
            return message
        raise LookupError(f"{self.user.first_name} sees no button {label!r}, only {self.buttons}")

    def presses_data(self, message: Message, data: str) -> Press:
        """Press the button of `message` that carries `data`, whether it is still shown or not."""
        world, now = self.world, self.world.clock.now()
        n, world.next_query = world.next_query, world.next_query + 1
        query = Query(f"{self.id}{n:08d}", self.id, message.id, data, now)
        world.queries[query.id] = query
        body = {
            "callback_query": {
                "id": query.id,
                "from": self.user.json(),
                "message": world.message_json(message),
                "chat_instance": f"-{self.id}",
                "data": data,
            }
        }
        world.updates.add("callback_query", body, ("press", self.id), now)
        return Press(query)

    def shares_location(self, lat: float, lon: float) -> Message:
        """Share a place once, in degrees."""
        return self._posts({"location": {"latitude": lat, "longitude": lon}})

    def sends(self, kind: str, caption: str = "", upload: Upload | None = None) -> Message:
        """Send something that is not words: photo, sticker, poll, contact, story … (`content.KINDS`)."""
        return self._posts(sent(self.world, kind, caption, upload))

    def sends_voice(self) -> Message:
        """Send a voice note."""
        return self.sends("voice")

    def sends_photo(self, caption: str = "") -> Message:
        """Send a photo."""
        return self.sends("photo", caption)

    def forwards(self, text: str, author: str = "Somebody") -> Message:
        """Forward somebody else's words to the bot."""
        origin = {"type": "hidden_user", "date": self._stamp(), "sender_user_name": author}
        return self._posts({"text": text, "forward_origin": origin})

    def passes_on(self, message: Message) -> Json:
        """Forward or save a message; its content, or `PermissionError` if it is protected."""
        if message.protected:
            raise PermissionError("the bot sent this message protected: it cannot be forwarded or saved")
        return dict(message.body)

    def edits(self, message: Message, text: str) -> None:
        """Change the words, or the caption, of an earlier message of one's own."""
        if message.by_bot or message.deleted_at is not None:
            raise PermissionError("a person can edit only their own messages")
        part = "text" if "text" in message.body else "caption"
        body = {n: v for n, v in message.body.items() if n not in {"entities", "caption_entities"}} | {
            part: text
        }
        if part == "text" and (found := words.commands(text)):
            body["entities"] = found
        self.world.edit(message, body, None)
        self._update("edited_message", {"edited_message": self.world.message_json(message)})

    def deletes(self, message: Message) -> None:
        """Delete a message for both; Telegram tells the bot nothing."""
        self.world.delete(message)

    def blocks_bot(self) -> None:
        """Block the bot: it is told, and can write no more."""
        self._changes_membership(blocked=True)

    def unblocks_bot(self) -> None:
        """Let the bot write again."""
        self._changes_membership(blocked=False)

    def deactivates(self) -> None:
        """The account is deleted; the bot is not told."""
        self.user.deactivated = True

    def _changes_membership(self, *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        changes_membership(self.world, self.chat, self.user, before, after)
        self.world.tell("blocked", self.id)

    def _posts(self, body: Json) -> Message:
        if self.chat.blocked:
            raise PermissionError(f"{self.user.first_name} has blocked the bot")
        self.chat.started = True
        message = self.world.post(self.chat, self.user.id, body)
        self._update("message", {"message": self.world.message_json(message)})
        return message

    def _update(self, kind: str, body: Json) -> None:
        self.world.updates.add(kind, body, ("chat", self.id), self.world.clock.now())

    def _stamp(self) -> int:
        return int(self.world.clock.now().timestamp())
