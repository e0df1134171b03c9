"""Every setting: its section, name, kind, safe value and meaning. config.example.toml is made from this."""

from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.kinds import (
    SQLITE,
    BareUrl,
    BaseUrl,
    Count,
    DatabaseUrl,
    Days,
    FolderPath,
    Hours,
    Language,
    MasterKey,
    Minutes,
    Months,
    Name,
    OptionalUrl,
    Port,
    Rate,
    Seconds,
    Token,
    UrlPath,
    WallTime,
    WebhookSecret,
    Zone,
    decode_key,
)


class Section(BaseModel):
    """One table of config.toml: frozen, and refusing keys it does not know and values of another kind."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Service(Section):
    """Who runs this, and where."""

    name: Name = Field(
        default="Foothold",
        description="What the service calls itself to the people who write to it. Phones are shared: better"
        " without the words drink, drugs or recovery.",
    )
    country: Literal["GB", "IE", "US"] = Field(
        default="GB",
        description="Whose emergency numbers and lines come first while a person's country is not known.",
    )
    nation: Literal["", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR"] = Field(
        default="",
        description="The UK nation, where lines differ; empty outside the UK or when it serves several.",
    )
    zone: Zone = Field(
        default="Europe/London",
        description="The time zone of the rota, and of people whose own is not known.",
    )
    language: Language = Field(
        default="en",
        description="The language of people whose own is not known; English where a text has no translation.",
    )


class Telegram(Section):
    """The bot's account, and how messages reach it."""

    token: Token | None = Field(default=None, description="The bot's token from @BotFather.")
    base_url: BaseUrl = Field(
        default="https://api.telegram.org/bot",
        description="Where the Bot API is, without the token; a self-hosted Bot API server works too.",
    )
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling: the bot asks Telegram, no open port. webhook: Telegram calls webhook_url.",
    )
    poll_timeout_s: int = Field(
        default=30, ge=0, le=50, description="Seconds one poll waits for messages before asking again."
    )
    webhook_url: BareUrl = Field(
        default="",
        description="The web server's public https address, without webhook_path; only for mode webhook.",
    )
    webhook_path: UrlPath = Field(
        default="/telegram", description="The path Telegram calls; only for mode webhook."
    )
    webhook_secret: WebhookSecret | None = Field(
        default=None, description="Proves that a call comes from Telegram; only for mode webhook."
    )
    connect_timeout_s: Seconds = Field(
        default=10.0, description="Seconds to wait for a connection to the Bot API."
    )
    read_timeout_s: Seconds = Field(
        default=20.0,
        description="Seconds to wait for an answer; after that nobody knows whether a message arrived.",
    )
    connections: Count = Field(default=32, description="Connections to the Bot API open at once.")


class Database(Section):
    """Where everything is kept."""

    url: DatabaseUrl = Field(
        default="sqlite:///var/foothold.db",
        description="sqlite:/// and a path (from the working directory; a fourth slash starts at the root),"
        " or postgresql://user@host/name.",
    )
    password: SecretStr | None = Field(default=None, description="PostgreSQL's password, if it asks for one.")
    backup_dir: FolderPath = Field(
        default="var/backups",
        description="The folder for backups. Keep the master key elsewhere.",
    )

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file, or None for PostgreSQL."""
        return Path(self.url.removeprefix(SQLITE)) if self.url.startswith(SQLITE) else None


class Sender(Section):
    """How fast messages leave, and what is done when one fails."""

    per_second: Rate = Field(
        default=30.0,
        description="Messages a second over all chats; Telegram allows 30. 0 means no limit (for benches).",
    )
    per_chat_per_second: Rate = Field(
        default=1.0, description="Messages a second in one chat; Telegram allows about 1. 0 means no limit."
    )
    concurrency: Count = Field(
        default=16, description="Messages under way at the same time, each in another chat."
    )
    retry_first_s: Seconds = Field(
        default=1.0, description="Seconds before the first retry of a message that never left."
    )
    retry_longest_s: Seconds = Field(
        default=60.0, description="The longest wait between two retries, in seconds."
    )
    unknown_wait_s: Seconds = Field(
        default=10.0,
        description="Seconds before a message is sent again when nobody knows whether it arrived.",
    )
    unknown_tries: Count = Field(default=3, description="How often such a message is sent again at most.")


class Safety(Section):
    """Danger. The numbers to ring come from data/helplines.yaml, never from here."""

    lead: Name = Field(
        default="the safety lead",
        description="Who staff turn to when somebody is at risk: a name, as staff know it.",
    )
    page_emergency_minutes: Minutes = Field(
        default=2,
        description="Minutes until the next person is paged when life is at risk and nobody has answered.",
    )
    page_urgent_minutes: Minutes = Field(default=10, description="The same for danger that needs help today.")


class Handoff(Section):
    """From "talk to someone" to a coach, in minutes since the person asked."""

    backup_after_minutes: Minutes = Field(
        default=3,
        description="Nobody on shift has accepted: those who may be asked outside their shifts hear of it"
        " (`foothold staff add` with the role backup). Requests under way keep the times they began with.",
    )
    everyone_after_minutes: Minutes = Field(
        default=5, description="Still nobody: everybody who is available hears of it."
    )
    coordinators_after_minutes: Minutes = Field(
        default=10, description="Still nobody: coordinators are told, at any hour."
    )
    honest_after_minutes: Minutes = Field(
        default=15, description="Still nobody: the person is told so, with lines that are open."
    )
    again_after_minutes: Minutes = Field(default=30, description="All coaches are alerted once more.")
    give_up_hours: Hours = Field(
        default=24, description="Hours after which a request that nobody took is closed."
    )
    nudge_minutes: Minutes = Field(
        default=3, description="Minutes until a coach who accepted and is silent is nudged."
    )
    release_minutes: Minutes = Field(
        default=6, description="Minutes until a request whose coach accepted and is silent goes to others."
    )
    release_in_talk_minutes: Minutes = Field(
        default=15, description="The same in the middle of a talk, while the person waits for an answer."
    )
    soft_close_minutes: Minutes = Field(
        default=60,
        description="Minutes without a word of the person's until a talk is closed; for a day they can go on"
        " with the same coach.",
    )
    duty_lapse_hours: Hours = Field(
        default=4, description="Hours after which /on lapses, unless the coach confirms it."
    )


class Coaches(Section):
    """What coaches are asked for at most. Danger pages reach them beyond it."""

    talks_at_once: Count = Field(default=1, description="Talks that one coach has at the same time.")
    hours_a_week: Hours = Field(
        default=24, description="Hours on shift from Monday to Sunday after which nobody is asked for more."
    )
    rest_hours: Hours = Field(
        default=11, description="Hours after a shift in which a coach is not asked, nor for cover."
    )
    pause_minutes: Minutes = Field(
        default=60, description="Minutes without an alert after a talk that a coach calls hard."
    )


class CheckIns(Section):
    """Messages that were asked for beforehand, in the person's own time zone."""

    quiet_from: WallTime = Field(
        default=time(22), description="From this time of day nothing leaves unprompted."
    )
    quiet_until: WallTime = Field(
        default=time(8), description="Until this time of day; at this minute it may leave again."
    )
    quiet_after_minutes: Minutes = Field(
        default=60, description="Quiet hours hold only when the person's last word is longer ago than this."
    )
    morning: WallTime = Field(default=time(9, 30), description="When a morning check-in leaves.")
    afternoon: WallTime = Field(default=time(14, 30), description="When an afternoon check-in leaves.")
    evening: WallTime = Field(default=time(19), description="When an evening check-in leaves.")
    late_limit_minutes: Minutes = Field(
        default=120, description="A check-in that is later than this is marked as missed, and not sent."
    )


class Privacy(Section):
    """How long things are kept. /privacy tells people these numbers."""

    unkept_hours: Hours = Field(
        default=24,
        description='Hours until answers are gone that a person chose not to have kept ("Don\'t keep it").',
    )
    free_text_days: Days = Field(
        default=90, description="Days after a person's last contact until their own words are erased."
    )
    events_months: Months = Field(
        default=24, description="Months until events (ids and numbers, never words) are deleted."
    )
    notes_months: Months = Field(
        default=12, description="Months until what coaches noted about somebody for other staff is deleted."
    )
    backups_days: Days = Field(
        default=30, description="Days a backup is kept; erasure reaches backups after this time."
    )


class Dashboard(Section):
    """The coordinator's pages. There is no way to run them without signing in."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address to listen on. A proxy with TLS stands in front.",
    )
    port: Port = Field(default=8080, description="The port to listen on.")
    allow_remote: bool = Field(
        default=False,
        description="Must be true when host is not this machine's loopback: for a proxy on another machine.",
    )
    public_url: BareUrl = Field(
        default="http://127.0.0.1:8080",
        description="The address coordinators open, as the proxy serves it; https unless it is this machine.",
    )
    sign_in_minutes: Minutes = Field(
        default=10, description="Minutes a sign-in link from the bot can be used."
    )
    idle_minutes: Minutes = Field(
        default=30, description="Minutes without a click until a coordinator is signed out."
    )
    absolute_hours: Hours = Field(
        default=12, description="Hours until a coordinator is signed out in any case."
    )


class Monitor(Section):
    """Somebody outside who notices when the service falls silent, such as a healthchecks server."""

    url: OptionalUrl = Field(
        default="",
        description="The address to ping while messages are handled and every handoff's steps come in time."
        " Empty: nobody outside notices.",
    )
    every_s: Count = Field(default=60, description="Seconds between two pings.")


class Log(Section):
    """What is written about the program's own work: events and ids, never words, names or numbers."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is written."
    )
    format: Literal["text", "json"] = Field(default="text", description="text for people, json for machines.")


class Settings(BaseSettings):
    """All settings. Made by `bot.settings.load`, or directly by demo and tests; it reads nothing itself."""

    model_config = SettingsConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, case_sensitive=True
    )

    master_key: MasterKey | None = Field(
        default=None,
        description="Opens everything that is encrypted. `foothold keygen` makes one. Never in a backup.",
    )
    service: Service = Service()
    telegram: Telegram = Telegram()
    database: Database = Database()
    sender: Sender = Sender()
    safety: Safety = Safety()
    handoff: Handoff = Handoff()
    coaches: Coaches = Coaches()
    checkins: CheckIns = CheckIns()
    privacy: Privacy = Privacy()
    dashboard: Dashboard = Dashboard()
    monitor: Monitor = Monitor()
    log: Log = Log()

    def master_key_bytes(self) -> bytes:
        """The 32 bytes of the master key. Raises LookupError when none was given."""
        if self.master_key is None:
            raise LookupError("no master key was given")
        return decode_key(self.master_key.get_secret_value())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: `load` reads the environment, and can say where a value came from."""
        return (init_settings,)
