"""What may be said of how long it takes: from the rota and the last weeks, or that nobody can know."""

from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.oncall.waiting import LOOK_BACK, same_hours, usual_wait
from bot.domain.spans import in_words
from bot.domain.zones import local, zone_named
from bot.store.conversing import events
from bot.store.rota import rotas


async def said(turn: Turn, place: Place, *, there: bool) -> str:
    """One sentence for somebody who has just asked; `there`: somebody is on shift and free."""
    zone = zone_named(turn.person.zone) or place.zone
    if not there:
        start = (await rotas.rota(turn.tx, place.zone, turn.now)).next_shift_start(turn.now)
        if start is None:
            return turn.messages.text("wait_unknown")
        at = turn.messages.speech.calendar.short_time(local(start, zone))
        return turn.messages.text("wait_next_shift", at=at)
    waits = [
        wait
        for asked, wait in await events.waits_since(turn.tx, turn.now - LOOK_BACK)
        if same_hours(asked, turn.now, zone) and asked != turn.now
    ]
    usual = usual_wait(waits)
    if usual is None:
        return turn.messages.text("wait_unknown")
    return turn.messages.text("wait_usual", within=in_words(turn.messages, usual))
