"""One entry of the directory for coordinators: what is known of it, checking, writing, its poster."""

import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

import segno
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.directory.desk import CHANGED, UNCHECKED, DirectoryDesk, Draft, Record, mark_of
from bot.app.directory.posters import payload_of
from bot.app.ports import Clock
from bot.domain.directory.draft import Time
from bot.domain.directory.listing import NOTES_LIMIT, kind_of, name_of, one_line, place_line
from bot.domain.directory.needs import NEED_WORDS
from bot.domain.directory.offering import Entry
from bot.domain.directory.wording import TAG_WORDS, weekly_text
from bot.domain.ids import OfferingId
from bot.domain.messages import Messages
from bot.store.directory.confirmations import RETIRED
from bot.store.directory.offerings import Listed
from bot.web.access import LEADS, Door
from bot.web.pages import Pages
from bot.web.times import Shown, ago, count

PATH = "/groups"
WHY: Mapping[str, str] = {
    "reported": "It wasn't there",
    "time": "The day or time has changed",
    "place": "The place has changed",
    "ended": "It has ended",
    "other": "Something has changed",
    "right": "Still right",
    "checked": "Checked by a coordinator",
    "written": "Written here by a coordinator",
    "shown": "Shown again",
    "gone_back": "Gone back to what the list says",
    "retired_ended": "Shown to nobody: it has ended",
    "retired_closed": "Shown to nobody: it is closed for now",
    "retired_unfit": "Shown to nobody: it is not for the people here",
    UNCHECKED: "Nobody has checked it for a month",
}
_ORIGINS: Mapping[tuple[str, str], str] = {
    ("zone", "default"): "the time zone is the list's, not its own",
    ("programme", "default"): "the programme is the list's, not its own",
    ("point", "postcode"): "the map point is that of its postcode",
    ("point", "town"): "the map point is the middle of its town",
    ("point", "area"): "the map point is the middle of the area that the list is for",
    ("needs", "description"): "what it helps with is read from its description",
}
"""Fields that are not the source's own word (`Entry.origins`)."""
_FIELDS = (
    "name", "programme", "kind", "venue", "address", "postcode", "link", "page", "phone", "notes",
    "check_first",
)  # fmt: skip
MOST_TIMES = 14
_MOST_FIELDS = 41 + len(TAG_WORDS) + len(NEED_WORDS) + 4 * MOST_TIMES
USUAL_TIMES = 7
NAME = 60
"""UTF-16 units of a name from outside; `one_line` takes out what turns text round or hides in it."""
FEW = 5


class Groups:
    """The pages for whoever is signed in. `bot_name` is the bot's name on Telegram, for posters' links."""

    def __init__(
        self,
        desk: DirectoryDesk,
        clock: Clock,
        messages: Messages,
        pages: Pages,
        zone: ZoneInfo,
        bot_name: Callable[[], Awaitable[str]],
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._messages = messages
        self._pages = pages
        self._zone = zone
        self._bot_name = bot_name

    def routes(self) -> list[Door]:
        """One entry, its poster, and what may be done with it."""
        one = PATH + "/{which:int}"
        return [
            Door(f"{PATH}/new", self.form, to=LEADS),
            Door(f"{PATH}/new", self.write, to=LEADS, methods=["POST"]),
            Door(one, self.show, to=LEADS),
            Door(f"{one}/edit", self.form, to=LEADS),
            Door(f"{one}/edit", self.write, to=LEADS, methods=["POST"]),
            Door(f"{one}/checked", self.checked, to=LEADS, methods=["POST"]),
            Door(f"{one}/retired", self.retired, to=LEADS, methods=["POST"]),
            Door(f"{one}/shown", self.shown, to=LEADS, methods=["POST"]),
            Door(f"{one}/taken-back", self.taken_back, to=LEADS, methods=["POST"]),
            Door(one + "/apart/{other:int}", self.apart, to=LEADS, methods=["POST"]),
            Door(f"{one}/poster", self.poster, to=LEADS),
            Door(f"{one}/code.svg", self.code, to=LEADS),
        ]

    async def show(self, request: Request) -> Response:
        """One entry, with what was said of it. Raises 404 once it is gone."""
        which, now = _which(request), self._clock.now()
        opened = await self._desk.one(which, now)
        if opened is None:
            raise HTTPException(404)
        listed = opened.listed
        if listed.id != which:
            return RedirectResponse(f"{PATH}/{listed.id}", 303)
        return self._pages.page(
            request,
            "group",
            which=which,
            called=name_of(self._messages, listed.entry),
            kind=kind_of(self._messages, listed.entry),
            notes=one_line(listed.entry.notes, NOTES_LIMIT),
            phone=one_line(listed.entry.phone, 40),
            page=one_line(listed.entry.page, 300),
            check_first=one_line(listed.entry.check_first, 120),
            when=weekly_text(self._messages, listed.entry.slots),
            where=place_line(self._messages, listed.entry),
            tags=[words for tag, words in TAG_WORDS.items() if tag in listed.entry.tags],
            source=one_line(listed.source, NAME),
            as_of=self._came_in(listed, now),
            right=None if opened.last_right is None else self._right(*opened.last_right, now),
            by_hand=opened.by_hand,
            lists=[self._list(one, listed, now) for one in opened.lists],
            why=listed.hidden_why,
            too_old=opened.too_old,
            origins=[_ORIGINS[one] for one in listed.entry.origins if one in _ORIGINS],
            updated=listed.entry.updated,
            hidden=listed.hidden,
            reported=count(opened.reported, "person").replace("persons", "people") if opened.reported else "",
            record=_record(opened.record),
            said=[
                {
                    "what": WHY.get(one.said, one.said),
                    "who": who,
                    "at": ago(one.at, now, self._zone),
                    "open": not one.settled,
                    "back": one.id == opened.last and opened.may_be_undone_by(request.state.person.id, now),
                }
                for one, who in opened.said
            ],
        )

    def _right(self, who: str, at: datetime, now: datetime) -> tuple[str, Shown]:
        return who, ago(at, now, self._zone)

    def _came_in(self, listed: Listed, now: datetime) -> Shown | None:
        """When its list came in; None where somebody has found it right since."""
        at = listed.as_of
        return None if at is None or at == listed.checked else ago(at, now, self._zone)

    def _list(self, theirs: Listed, ours: Listed, now: datetime) -> Mapping[str, object]:
        """What a list says of the entry that stands in its entry's place, where it says something else."""
        said, shown = self._facts(theirs.entry), self._facts(ours.entry)
        differs = [(label, value or "nothing") for label, value in said.items() if value != shown[label]]
        return {
            "which": theirs.id,
            "source": one_line(theirs.source, NAME),
            "as_of": self._came_in(theirs, now),
            "differs": differs,
        }

    def _facts(self, entry: Entry) -> Mapping[str, str]:
        return {
            "Name": name_of(self._messages, entry),
            "What": kind_of(self._messages, entry),
            "When": weekly_text(self._messages, entry.slots),
            "Not simply every week": one_line(entry.check_first, 120),
            "Where": place_line(self._messages, entry),
            "Good to know": ", ".join(words for tag, words in TAG_WORDS.items() if tag in entry.tags),
            "They say": one_line(entry.notes, NOTES_LIMIT),
            "Page": one_line(entry.page, 120),
            "Phone": one_line(entry.phone, 40),
        }

    async def checked(self, request: Request) -> Response:
        """One tap: it is right as it stands."""
        done = await self._desk.checked(request.state.person.id, _which(request), self._clock.now())
        return await _after(request, done=done)

    async def shown(self, request: Request) -> Response:
        """Back on the list, though nobody has checked it: undoes what follows."""
        done = await self._desk.shown(request.state.person.id, _which(request), self._clock.now())
        return await _after(request, done=done)

    async def retired(self, request: Request) -> Response:
        """Nobody is sent there any more, for one of the reasons. Raises 404 for any other."""
        form = await request.form(max_files=0, max_fields=2)
        why = f"retired_{form.get('why', '')}"
        done = why in RETIRED and await self._desk.retired(
            request.state.person.id, _which(request), why, self._clock.now()
        )
        return await _after(request, done=done)

    async def taken_back(self, request: Request) -> Response:
        """The last deed was a wrong tap."""
        await self._desk.taken_back(request.state.person.id, _which(request), self._clock.now())
        return await _after(request, done=True)

    async def apart(self, request: Request) -> Response:
        """What a list says is shown by itself again."""
        other = OfferingId(min(int(request.path_params["other"]), 2**63 - 1))
        await self._desk.apart(request.state.person.id, _which(request), other, self._clock.now())
        return RedirectResponse(f"{PATH}/{other}", 303)

    async def form(self, request: Request) -> Response:
        """An empty form, or one with the entry that is to be changed."""
        which = request.path_params.get("which")
        if which is None:
            return self._form(request, Draft(), None)
        listed, by_hand = await self._standing(request)
        draft = Draft.of(listed.entry)
        theirs = "" if by_hand else one_line(listed.source, NAME)
        return self._form(request, draft, which, theirs=theirs, began=mark_of(listed), hidden=listed.hidden)

    async def _standing(self, request: Request) -> tuple[Listed, bool]:
        """The entry of the address as it stands now, and whether it was written by hand. Raises 404."""
        opened = await self._desk.one(_which(request), self._clock.now())
        if opened is None:
            raise HTTPException(404)
        return opened.listed, opened.by_hand

    async def write(self, request: Request) -> Response:
        """Publish what the form says; with a mistake in it, the form again and what is wrong."""
        which = request.path_params.get("which")
        instead_of = None if which is None else _which(request)
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        draft, began = _draft(form), str(form.get("began", ""))
        by, now = request.state.person.id, self._clock.now()
        written = await self._desk.written(by, draft, instead_of, now, began=began)
        if written == CHANGED:
            listed = (await self._standing(request))[0]
            other = draft.other_than(listed.entry)
            meanwhile = [one for one in self._facts(listed.entry).items() if one[0] in other]
            return self._form(
                request,
                draft,
                which,
                CHANGED,
                began=mark_of(listed),
                meanwhile=meanwhile,
                hidden=listed.hidden,
            )
        if isinstance(written, str):
            return self._form(request, draft, which, written, began=began)
        return RedirectResponse(f"{PATH}/{written}", 303)

    def _form(
        self,
        request: Request,
        draft: Draft,
        which: int | None,
        wrong: str = "",
        *,
        theirs: str = "",
        began: str = "",
        meanwhile: Sequence[tuple[str, str]] = (),
        hidden: bool = False,
    ) -> Response:
        """`meanwhile`: what another coordinator published since this form was opened, where it differs.

        `hidden`: nobody is sent there as it stands.
        """
        return self._pages.page(
            request,
            "group_form",
            400 if wrong else 200,
            draft=draft,
            called=one_line(draft.name, NAME),
            which=which,
            wrong=wrong,
            theirs=theirs,
            began=began,
            meanwhile=meanwhile,
            hidden=hidden,
            days=list(enumerate(self._messages.speech.calendar.days)),
            times=[*draft.times, *[Time()] * max(1, USUAL_TIMES - len(draft.times))][:MOST_TIMES],
            first_times=max(2, len(draft.times) + 1),
            tags=TAG_WORDS.items(),
            needs=NEED_WORDS.items(),
            action=f"{PATH}/new" if which is None else f"{PATH}/{which}/edit",
        )

    async def poster(self, request: Request) -> Response:
        """A page to print: what the group is, and the code that opens the bot with it chosen."""
        which = _which(request)
        opened = await self._desk.one(which, self._clock.now())
        if opened is None:
            raise HTTPException(404)
        entry = opened.listed.entry
        return self._pages.page(
            request,
            "poster",
            which=which,
            kind=entry.kind,
            called=name_of(self._messages, entry),
            when=weekly_text(self._messages, entry.slots),
            where=place_line(self._messages, entry),
            check_first=one_line(entry.check_first, 120),
            shown=not opened.listed.hidden and not opened.too_old,
            bot=await self._bot_name(),
        )

    async def code(self, request: Request) -> Response:
        """The QR code of a poster, as an image."""
        link = f"https://t.me/{await self._bot_name()}?start={payload_of(_which(request))}"
        drawn = io.BytesIO()
        segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=8, border=2)
        return Response(drawn.getvalue(), media_type="image/svg+xml")


def _draft(form: FormData) -> Draft:
    said = {name: one_line(str(form.get(name, "")), 300) for name in _FIELDS}
    rows = zip_longest(*(form.getlist(name) for name in ("day", "start", "until", "rule")), fillvalue="")
    times = (Time(*(str(cell).strip()[:60] for cell in row)) for row in rows)
    return Draft(
        **said,
        times=[time for time in times if time.day or time.start or time.until][:MOST_TIMES],
        tags=frozenset(tag for tag in TAG_WORDS if form.get(f"tag_{tag}")),
        needs=frozenset(need for need in NEED_WORDS if form.get(f"need_{need}")),
        keeps_joining=bool(form.get("keeps_joining")),
    )


async def _after(request: Request, *, done: bool) -> Response:
    """Back to the entry, or to the list from which it was done. Raises 404 for what is gone."""
    if not done:
        raise HTTPException(404)
    form = await request.form(max_files=0, max_fields=2)
    which = _which(request)
    return RedirectResponse(f"{PATH}?did={which}" if form.get("back") == "list" else f"{PATH}/{which}", 303)


def _record(record: Record) -> list[tuple[str, str]]:
    """What people said, in words; numbers under `FEW` are not said exactly, so that nobody can be guessed."""
    counted = (
        ("Went", record.went),
        ("Would go again", record.again),
        ("Would not go again", record.not_again),
        ("Meant to go and did not", record.did_not_go),
        ("Said that it wasn't there", record.not_there),
    )
    return [(words, str(number) if number >= FEW else f"under {FEW}") for words, number in counted if number]


def _which(request: Request) -> OfferingId:
    return OfferingId(min(int(request.path_params["which"]), 2**63 - 1))
