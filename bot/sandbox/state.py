"""The world written to a file and read back, so that conversations survive a restart."""

import base64
import json
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.sandbox.methods import Json
from bot.sandbox.things import Chat, Message, Profile, Query, StoredFile, User, Webhook
from bot.sandbox.updates import Update
from bot.sandbox.world import World

_VERSION: Final = 1


def dump(world: World) -> Json:
    """The world as JSON."""
    updates = world.updates
    return {
        "version": _VERSION,
        "users": [asdict(user) for user in world.users.values()],
        "chats": [_chat(chat) for chat in world.chats.values()],
        "messages": [_plain(m) for chat in world.chats.values() for m in chat.messages.values()],
        "files": [
            {**_plain(f), "content": base64.b64encode(f.content).decode()} for f in world.files.values()
        ],
        "queries": [_plain(query) for query in world.queries.values()],
        "webhook": _plain(world.webhook),
        "profile": _plain(world.profile),
        "updates": [{**_plain(update), "lane": list(update.lane)} for update in updates.waiting],
        "allowed": None if updates.allowed is None else sorted(updates.allowed),
        "last_at": updates.last_at.isoformat() if updates.last_at else None,
        "next": [updates.next_id, world.next_message_id, world.next_file, world.next_query],
    }


def load(world: World, saved: Json) -> None:
    """Fill an empty world with what `dump` gave; raises `ValueError` for another version's file."""
    if saved.get("version") != _VERSION:
        raise ValueError("this state file was written by another version; move it away to start anew")
    for user in saved["users"]:
        world.users[user["id"]] = User(**user)
    for chat in saved["chats"]:
        world.chats[chat["id"]] = Chat(user=world.users.get(chat["id"]), **chat)
    for message in saved["messages"]:
        found = Message(**_timed(message, "at", "edited_at", "deleted_at"))
        world.chats[found.chat_id].messages[found.id] = found
    for file in saved["files"]:
        world.files[file["id"]] = StoredFile(**{**file, "content": base64.b64decode(file["content"])})
    for query in saved["queries"]:
        world.queries[query["id"]] = Query(**_timed(query, "at", "answered_at"))
    world.webhook = Webhook(**_timed(saved["webhook"], "last_error_at"))
    world.profile = Profile(**saved["profile"])
    for update in saved["updates"]:
        world.updates.restore(Update(**{**_timed(update, "expires"), "lane": tuple(update["lane"])}))
    world.updates.allowed = None if saved["allowed"] is None else frozenset(saved["allowed"])
    world.updates.last_at = datetime.fromisoformat(saved["last_at"]) if saved["last_at"] else None
    world.updates.next_id, world.next_message_id, world.next_file, world.next_query = saved["next"]


def _chat(chat: Chat) -> Json:
    kept = ("id", "kind", "title", "started", "blocked", "kicked", "migrated_to", "keyboard")
    return {name: getattr(chat, name) for name in kept}


def _plain(thing: Any) -> Json:
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


def _timed(saved: Json, *names: str) -> Json:
    return saved | {name: datetime.fromisoformat(saved[name]) for name in names if saved[name]}


def write(path: Path, saved: Json) -> None:
    """Replace the file in one step, so that a kill leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_text(json.dumps(saved), encoding="utf-8")
    beside.replace(path)


def read(path: Path) -> Json | None:
    """What was written, or None if there is no file. Raises `ValueError` if it is not JSON."""
    if not path.exists():
        return None
    loaded: Json = json.loads(path.read_text(encoding="utf-8"))
    return loaded
