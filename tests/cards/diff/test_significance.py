"""What matters how much."""

import pytest

from mlgov import settings
from mlgov.cards.diff import DEFAULTS, DiffTable, Significance, table_of
from mlgov.cards.diff.significance import covers, field_paths
from mlgov.errors import SettingsError

HOLDOUT = "spec.evaluation_details.*.metric_groups.*.metric_data.*"


def level(path: str, table: DiffTable | None = None) -> str:
    """Give the significance of a change at a path."""
    return (table or DiffTable()).of(tuple(path.split("."))).label


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lifecycle.status", "material"),
        ("metadata.title", "informative"),
        ("metadata.annotations.tool", "cosmetic"),
        ("spec.intended_uses.risk_rating", "material"),
        (f"{HOLDOUT}.value", "material"),
        (f"{HOLDOUT}.notes", "informative"),
        (f"{HOLDOUT}.x_axis_name", "cosmetic"),
        ("spec.acceptance_criteria.*", "material"),
        ("spec.acceptance_criteria.*.rationale", "informative"),
        ("spec.business_details.business_problem", "informative"),
    ],
)
def test_the_default_table(path: str, expected: str) -> None:
    """What a reviewer has to judge is material."""
    assert level(path) == expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("spec.lineage", "spec.lineage.datasets.*", True),
        ("spec.*.datasets", "spec.lineage.datasets", True),
        ("spec.*.datasets", "spec.a.b.datasets", False),
        ("spec.**.datasets", "spec.a.b.datasets.x", True),
        ("**", "metadata", True),
        ("spec.lineage.datasets", "spec.lineage", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    """A pattern covers what lies below it; one star is one step, two are any number."""
    assert covers(pattern, tuple(path.split("."))) is expected


def test_every_default_pattern_fits_a_field() -> None:
    """A renamed field does not leave a row without meaning."""
    assert [p for p in DEFAULTS if not any(covers(p, path) for path in field_paths())] == []


def test_the_organisation_has_the_last_word() -> None:
    """Also over a default row that stands after the one it names."""
    text = b'[diff.significance]\n"spec.**.notes" = "material"\n"spec.business_details" = "cosmetic"\n'
    table = table_of(settings.load(text).diff)
    assert level(f"{HOLDOUT}.notes", table) == "material"
    assert level("spec.business_details.business_problem", table) == "cosmetic"
    assert table.of(("lifecycle", "status")) is Significance.MATERIAL


def test_a_pattern_that_fits_nothing_is_refused() -> None:
    """With the field that was probably meant."""
    loaded = settings.load(b'[diff.significance]\n"spec.busines_details" = "cosmetic"\n')
    with pytest.raises(
        SettingsError, match=r"spec\.busines_details is no field of a card; did you mean spec\.business"
    ):
        table_of(loaded.diff)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[diff]\nsignificanse = {}", "did you mean significance"),
        ('[diff.significance]\n"spec" = "huge"', "diff.significance.spec"),
        ('[diff.significance]\n"spec..x" = "cosmetic"', "diff.significance.spec..x"),
        ('[diff.significance]\n"sepc.x" = "cosmetic"', "diff.significance.sepc.x"),
        ('[diff.orientation]\nlift = "up"', "diff.orientation.lift"),
        ('[events]\naccount = "12"', "events.account"),
        ('[events]\nregion = "Europe"', "events.region"),
        ('[events]\nsource = "aws.sagemaker"', "belongs to AWS"),
        ('[events]\nwebhook_secret = "my secret"', "events.webhook_secret"),
        ("[events]\nwebhok = 1", "unknown key events.webhok"),
    ],
)
def test_mistakes_in_the_settings_are_errors(text: str, words: str) -> None:
    """Nothing is ignored."""
    with pytest.raises(SettingsError) as caught:
        settings.load(text.encode())
    assert words in caught.value.message
