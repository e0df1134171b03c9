"""People, their addresses, keys, grants and consents."""

from datetime import datetime

import structlog
from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.domain.ids import ChatId, DangerId, PersonId
from bot.domain.person import Age, Person
from bot.store.checkins.plans import plan
from bot.store.conversing.sessions import SavedSession, session
from bot.store.conversing.sessions import read as read_session
from bot.store.danger.dangers import danger
from bot.store.engine.columns import from_ms, instant, own_id, ref, sealed, to_ms, whole, words
from bot.store.engine.metadata import metadata
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.keeping.vault import CannotOpen
from bot.store.oncall.handoffs import handoff

log = structlog.get_logger()

person = Table(
    "person",
    metadata,
    own_id(),
    words("language", nullable=False),
    words("country", nullable=False),
    words("nation", nullable=False),
    words("zone", nullable=False),
    Column("zone_confirmed", Boolean, nullable=False),
    words("age", nullable=False),
    Column("pushes", Boolean, nullable=False),
    Column("remembers", Boolean),
    Column("hidden", Boolean),
    instant("created_at", nullable=False),
    instant("seen_at", nullable=False),
    sqlite_autoincrement=True,
)
address = Table(
    "address",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("channel", nullable=False),
    whole("chat_id", nullable=False),
    Column("reachable", Boolean, nullable=False),
    UniqueConstraint("channel", "chat_id"),
    Index(None, "person_id"),
)
person_key = Table("person_key", metadata, ref("person_id", "person.id", primary_key=True), sealed("wrapped"))
grant = Table(
    "grant",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("role", nullable=False),
    instant("given_at", nullable=False),
    whole("given_by"),
    instant("ended_at"),
    Index(
        "ix_grant_open",
        "person_id",
        "role",
        unique=True,
        sqlite_where=Column("ended_at").is_(None),
        postgresql_where=Column("ended_at").is_(None),
    ),
)
staff = Table(
    "staff",
    metadata,
    ref("person_id", "person.id", primary_key=True),
    sealed("name", nullable=False),
)
consent = Table(
    "consent",
    metadata,
    own_id(),
    ref("person_id", "person.id", nullable=False),
    words("scope", nullable=False),
    words("wording", nullable=False),
    instant("given_at", nullable=False),
    instant("withdrawn_at"),
    Index(None, "person_id"),
)

_open_danger = (
    select(func.max(danger.c.id))
    .where(danger.c.person_id == person.c.id, danger.c.closed_at.is_(None))
    .scalar_subquery()
)
_has_grant = (
    select(func.count()).where(grant.c.person_id == person.c.id, grant.c.ended_at.is_(None)).scalar_subquery()
)
_open_handoff = (
    select(func.count())
    .where(handoff.c.person_id == person.c.id, handoff.c.closed_at.is_(None))
    .scalar_subquery()
)
_unanswered = (
    select(func.max(plan.c.unanswered))
    .where(plan.c.person_id == person.c.id, plan.c.ended_at.is_(None))
    .scalar_subquery()
)
_WHOLE = select(
    person,
    address.c.chat_id,
    address.c.reachable,
    person_key.c.wrapped,
    _open_danger.label("open_danger"),
    _has_grant.label("grants"),
    _open_handoff.label("open_handoffs"),
    _unanswered.label("unanswered"),
    session.c.state.label("session_state"),
    session.c.updated_at.label("session_updated_at"),
).select_from(person.join(address).outerjoin(person_key).outerjoin(session))
_BY_CHAT = prepared(
    _WHOLE.where(address.c.channel == bindparam("channel"), address.c.chat_id == bindparam("chat"))
)
_BY_ID = prepared(_WHOLE.where(person.c.id == bindparam("person")))
_ROLES = prepared(
    select(grant.c.role).where(grant.c.person_id == bindparam("person"), grant.c.ended_at.is_(None))
)
_ADD = prepared(
    insert(person)
    .values(
        language=bindparam("language"),
        country=bindparam("country"),
        nation="",
        zone=bindparam("zone"),
        zone_confirmed=False,
        age=Age.UNKNOWN.value,
        pushes=True,
        created_at=bindparam("now"),
        seen_at=bindparam("now"),
    )
    .returning(person.c.id)
)
_ADD_ADDRESS = prepared(
    insert(address).values(
        person_id=bindparam("person"), channel=bindparam("channel"), chat_id=bindparam("chat"), reachable=True
    )
)
_ADD_KEY = prepared(insert(person_key).values(person_id=bindparam("person"), wrapped=bindparam("wrapped")))
_KEY = prepared(select(person_key.c.wrapped).where(person_key.c.person_id == bindparam("person")))
_DROP_KEY = prepared(delete(person_key).where(person_key.c.person_id == bindparam("person")))
_SEEN = prepared(update(person).where(person.c.id == bindparam("person")).values(seen_at=bindparam("now")))
_REACHABLE = prepared(
    update(address)
    .where(address.c.channel == bindparam("channel"), address.c.chat_id == bindparam("chat"))
    .values(reachable=bindparam("is_reachable"))
)
_MOVE = prepared(
    update(address)
    .where(address.c.channel == bindparam("channel"), address.c.chat_id == bindparam("chat"))
    .values(chat_id=bindparam("to_chat"))
)
_SET_PLACE = prepared(
    update(person)
    .where(person.c.id == bindparam("person"))
    .values(country=bindparam("new_country"), nation=bindparam("new_nation"), zone=bindparam("new_zone"))
)
_SET_AGE = prepared(update(person).where(person.c.id == bindparam("person")).values(age=bindparam("new_age")))
_SET_PUSHES = prepared(
    update(person).where(person.c.id == bindparam("person")).values(pushes=bindparam("new_pushes"))
)
_SET_HIDDEN = prepared(
    update(person).where(person.c.id == bindparam("person")).values(hidden=bindparam("is_hidden"))
)
_SET_REMEMBERS = prepared(
    update(person).where(person.c.id == bindparam("person")).values(remembers=bindparam("new_remembers"))
)
_SET_LANGUAGE = prepared(
    update(person).where(person.c.id == bindparam("person")).values(language=bindparam("new_language"))
)
_CONFIRM_ZONE = prepared(update(person).where(person.c.id == bindparam("person")).values(zone_confirmed=True))
_GRANT = prepared(
    insert(grant)
    .values(
        person_id=bindparam("person"),
        role=bindparam("role"),
        given_at=bindparam("now"),
        given_by=bindparam("by"),
    )
    .on_conflict_do_nothing()
)
_REVOKE = prepared(
    update(grant)
    .where(
        grant.c.person_id == bindparam("person"),
        grant.c.role == bindparam("role"),
        grant.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)
_WITH_ROLE = prepared(
    select(grant.c.person_id, address.c.chat_id)
    .select_from(grant.join(address, address.c.person_id == grant.c.person_id))
    .where(grant.c.role == bindparam("role"), grant.c.ended_at.is_(None), address.c.reachable)
    .order_by(grant.c.person_id)
)
_WITH_GRANTS = prepared(select(grant.c.person_id).where(grant.c.ended_at.is_(None)).distinct())
_OUT_OF_REACH = prepared(
    select(person.c.id, person.c.created_at, person.c.seen_at)
    .select_from(person.join(address))
    .where(
        person.c.id.in_(select(grant.c.person_id).where(grant.c.ended_at.is_(None))),
        or_(address.c.reachable.is_(False), person.c.seen_at <= person.c.created_at),
    )
    .order_by(person.c.id)
)
_NAME = prepared(
    insert(staff)
    .values(person_id=bindparam("person"), name=bindparam("name"))
    .on_conflict_do_update(index_elements=["person_id"], set_={"name": bindparam("name")})
)
_NAME_OF = prepared(select(staff.c.name).where(staff.c.person_id == bindparam("person")))
_CONSENT = prepared(
    insert(consent).values(
        person_id=bindparam("person"),
        scope=bindparam("scope"),
        wording=bindparam("wording"),
        given_at=bindparam("now"),
    )
)
_TAKE_CONSENT_BACK = prepared(
    update(consent)
    .where(
        consent.c.person_id == bindparam("person"),
        consent.c.scope == bindparam("of_scope"),
        consent.c.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("now"))
)


async def arrive(
    tx: Transaction, channel: str, chat: ChatId, now: datetime, *, language: str, country: str, zone: str
) -> Person:
    """The person behind a chat, made now with a key of their own if this is their first message."""
    return (await meet(tx, channel, chat, now, language=language, country=country, zone=zone))[0]


async def meet(
    tx: Transaction, channel: str, chat: ChatId, now: datetime, *, language: str, country: str, zone: str
) -> tuple[Person, SavedSession | None]:
    """`arrive`, and where the person is in a conversation, in one look at the store."""
    row = await tx.first(_BY_CHAT, channel=channel, chat=chat)
    if row is not None:
        return await _whole(tx, row), _session(tx, row)
    added = await tx.first(_ADD, language=language, country=country, zone=zone, now=to_ms(now))
    assert added is not None
    new = PersonId(added["id"])
    tx.write(_ADD_ADDRESS, person=new, channel=channel, chat=chat)
    tx.write(_ADD_KEY, person=new, wrapped=tx.vault.wrap_new(new))
    return Person(
        id=new, chat=chat, created_at=now, language=language, country=country, zone=zone, in_handoff=False
    ), None


async def by_chat(tx: Transaction, channel: str, chat: ChatId) -> Person | None:
    """The person behind a chat, their key unlocked, or None."""
    row = await tx.first(_BY_CHAT, channel=channel, chat=chat)
    return None if row is None else await _whole(tx, row)


async def by_id(tx: Transaction, who: PersonId) -> Person | None:
    """A person with their key unlocked; None once erased.

    None too while their key is damaged: so that of one coach does not end the turn of whoever asks for one.
    """
    row = await tx.first(_BY_ID, person=who)
    try:
        return None if row is None else await _whole(tx, row)
    except CannotOpen:
        log.error("person_key_damaged", person=who)  # noqa: TRY400 - no trace helps
        return None


def _session(tx: Transaction, row: Row) -> SavedSession | None:
    if row["session_state"] is None:
        return None
    return read_session(tx, PersonId(row["id"]), row["session_state"], row["session_updated_at"])


async def _whole(tx: Transaction, row: Row) -> Person:
    who = PersonId(row["id"])
    if row["wrapped"] is not None:
        tx.vault.unlock(who, row["wrapped"])
    roles = [r["role"] for r in await tx.fetch(_ROLES, person=who)] if row["grants"] else []
    return Person(
        id=who,
        chat=ChatId(row["chat_id"]),
        created_at=from_ms(row["created_at"]),
        seen_at=from_ms(row["seen_at"]),
        language=row["language"],
        country=row["country"],
        nation=row["nation"],
        zone=row["zone"],
        zone_confirmed=bool(row["zone_confirmed"]),
        age=Age(row["age"]),
        pushes=bool(row["pushes"]),
        hidden=bool(row["hidden"]),
        reachable=bool(row["reachable"]),
        remembers=None if row["remembers"] is None else bool(row["remembers"]),
        open_danger=None if row["open_danger"] is None else DangerId(row["open_danger"]),
        in_handoff=bool(row["open_handoffs"]),
        unanswered=row["unanswered"] or 0,
        roles=frozenset(roles),
    )


async def unlock(tx: Transaction, who: PersonId) -> bool:
    """Make `who`'s key ready for sealing and opening; False once it was destroyed, or while it is damaged."""
    if tx.vault.has(who):
        return True
    row = await tx.first(_KEY, person=who)
    if row is None:
        return False
    try:
        tx.vault.unlock(who, row["wrapped"])
    except CannotOpen:
        log.error("person_key_damaged", person=who)  # noqa: TRY400 - no trace helps
        return False
    return True


def seen(tx: Transaction, who: PersonId, now: datetime) -> None:
    """Note when the person last wrote; quiet hours and retention count from it."""
    tx.write(_SEEN, person=who, now=to_ms(now))


def set_reachable(tx: Transaction, channel: str, chat: ChatId, reachable: bool) -> None:
    """Note that the person blocked the bot, or that it can reach them again."""
    tx.write(_REACHABLE, channel=channel, chat=chat, is_reachable=reachable)


def move_chat(tx: Transaction, channel: str, chat: ChatId, to: ChatId) -> None:
    """The channel gave the chat a new id."""
    tx.write(_MOVE, channel=channel, chat=chat, to_chat=to)


def set_place(tx: Transaction, who: PersonId, *, country: str, nation: str, zone: str) -> None:
    """Where the person is, as far as numbers and clocks need it."""
    tx.write(_SET_PLACE, person=who, new_country=country, new_nation=nation, new_zone=zone)


def set_age(tx: Transaction, who: PersonId, age: Age) -> None:
    """The answer to "Are you 18 or over?"."""
    tx.write(_SET_AGE, person=who, new_age=age.value)


def set_pushes(tx: Transaction, who: PersonId, allowed: bool) -> None:
    """Whether the bot may write first."""
    tx.write(_SET_PUSHES, person=who, new_pushes=allowed)


def set_hidden(tx: Transaction, who: PersonId, hidden: bool) -> None:
    """The person hid the chat, or writes again."""
    tx.write(_SET_HIDDEN, person=who, is_hidden=hidden)


def set_remembers(tx: Transaction, who: PersonId, allowed: bool) -> None:
    """Whether answers may be kept beyond the session."""
    tx.write(_SET_REMEMBERS, person=who, new_remembers=allowed)


def set_language(tx: Transaction, who: PersonId, language: str) -> None:
    """The language the person chose."""
    tx.write(_SET_LANGUAGE, person=who, new_language=language)


def confirm_zone(tx: Transaction, who: PersonId) -> None:
    """The person said that the clock shown to them was right."""
    tx.write(_CONFIRM_ZONE, person=who)


def give(tx: Transaction, who: PersonId, role: str, now: datetime, by: PersonId | None) -> None:
    """Grant a role; granting it twice changes nothing."""
    tx.write(_GRANT, person=who, role=role, now=to_ms(now), by=by)


async def take_away(tx: Transaction, who: PersonId, role: str, now: datetime) -> bool:
    """End a grant; False if there was none."""
    return await tx.change(_REVOKE, person=who, role=role, now=to_ms(now)) > 0


async def with_role(tx: Transaction, role: str) -> list[tuple[PersonId, ChatId]]:
    """Everyone reachable who holds a role now, by id."""
    return [(PersonId(r["person_id"]), ChatId(r["chat_id"])) for r in await tx.fetch(_WITH_ROLE, role=role)]


async def with_grants(tx: Transaction) -> list[PersonId]:
    """Everybody who holds a role or a permission now."""
    return [PersonId(row["person_id"]) for row in await tx.fetch(_WITH_GRANTS)]


async def out_of_reach(tx: Transaction) -> list[tuple[PersonId, bool]]:
    """Staff whom no alert reaches for sure, by id, each with whether they have ever written."""
    return [(PersonId(r["id"]), r["seen_at"] > r["created_at"]) for r in await tx.fetch(_OUT_OF_REACH)]


async def set_name(tx: Transaction, who: PersonId, name: str) -> None:
    """The name that a member of staff goes by among staff."""
    if await unlock(tx, who):
        tx.write(_NAME, person=who, name=tx.vault.seal(who, "staff.name", who, name))


async def name_of(tx: Transaction, who: PersonId) -> str:
    """A staff member's name, or ""."""
    row = await tx.first(_NAME_OF, person=who)
    if row is None or not await unlock(tx, who):
        return ""
    return tx.vault.read(who, "staff.name", who, row["name"]) or ""


def consented(tx: Transaction, who: PersonId, scope: str, wording: str, now: datetime) -> None:
    """Record what the person agreed to, and under which wording."""
    tx.write(_CONSENT, person=who, scope=scope, wording=wording, now=to_ms(now))


def took_back(tx: Transaction, who: PersonId, scope: str, now: datetime) -> None:
    """Record that what the person had agreed to holds no more."""
    tx.write(_TAKE_CONSENT_BACK, person=who, of_scope=scope, now=to_ms(now))


def destroy_key(tx: Transaction, who: PersonId) -> None:
    """The heart of erasure: everything sealed for this person can no longer be opened."""
    tx.write(_DROP_KEY, person=who)
    tx.after_commit.append(lambda: tx.vault.forget(who))
