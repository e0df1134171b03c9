"""Fellowships and approaches: the codes that sources use, and what a person is told about each."""

import re
from dataclasses import dataclass
from typing import Literal

Approach = Literal["twelve_step", "other_peer", "service"]


@dataclass(frozen=True, slots=True)
class Programme:
    """`short` is what stands on a button, `family` when it is for those around somebody who uses."""

    code: str
    name: str
    short: str
    approach: Approach = "twelve_step"
    family: bool = False


_ALL = (
    Programme("aa", "Alcoholics Anonymous", "AA"),
    Programme("na", "Narcotics Anonymous", "NA"),
    Programme("ca", "Cocaine Anonymous", "CA"),
    Programme("cma", "Crystal Meth Anonymous", "CMA"),
    Programme("ma", "Marijuana Anonymous", "MA"),
    Programme("ha", "Heroin Anonymous", "HA"),
    Programme("pa", "Pills Anonymous", "PA"),
    Programme("daa", "Drug Addicts Anonymous", "DAA"),
    Programme("nica", "Nicotine Anonymous", "NicA"),
    Programme("dra", "Dual Recovery Anonymous", "DRA"),
    Programme("ga", "Gamblers Anonymous", "GA"),
    Programme("al-anon", "Al-Anon", "Al-Anon", family=True),
    Programme("alateen", "Alateen", "Alateen", family=True),
    Programme("nar-anon", "Nar-Anon", "Nar-Anon", family=True),
    Programme("fa", "Families Anonymous", "FA", family=True),
    Programme("aca", "Adult Children of Alcoholics", "ACA", family=True),
    Programme("coda", "Co-Dependents Anonymous", "CoDA"),
    Programme("smart", "SMART Recovery", "SMART", "other_peer"),
    Programme("smart-family", "SMART Recovery Family & Friends", "SMART Family", "other_peer", family=True),
    Programme("lifering", "LifeRing", "LifeRing", "other_peer"),
    Programme("wfs", "Women for Sobriety", "WFS", "other_peer"),
    Programme("recovery-dharma", "Recovery Dharma", "Recovery Dharma", "other_peer"),
    Programme("refuge-recovery", "Refuge Recovery", "Refuge Recovery", "other_peer"),
    Programme("sos", "Secular Organizations for Sobriety", "SOS", "other_peer"),
    Programme("celebrate-recovery", "Celebrate Recovery", "Celebrate Recovery", "other_peer"),
    Programme("peer", "Recovery group", "Recovery group", "other_peer"),
    Programme("service", "Service", "Service", "service"),
)
BY_CODE = {programme.code: programme for programme in _ALL}
_OTHER_NAMES = {
    "alanon": "al-anon", "alanonfamilygroups": "al-anon", "alcoholicsanonymousgb": "aa",
    "naranon": "nar-anon", "narcoticsanonymousuk": "na", "smartrecovery": "smart",
    "smartrecoveryuk": "smart", "ukna": "na", "smartfamilyandfriends": "smart-family",
    "familyandfriends": "smart-family", "acoa": "aca", "recoverydharma": "recovery-dharma",
    "refugerecovery": "refuge-recovery", "independent": "peer", "recoverygroup": "peer",
    "support": "peer", "peersupport": "peer", "mutualaid": "peer",
}  # fmt: skip
_BY_NAME = {re.sub(r"[^a-z]", "", p.name.lower()): p.code for p in _ALL} | _OTHER_NAMES


def programme_code(text: str) -> str:
    """Our code for a programme as a source or an operator names it ("A.A.", "Narcotics Anonymous UK").

    An unknown name becomes a code of its own, so that groups we have no word for are listed; "" for nothing.
    """
    joined = re.sub(r"[^a-z]", "", text.lower())
    if joined in BY_CODE:
        return joined
    if joined in _BY_NAME:
        return _BY_NAME[joined]
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]


def programme(code: str) -> Programme:
    """What is known of a code; an unknown one is taken for a peer group under its own name."""
    if code in BY_CODE:
        return BY_CODE[code]
    name = code.replace("-", " ").title()
    return Programme(code, name, name, "other_peer")
