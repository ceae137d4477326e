"""mlgov.toml: what it may say, and how mistakes in it are reported."""

import json

import pytest

from mlgov import settings
from mlgov.errors import SettingsError
from mlgov.names import MonitoringType, RiskRating


def test_an_empty_file_gives_the_defaults() -> None:
    """Every setting has a default that works without a forge."""
    loaded = settings.load(b"")
    assert loaded.forge.kind == "none"
    assert loaded.ledger.branch == "mlgov-ledger"
    assert loaded.required == ()


def test_values_are_typed() -> None:
    """Words become the glossary's enums."""
    loaded = settings.load(b'[monitors]\nrequired = {high = ["data_quality"]}\n')
    assert loaded.monitors.required == {RiskRating.HIGH: (MonitoringType.DATA_QUALITY,)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[sit]", "unknown key sit; did you mean site"),
        ("[site]\ntitel = 'x'", "unknown key site.titel; did you mean title"),
        ("[zebra]", "known are"),
        ("[forge]\nkind = 'gitlub'", "forge.kind"),
        ("[forge]\nmax_new_issues = 0", "forge.max_new_issues"),
        ("[[required]]\nkind = 'ModelCard'\nfields = []", "required.0.fields"),
        ("[site]\ntitle = 'x'\na = = 1", "line 3"),
        ("\xff", "utf-8"),
        ("[monitors]\ncatch_up_windows = 0", "monitors.catch_up_windows"),
        ("[monitors]\nlateness_hours = -1", "monitors.lateness_hours"),
        ("[monitors]\nengine = 'flink'", "monitors.engine"),
        ("[hooks]\ncommand = 'rm'", "hooks.command: this should be a list"),
        ("[hooks]\nevents = ['ftp://x']", "hooks.events.0: 'ftp://x' does not have the form"),
        ("[hooks]\ncommand_limit_s = -1", "hooks.command_limit_s: this should be greater than or equal to 1"),
        ("[monitors]\nengine = 'spark'", "needs an engine_address: spark://"),
        ("[monitors]\nengine = 'dask'\nengine_address = 'spark://h:1'", "needs an engine_address: tcp://"),
        ("[monitors]\nengine_address = 'tcp://h:1'", "engine arrow is this process"),
    ],
)
def test_mistakes_are_errors(text: str, words: str) -> None:
    """A mistake in the settings stops everything with a sentence; it never falls back to a default."""
    with pytest.raises(SettingsError, match=r"mlgov\.toml") as caught:
        settings.load(text.encode("latin-1"))
    assert words in caught.value.message


@pytest.mark.parametrize("key", ["edit_uri_template", "view_uri_template"])
@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert(1)//{path}",
        "//f.example/{path}",
        "/edit/{path}",
        "https://f.example/",
        "http://f.example/{path}",
        'https://x/"onclick=alert(1)//{path}',
        "https://x/'onclick=alert(1)//{path}",
        "https://x/<b>{path}",
        "https://x/a b/{path}",
        "https://x/{path}\n",
        "https://user:word@x/{path}",
    ],
)
def test_buttons_lead_to_plain_https_addresses_only(key: str, template: str) -> None:
    """The theme prints them as they are."""
    with pytest.raises(SettingsError, match=rf"site\.{key}: .* must be a whole https address"):
        settings.load(f"[site]\n{key} = {json.dumps(template)}\n".encode())


@pytest.mark.parametrize(
    "start", ["https://f.example:8443", "http://localhost:3000", "http://[::1]", "http://127.0.0.1"]
)
def test_http_is_taken_on_this_machine(start: str) -> None:
    """A forge under test has no certificate."""
    template = f"{start}/o/r/_edit/main/{{path}}?a=b&c=d"
    assert settings.load(f"[site]\nedit_uri_template = '{template}'\n".encode()).site.edit_uri_template == template


@pytest.mark.parametrize(
    ("engine", "address"),
    [("arrow", ""), ("spark", "spark://h:7077"), ("spark", "yarn"), ("spark", "local[2]"), ("dask", "tls://h:8786")],
)
def test_an_engine_has_an_address_of_its_kind(engine: str, address: str) -> None:
    """The address says which cluster reads, and the kind says who may be behind it."""
    found = settings.load(f"[monitors]\nengine = '{engine}'\nengine_address = '{address}'".encode()).monitors
    assert (found.engine, found.engine_address) == (engine, address)


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        (
            "[monitors]\nlateness_hours = '6'",
            "lateness_hours: this should be a number",
            "Write lateness_hours = 6, without",
        ),
        ("[monitors]\nlateness_hours = true", "lateness_hours: this should be a number", ""),
        ("[monitors]\nlateness_hours = 'six'", "lateness_hours: this should be a number", ""),
        (
            "[monitors]\ncatch_up_windows = 6.0",
            "catch_up_windows: this should be a whole",
            "Write catch_up_windows = 6.",
        ),
        ("[waivers]\nmax_days = true", "waivers.max_days: this should be a whole number", ""),
        ("[revalidation]\nwindows_days = ['60']", "windows_days.0: this should be a whole number", "Write 60, without"),
        (
            "[hooks]\nreview_card = 'true'",
            "review_card: this should be true or false",
            "Write review_card = true, without",
        ),
        ("[hooks]\nreview_card = 1", "review_card: this should be true or false", "Write review_card = true or"),
        ("[[people]]\nid = 'x'\nbot = 'no'", "people.0.bot: this should be true or false", "Write bot = true or"),
        ("[site]\ntitle = 6", "site.title: this should be text in quotes", 'Write title = "6".'),
        ("[site]\ntitle = 2026-01-01", "site.title: this should be text in quotes", 'Write title = "2026-01-01".'),
        ("[monitors.scorers]\na = 3", "monitors.scorers.a: this should be text in quotes", 'Write a = "3".'),
    ],
)
def test_no_value_is_read_as_another_type(text: str, words: str, hint: str) -> None:
    """A text is no number, 1 is no boolean, and the message says what to write."""
    with pytest.raises(SettingsError) as caught:
        settings.load(text.encode())
    assert words in caught.value.message
    assert caught.value.message.startswith("mlgov.toml: ")
    assert caught.value.hint.startswith(hint)
    assert bool(caught.value.hint) == bool(hint)


def test_a_whole_number_is_a_number() -> None:
    """6 is as good as 6.0 where hours may be parts of hours."""
    assert settings.load(b"[monitors]\nlateness_hours = 6").monitors.lateness_hours == 6.0


def test_no_setting_takes_another_type() -> None:
    """Every number and boolean of every table refuses a text, so a new setting does as well."""
    checked = 0
    for name, field in settings.Settings.model_fields.items():
        for key, inner in getattr(field.annotation, "model_fields", {}).items():
            if inner.annotation in (int, float, bool):
                value = json.dumps(str(inner.default).lower())
                with pytest.raises(SettingsError, match=rf"{name}\.{key}: this should be"):
                    settings.load(f"[{name}]\n{key} = {value}\n".encode())
                checked += 1
    assert checked > 10
