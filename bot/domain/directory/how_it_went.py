"""What people type when they are asked how it went at a group: "i went", "couldnt face it", "it was shut"."""

import re
from typing import Literal

from bot.domain.conversation.matching import plain, unaccented

Said = Literal["went", "didnt", "wasnt_there"]
Again = Literal["again", "not_again"]

_LIKED = r"(?: (?:and |but )?(?:it was|was|its|really) (?:\w+ ?){1,4})?"
_NICE = r"(?: (?:and |but )?(?:i )?(?:really )?(?:loved|liked|enjoyed|hated) it)?"
_WHEN = r"(?: (?:to it|to the (?:meeting|group)|there|yesterday|last night|tonight|today|thanks|ta))*"
_YES = r"(?:yes |yeah |yep |yea |aye |hi )?"
_IT = r"(?:i went (?:and |but )|yes but )?(?:(?:no )?(?:it|they|the (?:group|meeting|place|hall|doors?)) )?"
_SAYS: dict[Said, re.Pattern[str]] = {
    "wasnt_there": re.compile(
        rf"{_IT}(?:wasnt|was not|werent) (?:there|on|open|running)|"
        rf"{_IT}(?:was|were) (?:shut|closed|locked|all locked up|empty)|"
        rf"{_IT}(?:there was )?(?:nobody|no one|noone) (?:was )?(?:there|came|showed up|turned up)|"
        r"no estaba|estaba cerrado|no habia nadie|nie bylo (?:jej|tego|nikogo)|bylo zamkniete|"
        r"doedd (?:o|e) ddim yno"
    ),
    "didnt": re.compile(
        r"(?:no |nah |nope |sorry )*(?:i )?(?:didnt|did not|couldnt|could not|never)"
        r"(?: (?:go|make it|get there|manage it|face it|do it|get to it|in the end|sorry|feel up to it))*|"
        r"(?:i )?(?:bottled it|chickened out|stayed (?:in|home|at home)|turned back|walked past(?: it)?)|"
        r"no fui|nie (?:poszedlem|poszlam|bylem|bylam)|es i ddim"
    ),
    "went": re.compile(
        rf"{_YES}(?:i )?(?:did )?(?:go|went|did|made it|been|went along|got there)"
        rf"{_WHEN}{_LIKED}{_NICE}{_WHEN}|"
        r"(?:si )?fui(?: y (?:\w+ ?){1,4})?|(?:tak )?(?:poszedlem|poszlam|bylem|bylam)|"
        r"(?:do )?es i"
    ),
}
_AGAIN: dict[Again, re.Pattern[str]] = {
    "not_again": re.compile(
        r"(?:no|nah|nope|not (?:really|that one|for me|my thing)|nie|na|dim)(?: .{1,30})?"
    ),
    "again": re.compile(
        r"(?:yes|yeah|yep|yea|aye|definitely|for sure|probably|i would|i will|si|tak|ie|byddwn)(?: .{1,30})?"
    ),
}
_MORE = re.compile(
    r"\b(?:dr[aiu]nk|drinking|use|used|using|slip|slipped|relapsed?|scored?|took|hurt|hit|scared|panic\w*|"
    r"crying|cried|need|help|talk)\b"
)
"""Then there is more to answer than how it went."""


def how_it_went(text: str) -> Said | None:
    """Whether they went, as they say it, and nothing more but perhaps how it was; None for anything else."""
    words = unaccented(plain(text))
    if _MORE.search(words):
        return None
    return next((name for name, pattern in _SAYS.items() if pattern.fullmatch(words)), None)


def would_go_again(text: str) -> Again | None:
    """The answer to "would you go again?"; None for anything else."""
    words = unaccented(plain(text))
    if _MORE.search(words):
        return None
    return next((name for name, pattern in _AGAIN.items() if pattern.fullmatch(words)), None)
