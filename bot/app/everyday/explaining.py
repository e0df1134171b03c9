"""What flows ask about ways to get help: the text for the person's place, and what to say to a GP."""

from collections.abc import Mapping

from bot.app.conversing.talk import CallHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers, cut
from bot.domain.everyday.explanations import Explanations
from bot.domain.everyday.three_sentences import REASON, Sentence, three_sentences
from bot.store.conversing import answers

LONGEST_REASON = 200
"""UTF-16 units of the person's own words that are put among the three sentences."""


class Explaining:
    """Gives flows the texts. Nothing is told whose source was read too long ago."""

    def __init__(self, explanations: Explanations) -> None:
        self._explanations = explanations

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"explain": self.explain, "three_sentences": self.three_sentences}

    async def explain(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """The text about `about` where the person is; `more` when there is another after it."""
        who = turn.person
        about = self._explanations.first(str(args["about"]), who.country, who.nation, turn.now.date())
        found = self._explanations.find(about, who.country, who.nation, turn.now.date())
        if found is None:
            return Returned("none", {"explained": "", "explained_from": "", "explain_next": ""})
        after = self._explanations.after(about, who.country, who.nation, turn.now.date())
        source = turn.messages.text(
            "explained_from", site=found.site, when=turn.messages.speech.calendar.month(found.read)
        )
        values = {
            "explained": turn.messages.speech.of(found.text),
            "explained_from": source,
            "explain_next": after,
        }
        return Returned("more" if after else "found", values)

    async def three_sentences(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """What to say to a GP, made from what the person has told; what they did not say is left out."""
        kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
        known = {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}
        said = [self._said(turn, sentence) for sentence in three_sentences(known)]
        return Returned("found", {"three_sentences": "\n".join(said)})

    def _said(self, turn: Turn, sentence: Sentence) -> str:
        words = turn.messages.text
        parts = [words(f"gp_{part}") for part in sentence.parts]
        listed = words("gp_and").join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
        own = cut(sentence.own.strip().rstrip("."), LONGEST_REASON) if sentence.name == REASON else ""
        return words(f"gp_{sentence.name}", parts=listed, own=own)
