"""Any card that says only what SageMaker has a place for, as plain values."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from mlgov.cards.sagemaker import WORDS, unfold_uses
from mlgov.documents.front_door import hidden_character

Strategy = st.SearchStrategy[Any]

VISIBLE = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn"], include_characters="\n\t")
NUMBERS = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False))


def text(limit: int, least: int = 0) -> Strategy:
    """Make texts, some of them exactly as long as the limit allows."""
    usual = st.text(VISIBLE, min_size=least, max_size=min(limit, 40)).filter(lambda found: not hidden_character(found))
    return st.one_of(usual, st.sampled_from("aé漢😀").map(lambda letter: letter * limit))


def part(required: dict[str, Strategy] | None = None, **optional: Strategy) -> Strategy:
    """Make mappings with the required keys and any of the optional ones."""
    return st.fixed_dictionaries(required or {}, optional=optional)


def some(item: Strategy, limit: int = 3) -> Strategy:
    """Make lists that are not empty."""
    return st.lists(item, min_size=1, max_size=limit)


def word(field: str) -> Strategy:
    """Make words of a closed list."""
    return st.sampled_from(WORDS[field])


uris = some(text(1024))
images = part(container_image=uris)
free = st.dictionaries(
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_ .-]{0,20}", fullmatch=True), text(1024), min_size=1, max_size=3
)
scope = text(2048).filter(lambda found: unfold_uses(found)[1] is None)

overview = part(
    model_id=text(1024),
    model_name=text(1024),
    model_description=text(1024),
    model_version=st.one_of(st.integers(1, 99), st.floats(1, 1e9)),
    problem_type=text(1024),
    algorithm_type=text(1024),
    model_creator=text(1024),
    model_owner=text(1024),
    model_artifact=uris,
    inference_environment=images,
)
uses = part(
    purpose_of_model=text(2048),
    intended_uses=scope,
    factors_affecting_model_efficiency=text(2048),
    risk_rating=word("risk_rating"),
    explanations_for_risk_rating=text(2048),
)
business = part(business_problem=text(2048), business_stakeholders=text(2048), line_of_business=text(2048))
function = part({"function": word("function")}, facet=text(63), condition=text(63))
training_metrics = some(part({"name": text(255, 1), "value": NUMBERS}, notes=text(1024)))
parameters = some(part({"name": text(255, 1), "value": text(255, 1)}))
training = part(
    objective_function=part(function=function, notes=text(1024)),
    training_observations=text(1024),
    training_job_details=part(
        training_arn=text(1024),
        training_datasets=uris,
        training_environment=images,
        training_metrics=training_metrics,
        user_provided_training_metrics=training_metrics,
        hyper_parameters=parameters,
        user_provided_hyper_parameters=parameters,
    ),
)
additional = part(ethical_considerations=text(2048), caveats_and_recommendations=text(2048), custom_details=free)


def metric(kind: str, value: Strategy, axes: Strategy) -> Strategy:
    """Make metrics of one type."""
    shared = part({"name": text(255, 1), "type": st.just(kind), "value": value}, notes=text(1024))
    return st.tuples(shared, axes).map(lambda both: {**both[0], **both[1]})


def labelled(kind: str, value: Strategy, labels: Callable[[Any], dict[str, int]]) -> Strategy:
    """Make metrics whose axes have as many labels as the value has bars, rows or columns."""

    def with_labels(found: Any) -> Strategy:
        exactly = {key: st.lists(text(63, 1), min_size=n, max_size=n) for key, n in labels(found).items()}
        return metric(kind, st.just(found), part(**exactly))

    return value.flatmap(with_labels)


axes = part(x_axis_name=text(63, 1), y_axis_name=text(63, 1))
points = some(st.lists(NUMBERS, min_size=2, max_size=2))
rows = st.integers(1, 20).flatmap(lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=1, max_size=3))
metrics = st.one_of(
    metric("number", NUMBERS, axes),
    metric("string", text(63), axes),
    metric("boolean", st.booleans(), axes),
    metric("linear_graph", points, axes),
    labelled("bar_chart", some(NUMBERS), lambda bars: {"x_axis_name": len(bars)}),
    labelled("matrix", rows, lambda found: {"x_axis_name": len(found), "y_axis_name": len(found[0])}),
)
evaluation = part(
    {"name": text(63, 1)},
    evaluation_observation=text(2096),
    evaluation_job_arn=text(256),
    datasets=uris,
    metadata=free,
    metric_groups=some(part({"name": text(63, 1), "metric_data": st.lists(metrics, max_size=2)})),
)
container = part({"image": text(255, 1)}, model_data_url=text(1024), nearest_model_name=text(1024))
package = part(
    model_package_arn=text(2048, 1),
    model_package_group_name=text(63, 1),
    model_package_name=text(63, 1),
    model_package_version=st.integers(1, 99),
    model_package_description=text(1024),
    model_package_status=word("model_package_status"),
    model_approval_status=word("model_approval_status"),
    approval_description=text(1024),
    domain=text(1024),
    task=text(1024),
    created_by=part(user_profile_name=text(63)),
    source_algorithms=some(part({"algorithm_name": text(170, 1)}, model_data_url=text(1024)), 1),
    inference_specification=part({"containers": some(container)}),
)
spec = part(
    model_overview=overview,
    intended_uses=uses,
    business_details=business,
    training_details=training,
    evaluation_details=some(evaluation, 2),
    additional_information=additional,
    model_package_details=package,
)
tag = st.text(st.characters(categories=["L", "N"], include_characters=" _.:/=+-@"), min_size=1, max_size=20)
labels = st.dictionaries(tag.filter(lambda key: not key.lower().startswith("aws:")), tag, max_size=3)


def cards(*, labelled: bool) -> Strategy:
    """Make draft cards; labels only for formats that have tags."""
    metadata = st.fixed_dictionaries({"name": st.just("churn")}, optional={"labels": labels} if labelled else {})
    head = {"apiVersion": st.just("mlgov/v1"), "kind": st.just("ModelCard"), "metadata": metadata}
    return st.fixed_dictionaries({**head, "lifecycle": st.just({"status": "draft"}), "spec": spec})
