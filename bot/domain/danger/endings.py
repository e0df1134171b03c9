"""The endings of an English verb or noun, for words written `kill+` in the lexicon."""

_ODD = {
    "take": ("take", "takes", "took", "taken", "taking", "takin", "tuk"),
    "drink": ("drink", "drinks", "drank", "drunk", "drinking"),
    "have": ("have", "has", "had", "having"),
    "get": ("get", "gets", "got", "gotten", "getting"),
    "cut": ("cut", "cuts", "cutting"),
    "hit": ("hit", "hits", "hitting"),
    "hurt": ("hurt", "hurts", "hurting"),
    "beat": ("beat", "beats", "beating", "beaten"),
    "shake": ("shake", "shakes", "shaking", "shook", "shaken"),
    "stop": ("stop", "stops", "stopped", "stopping"),
    "quit": ("quit", "quits", "quitting", "quitted"),
    "do": ("do", "does", "did", "doing", "done"),
    "go": ("go", "goes", "going", "gone", "went"),
    "come": ("come", "comes", "came", "coming"),
    "run": ("run", "runs", "ran", "running"),
    "see": ("see", "sees", "saw", "seeing", "seen"),
    "hear": ("hear", "hears", "heard", "hearing"),
    "feel": ("feel", "feels", "felt", "feeling"),
    "say": ("say", "says", "said", "saying"),
    "tell": ("tell", "tells", "told", "telling"),
    "keep": ("keep", "keeps", "kept", "keeping"),
    "leave": ("leave", "leaves", "left", "leaving"),
    "eat": ("eat", "eats", "ate", "eaten", "eating"),
    "fall": ("fall", "falls", "fell", "fallen", "falling"),
    "throw": ("throw", "throws", "threw", "thrown", "throwing"),
    "break": ("break", "breaks", "broke", "broken", "breaking"),
    "bleed": ("bleed", "bleeds", "bled", "bleeding"),
    "think": ("think", "thinks", "thought", "thinking"),
    "find": ("find", "finds", "found", "finding"),
    "hang": ("hang", "hangs", "hanged", "hung", "hanging"),
    "shoot": ("shoot", "shoots", "shot", "shooting"),
    "stab": ("stab", "stabs", "stabbed", "stabbing"),
    "slap": ("slap", "slaps", "slapped", "slapping"),
    "grab": ("grab", "grabs", "grabbed", "grabbing"),
    "choke": ("choke", "chokes", "choked", "choking"),
    "die": ("die", "dies", "died", "dying", "dyin"),
    "lie": ("lie", "lies", "lay", "lying", "laying", "laid"),
    "wake": ("wake", "wakes", "woke", "woken", "waking"),
    "sleep": ("sleep", "sleeps", "slept", "sleeping"),
    "swallow": ("swallow", "swallows", "swallowed", "swallowing"),
    "drop": ("drop", "drops", "dropped", "dropping"),
    "neck": ("neck", "necks", "necked", "necking"),
    "write": ("write", "writes", "wrote", "written", "writing"),
    "give": ("give", "gives", "gave", "given", "giving"),
    "buy": ("buy", "buys", "bought", "buying"),
    "stand": ("stand", "stands", "stood", "standing"),
    "sit": ("sit", "sits", "sat", "sitting"),
    "lose": ("lose", "loses", "lost", "losing"),
    "make": ("make", "makes", "made", "making"),
    "put": ("put", "puts", "putting"),
    "slit": ("slit", "slits", "slitting"),
    "swear": ("swear", "swears", "swore", "sworn", "swearing"),
    "lock": ("lock", "locks", "locked", "locking"),
    "hide": ("hide", "hides", "hid", "hidden", "hiding"),
    "strangle": ("strangle", "strangles", "strangled", "strangling"),
    "twitch": ("twitch", "twitches", "twitched", "twitching", "twitchy"),
    "plan": ("plan", "plans", "planned", "planning"),
    "want": ("want", "wants", "wanted", "wanting"),
    "need": ("need", "needs", "needed", "needing"),
    "watch": ("watch", "watches", "watched", "watching"),
    "burn": ("burn", "burns", "burned", "burnt", "burning"),
    "smash": ("smash", "smashes", "smashed", "smashing"),
    "punch": ("punch", "punches", "punched", "punching"),
    "spike": ("spike", "spikes", "spiked", "spiking"),
    "rattle": ("rattle", "rattles", "rattled", "rattling"),
    "od": ("od", "ods", "oded", "oding"),
}
_VOWELS = frozenset("aeiou")


def endings(word: str) -> tuple[str, ...]:
    """The word itself, or every ending of it when it is written with a `+`."""
    if not word.endswith("+") or len(word) < 2:
        return (word,)
    stem = word[:-1]
    if stem in _ODD:
        return _ODD[stem]
    if stem.endswith("e"):
        return (stem, stem + "s", stem + "d", stem[:-1] + "ing")
    if stem.endswith("y") and stem[-2:-1] not in _VOWELS:
        return (stem, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing")
    if stem.endswith(("s", "x", "z", "ch", "sh")):
        return (stem, stem + "es", stem + "ed", stem + "ing")
    return (stem, stem + "s", stem + "ed", stem + "ing")
