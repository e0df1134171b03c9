"""Who writes to the made-up service: kinds of people, when they write, what they say and what they press."""

from dataclasses import dataclass

NIGHT, DAY, EVENING = (0, 1, 2, 3, 4), (9, 10, 11, 12, 14, 15, 16), (17, 18, 19, 20, 21, 22, 23)


@dataclass(frozen=True, slots=True)
class Kind:
    """People of one kind. `opens`: their first words; `presses`: what they would press, best first.

    `weight`: how many of a hundred; `visits`: how often they come, at most; `steps`: how far they go then;
    `places` and `words`: what they answer when they are asked where they are, or for words.
    """

    name: str
    weight: int
    hours: tuple[int, ...]
    opens: tuple[str, ...]
    presses: tuple[str, ...]
    visits: int = 2
    steps: int = 12
    places: tuple[str, ...] = ("Kirkmere", "Kirkmere", "LS2", "LS9", "BD1", "HX7")
    words: tuple[str, ...] = (
        "my girls",
        "i'm tired of waking up like this",
        "my mum",
        "i want my mornings back",
    )


_CHECK_IN = (
    "Ask me how I am tomorrow", "Tomorrow evening", "Tomorrow morning", "Often at first, then less",
    "Every day", "Yes",
)  # fmt: skip
_GROUP = (
    "Find a group", "A group tonight", "A group", "A group near me", "Remind me", "Calendar",
    "Someone to go with", "Meet me at the door",
)  # fmt: skip
_URGE = (
    "I'm fighting an urge", "Done", "Chest or throat", "Stomach", "Rising", "Level", "What's next?",
    "Outside", "Another room", "Lower", "The breathing", "Time", "Remember", "Higher", "The same",
)  # fmt: skip

KINDS: tuple[Kind, ...] = (
    Kind("drinks in the evening", 22, EVENING, ("/start", "i really want a drink", "urge"),
         (*_URGE, *_CHECK_IN, *_GROUP), visits=6, steps=16),
    Kind("uses at night", 12, NIGHT, ("/start", "craving bad tonight", "urge"),
         (*_URGE, "A person", *_CHECK_IN), visits=4, steps=14),
    Kind("has nobody at night", 12, (22, 23, *NIGHT), ("talk to someone", "can i talk to someone"),
         ("Yes", "Only what I said today", "Everything I've told you", "Ten minutes together", "It helped"),
         visits=3),
    Kind("has just slipped", 9, (*NIGHT, *DAY), ("i slipped last night", "/start"),
         ("I slipped", "I'm safe", "On their own", "A row or bad news", "A plan", "A person",
          *_GROUP, *_CHECK_IN), visits=3),
    Kind("worries about a son", 12, (*DAY, *EVENING), ("worried about my son, he won't stop drinking",
         "i'm worried about someone"),
         ("I'm worried about someone", "My son or daughter", "Not right now", "A group for families",
          "Someone who's been there", "How to talk to them", "Done", "Find a group", "Remember", *_CHECK_IN)),
    Kind("wants things to change", 15, (*DAY, *EVENING), ("/start", "i want to stop drinking", "/intake"),
         ("I want things to change", "I want to start now", "Alcohol", "None of these", "7", "8", "5",
          "A group", "Evenings", "No transport", "Not 12-step", "Done", "Remember", *_GROUP, *_CHECK_IN),
         visits=4, steps=18),
    Kind("answers the questions", 9, (*DAY, *EVENING), ("/intake", "a few questions"),
         ("Thinking about changing", "I want to start now", "Just cut down or stopped", "Alcohol", "Cannabis",
          "Cocaine or crack", "None of these", "3", "5", "6", "7", "8", "9", "Someone who's been there",
          "A group", "Evenings", "No transport", "Done", "Remember", *_CHECK_IN), visits=3, steps=22),
    Kind("looks for a group", 12, (*DAY, *EVENING),
         ("groups near Kirkmere tonight", "meetings near LS2 tomorrow", "SMART near LS9 tuesday evening",
          "women's group BD1 friday", "groups near HX7 tonight", "online now"),
         (*_GROUP, "Yes", "That's enough"), visits=5),
    Kind("needs something for the day", 8, DAY,
         ("need naloxone", "food bank LS2", "food bank BD1", "somewhere to stay LS9", "advice Kirkmere"),
         ("Food", "Naloxone", "Somewhere to stay", "Map", "That's enough", "That's all for now"), visits=2),
    Kind("does not want to live", 3, (22, 23, *NIGHT), ("i can't go on, i don't want to be alive any more",),
         ("Yes", "Talk to someone", "I'm safe for now", "Someone is with me", "Nothing"), visits=1, steps=6),
    Kind("just looks", 5, (*DAY, *EVENING), ("/start", "hello"), ("Just looking", "What happens if I write"),
         visits=1, steps=4),
)  # fmt: skip

SHARES = ("Only what I said today", "Everything I've told you")
"""What most agree to when a coach is asked for."""
AT_THE_END = ("has nobody at night", "does not want to live", "worries about a son", "looks for a group")
"""Kinds of people who write in the last hour, so that somebody waits when the demo is opened."""

NEVER_PRESSED = (
    "I'm in danger", "Hard to wake", "Ill, or in danger", "I've used already", "I feel ill", "Forget",
    "Delete", "Send it on", "Something's wrong", "overdose", "That was danger", "Something has changed",
    "Another language", "Share my location", "I'm not safe",
)  # fmt: skip
"""Beginnings of labels that nobody presses by chance."""
IN_DANGER = (
    "Yes, hard to wake", "They talk of dying", "I'm afraid of them", "I feel really ill", "I took a lot",
    "I've used and feel", "I'm getting sleepy", "It's happening now", "I stopped and I feel", "One of those",
    "It comes and goes", "Me, I might", "What I've taken", "Someone there", "Maybe", "I'm not sure",
)  # fmt: skip
"""Beginnings of labels that say danger: pressed by few, on few days."""
DANGER_ASKED = ("ending your life", "kill yourself", "hard to wake", "hurting you", "hearing or seeing")
"""Parts of questions to which "Yes" says danger."""

ANSWERS = (
    ("Good", 6), ("Up and down", 6), ("Struggling", 3), ("I used or drank", 1), ("I went", 6),
    ("I didn't", 3), ("Yes", 5), ("Not that one", 1), ("Show me", 4), ("It helped", 6),
    ("Easier", 5), ("The same", 2), ("2", 1), ("3", 2), ("4", 4), ("5", 4), ("6", 2),
)  # fmt: skip
"""What people press when the bot asks of itself, and how readily."""

IN_A_TALK = (
    "thanks for answering", "i don't know where to start", "it's the evenings, mostly", "nobody here knows",
    "did it get easier for you?", "that helps", "i'll try that", "ok. thank you",
)  # fmt: skip
AFTER_A_TALK = (
    ("Calmer, or with a next step", 6), ("Much as it began", 2), ("Sent on to a line or service", 1),
    ("They left midway", 1), ("Nothing from us", 5), ("Their check-in is enough", 3),
    ("A coordinator should look", 1), ("Not worried", 6), ("Somewhat", 2),
)  # fmt: skip
"""What coaches press when they are asked about a talk that is over."""
COACH_SAYS = (
    "Hi. I'm here, and I've been there. What's tonight like?", "No need to have the right words.",
    "What has helped before, even a little?", "One hour at a time is fine.", "I'm glad you wrote.",
)  # fmt: skip
NOTES = (
    "Asked twice for something after nine at night. Nothing near that isn't online.",
    "The coach did well here: short, warm, no advice.",
    "Would like a woman to talk with. Ask Maya whether Thursday evenings could be hers.",
    "Second time the bus was what stood in the way.",
)
TASKS = (
    "Ask the hall whether the Tuesday group may stay until ten",
    "Find somebody who can give lifts on Thursdays",
    "Ring the service: is the waiting list still six weeks?",
    "Speak with the coach about this one",
)
"""What a coordinator writes when they read a conversation."""
