"""What the service says and knows, read once: texts, flows, lexicon, places, helplines, the data map."""

from dataclasses import dataclass

from bot.app.library import files
from bot.app.library.flows import Stamp, kept_flows, stamp_of
from bot.app.library.helplines import load_helplines
from bot.app.library.languages import Languages
from bot.app.library.lexicon import open_listener
from bot.app.library.place_files import load_places
from bot.domain.checkins.caring import Caring
from bot.domain.conversation.first_words import FirstWords
from bot.domain.conversation.load import Flows
from bot.domain.danger.listener import Listener
from bot.domain.danger.own_texts import OwnTexts
from bot.domain.danger.tongues import Tongues
from bot.domain.directory.helplines import Helplines
from bot.domain.directory.places import Places
from bot.domain.everyday.explanations import Explanations
from bot.domain.keeping.data_map import DataMap
from bot.domain.messages import Messages


@dataclass(frozen=True, slots=True)
class Content:
    """Never changed, so several services may share one. `stamp` is that of the flows' files when read."""

    messages: Messages
    caring: Caring
    flows: Flows
    stamp: Stamp
    first_words: FirstWords
    listener: Listener
    tongues: Tongues
    languages: Languages
    places: Places
    helplines: Helplines
    explanations: Explanations
    data_map: DataMap


def read_content(*, demo: bool = False) -> Content:
    """Everything in conversations/ and data/; `demo` adds the made-up town. Raises what its readers raise."""
    places = load_places(files.DATA, demo=demo)  # first: what it needs while it reads, the others use again
    stamp = stamp_of(files.CONVERSATIONS)
    languages = Languages()
    return Content(
        messages=files.messages(voices=languages),
        caring=files.caring(voices=languages),
        flows=kept_flows(files.CONVERSATIONS, languages),
        stamp=stamp,
        first_words=files.first_words(),
        listener=open_listener(),
        tongues=files.tongues(),
        languages=languages,
        places=places,
        helplines=load_helplines(files.DATA),
        explanations=files.explanations(),
        data_map=files.data_map(),
    )


def made_to_be_sent_on(content: Content, service: str) -> OwnTexts:
    """The explanations, and the card that families send."""
    card = content.flows.by_name["family"].steps["card_text"].say
    told = [one.text for every in content.explanations.by_id.values() for one in every]
    return OwnTexts([*told, *([card.default.source.replace("{service}", service)] if card else [])])


if __name__ == "__main__":  # `make setup`: so that the first start finds kept what takes long to read
    content = read_content()
    for language in content.languages.offered:
        content.languages(language)
