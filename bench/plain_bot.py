"""The intake as one would write it by hand, to measure against: python-telegram-bot as its examples show it.

Default settings: its own Updater, transport and one update at a time; a ConversationHandler; one
aiosqlite commit for each answer. Run as `python -m bench.plain_bot BASE_URL DATABASE BUTTONS`, BUTTONS
being `reply` (the keyboard of the library's own survey example: one call for each answer) or `inline`.
"""

import sys
from typing import Any

import aiosqlite
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE

QUESTIONS: list[tuple[str, list[str]]] = [
    (
        "Where are you with this today?",
        ["Thinking about changing", "Want to start now", "Just cut down", "Had a slip"],
    ),
    ("What is it about?", ["Alcohol", "Cocaine or crack", "Opioids", "Cannabis", "Something else"]),
    (
        "Quick safety check: is any of this true?",
        ["I drink heavily every day", "I shake if I stop", "None of these"],
    ),
    ("How ready do you feel to make a change, 0 to 10?", [str(number) for number in range(11)]),
    ("What would help most right now?", ["Someone who's been there", "A group", "Treatment", "Information"]),
    ("Roughly where are you? Write the first half of your postcode or a town.", []),
    ("What would make it possible to go?", ["Evenings", "Daytime", "Weekends", "Online"]),
]
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
"""Where sniffio is not installed, httpcore looks for it in every call: not held against this bot."""

INLINE = sys.argv[3:] == ["inline"]


def keyboard(labels: list[str]) -> Any:
    """One button a row."""
    if not labels:
        return None
    if INLINE:
        return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)] for label in labels])
    return ReplyKeyboardMarkup([[label] for label in labels], one_time_keyboard=True)


async def start(update: Update, _context: Context) -> int:
    """The first question."""
    assert update.message
    await update.message.reply_text(QUESTIONS[0][0], reply_markup=keyboard(QUESTIONS[0][1]))
    return 0


def answer_to(number: int) -> Any:
    """A callback that keeps the answer to one question and asks the next."""

    async def answered(update: Update, context: Context) -> int:
        query = update.callback_query
        message, text = update.effective_message, query.data if query else None
        assert message
        assert update.effective_user
        database: aiosqlite.Connection = context.bot_data["database"]
        await database.execute(
            "insert into answer (person, question, answer) values (?, ?, ?)",
            (update.effective_user.id, number, text or message.text),
        )
        await database.commit()
        if query:
            await query.answer()
        if number + 1 == len(QUESTIONS):
            await message.reply_text("Thank you. Write /start to begin again.")
            return ConversationHandler.END
        words, labels = QUESTIONS[number + 1]
        await message.reply_text(words, reply_markup=keyboard(labels))
        return number + 1

    return answered


async def open_database(application: Any) -> None:
    """One connection for the whole bot."""
    database = await aiosqlite.connect(sys.argv[2])
    await database.execute("pragma journal_mode = wal")
    await database.execute(
        "create table if not exists answer (person integer, question integer, answer text)"
    )
    await database.commit()
    application.bot_data["database"] = database


async def close_database(application: Any) -> None:
    """Close it."""
    await application.bot_data["database"].close()


def main() -> None:
    """Poll until stopped."""
    application = (
        Application.builder()
        .token("1:BENCH")
        .base_url(sys.argv[1])
        .post_init(open_database)
        .post_shutdown(close_database)
        .build()
    )
    steps: dict[object, Any] = {
        number: [
            MessageHandler(filters.TEXT & ~filters.COMMAND, answer_to(number)),
            CallbackQueryHandler(answer_to(number)),
        ]
        for number in range(len(QUESTIONS))
    }
    entry: Any = CommandHandler("start", start)
    application.add_handler(ConversationHandler([entry], steps, [entry], per_message=False))
    application.run_polling()


if __name__ == "__main__":
    main()
