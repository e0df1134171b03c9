"""Settings: three sources in one order, and every mistake named with its line and its fix."""

from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import ConfigProblems, Settings, Telegram, check_lines, load
from bot.settings.example import example
from bot.settings.kinds import decode_key, encode_key
from bot.settings.rules import Machine, in_quiet_hours
from bot.settings.sources import fields, is_secret, variable

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456789:AAE4fakeFAKEfakeFAKEfakeFAKEfake_-xyz"
KEY = encode_key(bytes(range(32)))
SECRETS = {"FOOTHOLD_TELEGRAM__TOKEN": TOKEN, "FOOTHOLD_MASTER_KEY": KEY}
ANY_MACHINE = Machine(is_folder=lambda _: True, is_writable=lambda _: True)


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def wrong(path: Path | None, environ: dict[str, str], machine: Machine = ANY_MACHINE) -> list[str]:
    """The lines `foothold check` would print, with the folder left out."""
    with pytest.raises(ConfigProblems) as found:
        load(path, environ, machine=machine)
    folder = f"{path.parent}/" if path else ""
    return [line.replace(folder, "") for line in check_lines(found.value.problems)]


def test_the_example_is_what_the_settings_say() -> None:
    """config.example.toml has every setting, its meaning and its safe value; `make example` writes it."""
    assert (ROOT / "config.example.toml").read_text() == example()


def test_the_example_changes_nothing() -> None:
    """Copied as it is, the example leaves every setting at its safe value."""
    assert load(ROOT / "config.example.toml", SECRETS, machine=ANY_MACHINE) == load(
        None, SECRETS, machine=ANY_MACHINE
    )


def test_every_setting_says_what_it_means() -> None:
    """Nobody meets a setting without a sentence about it."""
    assert [key for key, setting in fields() if not (setting.description or "").endswith((".", ")."))] == []


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    """A variable wins over the file, with its text read as the setting's own kind."""
    path = written(tmp_path, '[sender]\nper_second = 5\n[service]\nname = "Harbour"\nlanguage = "en"\n')
    environ = SECRETS | {
        "FOOTHOLD_SENDER__PER_SECOND": "0",
        "FOOTHOLD_DASHBOARD__ALLOW_REMOTE": "true",
        "FOOTHOLD_SERVICE__LANGUAGE": "cy",
        "FOOTHOLD_CHECKINS__QUIET_FROM": "21:30",
    }
    settings = load(path, environ, machine=ANY_MACHINE)
    assert settings.sender.per_second == 0
    assert settings.dashboard.allow_remote is True
    assert settings.service.name == "Harbour"
    assert settings.service.language == "cy"
    assert settings.checkins.quiet_from == time(21, 30)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """A trailing line break, which every editor adds, does not belong to the secret."""
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "key").write_text(KEY + "\n")
    environ = {
        "FOOTHOLD_TELEGRAM__TOKEN_FILE": str(tmp_path / "token"),
        "FOOTHOLD_MASTER_KEY_FILE": str(tmp_path / "key"),
    }
    settings = load(None, environ, machine=ANY_MACHINE)
    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert settings.master_key_bytes() == bytes(range(32))


def test_both_forms_of_one_secret_are_refused(tmp_path: Path) -> None:
    """Nobody has to guess which of two tokens is in use."""
    (tmp_path / "token").write_text(TOKEN)
    assert wrong(None, SECRETS | {"FOOTHOLD_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")}) == [
        "environment: telegram.token is set in two forms."
        " Fix: keep FOOTHOLD_TELEGRAM__TOKEN_FILE and unset FOOTHOLD_TELEGRAM__TOKEN"
    ]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    """One look at the list is enough: every line has the place, the key, what is wrong and the fix."""
    path = written(
        tmp_path,
        """\
[service]
zone = "Europe/Lundon"
nation = "GB-SCT"
country = "IE"

[sender]
per_secnd = 5
concurrency = 0

[dashboard]
port = "eighty"
host = "0.0.0.0"
public_url = "http://help.example.org"

[checkins]
quiet_from = "8pm"
morning = "07:00"

[handof]
give_up_hours = 3
""",
    )
    assert wrong(path, {}) == [
        'config.toml:2: service.zone is "Europe/Lundon", which is no time zone.'
        ' Fix: for example zone = "Europe/London"',
        "config.toml:3: service.nation is a UK nation, and the country is IE."
        ' Fix: nation = "" or country = "GB"',
        "config.toml:7: sender.per_secnd is not a setting. Fix: did you mean sender.per_second?",
        "config.toml:8: sender.concurrency must be greater than or equal to 1."
        " Fix: for example concurrency = 16",
        "config.toml:11: dashboard.port must be a whole number. Fix: for example port = 8080",
        'config.toml:12: dashboard.host is "0.0.0.0", which other machines can reach without TLS.'
        ' Fix: host = "127.0.0.1" with a proxy in front, or allow_remote = true for a proxy elsewhere',
        "config.toml:13: dashboard.public_url is not https."
        " Fix: put a proxy with TLS in front, and use its address",
        'config.toml:16: checkins.quiet_from must be a time of day such as "08:00", from "00:00" to "23:59".'
        ' Fix: for example quiet_from = "22:00"',
        "config.toml:17: checkins.morning is 07:00, within the quiet hours 22:00 to 08:00."
        " Fix: choose a time outside them",
        "config.toml:19: handof is not a setting. Fix: did you mean handoff?",
        "environment: master_key is missing. Fix: set FOOTHOLD_MASTER_KEY_FILE to a file that holds it"
        " (or FOOTHOLD_MASTER_KEY); `foothold keygen` makes it",
        "environment: telegram.token is missing. Fix: set FOOTHOLD_TELEGRAM__TOKEN_FILE to a file that holds"
        " it (or FOOTHOLD_TELEGRAM__TOKEN); @BotFather gives it",
    ]


@pytest.mark.parametrize(
    ("token", "complaint"),
    [
        (TOKEN[:20] + " " + TOKEN[20:], "has a space or a line break in it"),
        (" " + TOKEN, "has a space or a line break in it"),
        (TOKEN.replace(":", ""), "is not in the form @BotFather gives"),
        ("hunter2", "is not in the form @BotFather gives"),
        ("", "is not in the form @BotFather gives"),
    ],
)
def test_a_wrong_token_is_described_and_never_shown(token: str, complaint: str) -> None:
    """What was pasted may be a real token with a slip in it."""
    [line] = wrong(None, SECRETS | {"FOOTHOLD_TELEGRAM__TOKEN": token})
    assert line.startswith(f"FOOTHOLD_TELEGRAM__TOKEN: telegram.token {complaint}")
    assert not token or token.strip() not in line


def test_secrets_never_show_when_settings_are_printed() -> None:
    """repr and str of the settings, and of a failed validation, hold no secret."""
    settings = load(None, SECRETS, machine=ANY_MACHINE)
    assert TOKEN not in f"{settings!r} {settings} {settings.telegram!r} {settings.model_dump_json()}"
    assert KEY not in f"{settings!r} {settings} {settings.model_dump_json()}"
    with pytest.raises(ValidationError) as failed:
        Telegram.model_validate({"token": TOKEN + " "})
    assert TOKEN not in f"{failed.value!r}"


def test_a_secret_in_the_file_is_refused(tmp_path: Path) -> None:
    """config.toml gets copied and shown around; secrets have places of their own."""
    [line] = wrong(written(tmp_path, f'[telegram]\nmode = "polling"\ntoken = "{TOKEN}"\n'), SECRETS)
    assert line == (
        "config.toml:3: telegram.token is a secret and stands in the file."
        " Fix: take it out and set FOOTHOLD_TELEGRAM__TOKEN_FILE to a file that only the bot can read"
    )


@pytest.mark.parametrize("key", ["short", "!" * 43, encode_key(bytes(31)), encode_key(bytes(33)), ""])
def test_a_wrong_master_key_is_refused(key: str) -> None:
    """A key of another length would open nothing, or protect nothing."""
    [line] = wrong(None, SECRETS | {"FOOTHOLD_MASTER_KEY": key})
    assert "is not a key: 32 bytes in base64" in line


def test_keys_come_back_as_they_were() -> None:
    """Padding or none, a line break or none: the same 32 bytes."""
    assert decode_key(KEY) == decode_key(KEY + "=") == decode_key(KEY + "\n") == bytes(range(32))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[sender\n", "config.toml:1: the file is not TOML: Expected ']' at the end of a table declaration."),
        ("a = 1\na = 2\n", "config.toml:2: the file is not TOML: Cannot overwrite a value."),
        (
            "[log]\n[log]\n",
            "config.toml:2: the file is not TOML: Cannot declare ('log',) twice."
            " Fix: it stands there twice: keep one",
        ),
        ("[handoff]\ngive_up_hours = 999999999\n", "config.toml:2: handoff.give_up_hours must be less than"),
        ("[sender]\nper_second = inf\n", "config.toml:2: sender.per_second must be less than"),
        (
            '[dashboard]\npublic_url = "https://x.org/?a"\n',
            "config.toml:2: dashboard.public_url has a ? or #",
        ),
        ('[service]\nname = "a\\nb"\n', "config.toml:2: service.name must be words on one line."),
        ("sender = 3\n", "config.toml:1: sender must be a section."),
        ('\n[[service]]\nname = "a"\n', "config.toml:2: service must be a section. Fix: write it as [ser"),
        ('[service]\nzone = "a\\u202eb"\n', 'config.toml:2: service.zone is "a�b", which is no time zone.'),
        (f'[dashboard]\nhost = "{"x" * 900}"\n', f'config.toml:2: dashboard.host is "{"x" * 60}…", which'),
        (
            '[telegram]\nbase_url = "https://x.org:99999"\n',
            "config.toml:2: telegram.base_url has a port that is none: 1 to 65535. Fix:",
        ),
        ('[monitor]\nurl = "https://:80"\n', "config.toml:2: monitor.url must be an address"),
        ('[monitor]\nurl = "https://a\\u202eb"\n', "config.toml:2: monitor.url has a space or a character"),
        ('[monitor]\nurl = "https://[::1"\n', "config.toml:2: monitor.url has a [ without its ]"),
        (
            '[database]\nurl = "postgresql://foothold@db:543210/foothold"\n',
            "config.toml:2: database.url has a port that is none",
        ),
        ('[database]\nurl = "postgresql://db:x/y"\n', "config.toml:2: database.url has a port that is none"),
        ('[database]\nurl = "sqlite:////"\n', "config.toml:2: database.url names no file"),
        (
            "[service]\nname = \u201cFoothold\u201d\n",
            'config.toml:2: the file has curly quotes. Fix: write straight ones: "like this"',
        ),
        (
            "[service]\nfoo = 1\n",
            "config.toml:2: service.foo is not a setting."
            " Fix: take it out; config.example.toml has every setting",
        ),
        (
            "[service]\ntimezone = 'UTC'\n",
            "config.toml:2: service.timezone is not a setting. Fix: did you mean service.zone?",
        ),
        ("[Sender]\n", "config.toml:1: Sender is not a setting. Fix: did you mean sender?"),
        (
            "per_second = 3\n",
            "config.toml:1: per_second is not a setting. Fix: did you mean sender.per_second?",
        ),
        ('[log]\nlevel = "loud"\n', "config.toml:2: log.level must be one of 'debug', 'info', 'warning' or"),
        ("[dashboard]\nport = 8080.5\n", "config.toml:2: dashboard.port must be a whole number."),
        ('[sender]\nper_second = "30"\n', "config.toml:2: sender.per_second must be a number."),
        ("[service]\nname = 3\n", 'config.toml:2: service.name must be words in "quotes".'),
        ("[service]\nlanguage = 'English'\n", "config.toml:2: service.language"),
        (
            "sender.concurrency = -1\n",
            "config.toml:1: sender.concurrency must be greater than or equal to 1.",
        ),
        ('[telegram]\nbase_url = "ftp://x"\n', "config.toml:2: telegram.base_url must be an address"),
        (
            '[telegram]\nmode = "webhook"\n',
            "config.toml:1: telegram.webhook_secret is missing, and mode is webhook.",
        ),
        ('[database]\nurl = "mysql://x/y"\n', 'config.toml:2: database.url must start with "sqlite:///"'),
        ('[database]\nurl = "sqlite://x"\n', "config.toml:2: database.url needs three slashes"),
        (
            '[database]\nbackup_dir = "a\\u0000b"\n',
            "config.toml:2: database.backup_dir must be a path without control",
        ),
        (
            '[database]\nurl = "sqlite:///a\\u0000b"\n',
            "config.toml:2: database.url must be a path without control",
        ),
        ('[database]\nurl = "postgresql://a:b@c/d"\n', "config.toml:2: database.url has a password in it"),
        (
            '[checkins]\nquiet_from = "08:00"\n',
            "config.toml:2: checkins.quiet_from and quiet_until are both 08:00",
        ),
        (
            "[handoff]\nhonest_after_minutes = 4\n",
            "config.toml:2: handoff.honest_after_minutes is 4, which is before",
        ),
        (
            "[dashboard]\nidle_minutes = 900\n",
            "config.toml:2: dashboard.idle_minutes is longer than absolute_hours",
        ),
    ],
)
def test_each_mistake_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    """The first line printed is about the first mistake, where it stands."""
    assert wrong(written(tmp_path, text), SECRETS)[0].startswith(expected)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    """As an older editor on Windows saves it."""
    file = tmp_path / "config.toml"
    file.write_bytes(b'[service]\nname = "Caf\xe9"\n')
    assert wrong(file, SECRETS)[0] == "config.toml:2: the file is not UTF-8 text. Fix: save it as UTF-8"


def test_a_missing_file_is_a_problem_of_its_own(tmp_path: Path) -> None:
    """--config with a wrong path must not run on safe values as if nothing were amiss."""
    assert wrong(tmp_path / "config.toml", SECRETS)[0].startswith("config.toml: the file does not exist.")
    assert wrong(tmp_path, SECRETS)[0].endswith("Fix: check its path and its permissions")


def test_a_file_that_is_not_read_is_the_only_problem(tmp_path: Path) -> None:
    """What it would have said is not known, so the folder of the safe value is no complaint."""
    no_folder = Machine(is_folder=lambda _: False)
    [line] = wrong(written(tmp_path, "[service\n"), {}, no_folder)
    assert line.startswith("config.toml:1: the file is not TOML")


def test_a_misspelt_variable_is_a_problem() -> None:
    """A variable that nothing reads would leave a safe value in force unseen."""
    assert wrong(None, SECRETS | {"FOOTHOLD_SENDER__PER_SECOND_": "3", "FOOTHOLD_MASTER_KEYFILE": "/k"}) == [
        "environment: FOOTHOLD_MASTER_KEYFILE is not a setting. Fix: did you mean FOOTHOLD_MASTER_KEY_FILE?",
        "environment: FOOTHOLD_SENDER__PER_SECOND_ is not a setting."
        " Fix: did you mean FOOTHOLD_SENDER__PER_SECOND?",
    ]


def test_a_variable_in_small_letters_is_a_problem() -> None:
    """Nothing reads it, and whoever wrote it believes that it holds."""
    assert wrong(None, SECRETS | {"foothold_sender__per_second": "3"}) == [
        "environment: foothold_sender__per_second is not a setting."
        " Fix: did you mean FOOTHOLD_SENDER__PER_SECOND?"
    ]


def test_a_path_of_the_database_is_taken_as_it_is() -> None:
    """Nothing in it is read as an address would be: a folder may be called so."""
    environ = SECRETS | {"FOOTHOLD_DATABASE__URL": "sqlite:////srv/100%20?a#b/foothold.db"}
    settings = load(None, environ, machine=ANY_MACHINE)
    assert settings.database.sqlite_path == Path("/srv/100%20?a#b/foothold.db")


def test_a_secret_file_that_is_not_there(tmp_path: Path) -> None:
    """The variable is named, with what the system said."""
    environ = {"FOOTHOLD_MASTER_KEY": KEY, "FOOTHOLD_TELEGRAM__TOKEN_FILE": str(tmp_path / "none")}
    [line, missing] = wrong(None, environ)
    assert line.startswith(
        "environment: FOOTHOLD_TELEGRAM__TOKEN_FILE names a file that can't be read (No such file"
    )
    assert "telegram.token is missing" in missing


def test_the_database_needs_a_folder(tmp_path: Path) -> None:
    """A folder that is not there, or not ours, is said before anybody writes to the bot."""
    url = {"FOOTHOLD_DATABASE__URL": f"sqlite:///{tmp_path}/none/foothold.db"}
    [line] = wrong(None, SECRETS | url, Machine())
    assert line.startswith("FOOTHOLD_DATABASE__URL: database.url is in the folder")
    assert line.endswith(f"Fix: mkdir -p -m 700 {tmp_path}/none")
    [line] = wrong(None, SECRETS, Machine(is_folder=lambda _: True, is_writable=lambda _: False))
    assert "where the bot may not write" in line


def test_a_webhook_needs_https_and_a_secret() -> None:
    """Anybody could feed the bot otherwise."""
    environ = SECRETS | {"FOOTHOLD_TELEGRAM__MODE": "webhook"}
    public = environ | {"FOOTHOLD_TELEGRAM__WEBHOOK_URL": "http://help.example.org"}
    assert [
        "is not https" in line or "webhook_secret is missing" in line for line in wrong(None, public)
    ] == [True] * 2
    local = environ | {
        "FOOTHOLD_TELEGRAM__WEBHOOK_URL": "http://127.0.0.1:9000/",
        "FOOTHOLD_TELEGRAM__WEBHOOK_SECRET": "x" * 32,
    }
    assert load(None, local, machine=ANY_MACHINE).telegram.webhook_url == "http://127.0.0.1:9000"


def test_a_command_may_need_less() -> None:
    """Importing a directory needs no token."""
    assert load(None, {}, needs=(), machine=ANY_MACHINE).telegram.token is None


def test_other_peoples_variables_are_left_alone() -> None:
    """Only names that begin with FOOTHOLD_ are ours."""
    load(None, SECRETS | {"PATH": "/bin", "TOKEN": "x"}, machine=ANY_MACHINE)


def test_settings_are_frozen() -> None:
    """Nothing changes while the program runs."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().sender.concurrency = 3


def test_every_secret_has_a_variable() -> None:
    """The secrets are these, and no more."""
    assert [variable(key) for key, setting in fields() if is_secret(setting)] == [
        "FOOTHOLD_MASTER_KEY",
        "FOOTHOLD_TELEGRAM__TOKEN",
        "FOOTHOLD_TELEGRAM__WEBHOOK_SECRET",
        "FOOTHOLD_DATABASE__PASSWORD",
    ]


def test_a_secret_is_not_read_from_a_device_without_an_end() -> None:
    """A path with a slip in it is said to be no key, at once; the command hung until memory was gone."""
    environ = {name: value for name, value in SECRETS.items() if "MASTER_KEY" not in name}
    said = wrong(None, environ | {"FOOTHOLD_MASTER_KEY_FILE": "/dev/zero"})
    assert "master_key is not a key" in said[0]


@pytest.mark.parametrize(
    ("at", "quiet"),
    [(time(22), True), (time(3), True), (time(7, 59), True), (time(8), False), (time(21, 59), False)],
)
def test_quiet_hours_span_midnight_and_end_exclusively(at: time, quiet: bool) -> None:
    """22:00 to 08:00: at eight it may leave again."""
    assert in_quiet_hours(at, time(22), time(8)) is quiet


def test_quiet_hours_within_a_day() -> None:
    """A service may keep the afternoon quiet instead."""
    assert [in_quiet_hours(time(hour), time(13), time(15)) for hour in (12, 13, 14, 15)] == [
        False,
        True,
        True,
        False,
    ]
