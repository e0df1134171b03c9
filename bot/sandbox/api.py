"""Which function carries out which Bot API method."""

from typing import Any, Final

from bot.sandbox import account, changing, sending
from bot.sandbox.methods import SENDS, Json
from bot.sandbox.sending import Method
from bot.sandbox.world import World


def perform(world: World, method: str, given: Json) -> Any:
    """Do what the call asks and return its `result`; raises `ApiError`, and then no chat has changed."""
    return _METHODS[method](world, given)


def new_message(method: str) -> bool:
    """Whether the method puts a message into a chat."""
    return method in SENDS


_METHODS: Final[dict[str, Method]] = {
    "getMe": lambda world, _: {
        **world.me(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    },
    "setWebhook": account.set_webhook,
    "deleteWebhook": account.delete_webhook,
    "getWebhookInfo": account.webhook_info,
    "sendMessage": sending.send_message,
    "editMessageText": changing.edit_text,
    "editMessageReplyMarkup": changing.edit_markup,
    "deleteMessage": changing.delete_message,
    "deleteMessages": changing.delete_messages,
    "answerCallbackQuery": changing.answer_query,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendDocument": sending.media("document"),
    "sendPhoto": sending.media("photo"),
    "sendVoice": sending.media("voice"),
    "copyMessage": sending.copy_message,
    "sendChatAction": changing.chat_action,
    "getFile": sending.get_file,
    "setMyCommands": account.set_commands,
    "setMyName": account.named("name", "name", 64),
    "setMyDescription": account.named("description", "description", 512),
    "setMyShortDescription": account.named("short_description", "short_description", 120),
    "getChat": account.get_chat,
    "leaveChat": account.leave_chat,
}
