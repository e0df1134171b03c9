"""How words are typed at night: shortened, spelt by ear, a letter dropped, a face for an answer.

Read only where the words as they stand mean nothing, so a wrong guess costs no right answer. Danger has a
reading of its own (`bot.domain.danger.spelling`), and comes first.
"""

import re

_BY_EAR = (
    "nite=night|2nite=tonight|tonite=tonight|2day=today|2moro=tomorrow|2morrow=tomorrow|tmrw=tomorrow|"
    "tmr=tomorrow|tomoz=tomorrow|yday=yesterday|yest=yesterday|yesterdy=yesterday|mornin=morning|"
    "wot=what|wat=what|wots=whats|wats=whats|u=you|ur=your|youre=you are|r=are|plz=please|pls=please|"
    "agen=again|agn=again|helo=hello|cud=could|shud=should|wud=would|coz=because|cos=because|"
    "cuz=because|bcos=because|dnt=dont|cnt=cant|wana=wanna|gona=gonna|havnt=havent|dosnt=doesnt|"
    "doesny=doesnt|didny=didnt|canny=cant|cannae=cant|didnae=didnt|dinnae=dont|wasny=wasnt|ppl=people|"
    "sum1=someone|some1=someone|sumone=someone|somone=someone|any1=anyone|every1=everyone|no1=no one|"
    "smth=something|sumthing=something|n=and|nd=and|luv=love|fone=phone|wk=week|wks=weeks|"
    "wkend=weekend|mths=months|yr=year|yrs=years|alot=a lot|alchohol=alcohol|alchol=alcohol|"
    "alcahol=alcohol|alcohal=alcohol|drinkn=drinking|heroine=heroin|herion=heroin|cocain=cocaine|"
    "adicted=addicted|addictd=addicted|adict=addict|relaps=relapse|relapsd=relapsed|depresed=depressed|"
    "depressd=depressed|anxios=anxious|anxius=anxious|lonley=lonely|lonly=lonely|scard=scared|"
    "tierd=tired|stoped=stopped|stoping=stopping|iam=im|apointment=appointment|appt=appointment|"
    "docter=doctor|councelling=counselling|counciling=counselling|benifits=benefits|wen=when|wer=where|"
    "bin=been|fink=think|somfing=something|nuffin=nothing|nothin=nothing|somethin=something|"
    "hubbys=husbands|anotha=another|anuva=another|anutha=another|nother=another|hav=have|giv=give|gav=gave|giveing=giving|tryed=tried|cryin=crying|fukin=fucking|"
    "fuckin=fucking|fkn=fucking|shite=shit"
)
_WORDS = dict(one.split("=") for one in _BY_EAR.split("|"))
_NO_G = re.compile(
    r"\b(drink|us|smok|struggl|feel|go|do|com|gett|try|liv|sniff|snort|tak|talk|hav|los|look|shak|sweat|crav|"
    r"think|be|work|wait|hurt|stopp|quitt|relaps|gambl|sleep|ly|mak|help|spend|steal|shout|fight|us|kill|miss)in\b"
)
_KNOW = re.compile(r"\b(dont|i|you|to|didnt|never) no (what|how|why|who|if|where|when)\b")
_FACES = {
    "\N{THUMBS UP SIGN}": ("yes", "good"),
    "\N{OK HAND SIGN}": ("yes", "good"),
    "\N{THUMBS DOWN SIGN}": ("bad", "struggling"),
    **dict.fromkeys("😢😭😞😔🙁😩😫😣😥😰💔", ("bad", "struggling")),
    **dict.fromkeys("😀😃😄😁😊🙂☺🎉💪", ("good",)),
    **dict.fromkeys("🙏❤💙💚💜", ("thanks", "thank you")),
    **dict.fromkeys("🆘🚨🚑", ("danger", "emergency")),
    **dict.fromkeys("🍺🍻🍷🍸🍹🥃🍾🥂", ("drink", "drinking")),
}


def spelt(said: str) -> str:
    """Plain words with the usual shortcuts written out; the same words where there are none."""
    words = " ".join(_WORDS.get(word, word) for word in said.split())
    return _KNOW.sub(r"\1 know \2", _NO_G.sub(r"\1ing", words))


def faces(text: str) -> tuple[str, ...]:
    """The words that the first face or sign of a message without words may stand for, likeliest first."""
    return next((_FACES[sign] for sign in text if sign in _FACES), ())
