"""The methods about the bot itself: its name and commands, chats as wholes, the webhook."""

from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Json
from bot.sandbox.sending import Method
from bot.sandbox.text import units
from bot.sandbox.things import Chat, Webhook
from bot.sandbox.world import World


def set_commands(world: World, given: Json) -> bool:
    """setMyCommands."""
    offered = given["commands"]
    if not isinstance(offered, list) or len(offered) > 100:
        raise bad_request("can't parse commands JSON object")
    for command in offered:
        name, words = str(command.get("command", "")).lstrip("/"), str(command.get("description", ""))
        if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name == name.lower()):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(words) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = given.get("scope") or {"type": "default"}
    key = f"{scope.get('type', 'default')}:{scope.get('chat_id', '')}:{given.get('language_code') or ''}"
    world.profile.commands[key] = offered
    world.tell("profile", 0)
    return True


def offered_commands(world: World, chat: Chat) -> list[Json]:
    """The commands a phone shows in this chat, by Telegram's order of scopes and languages."""
    language = (chat.user.language_code if chat.user else "") or ""
    for scope in (f"chat:{chat.id}", "all_private_chats:", "default:"):
        for tail in (language, ""):
            if found := world.profile.commands.get(f"{scope}:{tail}"):
                return found
    return []


def named(field: str, parameter: str, limit: int) -> Method:
    """setMyName and its like; `limit` in UTF-16 units. Other languages' names are not shown."""

    def set_it(world: World, given: Json) -> bool:
        value = given.get(parameter) or ""
        if units(value) > limit:
            raise bad_request(f"{parameter.upper()}_TOO_LONG")
        if not given.get("language_code"):
            setattr(world.profile, field, value or getattr(world.profile, field))
            world.tell("profile", 0)
        return True

    return set_it


def get_chat(world: World, given: Json) -> Json:
    """getChat."""
    chat = world.chat(given["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat.json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def leave_chat(world: World, given: Json) -> bool:
    """leaveChat."""
    chat = world.chat(given["chat_id"])
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    chat.kicked = True
    world.tell("blocked", chat.id)
    return True


def set_webhook(world: World, given: Json) -> bool:
    """setWebhook; plain http is taken, since this stays on one machine."""
    url, secret = given["url"], given.get("secret_token") or ""
    if secret and not (len(secret) <= 256 and secret.replace("_", "a").replace("-", "a").isalnum()):
        raise bad_request("secret token contains unallowed characters")
    if url and not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = given.get("max_connections") or 40
    world.webhook = Webhook(url, secret, min(100, max(1, connections)))
    world.updates.allow(given.get("allowed_updates"))
    if given.get("drop_pending_updates"):
        world.updates.drop(world.clock.now())
    world.updates.ring()
    return True


def delete_webhook(world: World, given: Json) -> bool:
    """deleteWebhook."""
    world.webhook = Webhook()
    if given.get("drop_pending_updates"):
        world.updates.drop(world.clock.now())
    return True


def webhook_info(world: World, given: Json) -> Json:
    """getWebhookInfo."""
    del given
    hook = world.webhook
    world.updates.expire(world.clock.now())
    answer: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if hook.url:
        answer["max_connections"] = hook.max_connections
    if hook.last_error_at is not None:
        answer["last_error_date"] = int(hook.last_error_at.timestamp())
        answer["last_error_message"] = hook.last_error
    if world.updates.allowed is not None:
        answer["allowed_updates"] = sorted(world.updates.allowed)
    return answer
