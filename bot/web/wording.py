"""Words for the codes that events hold, from conversations/messages.yaml."""

from bot.domain.messages import Messages

_TASK = "daily_"
"""Begins the code of a need that staff are asked to look into; it reads as their task does."""


class Wording:
    """Looks words up; a code that nobody has words for is spelled out."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def code(self, code: str) -> str:
        """Any code, as it reads inside a sentence."""
        task = f"task_{code.removeprefix(_TASK)}"
        if code.startswith(_TASK) and task in self._messages:
            words = self._messages.text(task)
            return words[:1].lower() + words[1:]
        return self.kind("code", code)

    def kind(self, kind: str, code: str) -> str:
        """The words for a danger's `kind`, `level` or `who`, or for a request's `topic`."""
        name = f"{kind}_{code}"
        return self._messages.text(name) if name in self._messages else code.replace("_", " ")

    def words(self, name: str) -> str:
        """A message of the bot."""
        return self._messages.text(name)

    def start(self, code: str) -> str:
        """Any code, as it reads at the beginning of a line."""
        return first_up(self.code(code))


def first_up(text: str) -> str:
    """With a capital to begin with; the rest as it is."""
    return text[:1].upper() + text[1:]
