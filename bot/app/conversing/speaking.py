"""Which language a person is spoken to in: guessed at first, chosen at any time."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.talk import CallHandler, Talk
from bot.app.library.languages import Languages
from bot.app.turn import Turn
from bot.domain.channel.outgoing import SendClass
from bot.domain.conversation.matching import plain, unaccented
from bot.domain.conversation.moves import Returned, Start
from bot.domain.conversation.words import Answers
from bot.domain.danger.tongues import Tongues, Written
from bot.domain.messages import Messages
from bot.domain.speech import ENGLISH, SOURCE_LANGUAGE
from bot.store.conversing import people
from bot.store.engine.columns import to_ms

FLOW = "language"
_STANDS = timedelta(minutes=30)
"""So long a yes in another language answers the offer to write in it."""
_ANYBODYS = frozenset({"ok", "do"})
"""A yes that says nothing of a language, or is something else in English."""
Handler = Callable[[Turn, Talk, str], Awaitable[None]]


def offer_of(language: str) -> str:
    """The name under which it is remembered when a language was last offered."""
    return f"tongue.{language}"


class Speaking:
    """Guesses, changes and offers languages; says how far the words of one can be trusted."""

    def __init__(self, languages: Languages, tongues: Tongues, conversations: Conversations) -> None:
        self._languages = languages
        self._tongues = tongues
        self._conversations = conversations
        self._standing = conversations.standing

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"speaks": self._speaks}

    def guess(self, telegrams: str | None) -> str:
        """The language meant by Telegram's code, if it is spoken here; else ""."""
        return self._languages.known(telegrams)

    def presses(self) -> Mapping[str, Handler]:
        """Buttons that change the language."""
        return {"language": self.change}

    def commands(self) -> Mapping[str, Handler]:
        """ "/language", or with a language's name or code."""
        return {"language": self.change}

    def greet(self, turn: Turn, usual: str) -> None:
        """Say that the language was guessed, with one tap back to English; not for the service's own."""
        if turn.person.language in (usual, SOURCE_LANGUAGE):
            return
        keys = [(one.label, f"language:{one.id}") for one in turn.messages.buttons("language_guessed")]
        turn.say("language_guessed", [keys], checked=_how_sure(turn.messages))

    def named(self, words: str) -> str:
        """The code of the language that a whole message names and that is spoken here, or ""."""
        return self._languages.known(self._tongues.called(words))

    def agreed(self, turn: Turn, talk: Talk, typed: str) -> str:
        """The language of an offer just made to which plain words say yes in it ("tak", "sí"), or ""."""
        for language in self._languages.offered:
            offered = talk.softly.get(offer_of(language), 0)
            if to_ms(turn.now) - offered > _STANDS / timedelta(milliseconds=1):
                continue
            says_yes = {unaccented(plain(one)) for one in self._tongues.said(language).get("yes", ())}
            if unaccented(typed) in says_yes - _ANYBODYS and language != talk.speech.language:
                return language
        return ""

    async def change(self, turn: Turn, talk: Talk, language: str) -> None:
        """Speak a language from now on, by its code or its name; without one ask which."""
        code = self._languages.known(language) or self.named(language)
        known: Answers = {"wanted": code} if code else {}
        if self._standing.is_under_way(talk):
            await self._conversations.interrupt(turn, talk, FLOW, {**known, "asked": "yes"})
        elif self._standing.in_danger(talk):
            await self._conversations.interrupt(turn, talk, FLOW, known)
        else:
            await self._conversations.event(turn, talk, Start(FLOW, known))

    def follow(self, turn: Turn, talk: Talk, written: Written) -> bool:
        """Whether danger said in a language is answered in it: from now on the person is spoken to in it."""
        if not self.speaks(written.tongue):
            return False
        self.turn_to(turn, talk, written.tongue)
        return True

    def speaks(self, language: str) -> bool:
        """Whether there is a catalogue of it."""
        return language in self._languages.offered

    def turn_to(self, turn: Turn, talk: Talk, language: str) -> None:
        """The person's language from here on, without a word."""
        if turn.person.language != language:
            people.set_language(turn.tx, turn.person.id, language)
            turn.speak(language)
        talk.speech = turn.messages.speech

    def offer(self, turn: Turn, language: str, lines: Mapping[str, str]) -> None:
        """The numbers, in a language that somebody wrote in, and to go on in it."""
        words = turn.messages.spoken_in(language)
        keys = [(one.label, f"language:{language}") for one in words.buttons("language_heard")]
        turn.say_in(words, "language_heard", [keys], send_class=SendClass.DANGER, **lines)

    async def _speaks(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        known = turn.messages.speech is not ENGLISH
        return Returned("yes" if known else "no", {"speech_line": _how_sure(turn.messages) if known else ""})


def _how_sure(messages: Messages) -> str:
    """That no native speaker has reviewed the words, where that is so."""
    speech = messages.speech
    return "" if speech.signed or speech.language == SOURCE_LANGUAGE else messages.text("language_unreviewed")
