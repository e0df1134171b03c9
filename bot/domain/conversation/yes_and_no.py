"""A typed yes or no that is more than one word: "no im just tired", "yeah hes breathing"."""

import re
from typing import Literal

from bot.domain.conversation.matching import NEGATIONS, plain

_NO_AND_WHY = re.compile(
    r"(?:(?:oh|omg|god|gosh|jesus|christ|hell|haha|lol|ha|um|er|erm|well|sorry) )*"
    r"(?:no|nope|nah|naw|not at all|definitely not|absolutely not|(?:of )?course not|no way)"
    r"(?: (?:no|god|way|mate|love|thanks|thank you|sorry|honestly|lol|haha|not at all|nothing like that))*"
    r"(?: (?:(?:i|it|this|that) (?:meant|mean|was|is|just|am|do not|dont|didnt|did not|wouldnt|would not)|"
    r"i[md]? (?:fine|ok|okay|good|alright|not|only|just|talking)|its|thats|just|only|not like)\b.*)?"
)
_TAKES_BACK = frozenset(
    (
        "but", "though", "except", "sometimes", "maybe", "yet", "wish", "want", "wanna", "cant", "cannot",
        "tired", "end", "stop", "die", "dead", "kill", "over", "alone", "nobody", "pointless", "hopeless",
    )
)  # fmt: skip
_NO_FIRST = re.compile(
    r"(?:no|nope|nah|naw|not at all|definitely not|of course not|course not)\b"
    r"(?! (?:one|body|idea|clue|more|phone|signal|battery|credit|breath\w*|pulse|money|sleep|longer|matter|"
    r"point|where|use|reason|way (?:out|to)|"
    r"es|est\w+|hay|lo|me|le|se|puedo|quiero|respira|responde|despierta|tengo)\b)"
)
"""At the beginning of an answer; "no phone" and "no idea" are something else, and so is Spanish."""
_YES_FIRST = re.compile(r"(?:yes|yeah|yea|yep|yup|yh|aye)\b")
_TURNS = frozenset(("but", "though", "except", "yet", "maybe", "sometimes", "unless", "only", "or", "if"))
_LONGEST = 8
"""Words of a yes with what belongs to it."""
_WELL_WORDS = (
    "no nope nah naw at all definitely honestly really truly im i am were we are is it its theres "
    "nothing like that ok okay fine safe good alright right grand better now calm calmer today tonight "
    "anymore thanks thank you promise swear mate love just hes shes theyre he she they awake "
    "breathing talking"
)
_ALL_IS_WELL = frozenset(_WELL_WORDS.split())
"""Nothing but these may stand in a no that ends a danger, and "not" only in "not at all"."""


def yes_or_no(text: str) -> Literal["yes", "no"] | None:
    """How an English text begins to answer such a question; None where what follows may turn it round."""
    said = plain(text)
    words = said.split()
    if not _TURNS.isdisjoint(words):
        return None
    if _NO_FIRST.match(said):
        return "no"
    short = len(words) <= _LONGEST and NEGATIONS.isdisjoint(words)
    return "yes" if short and _YES_FIRST.match(said) else None


def is_well(text: str) -> bool:
    """Whether a no says besides nothing but that all is well: then it may end a danger."""
    said = plain(text).replace("not at all", "").replace("of course", "")
    return _ALL_IS_WELL.issuperset(said.split())


def says_no(text: str) -> bool:
    """Whether a text is a no with its reason ("God no, I meant my job") that nothing in it takes back."""
    said = plain(text)
    return _NO_AND_WHY.fullmatch(said) is not None and _TAKES_BACK.isdisjoint(said.split())
