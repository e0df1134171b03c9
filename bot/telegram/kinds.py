"""What a message can hold besides words, by Telegram's own names (Bot API 10.1, Message)."""

from typing import Final

from bot.domain.channel.incoming import MediaKind

MEDIA: Final[dict[str, MediaKind]] = {
    "voice": "voice",
    "photo": "photo",
    "sticker": "sticker",
    **dict.fromkeys([
        "animation", "audio", "video_note", "video", "document", "contact", "poll", "story",
        "dice", "live_photo", "paid_media", "checklist", "game", "invoice", "gift", "unique_gift",
        "rich_message",
    ], "other"),
}  # fmt: skip
"""What a person can send. An animation comes with its document, and stands before it."""

SERVICE: Final = frozenset(
    {
        "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title",
        "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
        "migrate_from_chat_id", "pinned_message", "successful_payment", "refunded_payment", "users_shared",
        "chat_shared", "gift_upgrade_sent", "connected_website", "write_access_allowed", "passport_data",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "checklist_tasks_done",
        "checklist_tasks_added", "direct_message_price_changed", "forum_topic_created",
        "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
        "general_forum_topic_unhidden", "giveaway_created", "giveaway", "giveaway_winners",
        "giveaway_completed", "managed_bot_created", "paid_message_price_changed", "poll_option_added",
        "poll_option_deleted", "suggested_post_approved", "suggested_post_approval_failed",
        "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled",
        "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "web_app_data",
    }
)  # fmt: skip
"""What Telegram itself notes in a chat; nobody waits for an answer to it."""
