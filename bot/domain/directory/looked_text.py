"""What was asked for in typed words, as it was read: said above the list, so that a misreading is seen."""

from collections.abc import Iterator

from bot.domain.directory.geo import KM_PER_MILE
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.programmes import programme
from bot.domain.directory.typed import Looked
from bot.domain.directory.typed_times import LAST, When
from bot.domain.directory.wording import TAG_WORDS, UNLISTED_WORDS
from bot.domain.messages import Messages

_HOUR = 60


def looked_text(messages: Messages, looked: Looked, place: str, country: str = "GB") -> str:
    """ "You asked for: Leeds · Saturday · about 10:00 · women only." `place` is its name, "" for none.

    `country` says whether miles or kilometres are read.
    """
    said = messages.speech.of
    what = [place, *_within(messages, looked, country), *_day(messages, looked), *_hours(messages, looked)]
    what += [messages.text("where_online")] if looked.online else []
    what += [said(NEED_WORDS[one]) for one in sorted(looked.services) if one in NEED_WORDS]
    what += [said(programme(one).short) for one in sorted(looked.programmes)]
    what += [messages.text("code_not_12_step")] if looked.not_twelve_step else []
    tags = looked.tags | ({"children_welcome"} if looked.kids else frozenset())
    what += [said(words) for tag, words in (TAG_WORDS | UNLISTED_WORDS).items() if tag in tags]
    shown = " · ".join(filter(None, what))
    return messages.text("group_looked", what=shown) if shown else ""


def _within(messages: Messages, looked: Looked, country: str) -> Iterator[str]:
    if looked.within is not None:
        in_miles = country in ("GB", "US")
        number = f"{looked.within / KM_PER_MILE if in_miles else looked.within:.3g}"
        far = messages.text("far_miles" if in_miles else "far_km", number=number)
        yield messages.text("looked_within", far=far)


def _day(messages: Messages, when: When) -> Iterator[str]:
    named = {
        "looked_now": when.now,
        "looked_tonight": when.tonight,
        "looked_today": when.days_ahead == 0,
        "looked_tomorrow": when.days_ahead == 1,
        "looked_weekend": when.weekend,
        "looked_next_week": when.next_week,
    }
    yield from (messages.text(name) for name, is_so in named.items() if is_so)
    days = messages.speech.calendar.days
    if when.days == frozenset(range(5)):
        yield messages.text("looked_between", first=days[0], last=days[4])
    elif when.days:
        yield ", ".join(days[day] for day in sorted(when.days))


def _hours(messages: Messages, when: When) -> Iterator[str]:
    if when.about is not None:
        yield messages.text("looked_about", clock=_clock(when.about))
    elif when.part is not None:
        since, until = when.part
        first, last = _clock(since), _clock(until + (until % _HOUR == _HOUR - 1))
        if since and until < LAST:
            yield messages.text("looked_between", first=first, last=last)
        else:
            yield (
                messages.text("looked_after", clock=first)
                if since
                else messages.text("looked_before", clock=last)
            )


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR % 24:02}:{minutes % _HOUR:02}"
