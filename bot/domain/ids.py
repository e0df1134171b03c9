"""Ids, one type each, so that a coach's id cannot be passed where a handoff's is wanted."""

from typing import NewType

PersonId = NewType("PersonId", int)
"""Anyone with an account: someone who reached out, a coach, a coordinator."""
ChatId = NewType("ChatId", int)
"""A private chat on the channel; on Telegram it equals the user's own id."""
MessageId = NewType("MessageId", int)
"""A message in one chat, as the channel numbers it."""
InboxId = NewType("InboxId", int)
OutboxId = NewType("OutboxId", int)
HandoffId = NewType("HandoffId", int)
ShiftId = NewType("ShiftId", int)
PlanId = NewType("PlanId", int)
"""A person's wish to be asked how they are doing."""
DangerId = NewType("DangerId", int)
OfferingId = NewType("OfferingId", int)
