"""What typed words stand for: a button, ticks, a number. Case, punctuation and emoji do not count."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.conversation.spelling import faces, spelt

_APOSTROPHES = re.compile("['’‘`´]")
_NOT_WORDS = re.compile(r"[\W_]+")
_LIST_MARKS = re.compile(r"[,;/+&\n.]+")
_AND = re.compile(r"\b(?:and|or|plus|also)\b")
NEGATIONS = frozenset(
    ["no", "not", "none", "nothing", "never", "nor", "without", "dont", "isnt", "aint", "havent", "didnt"]
)
_NOT_DENYING = re.compile(
    r"\b(?:(?:dont|do not|didnt) (?:even |really )?(?:know|care|get)|"
    r"not (?:gonna|going to|gunna) lie|no idea)\b"
)
"""Turns of speech in which a "not" turns nothing round that follows."""
_PIECES = re.compile(r"\([^()]*\)|[^()]+")
_NEAR = 3
"""So many words before a phrase a "not" still turns it round."""
_TELLING = 4
"""Letters of a wording that may be heard within a longer phrase."""
_ASKING = re.compile(
    r"(?:please |i want to know |can you |could you )*"
    r"(?:what|whats|how|hows|where|wheres|who|when|why|can i|could i|do i|should i|am i|is there|are there|"
    r"is this|is it|are you|are u|r u|r you|will you|would you|do you|does any|will any|can any|"
    r"tell me|remind me to|explain|i need|need|i want|help with|help me|looking for|im looking for)\b"
)
_POLITE = frozenset(["please", "pls", "plz", "thanks", "thank", "you", "thx", "ta", "cheers"])
_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER_WORDS = {word: figure for figure, word in enumerate(_FIGURES)} | {"none": 0, "nil": 0, "nought": 0}
_ROUND_A_NUMBER = frozenset(
    (
        "a", "about", "am", "an", "around", "at", "be", "bit", "by", "day", "feel", "feeling", "for",
        "guess", "i", "id", "im", "is", "it", "its", "just", "kind", "know", "like", "maybe", "more",
        "most", "my", "now", "number", "of", "on", "or", "out", "probably", "ready", "really", "right",
        "roughly", "say", "so", "something", "think", "though", "to", "today", "um", "was", "well", "would",
        "yeah",
    )
)  # fmt: skip
_DIGITS = re.compile(r"(?<![\w.,-])\d{1,4}(?:[.,]\d)?(?![\w%])")
_OUT_OF = re.compile(r"\s*(?:/|out of)\s*(?:\d{1,3}|ten)\b")

YES_ALONE = ("yes", "y", "yeah", "yea", "yep", "yup", "yh", "ye", "aye", "yeh", "yess", "yeahh", "ya", "yer")
NO_ALONE = ("no", "n", "nope", "nah", "naw", "god no", "hell no", "no no")
_YES_ON = (
    "i am",
    "i do",
    "i have",
    "i think so",
    "it is",
    "he is",
    "she is",
    "they are",
    "there is",
    "definitely",
)
_NO_ON = (
    *("im not", "i am not", "i dont", "i do not", "i havent", "not at all", "never", "definitely not"),
    *("of course not", "course not", "absolutely not", "certainly not", "no way", "nothing like that"),
)
YES = (*YES_ALONE, *_YES_ON, *(f"{yes} {on}" for yes in YES_ALONE for on in (*_YES_ON, "a bit")))
NO = (*NO_ALONE, *_NO_ON, *(f"{no} {on}" for no in NO_ALONE for on in _NO_ON))
"""Whole wordings of yes and no. "Not really" and "not now" are neither: they are asked about."""
TALK = (
    "talk",
    "talk to someone",
    "talk to somebody",
    "talk to a person",
    "talk to a human",
    "i want to talk to someone",
    "i need to talk to someone",
    "can i talk to someone",
    "speak to someone",
    "speak to a person",
    "i want to speak to someone",
    "i need to speak to someone",
    "can i speak to someone",
    "person",
    "human",
    "a person",
    "a human",
    "real person",
    "a real person",
    "coach",
    *("need talk", "need to talk", "i need to talk", "wanna talk", "i wanna talk", "want to talk"),
    *("i want to talk", "can we talk", "can i talk", "someone to talk to", "need someone to talk to"),
    *("i need someone to talk to", "need a chat", "can someone talk", "can someone talk to me"),
)
SKIP = ("skip", "skip this", "skip it", "pass", "next", "rather not say", "id rather not say")
ENOUGH = (
    "enough", "thats enough", "enough for now", "enough questions", "no more questions", "stop here",
    "leave it there", "stop asking me questions", "stop asking questions", "too many questions",
    "enough of the questions", "i dont want to do this", "i dont want to answer", "cant be bothered",
    "cba", "cant be arsed", "too long", "fuck off", "piss off", "leave me alone", "fuck this",
)  # fmt: skip
BACK = (
    "back", "go back", "previous", "undo", "go back one", "last question", "previous question",
    "wait go back", "change my answer", "i want to change my answer", "change my last answer",
    "can i change my answer", "wait i want to change my answer", "i want to change that", "oops",
    "wrong one", "wrong button", "mistake", "i made a mistake", "that was wrong", "thats wrong",
    "atras", "volver", "volver atras", "wroc", "cofnij", "wstecz", "nol", "yn ol", "mynd nol",
    "ewch nol",
)  # fmt: skip
"""Whole wordings that go back to the question before, of several."""
WAITING = (
    "hang on", "hang on a sec", "hang on a minute", "hold on", "wait", "one sec", "one minute", "sec",
    "brb", "1 sec", "2 secs", "two secs", "gimme a sec", "give me a minute", "give me a sec", "hi",
    "hello", "hey", "im back", "back now", "ok im back", "still here", "im here", "sorry",
    "sorry im back", "im still here", "sorry fell asleep", "fell asleep", "sorry was busy", "hmm", "um",
    "lol", "ok", "okay", "k", "what", "huh", "what do you mean", "i dont understand", "dont understand",
    "dont get it", "what does that mean",
)  # fmt: skip
"""Whole wordings that answer none of several questions: it is asked once more."""
NOTHING = (
    *("no", "nope", "nah", "no thanks", "no thank you", "not now", "nothing", "nothing now"),
    *("dont know", "i dont know", "idk", "dunno", "no idea", "not sure", "im not sure", "cant say"),
)
"""Whole wordings that skip a question for one's own words."""
DONE = ("done", "thats all", "thats it", "finished", "no more", "that is all")
NONE = ("none", "none of these", "none of them", "none of those", "nothing", "no", "nope")


def plain(text: str) -> str:
    """Lower case, no accents' variants, no punctuation, no emoji, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORDS.sub(" ", _APOSTROPHES.sub("", text)).strip()


def unaccented(text: str) -> str:
    """Letters without their accents, as people type in a hurry."""
    apart = unicodedata.normalize("NFKD", text.replace("ł", "l"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def asks_for_a_person(text: str) -> bool:
    """Whether the whole message asks to talk to someone (English wordings; for the host's interrupts)."""
    return _unmannered(plain(text)) in TALK


def matched(text: str, index: Mapping[str, str]) -> str | None:
    """The choice a typed text stands for, by an index of plain wordings."""
    said = plain(text)
    if not said:
        return next((index[word] for word in faces(text) if word in index), None)
    found = index.get(said)
    if found is None and not said.isascii():
        found = index.get(unaccented(said))
    return found or index.get(_unmannered(said)) or index.get(_unmannered(spelt(said)))


def ticked(text: str, index: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """The options named in a typed list ("alcohol and a bit of coke"), in order, each once; and whether that
    is all the text says. An option counts within a longer phrase too, unless the phrase says no ("not meth").
    """
    whole = matched(text, index)
    if whole is not None:
        return (whole,), True
    names: list[str] = []
    that_is_all = True
    for part in filter(plain, _LIST_MARKS.split(text)):
        one = matched(part, index)
        pieces = [part] if one else [piece for piece in _AND.split(part.casefold()) if plain(piece)]
        for piece in pieces:
            exact = matched(piece, index)
            names += [exact] if exact else _within(plain(piece), index)
            that_is_all = that_is_all and exact is not None
    return tuple(dict.fromkeys(names)), that_is_all


def _within(said: str, index: Mapping[str, str]) -> list[str]:
    """The options whose wordings stand within a phrase, in the order of the options."""
    if not NEGATIONS.isdisjoint(said.split()):
        return []
    padded = f" {said} "
    return [name for wording, name in index.items() if len(wording) >= _TELLING and f" {wording} " in padded]


def phrases(written: Sequence[str], *, whole: bool = False) -> re.Pattern[str] | None:
    """What finds any of these phrases in plain text (`whole`: and nothing else in it), or None without any.

    "my (son|daughter) drinks" stands for two.
    """
    if not written:
        return None
    parts = ("".join(_piece(piece) for piece in _PIECES.findall(phrase)).strip() for phrase in written)
    begin, end = (r"\A", r"\Z") if whole else (r"(?<!\S)", r"(?!\S)")
    return re.compile(rf"{begin}(?:{'|'.join(parts)}){end}")


def example(phrase: str) -> str:
    """Plain words in which a phrase stands: the first of each bracket."""
    pieces = (piece[1:-1].split("|")[0] if piece[0] == "(" else piece for piece in _PIECES.findall(phrase))
    return plain("".join(pieces))


def _piece(piece: str) -> str:
    """Literal words, or one of several in brackets."""
    if not piece.startswith("("):
        words = re.escape(unaccented(plain(piece)))
        before, after = (" " if edge.isspace() else "" for edge in (piece[0], piece[-1] if words else ""))
        return f"{before}{words}{after}"
    return f"(?:{'|'.join(re.escape(unaccented(plain(one))) for one in piece[1:-1].split('|'))})"


def phrased(text: str, choices: Iterable[tuple[str, re.Pattern[str] | None]]) -> str | None:
    """The choice one of whose phrases stands in a text, or None; of several the first to stand in it.

    A phrase after a word that says no ("I haven't slipped") does not count; "I don't know" says none. Accents
    count in neither.
    """
    said, choices = unaccented(plain(text)) or next(iter(faces(text)), ""), list(choices)
    return _first_phrased(said, choices) or _first_phrased(spelt(said), choices)


def _first_phrased(said: str, choices: Sequence[tuple[str, re.Pattern[str] | None]]) -> str | None:
    found = [
        (hit.start(), -len(hit[0]), name)
        for name, pattern in choices
        if pattern is not None
        for hit in pattern.finditer(said)
        if NEGATIONS.isdisjoint(_NOT_DENYING.sub("", said[: hit.start()]).split()[-_NEAR:])
    ]
    return min(found)[2] if found else None


def asks(text: str) -> bool:
    """Whether words ask for something by their beginning: a question, or "I need …"."""
    return _ASKING.match(spelt(plain(text))) is not None


def number(text: str, low: int, high: int) -> int | None:
    """The one whole number from `low` to `high` that a text gives: 7, 7/10, "about 7", seven.

    A text that says something else around its number ("I have 3 kids") gives none.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if high == 10:
        lowered = _OUT_OF.sub(" ", lowered)
    figures = [float(found.group().replace(",", ".")) for found in _DIGITS.finditer(lowered)]
    words = [word for word in plain(_DIGITS.sub(" ", lowered)).split() if word not in _ROUND_A_NUMBER]
    figures += [float(_NUMBER_WORDS[word]) for word in words if word in _NUMBER_WORDS]
    if any(word not in _NUMBER_WORDS for word in words) or not 1 <= len(figures) <= 2:
        return None
    chosen = int(figures[0])
    return chosen if low <= chosen <= high and max(figures) <= high else None


def wordings(label: str, name: str, aliases: Sequence[str] = ()) -> set[str]:
    """Every plain wording its author gave an option: label, id, aliases."""
    return {plain(label), plain(name), *map(plain, aliases)} - {""}


def halves(label: str) -> set[str]:
    """The parts of a label that names several things ("Cocaine or crack", "Ketamine, speed, meth")."""
    parts = re.split(r",|/|\bor\b|\band\b|[()]", label.casefold())
    return {plain(part) for part in parts if len(plain(part)) > 2}


def _unmannered(said: str) -> str:
    words = said.split()
    while words and words[-1] in _POLITE:
        words.pop()
    while words and words[0] in _POLITE:
        words.pop(0)
    return " ".join(words)
