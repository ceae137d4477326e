"""Cards made and changed by code."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mlgov
from mlgov import (
    AdditionalInformation,
    BusinessDetails,
    Claim,
    Environment,
    EvaluationJob,
    EvaluationMetricTypeEnum,
    FacetEnum,
    Function,
    HyperParameter,
    IntendedUses,
    Metric,
    MetricTypeEnum,
    ModelCard,
    ModelCardStatusEnum,
    ModelOverview,
    ObjectiveFunction,
    ObjectiveFunctionEnum,
    RiskRatingEnum,
    TrainingDetails,
    TrainingJobDetails,
    TrainingMetric,
)
from mlgov.cards import CardSpec
from mlgov.checks.layout import format_document, render_document
from mlgov.errors import UsageError
from mlgov.names import Kind
from mlgov.sdk.values import plain
from tests.cards.maximal import maximal

COMMENTED = b"""\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn # the name of the model too
lifecycle:
  status: draft
spec:
  # people write this
  model_overview:
    model_description: Words of a person.
  evaluation_details:
    - name: holdout
      # why these rows
      metric_groups:
        - name: quality
          metric_data:
            - {name: auc, type: number, value: 0.9, notes: checked by hand}
            - {name: f1, type: number, value: 0.8}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty governance repository."""
    (tmp_path / "mlgov.toml").write_text("")
    return tmp_path


def test_a_script_for_sagemaker_needs_other_imports_and_no_more(root: Path) -> None:
    """Names, enums, keywords and calls are those of SageMaker's SDK."""
    card = ModelCard(
        name="churn",
        status=ModelCardStatusEnum.DRAFT,
        root=root,
        sagemaker_session=None,
        model_overview=ModelOverview(
            model_name="churn",
            model_artifact=["s3://models/churn.tar.gz"],
            inference_environment=Environment(container_image=["image:1"]),
        ),
        intended_uses=IntendedUses(purpose_of_model="Keep customers.", risk_rating=RiskRatingEnum.HIGH),
        business_details=BusinessDetails(line_of_business="retail"),
        training_details=TrainingDetails(
            objective_function=ObjectiveFunction(
                function=Function(function=ObjectiveFunctionEnum.MAXIMIZE, facet=FacetEnum.AUC)
            ),
            training_job_details=TrainingJobDetails(training_environment=Environment(container_image=["image:2"])),
        ),
        additional_information=AdditionalInformation(custom_details={"team": "growth"}),
    )
    assert card.training_details is not None
    card.training_details.add_metric(TrainingMetric(name="loss", value=np.float32(0.5)))
    card.training_details.add_parameter(HyperParameter(name="C", value=1))
    card.evaluation("holdout").add_metric_group("quality").add_metric(
        Metric(name="matrix", type=MetricTypeEnum.MATRIX, value=np.eye(2, dtype=int))
    )
    card.create()
    found = ModelCard.load("churn", root=root).to_document()
    assert found.risk_rating == "high"
    assert found.spec.training_details is not None
    job = found.spec.training_details.training_job_details
    assert job is not None
    assert [(m.name, m.value) for m in job.user_provided_training_metrics] == [("loss", 0.5)]
    assert [(p.name, p.value) for p in job.user_provided_hyper_parameters] == [("C", "1")]
    assert found.spec.evaluation_details[0].metric_groups[0].metric_data[0].value == [[1, 0], [0, 1]]
    run = [sys.executable, "-m", "mlgov", "-C", str(root), "check"]
    assert subprocess.run(run, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("written", ["PendingReview", "PENDING_REVIEW", "pending_review"])
def test_sagemakers_spellings_are_understood(written: str) -> None:
    """Of statuses and ratings."""
    assert ModelCard("churn", written).to_document().lifecycle.status == "pending_review"
    assert IntendedUses.model_validate({"risk_rating": "High"}).risk_rating == "high"


def test_unchanged_in_unchanged_out() -> None:
    """Loading and saving is no edit."""
    assert ModelCard.from_yaml(COMMENTED).to_yaml() == COMMENTED


def test_words_of_people_and_comments_stay() -> None:
    """Code changes one number, and one line changes."""
    card = ModelCard.from_yaml(COMMENTED)
    group = card.evaluation("holdout").get_metric_group("quality")
    assert group is not None
    group.add_metric(Metric(name="auc", value=0.95, notes="checked by hand"))
    assert card.to_yaml() == COMMENTED.replace(b"value: 0.9,", b"value: 0.95,")


def test_another_metric_in_the_same_place_inherits_nothing() -> None:
    """Notes belong to the metric and not to the line."""
    card = ModelCard.from_yaml(COMMENTED)
    card.evaluation("holdout").metric_groups[0].metric_data = [
        Metric(name="brier", value=0.1),
        Metric(name="f1", value=1),
    ]
    shown = card.to_yaml().decode()
    assert "checked by hand" not in shown
    assert "people write this" in shown


def test_creating_never_overwrites(root: Path) -> None:
    """Neither does saving what somebody else has changed meanwhile."""
    card = ModelCard("churn", root=root)
    path = card.create()
    with pytest.raises(UsageError, match="there already"):
        ModelCard("churn", root=root).create()
    path.write_bytes(COMMENTED)
    with pytest.raises(UsageError, match="changed by somebody else"):
        card.update(intended_uses=IntendedUses(risk_rating="low"))
    assert path.read_bytes() == COMMENTED


def test_create_and_save_again(root: Path) -> None:
    """After create the card knows its file."""
    card = ModelCard("churn", root=root)
    card.create()
    card.title = "Churn"
    assert b"title: Churn" in card.save().read_bytes()
    assert card.save() == card.path


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ModelCard("Bad Name").to_yaml(),
        lambda: ModelCard.from_yaml(b"a: 1"),
        lambda: ModelCard("churn", "finished").to_yaml(),
        lambda: ModelCard("churn").export("papyrus"),
    ],
)
def test_what_is_not_legal_is_said(wrong: object) -> None:
    """By one error with a place and advice."""
    with pytest.raises(UsageError):
        wrong()  # type: ignore[operator]


def test_a_card_that_is_not_there(root: Path) -> None:
    """The error says how to make it."""
    with pytest.raises(UsageError, match="There is no") as caught:
        ModelCard.load("churn", root=root)
    assert "create()" in caught.value.hint


def test_an_unknown_section_is_an_error() -> None:
    """As every unknown argument of Python is."""
    with pytest.raises(TypeError, match="no section 'model_overwiew'"):
        ModelCard("churn", model_overwiew=None)


@pytest.mark.parametrize(
    "metric",
    [
        {"name": "a", "value": float("nan")},
        {"name": "a", "value": [[0, float("inf")]], "type": "linear_graph"},
        {"name": "a", "value": [1, 2]},
        {"name": "a", "value": [[1], [1, 2]], "type": "matrix"},
        {"name": "a", "value": [1, 2], "type": "bar_chart", "x_axis_name": ["one"]},
        {"name": "a", "value": True, "type": "number"},
    ],
)
def test_a_metric_has_the_shape_of_its_type(metric: dict[str, object]) -> None:
    """Found where the metric is made, not where the card is written."""
    with pytest.raises(ValueError):
        Metric(**metric)  # type: ignore[arg-type]


def test_the_package_names_its_sdk_and_loads_it_late() -> None:
    """``import mlgov`` alone loads nothing."""
    assert {"ModelCard", "Metric"} <= set(dir(mlgov))
    with pytest.raises(AttributeError):
        _ = mlgov.ModelKard  # type: ignore[attr-defined]
    code = "import sys, mlgov; print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"


def test_a_report_of_model_monitor_becomes_groups(tmp_path: Path) -> None:
    """By SageMaker's name of its format; a second time it replaces what it added."""
    report = tmp_path / "statistics.json"
    report.write_text('{"regression_metrics": {"rmse": {"value": 2.5, "standard_deviation": "NaN"}}}')
    evaluation = ModelCard("churn").evaluation("holdout")
    for _ in range(2):
        notes = evaluation.add_metric_group_from_json(report, EvaluationMetricTypeEnum.REGRESSION)
        assert any("NaN" in note for note in notes)
    [group] = evaluation.metric_groups
    assert [(metric.name, metric.value) for metric in group.metric_data] == [("rmse", 2.5)]
    with pytest.raises(UsageError):
        evaluation.add_metric_group_from_json(report, "clarify-bias")


def test_a_card_prints_itself(tmp_path: Path) -> None:
    """The same time gives the same file."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    card = ModelCard.from_yaml(COMMENTED)
    one, two = (card.export_pdf(tmp_path / name, now=now).read_bytes() for name in ("1.pdf", "2.pdf"))
    assert one == two
    assert one.startswith(b"%PDF-")
    assert "checked by hand" in card._repr_markdown_()


def test_every_field_of_the_schema_loads_and_comes_back() -> None:
    """A card with all of them: none is unknown here, none is lost, and loading is no edit."""
    data = render_document(maximal(), Kind.MODEL_CARD)
    card = ModelCard.from_yaml(data)
    assert [name for name in CardSpec.model_fields if not getattr(card, name)] == []
    assert card.to_yaml() == data
    again = ModelCard("churn", **{name: getattr(card, name) for name in CardSpec.model_fields})
    assert again.to_document().spec == card.to_document().spec


def test_criteria_and_claims_are_changed_like_any_section() -> None:
    """A claim that takes another one's place brings its own evidence and no other."""
    card = ModelCard.from_yaml(render_document(maximal(), Kind.MODEL_CARD))
    card.acceptance_criteria[0].threshold = 0.5
    card.claims = [Claim(framework="nist-ai-rmf", requirement="MAP 1.1", statement="Said."), *card.claims[1:]]
    spec = card.to_document().spec
    assert spec.acceptance_criteria[0].threshold == 0.5
    assert spec.claims[0].evidence == []


def test_a_script_takes_no_comment_away_unasked(root: Path) -> None:
    """Neither by new groups of metrics, nor by anything else."""
    (root / "cards").mkdir()
    (root / "cards/churn.yaml").write_bytes(COMMENTED)
    card = ModelCard.load("churn", root=root)
    card.evaluation_details = [EvaluationJob(name="other")]
    with pytest.raises(UsageError, match="13: # why these rows"):
        card.save()
    assert card.path.read_bytes() == COMMENTED
    card.save(drop_comments=True)
    assert b"why these rows" not in card.path.read_bytes()


def test_what_a_script_writes_is_in_canonical_form(root: Path) -> None:
    """A new card, and one that was in it and gets more."""
    card = ModelCard("churn", root=root, model_overview=ModelOverview(model_version=1, algorithm_type="tree"))
    card.evaluation("holdout").add_metric_group("g").add_metric(Metric(value=0.9, name="auc", notes="n"))
    card.create()
    card.evaluation("holdout").add_metric_group("g").add_metric(Metric(name="f1", value=1))
    card.update(intended_uses=IntendedUses(risk_rating="low"))
    shown = card.path.read_bytes()
    assert format_document(shown, "cards/churn.yaml", Kind.MODEL_CARD) == shown
    assert b"model_version: 1\n" in shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (np.float32(0.91), 0.91),
        (np.float16(0.1), 0.1),
        (np.array([[0.1, 0.2]], dtype=np.float32), [[0.1, 0.2]]),
        (pd.Series([0.3, 0.7], dtype="float32"), [0.3, 0.7]),
        (np.float64(0.1), 0.1),
        (np.int32(7), 7),
    ],
)
def test_numbers_of_numpy_have_no_noise(given: object, kept: object) -> None:
    """A number of 32 bits is as long as it was written, not as its 64 bits."""
    assert plain(given) == kept


FILLED = b"""\
# yaml-language-server: $schema=../schemas/modelcard.json
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  title: Churn
  owners: ["@a"]
lifecycle:
  status: draft
spec:
  # about the model
  model_overview:
    model_name: churn # as in the registry
    model_description: Words.
    # who made it
    model_creator: "@b"
  business_details:
    business_problem: Too many leave.
  evaluation_details:
    - name: holdout
      evaluation_observation: Fine.
      # why these rows
      datasets: [s3://rows]
      metric_groups:
        - name: quality
          metric_data:
            - {name: auc, type: number, value: 0.9, notes: by hand}
  claims:
    - framework: nist-ai-rmf
      requirement: GOVERN-1
      statement: We do.
"""


def without(*lines: str) -> str:
    """The filled card without the lines that begin so."""
    return "".join(f"{each}\n" for each in FILLED.decode().splitlines() if not each.strip().startswith(lines))


def test_a_field_set_to_none_is_taken_out_of_the_file() -> None:
    """With the comment that belongs to it; all others stay."""
    card = ModelCard.from_yaml(FILLED)
    assert card.to_yaml() == FILLED
    assert card.model_overview is not None
    card.model_overview.model_creator = None
    card.evaluation("holdout").evaluation_observation = None
    assert card.to_yaml().decode() == without("# who made it", "model_creator", "evaluation_observation")


def test_sections_title_and_lists_are_taken_out_as_well() -> None:
    """None for a section or the title, an emptied list, and the only field of a section, which goes with it."""
    card = ModelCard.from_yaml(FILLED)
    assert card.business_details is not None
    card.business_details.business_problem = None
    card.title = None
    card.claims.clear()
    card.evaluation("holdout").datasets = []
    expected = without("title", "business_", "claims", "- framework", "requirement", "statement", "datasets", "# why")
    assert card.to_yaml().decode() == expected
    card.model_overview = None  # type: ignore[assignment]
    assert "about the model" not in card.to_yaml().decode()


def test_none_in_a_constructor_takes_a_field_out_and_what_is_not_named_stays() -> None:
    """Code that names a field decides about it; people's fields are left alone."""
    card = ModelCard.from_yaml(FILLED)
    card.model_overview = ModelOverview(model_name="churn", model_creator=None)
    assert card.to_yaml().decode() == without("# who made it", "model_creator")
    new = ModelCard("new", model_overview=ModelOverview(model_name=None, model_creator="@b"), lineage=None)
    assert "null" not in new.to_yaml().decode()
    assert "model_name" not in new.to_yaml().decode()


def test_an_empty_key_of_a_person_stays() -> None:
    """A key without a value is a place that somebody keeps for later."""
    data = FILLED.replace(b"    model_description: Words.\n", b"    model_description:\n")
    assert ModelCard.from_yaml(data).to_yaml() == data


def test_a_comment_that_would_go_is_asked_for(root: Path) -> None:
    """Saving refuses to lose a comment unasked, also with the field that it belongs to."""
    (root / "cards").mkdir()
    (root / "cards" / "churn.yaml").write_bytes(FILLED)
    card = ModelCard.load("churn", root=root)
    assert card.model_overview is not None
    card.model_overview.model_creator = None
    with pytest.raises(UsageError, match="comment"):
        card.save()
    card.save(drop_comments=True)
    assert (root / "cards" / "churn.yaml").read_text() == without("# who made it", "model_creator")
