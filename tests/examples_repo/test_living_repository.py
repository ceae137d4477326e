"""The repository at the top of the checkout is a good example of itself."""

from pathlib import Path

import pytest

from examples.generate import TOP
from examples.models import RECIPES
from mlgov import settings
from mlgov.cards import CardDocument, LinearGraphMetric
from mlgov.checks.schemas import modeline
from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from mlgov.lifecycle import validate
from mlgov.monitors.schema import MonitorSetDocument
from mlgov.names import FOLDERS, Kind, MonitoringType, RiskRating, Status
from mlgov.roles import RoleDocument, check_role, render


def documents(folder: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((TOP / folder).glob("*.yaml"))}


def card(name: str) -> CardDocument:
    document, findings = load((TOP / f"cards/{name}.yaml").read_bytes(), name)
    assert document is not None, findings
    typed, problems = validate(document, CardDocument)
    assert typed is not None, problems
    return typed


def monitor_set(name: str) -> MonitorSetDocument:
    document, findings = load((TOP / f"monitors/{name}.yaml").read_bytes(), name)
    assert document is not None, findings
    typed, problems = validate(document, MonitorSetDocument)
    assert typed is not None, problems
    return typed


def test_check_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """``mlgov check`` has no finding, not even a note."""
    assert exit_code_of(["-C", str(TOP), "check", "--fail-on", "note"]) == 0, capsys.readouterr().out


def test_every_example_model_has_a_card() -> None:
    """Cards and trained models are the same names."""
    assert set(documents("cards")) == set(RECIPES)


def test_there_is_a_card_of_every_status() -> None:
    """A reader can look at a card in each stage of its life."""
    assert {card(name).lifecycle.status for name in RECIPES} == set(Status)


def test_there_is_a_card_of_every_risk_rating() -> None:
    """From unknown to high."""
    assert {card(name).risk_rating for name in RECIPES} == set(RiskRating)


def test_clinical_examples_say_that_they_are_none() -> None:
    """A card about patients says in its description and its caveats that it is not for clinical use."""
    for name in ("breast-cancer", "diabetes-progression"):
        spec = card(name).spec
        assert spec.model_overview is not None
        assert spec.additional_information is not None
        assert "not for clinical use" in (spec.model_overview.model_description or "")
        assert "not for clinical use" in (spec.additional_information.caveats_and_recommendations or "")


def test_curves_fit_sagemakers_first_schema() -> None:
    """A curve has at most the 20 points that the schema of 2023 takes."""
    for name in RECIPES:
        for detail in card(name).spec.evaluation_details:
            metrics = [metric for group in detail.metric_groups for metric in group.metric_data]
            assert all(len(metric.value) <= 20 for metric in metrics if isinstance(metric, LinearGraphMetric))


@pytest.mark.parametrize(("folder", "kind"), FOLDERS.items())
def test_every_document_tells_editors_its_schema(folder: str, kind: Kind) -> None:
    """The first line is the modeline of its kind."""
    for path in documents(folder).values():
        assert path.read_text().splitlines()[0] == modeline(kind), path


@pytest.mark.parametrize("name", documents("roles"))
def test_every_role_renders(name: str) -> None:
    """A role has no finding, not even a warning, and renders."""
    document, _ = load(documents("roles")[name].read_bytes(), name)
    assert document is not None
    typed, problems = validate(document, RoleDocument)
    assert typed is not None, problems
    assert list(check_role(document, typed)) == []
    assert render(typed).policies


def test_roles_pass_only_the_compute_role() -> None:
    """The two roles for people hand on the one execution role that this repository describes."""
    for name in ("data-scientist", "ml-ops"):
        assert "arn:aws:iam::111122223333:role/SageMaker-compute" in documents("roles")[name].read_text()


def test_approved_models_have_the_monitors_that_their_risk_requires() -> None:
    """Every approved card has an enabled monitor of each required type."""
    rules = settings.load((TOP / "mlgov.toml").read_bytes()).monitors.required
    for name in RECIPES:
        if card(name).lifecycle.status is Status.APPROVED:
            enabled = {monitor.monitoring_type for monitor in monitor_set(name).spec.monitors if monitor.enabled}
            assert enabled >= set(rules[card(name).risk_rating])


def test_one_monitor_is_switched_off() -> None:
    """The archived model shows what an inactive monitor looks like."""
    assert [monitor.enabled for monitor in monitor_set("wine-cultivars").spec.monitors] == [False]


def test_every_set_watches_data_quality_and_one_the_quality_of_the_model() -> None:
    """Labels come for one model only."""
    types = {name: [m.monitoring_type for m in monitor_set(name).spec.monitors] for name in documents("monitors")}
    assert all(MonitoringType.DATA_QUALITY in declared for declared in types.values())
    assert [name for name, declared in types.items() if MonitoringType.MODEL_QUALITY in declared] == ["breast-cancer"]
