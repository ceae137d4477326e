"""mlgov.toml: what it may say, and how mistakes in it are reported."""

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
    ],
)
def test_mistakes_are_errors(text: str, words: str) -> None:
    """A mistake in the settings stops everything with a sentence; it never falls back to a default."""
    with pytest.raises(SettingsError, match=r"mlgov\.toml") as caught:
        settings.load(text.encode("latin-1"))
    assert words in caught.value.message
