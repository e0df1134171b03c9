"""Sam sends the bot the card his mother sent him: it is nobody's cry. What he writes under it is heard."""

from bot.app.library import files
from bot.app.library.content import made_to_be_sent_on, read_content
from bot.domain.danger.own_texts import OwnTexts
from tests import shipped

CRY = "i want to kill myself"


def test_what_was_made_to_be_sent_on_is_nobodys_cry() -> None:
    """Each explanation and the families' card, with the line that says where it is from."""
    own = made_to_be_sent_on(read_content(), "Harbour")
    listener = shipped.listener()
    texts = [one.text for every in files.explanations().by_id.values() for one in every]
    piece = "Somebody thought of you, and sent this."
    assert own.without(piece) == piece
    for text in texts:
        assert listener.listen(own.without(f"{text}\n(From gov.uk, November 2026.)")) == (), text
        assert own.without(f"{text}\n{CRY}") == CRY
    assert any(listener.listen(text) for text in texts)


def test_other_words_stay_as_they_are() -> None:
    """Word for word, with their lines."""
    own = OwnTexts(["A text that is long enough."])
    assert own.without("one\ntwo") == OwnTexts().without("one\ntwo") == "one\ntwo"
    assert own.without("look: A text  that is\nlong enough. And you?") == "look: And you?"
