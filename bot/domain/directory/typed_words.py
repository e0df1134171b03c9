"""The words by which people name groups, programmes, services and whom they are for.

As `towns.plain` leaves them: small letters, no accents.
"""

import re
from collections.abc import Mapping

from bot.domain.directory.programmes import BY_CODE
from bot.domain.directory.typed_times import DAYS

GROUP = frozenset(("meeting", "meetings", "group", "groups", "mtg", "mtgs"))
TAGS: Mapping[str, str] = {
    "women": "women", "womens": "women", "woman": "women", "ladies": "women", "female": "women",
    "men": "men", "mens": "men", "male": "men", "lgbt": "lgbtq", "lgbtq": "lgbtq", "gay": "lgbtq",
    "lesbian": "lgbtq", "queer": "lgbtq", "trans": "trans", "young": "young", "newcomer": "newcomers",
    "newcomers": "newcomers", "beginner": "newcomers", "beginners": "newcomers", "bsl": "bsl", "asl": "asl",
    "wheelchair": "step_free", "stepfree": "step_free", "accessible": "step_free", "secular": "secular",
    "pram": "step_free", "buggy": "step_free", "pushchair": "step_free", "signed": "bsl",
    "atheist": "secular", "christian": "faith", "childcare": "childcare", "creche": "childcare",
    "spanish": "language_es", "polish": "language_pl", "welsh": "language_cy", "punjabi": "language_pa",
    "farsi": "language_fa", "irish": "language_ga", "gaelic": "language_ga", "french": "language_fr",
    "portuguese": "language_pt", "russian": "language_ru", "lithuanian": "language_lt",
    "ukrainian": "language_uk", "open": "open", "outdoor": "outdoors", "outdoors": "outdoors",
    "italian": "language_it", "italiano": "language_it", "italiana": "language_it", "german": "language_de",
    "deutsch": "language_de", "deutsche": "language_de", "hindi": "language_hi", "polski": "language_pl",
    "espanol": "language_es", "cymraeg": "language_cy", "francais": "language_fr",
    "methadone": "medication_ok", "newbie": "newcomers", "newbies": "newcomers", "dads": "parents",
    "fathers": "parents", "bame": "people_of_colour", "loop": "hearing_loop",
    "lgbtqia": "lgbtq", "lgbti": "lgbtq", "bisexual": "lgbtq", "nonbinary": "trans", "veteran": "veterans",
    "veterans": "veterans", "vets": "veterans", "army": "veterans", "older": "older", "seniors": "older",
    "elderly": "older", "pensioners": "older", "muslim": "own_faith", "jewish": "own_faith",
    "sikh": "own_faith", "hindu": "own_faith", "catholic": "own_faith", "buddhist": "own_faith",
    "art": "activity", "arts": "activity", "music": "activity", "gym": "activity", "football": "activity",
    "boxing": "activity", "yoga": "activity", "creative": "activity", "cafe": "activity",
    "nurses": "one_job", "paramedics": "one_job", "pilots": "one_job",
}  # fmt: skip
ACCESS = frozenset(("bsl", "asl", "step_free", "outdoors", "hearing_loop"))
"""Of these each says by itself what somebody looks for."""
KIDS = frozenset(("kid", "kids", "child", "children", "baby", "babies", "toddler"))
FAMILY = frozenset(("family", "families", "relatives", "carers"))
SERVICES: Mapping[str, str] = {
    "naloxone": "naloxone", "narcan": "naloxone", "nyxoid": "naloxone", "prenoxad": "naloxone",
    "needle exchange": "needle_exchange", "needles": "needle_exchange", "clean works": "needle_exchange",
    "needle": "needle_exchange", "syringes": "needle_exchange", "food": "food", "food bank": "food",
    "foodbank": "food", "food banks": "food", "foodbanks": "food", "soup kitchen": "food", "meal": "food",
    "hostel": "hostel", "hostels": "hostel", "somewhere to sleep": "hostel", "place to sleep": "hostel",
    "somewhere to stay": "hostel", "place to stay": "hostel", "night shelter": "hostel", "shelter": "hostel",
    "bed for the night": "hostel", "housing advice": "advice", "debt advice": "advice",
    "benefits advice": "advice", "legal advice": "advice", "childcare": "childcare", "nursery": "childcare",
    "job centre": "jobs", "jobcentre": "jobs", "work and training": "jobs",
    "drug service": "drug_alcohol_service", "alcohol service": "drug_alcohol_service",
    "drug services": "drug_alcohol_service", "drug and alcohol service": "drug_alcohol_service",
    "drug and alcohol services": "drug_alcohol_service", "rehab": "drug_alcohol_service",
    "detox": "drug_alcohol_service", "treatment service": "drug_alcohol_service",
    "drug worker": "drug_alcohol_service", "drug treatment": "drug_alcohol_service",
    "alcohol treatment": "drug_alcohol_service", "alcohol services": "drug_alcohol_service",
    "clean needles": "needle_exchange", "needle swap": "needle_exchange", "free food": "food",
    "food parcel": "food", "hot meal": "food", "something to eat": "food", "homeless": "hostel",
    "homeless shelter": "hostel", "nowhere to sleep": "hostel", "nowhere to stay": "hostel",
    "somewhere to live": "hostel", "accommodation": "hostel", "advice": "advice", "money advice": "advice",
    "citizens advice": "advice", "help with debt": "advice", "help with benefits": "advice",
    "help with housing": "advice", "childminder": "childcare", "jobs": "jobs", "job": "jobs",
    "job club": "jobs", "training course": "jobs", "support for families": "family_support",
    "help for families": "family_support", "family service": "family_support",
    "family support": "family_support", "mental health service": "mental_health",
    "mental health services": "mental_health", "mental health support": "mental_health",
    "mental health": "mental_health", "counselling": "mental_health", "counsellor": "mental_health",
    "therapy": "mental_health", "lift to appointments": "transport", "transport": "transport",
    "bus fare": "transport", "bus pass": "transport",
    "drop in centre": "drug_alcohol_service", "drop in center": "drug_alcohol_service",
    "day centre": "hostel", "recovery house": "hostel", "sober living": "hostel", "sober house": "hostel",
    "dry house": "hostel", "halfway house": "hostel", "oxford house": "hostel",
    "test strips": "needle_exchange", "fentanyl strips": "needle_exchange",
    "outreach van": "needle_exchange", "needle van": "needle_exchange",
    "methadone clinic": "drug_alcohol_service", "suboxone clinic": "drug_alcohol_service",
    "drug clinic": "drug_alcohol_service", "alcohol clinic": "drug_alcohol_service",
    "inpatient detox": "drug_alcohol_service", "residential rehab": "drug_alcohol_service",
    "job help": "jobs",
    "jobs help": "jobs", "help finding work": "jobs", "help with work": "jobs", "help with a cv": "jobs",
    "help with my cv": "jobs", "hot food": "food", "warm meal": "food",
}  # fmt: skip
SERVICE_WORDS = sorted(SERVICES, key=len, reverse=True)
ANY_SERVICE = re.compile(rf"\b(?:{'|'.join(SERVICE_WORDS)})\b")
FIELD = frozenset(
    (
        "recovery", "support", "sober", "sobriety", "alcohol", "drinking", "drug", "drugs", "ketamine", "ket",
        "weed", "cannabis", "heroin", "crack", "coke", "meth", "opioid", "opioids", "opiate", "opiates",
        "benzo", "benzos", "addiction",
    )
)  # fmt: skip
"""With "group" these name the kind that is listed here."""
FILLERS = frozenset(
    (
        "a", "an", "the", "any", "some", "please", "for", "on", "only", "people", "peoples", "with", "and",
        "access", "friendly", "something", "anything", "somewhere", "speaking", "still", "left",
        "available", "stuff", "this", "week", "persons", "thats", "which", "allows", "ok", "okay", "fine",
        "has", "need", "next", "soonest", "earliest", "free", "kit", "kits", *FIELD,
    )
)  # fmt: skip
_ALSO_WORDS = ("peer", "service", "fa", "pa", "ma", "ha")
"""Codes that mean something else when they are typed."""
PROGRAMME_WORDS: Mapping[str, str] = {
    **{re.sub(r"[^a-z]", "", code): code for code in BY_CODE if code not in _ALSO_WORDS},
    "alanon": "al-anon", "naranon": "nar-anon",
    "smart recovery": "smart", "al anon": "al-anon", "nar anon": "nar-anon",
    "recovery dharma": "recovery-dharma", "refuge recovery": "refuge-recovery", "women for sobriety": "wfs",
    "celebrate recovery": "celebrate-recovery", "gamblers anonymous": "ga", "heroin anonymous": "ha",
    "alcoholics anonymous": "aa", "narcotics anonymous": "na", "cocaine anonymous": "ca",
    "crystal meth anonymous": "cma", "marijuana anonymous": "ma", "families anonymous": "fa",
    "twelve step": "12", "12 step": "12", "life ring": "lifering",
    "anonyme alkoholiker": "aa", "alcolisti anonimi": "aa", "anonimowi alkoholicy": "aa",
    "alcoholicos anonimos": "aa", "anonimowi narkomani": "na", "narcotici anonimi": "na",
    "narcoticos anonimos": "na", "familiengruppen": "al-anon", "cocainomani anonimi": "ca",
}  # fmt: skip
PROGRAMMES_LONGEST = sorted(PROGRAMME_WORDS, key=len, reverse=True)
ANY_PROGRAMME = re.compile(rf"\b(?:{'|'.join(PROGRAMMES_LONGEST)})\b")
TWELVE_STEP = frozenset(("aa", "na", "ca", "cma"))
SPELLABLE = sorted(
    word
    for words in (*GROUP, *TAGS, *SERVICES, *DAYS, *PROGRAMME_WORDS, "tonight tomorrow online exchange")
    for word in words.split()
    if len(word) > 4
)
"""Words long enough that one wrong letter still leaves no doubt."""
