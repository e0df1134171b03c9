"""What staff are called among staff."""

from bot.domain.alias import alias
from bot.domain.ids import PersonId
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction


async def called(tx: Transaction, who: PersonId) -> str:
    """The name of a member of staff, or their alias while they have none."""
    return await people.name_of(tx, who) or alias(who)
