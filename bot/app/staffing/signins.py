"""Signing in to the coordinator's pages: a one-time link from the bot, then a session that ends by itself."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.ports import Clock
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Text
from bot.domain.ids import PersonId
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE
from bot.store.staffing import audit, signins
from bot.store.staffing.audit import Entry
from bot.store.staffing.signins import WebSession, fingerprint
from bot.store.store import Store

log = structlog.get_logger()

MAY_READ = frozenset({"coordinator", "safety_lead", "auditor", "coach"})
"""Roles whose holders may open the pages, asked of the database at every request."""
SEEN_EVERY = timedelta(minutes=1)
"""A session notes that it is in use at most this often: reading pages is not a reason to write each time."""
_BYTES = 32
_OF_STAFF = frozenset(
    {"role_given", "role_taken", "suspended", "suspension_lifted", "training_ticked", "rota_changed",
     "invite_decided", "session_ended"}
)  # fmt: skip
"""What is done about staff, whom the log names; everybody else has their code name there."""
A_PAGE = 50


class SignIns:
    """Links, nonces and sessions. Their secrets have 256 random bits; the store holds fingerprints."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        public_url: str,
        *,
        sign_in_minutes: int = 10,
        idle_minutes: int = 30,
        absolute_hours: int = 12,
    ) -> None:
        self._store = store
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._link_lasts = timedelta(minutes=sign_in_minutes)
        self._idle = timedelta(minutes=idle_minutes)
        self._absolute = timedelta(hours=absolute_hours)

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/dashboard`, typed or as a command."""
        return {"dashboard": self.link}

    async def link(self, turn: Turn, _: Talk, __: str) -> None:
        """Send whoever may read the pages a link that signs in once; earlier links end."""
        if not turn.person.roles & MAY_READ:
            turn.say("signin_not_you")
            return
        token = secrets.token_urlsafe(_BYTES)
        signins.add_link(turn.tx, token, turn.person.id, turn.now + self._link_lasts)
        text = turn.messages.text(
            "signin",
            link=f"{self._public_url}/in/{token}",
            minutes=int(self._link_lasts.total_seconds() // 60),
        )
        turn.post(Text(text, preview=False))

    async def nonce(self, token: str) -> str | None:
        """For a page that offers to sign in: a nonce of its own. None when the link is no good any more.

        Reads only. Telegram's preview opens links before the person does, as often as it likes.
        """
        async with self._store.reading() as tx:
            if await signins.link_for(tx, token, self._clock.now()) is None:
                return None
            chance = secrets.token_hex(16)
            return f"{chance}.{self._signed(tx, token, chance)}"

    async def sign_in(self, token: str, nonce: str, held: str) -> str | None:
        """Spend a link and return the secret of the session it opens; None when any of it is not right.

        `nonce` came with the form and `held` with the browser's cookie: both from the page that this
        browser was shown.
        """
        now = self._clock.now()
        async with self._store.transaction() as tx:
            if not self._fits(tx, token, nonce, held):
                return None
            who = await signins.link_for(tx, token, now)
            person = None if who is None else await people.by_id(tx, who)
            if person is None or not person.roles & MAY_READ:
                return None
            if not await signins.spend_link(tx, token, now):
                return None
            session = secrets.token_urlsafe(_BYTES)
            signins.add_session(tx, session, person.id, now)
            await audit.add(tx, person.id, "signed_in", "", now)
        log.info("signed_in", person=person.id)
        return session

    async def who(self, session: str, *, touch: bool = True) -> Person | None:
        """Who is signed in with this secret, their roles read now. What is over is ended for good.

        Without `touch` it does not count as being used.
        """
        now = self._clock.now()
        async with self._store.reading() as tx:
            found = await signins.session(tx, session)
            if found is None:
                return None
            person = await people.by_id(tx, found.person)
        over = self._over(found, now) or person is None or not person.roles & MAY_READ
        if over or (touch and now - found.seen >= SEEN_EVERY):
            async with self._store.transaction() as tx:
                if over:
                    signins.end_session(tx, session)
                else:
                    signins.seen(tx, session, now)
        return None if over else person

    async def sign_out(self, session: str) -> None:
        """End a session."""
        async with self._store.transaction() as tx:
            found = await signins.session(tx, session)
            if found is not None:
                signins.end_session(tx, session)
                await audit.add(tx, found.person, "signed_out", "", self._clock.now())

    async def sessions(self, whose: PersonId | None) -> list[tuple[WebSession, str]]:
        """The sessions that go on, of one person or of all, each with the name of who it is."""
        now = self._clock.now()
        async with self._store.reading() as tx:
            found = [
                one
                for one in await signins.sessions(tx)
                if whose in (None, one.person) and not self._over(one, now)
            ]
            return [(one, await called(tx, one.person)) for one in found]

    async def end(self, digest: str, by: PersonId, whose: PersonId | None) -> bool:
        """End a session: one of `whose`, or any where that is None. False when there is none such."""
        async with self._store.transaction() as tx:
            found = await signins.session_by(tx, digest)
            if found is None or whose not in (None, found.person):
                return False
            signins.end_session_by(tx, digest)
            await audit.add(tx, by, "session_ended", f"staff:{found.person}", self._clock.now())
        return True

    async def log(self, before: int | None) -> tuple[list[tuple[Entry, str, str]], int | None]:
        """A page of the audit, newest first: each entry, who it was, and which of staff it was about, if any;
        and before which number the next page begins."""
        async with self._store.reading() as tx:
            rows = await audit.newest(tx, before, A_PAGE)
            found = [(one, await _actor(tx, one.actor), await _about(tx, one)) for _, one in rows]
        return found, rows[-1][0] if len(rows) == A_PAGE else None

    def _over(self, found: WebSession, now: datetime) -> bool:
        return now - found.seen > self._idle or now - found.began > self._absolute

    def _fits(self, tx: Transaction, token: str, nonce: str, held: str) -> bool:
        chance, _, signed = nonce.partition(".")
        return _same(nonce, held) and _same(signed, self._signed(tx, token, chance))

    def _signed(self, tx: Transaction, token: str, chance: str) -> str:
        return tx.vault.digest(
            f"sign-in nonce|{fingerprint(token)}|{chance}".encode("utf-8", "surrogatepass")
        )


async def _actor(tx: Transaction, who: PersonId) -> str:
    return "Whoever runs the server" if who == SERVICE else await called(tx, who)


async def _about(tx: Transaction, entry: Entry) -> str:
    number = entry.object.partition(" ")[0].partition(":")[2]
    return await called(tx, PersonId(int(number))) if entry.action in _OF_STAFF and number else ""


def _same(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
