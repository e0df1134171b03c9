"""Every method, called by the real python-telegram-bot over the wire."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Location,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Venue,
)
from telegram.error import BadRequest, Forbidden

from bot.sandbox import Phone, Press, Sandbox

YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="y"), InlineKeyboardButton("No", callback_data="n")]]
)


async def test_a_bot_knows_itself(bot: Bot, sandbox: Sandbox) -> None:
    """getMe gives the id that stands in the token, and the name that was set."""
    await bot.set_my_name("Foothold")
    await bot.set_my_description("Any hour.")
    await bot.set_my_short_description("Any hour")
    me = await bot.get_me()
    assert (me.id, me.first_name, me.is_bot) == (sandbox.world.bot_id, "Foothold", True)
    assert sandbox.world.profile.description == "Any hour."


async def test_a_message_arrives_with_its_buttons(bot: Bot, ana: Phone) -> None:
    """What the bot sends stands on the phone, and the answer describes it."""
    sent = await bot.send_message(ana.id, "Hello <b>", reply_markup=YES_NO, disable_notification=True)
    assert ana.last.text == "Hello <b>"
    assert ana.buttons == ["Yes", "No"]
    assert sent.message_id == ana.last.id
    assert sent.reply_markup == YES_NO


async def test_a_press_reaches_the_bot_and_its_answer_the_phone(bot: Bot, ana: Phone) -> None:
    """The query carries the data and the message; the notice is shown to whoever pressed."""
    await bot.send_message(ana.id, "Well?", reply_markup=YES_NO)
    press = ana.presses("No")
    assert isinstance(press, Press)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("n", ana.id)
    assert not press.answered
    await bot.answer_callback_query(query.id, "Noted")
    assert press.text == "Noted"


async def test_an_edit_replaces_words_and_buttons(bot: Bot, ana: Phone) -> None:
    """An edit without buttons takes them away; what was there before stays in the record."""
    sent = await bot.send_message(ana.id, "One", reply_markup=YES_NO)
    await bot.edit_message_text("Two", ana.id, sent.message_id)
    assert (ana.last.text, ana.last.labels) == ("Two", [])
    assert ana.last.earlier[0]["text"] == "One"
    await bot.edit_message_reply_markup(ana.id, sent.message_id, reply_markup=YES_NO)
    assert ana.last.labels == ["Yes", "No"]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Two", ana.id, sent.message_id, reply_markup=YES_NO)


async def test_deleting_takes_both_sides_away(bot: Bot, ana: Phone) -> None:
    """In a private chat the bot deletes its own messages and the person's; unknown ones are passed over."""
    mine = ana.says("oh no")
    sent = await bot.send_message(ana.id, "There")
    await bot.delete_message(ana.id, mine.id)
    await bot.delete_messages(ana.id, [sent.message_id, 9999])
    assert [message.text for message in ana.messages] == ["/start"]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ana.id, mine.id)


async def test_places_arrive(bot: Bot, ana: Phone) -> None:
    """A location and a venue come through with their figures."""
    place = await bot.send_location(ana.id, 53.8, -1.55)
    assert place.location == Location(-1.55, 53.8)
    there = await bot.send_venue(ana.id, 53.8, -1.55, "Library", "1 High Street")
    assert there.venue == Venue(Location(-1.55, 53.8), "Library", "1 High Street")


async def test_files_go_both_ways(bot: Bot, ana: Phone) -> None:
    """An uploaded file opens on the phone as it was; a voice note can be fetched and sent on by its id."""
    await bot.send_document(ana.id, b"BEGIN:VCALENDAR", filename="group.ics", caption="Tonight")
    assert (ana.file(ana.last).name, ana.file(ana.last).content) == ("group.ics", b"BEGIN:VCALENDAR")
    await bot.send_photo(ana.id, b"not really a picture")
    note = ana.sends_voice()
    voice = (await bot.get_updates())[-1].effective_message
    assert voice is not None
    assert voice.voice is not None
    file = await bot.get_file(voice.voice.file_id)
    assert bytes(await file.download_as_bytearray()) == ana.file(note).content
    again = await bot.send_voice(ana.id, voice.voice.file_id)
    assert again.voice is not None
    assert again.voice.file_unique_id == voice.voice.file_unique_id


async def test_a_copy_does_not_say_whose_it_was(bot: Bot, ana: Phone, sandbox: Sandbox) -> None:
    """Words, a photo and its caption are copied into another chat, protected from forwarding."""
    ben = sandbox.phone(22, "Ben")
    ben.starts()
    words, photo = ana.says("hello?"), ana.sends_photo("my street")
    await bot.copy_message(ben.id, ana.id, words.id, protect_content=True)
    copied = await bot.copy_message(ben.id, ana.id, photo.id)
    assert [message.text for message in ben.messages if message.by_bot] == ["hello?", "my street"]
    assert "forward_origin" not in ben.chat.messages[copied.message_id].body
    with pytest.raises(PermissionError):
        ben.passes_on(ben.messages[-2])


async def test_typing_is_shown_until_the_message_comes(bot: Bot, ana: Phone) -> None:
    await bot.send_chat_action(ana.id, "typing")
    assert ana.typing
    await bot.send_message(ana.id, "Here I am")
    assert not ana.typing


async def test_commands_are_offered_by_scope(bot: Bot, ana: Phone, sandbox: Sandbox) -> None:
    """A coach's own list goes before everybody's."""
    from bot.sandbox.account import offered_commands

    ben = sandbox.phone(22, "Ben")
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([BotCommand("on", "Start a shift")], scope=BotCommandScopeChat(ben.id))
    offered = [offered_commands(sandbox.world, phone.chat)[0]["command"] for phone in (ana, ben)]
    assert offered == ["help", "on"]


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: Bot, ana: Phone) -> None:
    """A button of the reply keyboard sends its own words."""
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Share where I am", request_location=True), "Skip"]])
    await bot.send_message(ana.id, "Where?", reply_markup=keyboard)
    assert ana.buttons == ["Share where I am", "Skip"]
    ana.presses("Skip")
    ana.shares_location(53.8, -1.55)
    await bot.send_message(ana.id, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert ana.buttons == []
    said = [update.effective_message for update in await bot.get_updates()]
    assert said[-2] is not None
    assert said[-2].text == "Skip"
    assert said[-1] is not None
    assert said[-1].location == Location(-1.55, 53.8)


async def test_chats_are_described_and_groups_left(bot: Bot, ana: Phone, sandbox: Sandbox) -> None:
    """A private chat cannot be left; a group that was left takes no more messages."""
    from bot.sandbox.around import joins_group

    assert (await bot.get_chat(ana.id)).first_name == "Ana"
    group = joins_group(sandbox.world, -500, "Tea", ana.user)
    added = (await bot.get_updates())[-1].my_chat_member
    assert added is not None
    assert added.new_chat_member.status == "member"
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden):
        await bot.send_message(group.id, "Hello all")
    with pytest.raises(BadRequest):
        await bot.leave_chat(ana.id)


async def test_a_webhook_is_remembered(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="abc", max_connections=3)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("http://127.0.0.1:9/hook", 3)
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
