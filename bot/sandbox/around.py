"""What comes to the bot otherwise than by a person writing: membership, groups, updates of any shape."""

from typing import Any

from bot.sandbox.methods import Json
from bot.sandbox.things import Chat, User
from bot.sandbox.world import World


def changes_membership(world: World, chat: Chat, by: User, before: str, after: str) -> None:
    """Tell the bot that its standing in a chat was changed (`my_chat_member`)."""
    me, now = world.me(), world.clock.now()
    body = {
        "chat": chat.json(),
        "from": by.json(),
        "date": int(now.timestamp()),
        "old_chat_member": _membership(me, before),
        "new_chat_member": _membership(me, after),
    }
    world.updates.add("my_chat_member", {"my_chat_member": body}, ("chat", chat.id), now)


def joins_group(world: World, chat_id: int, title: str, by: User) -> Chat:
    """Somebody puts the bot into a group; `chat_id` is negative."""
    chat = world.add_group(chat_id, title)
    changes_membership(world, chat, by, "left", "member")
    return chat


def inject(world: World, kind: str, body: Any, *, chat: int = 0) -> int | None:
    """Queue an update as it stands, of any kind and however wrong: `body` is the value under `kind`."""
    return world.updates.add(kind, {kind: body}, ("chat", chat), world.clock.now())


def _membership(me: Json, status: str) -> Json:
    member: Json = {"user": me, "status": status}
    return {**member, "until_date": 0} if status == "kicked" else member
