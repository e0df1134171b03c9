"""A conversation told in a few sentences, by rules, from what happened: for whoever reads thirty of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.desk.summaries import Overview
from bot.domain import events
from bot.domain.desk import summary
from bot.domain.events import Code
from bot.domain.ids import OfferingId, PersonId
from bot.domain.zones import local
from bot.web.times import count, day, span
from bot.web.wording import Wording


def told(
    one: Overview,
    offerings: Mapping[OfferingId, str],
    staff: Mapping[PersonId, str],
    wording: Wording,
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """The whole conversation in sentences: about what, danger, who came, what is next, what was missing."""
    made = one.summary
    sentences = [
        _began(one, wording, now, zone),
        *(_danger(flag, wording) for flag in made.flags.values()),
        *_help(made, wording),
        *_request(made, staff, wording),
        *_ready(made),
        *_next(made, offerings, wording, now, zone),
        *_unmet(made, wording),
    ]
    return " ".join(sentences)


def listed(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _began(one: Overview, wording: Wording, now: datetime, zone: ZoneInfo) -> str:
    there = local(one.began, zone)
    on = day(there.date(), now, zone)
    when = f"{on.said if on.said in ('today', 'yesterday') else 'on ' + on.said} at {there:%H:%M}"
    topics = [wording.code(topic) for topic in one.summary.topics if topic != "talk"]  # told by _request
    substances = [wording.code(code) for code in one.summary.answers.get(Code("about"), ())]
    about = f" about {listed(topics)}" if topics else ""
    of = f" ({listed(substances)})" if substances else ""
    return f"{one.alias} wrote {when}{about}{of}."


def _danger(flag: summary.Flag, wording: Wording) -> str:
    level = wording.kind("level", flag.level).lower()
    begins = f"Danger ({wording.kind('kind', flag.kind)}, {level})"
    done = f"{count(flag.paged, 'member')} of staff told" if flag.paged else "no member of staff told"
    if flag.answered_after_s is not None:
        done += f", answered after {span(flag.answered_after_s)}"
    over = "it is still open" if flag.closed is None else f"it is over ({wording.code(flag.closed)})"
    return f"{begins}: {done}; {over}."


_FELT = {"lower": "lower", "same": "the same", "higher": "higher"}


def _help(made: summary.Summary, wording: Wording) -> Iterator[str]:
    """What they were given there and then, and what they said when they were asked how they are."""
    if made.urge is not None:
        yield f"After ten minutes the urge was {_FELT.get(made.urge, wording.code(made.urge))}."
    if made.shown:
        what = "group or service" if made.shown == 1 else "groups or services"
        yield f"They were shown {made.shown} {what}."
    if made.lines:
        yield f"They were given {count(made.lines, 'line')} to ring."
    if made.check_ins:
        said = listed([wording.code(each) for each in made.check_ins])
        yield f"Asked how they were, they said: {said}."


def _request(made: summary.Summary, staff: Mapping[PersonId, str], wording: Wording) -> Iterator[str]:
    happened = [each.event for each in made.timeline]
    if not happened:
        return
    asked = [each for each in happened if isinstance(each, events.HandoffAsked)]
    unanswered = [each for each in happened if isinstance(each, events.HandoffUnanswered)]
    accepted = [each for each in happened if isinstance(each, events.HandoffAccepted)]
    closed = [each for each in happened if isinstance(each, events.HandoffClosed)]
    if asked:
        yield "They asked for a person."
    if unanswered:
        yield f"Nobody had answered after {span(unanswered[0].after_s)}, and they were told so."
    for each in accepted:
        yield f"{staff.get(each.coach) or 'A coach'} came after {span(each.after_s)}."
    if closed:
        last = closed[-1]
        talked = f" for {span(last.talked_s)}" if last.talked_s is not None else ""
        yield f"{wording.start(last.outcome)}{talked}."
    elif asked and not accepted:
        yield "Nobody has come yet."


def _ready(made: summary.Summary) -> Iterator[str]:
    if made.readiness is not None:
        yield f"They felt ready for a change: {made.readiness} of 10."


def _next(
    made: summary.Summary,
    offerings: Mapping[OfferingId, str],
    wording: Wording,
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[str]:
    step = made.next_step
    if step is not None:
        what = (
            wording.code(step.step or "a_step")
            if step.offering is None
            else offerings.get(step.offering, "a group")
        )
        if step.went is None:
            on = "" if step.on is None else f", {day(step.on, now, zone).said}"
            yield f"Next step: {what}{on}."
        else:
            yield f"They {'went' if step.went else 'did not go'}: {what}."
    if made.follow_up is not None:
        yield f"A check-in is due {day(made.follow_up, now, zone).said}."


def _unmet(made: summary.Summary, wording: Wording) -> Iterator[str]:
    if made.unmet:
        needs = dict.fromkeys(wording.code(need.need) for need in made.unmet)
        yield f"Not found: {listed(list(needs))}."
