"""What coaches say of themselves, and whom a person would like to talk with; both sealed."""

import json
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall.fit import Agreed, Traits, Wanted, Wish
from bot.store.conversing import people
from bot.store.engine.columns import instant, ref, sealed, to_ms, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction

ANYONE = Wanted((), Agreed.ANYONE)
"""No wish at all."""

coach_profile = Table(
    "coach_profile",
    metadata,
    ref("person_id", "person.id", primary_key=True),
    sealed("traits", nullable=False),
    instant("said_at", nullable=False),
)
handoff_wish = Table(
    "handoff_wish",
    metadata,
    ref("handoff_id", "handoff.id", primary_key=True),
    ref("person_id", "person.id", nullable=False, index=True),
    sealed("wishes", nullable=False),
    words("agreed", nullable=False),
)

_PUT_PROFILE = prepared(
    insert(coach_profile)
    .values(person_id=bindparam("person"), traits=bindparam("said"), said_at=bindparam("now"))
    .on_conflict_do_update(
        index_elements=["person_id"], set_={"traits": bindparam("said"), "said_at": bindparam("now")}
    )
)
_DROP_PROFILE = prepared(delete(coach_profile).where(coach_profile.c.person_id == bindparam("person")))
_PROFILE = prepared(select(coach_profile).where(coach_profile.c.person_id == bindparam("person")))
_PROFILES = prepared(select(coach_profile))
_ADD = prepared(
    insert(handoff_wish)
    .values(
        handoff_id=bindparam("handoff"),
        person_id=bindparam("person"),
        wishes=bindparam("said"),
        agreed=bindparam("agreed"),
    )
    .on_conflict_do_nothing()
)
_WANTED = prepared(select(handoff_wish).where(handoff_wish.c.handoff_id == bindparam("handoff")))
_AGREE = prepared(
    update(handoff_wish)
    .where(handoff_wish.c.handoff_id == bindparam("handoff"))
    .values(agreed=bindparam("new_agreed"))
)


def put_profile(tx: Transaction, coach: PersonId, traits: Traits, now: datetime) -> None:
    """What a coach says of themselves; what they said before is replaced. Their key must be unlocked."""
    said = json.dumps({name: sorted(values) for name, values in traits.items()}, ensure_ascii=False)
    seal = tx.vault.seal(coach, "coach_profile.traits", coach, said)
    tx.write(_PUT_PROFILE, person=coach, said=seal, now=to_ms(now))


def drop_profile(tx: Transaction, coach: PersonId) -> None:
    """They say nothing of themselves any more."""
    tx.write(_DROP_PROFILE, person=coach)


async def profile(tx: Transaction, coach: PersonId) -> Traits:
    """What one coach says of themselves; nothing where they have not."""
    row = await tx.first(_PROFILE, person=coach)
    return {} if row is None else await _traits(tx, row)


async def profiles(tx: Transaction) -> dict[PersonId, Traits]:
    """What every coach says of themselves, of those who do."""
    return {PersonId(row["person_id"]): await _traits(tx, row) for row in await tx.fetch(_PROFILES)}


async def _traits(tx: Transaction, row: Row) -> Traits:
    who = PersonId(row["person_id"])
    if not await people.unlock(tx, who):
        return {}
    said = tx.vault.read(who, "coach_profile.traits", who, row["traits"])
    return {} if said is None else {name: frozenset(values) for name, values in json.loads(said).items()}


def put(tx: Transaction, which: HandoffId, who: PersonId, wanted: Wanted) -> None:
    """Whom the person would like to talk with, for this handoff. Their key must be unlocked."""
    said = json.dumps([[one.name, one.trait, sorted(one.any_of), one.refuse] for one in wanted.wishes])
    seal = tx.vault.seal(who, "handoff_wish.wishes", which, said)
    tx.write(_ADD, handoff=which, person=who, said=seal, agreed=wanted.agreed.value)


async def wanted(tx: Transaction, which: HandoffId) -> Wanted:
    """Whom the person would like to talk with; anyone where they never said.

    Where it can't be opened any more nothing is known of it: a wish nobody meets, so that nobody is asked
    who might be the wrong one until the person says "anyone".
    """
    row = await tx.first(_WANTED, handoff=which)
    if row is None:
        return ANYONE
    who, agreed = PersonId(row["person_id"]), Agreed(row["agreed"])
    said = None
    if await people.unlock(tx, who):
        said = tx.vault.read(who, "handoff_wish.wishes", which, row["wishes"])
    if said is None:
        return Wanted((Wish("unknown", "unknown", frozenset()),), agreed)
    found: list[tuple[str, str, list[str], bool]] = json.loads(said)
    return Wanted(tuple(Wish(n, t, frozenset(values), refuse) for n, t, values, refuse in found), agreed)


def agree(tx: Transaction, which: HandoffId, agreed: Agreed) -> None:
    """The person goes further from their wishes, or back to them."""
    tx.write(_AGREE, handoff=which, new_agreed=agreed.value)
