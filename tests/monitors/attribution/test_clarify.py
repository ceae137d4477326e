"""Clarify's explainability files."""

import json

import pytest

from mlgov.monitors.attribution import add_up
from mlgov.monitors.attribution.clarify import (
    compat_violations,
    explanation_of,
    read,
    read_violations,
    render,
    render_violations,
)
from mlgov.monitors.formats.json_text import DamageError
from tests.monitors.attribution.test_ranking import FIVE, FIVE_LIVE, reversed_adults
from tests.monitors.attribution.worked import ADULTS


def file(values: dict[str, float], **more: object) -> bytes:
    """Write a file as Clarify does."""
    shap = {"label0": {"global_shap_values": values, "expected_value": 0.25, "global_top_shap_text": [1]}}
    return json.dumps({"version": "1.0", "explanations": {"kernel_shap": shap, "pdp": [{}]}, **more}).encode()


def test_a_file_of_clarify_is_kept_as_it_is() -> None:
    """Bias metrics, partial dependence and texts beside it survive."""
    data = file(ADULTS, post_training_bias_metrics={"label": "y"})
    assert json.loads(render(read(data))) == json.loads(data)
    assert read(data).global_values == {"label0": ADULTS}


def test_rows_are_written_as_clarify_writes_them() -> None:
    """Mean absolute attribution by feature."""
    written = explanation_of([add_up({"age": [0.1, -0.3], "state": [0.0, 0.5]})], expected_values={"label0": 0.25})
    assert json.loads(render(written)) == {
        "version": "1.0",
        "explanations": {
            "kernel_shap": {"label0": {"global_shap_values": {"age": 0.2, "state": 0.25}, "expected_value": 0.25}}
        },
    }


def test_sagemakers_rule() -> None:
    """A reversal is a violation; NDCG 0.904 and a top feature at zero are none."""
    [found] = compat_violations(read(file(ADULTS)), read(file(reversed_adults())))
    assert found.label == "label0"
    assert found.description.startswith("Feature attribution drift 0.4938")
    assert found.description.endswith(" exceeds threshold 0.9")
    assert compat_violations(read(file(FIVE)), read(file(FIVE_LIVE))) == []
    assert compat_violations(read(file(ADULTS)), read(file({**ADULTS, "Education-Num": 0.0}))) == []


def test_violations_are_written_and_read() -> None:
    """With the keys of its documentation."""
    found = tuple(compat_violations(read(file(ADULTS)), read(file(reversed_adults()))))
    data = render_violations(found)
    assert list(json.loads(data)["violations"][0]) == ["label", "metric_name", "constraint_check_type", "description"]
    assert read_violations(data) == found


@pytest.mark.parametrize(
    "data", [b"[]", b'{"explanations": {"kernel_shap": {"label0": {}}}}', b'{"violations": [{}]}', b"{"]
)
def test_damage_is_named(data: bytes) -> None:
    """A file that is none is refused."""
    with pytest.raises(DamageError):
        read_violations(data) if b"violations" in data else read(data)


def test_a_file_without_explanations() -> None:
    """A bias analysis explains nothing."""
    assert read(b'{"version": "1.0"}').global_values == {}
