"""Clarify's bias files: read, written, and judged by its rule."""

import json

import pytest

from mlgov.monitors.bias import above, count, measure, of_values
from mlgov.monitors.bias.clarify import (
    BiasViolation,
    analysis_of,
    compat_violations,
    read,
    read_violations,
    render,
    render_violations,
)
from mlgov.monitors.bias.limits import suggest
from mlgov.monitors.bias.metric import Stage
from mlgov.monitors.formats.json_text import DamageError
from tests.monitors.bias.worked import table

D, YES = of_values("d"), of_values(1)
FOREIGN = {
    "version": "1.0",
    "post_training_bias_metrics": {
        "label": "y",
        "facets": {
            "sex": [
                {
                    "value_or_threshold": "d",
                    "metrics": [
                        {"name": "DPPL", "description": "Difference (DPPL)", "value": 0.2, "extra": [1]},
                        {"name": "DCA", "description": "", "value": "-Infinity"},
                        {"name": "CDDPL", "description": "", "value": None, "error": "Group variable is empty"},
                    ],
                }
            ]
        },
        "label_value_or_threshold": "1",
    },
    "explanations": {"kernel_shap": {"label0": {"global_shap_values": {"age": 0.06}}}},
}


def encoded(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()


def test_a_file_of_clarify_is_kept_as_it_is() -> None:
    """Unknown keys, other sections and the text Infinity survive."""
    assert json.loads(render(read(encoded(FOREIGN)))) == FOREIGN


def test_a_metric_is_found_by_facet_value_and_code() -> None:
    """However its value is written; infinite and missing values are no numbers."""
    analysis = read(encoded(FOREIGN))
    entries = [analysis.metric("sex", D, code) for code in ("DPPL", "DCA", "CDDPL", "DPL")]
    assert [entry.number if entry else "absent" for entry in entries] == [0.2, None, None, "absent"]
    assert analysis.metric("sex", of_values("a"), "DPPL") is None
    assert analysis.metric("age", D, "DPPL") is None


def test_reports_are_written_as_clarify_writes_them() -> None:
    """Both stages, metric by metric, with values or errors, and read back."""
    report = measure(table(), D, YES)
    limits = {("sex", "d", each.code): suggest(each) for each in report.estimates}
    analysis = read(render(analysis_of([report], "y", limits=limits)))
    assert {stage: len(section.facets["sex"][0].metrics) for stage, section in analysis.sections.items()} == {
        Stage.PRE_TRAINING: 8,
        Stage.POST_TRAINING: 13,
    }
    ft = analysis.metric("sex", D, "FT")
    assert ft is not None
    assert (ft.value, ft.error) == (None, "It needs features of single rows, which were not given.")
    dppl = analysis.metric("sex", D, "DPPL")
    assert dppl is not None
    assert dppl.number == report.of("DPPL").value
    assert dppl.description == "Difference in positive proportions in predicted labels (DPPL)"
    assert dppl.limits == suggest(report.of("DPPL"))


def test_a_file_of_clarify_has_no_limits_of_ours() -> None:
    """They are suggested from its values instead."""
    entry = read(encoded(FOREIGN)).metric("sex", D, "DPPL")
    assert entry is not None
    assert entry.limits is None


def test_thresholds_are_written_with_the_largest_value() -> None:
    """As Clarify writes them, and they are found again."""
    counted = count("age", [30, 50, 90, 20], facet_choice=above(40), labels=[1, 0, 1, 0])
    report = measure(counted, above(40), YES)
    analysis = analysis_of([report], "y", largest={"age": 90.0})
    assert analysis.pre_training_bias_metrics is not None
    assert analysis.pre_training_bias_metrics.facets["age"][0].value_or_threshold == "(40.0, 90.0]"
    assert analysis.metric("age", above(40), "CI") is not None


def test_several_facets_stand_side_by_side() -> None:
    """Each value of each facet is an entry."""
    reports = [measure(table(), of_values(value), YES) for value in "ad"]
    other = measure(count("age", [1, 2], facet_choice=above(1), labels=[1, 0]), above(1), YES)
    section = analysis_of([*reports, other], "y").pre_training_bias_metrics
    assert section is not None
    assert {facet: len(entries) for facet, entries in section.facets.items()} == {"sex": 2, "age": 1}


def test_violations_are_written_and_read_in_clarifys_format() -> None:
    """The keys of its documentation."""
    found = (BiasViolation("sex", "d", "DPPL", "Value 0.3 does not meet the constraint requirement"),)
    data = render_violations(found)
    assert json.loads(data)["version"] == "1.0"
    assert list(json.loads(data)["violations"][0]) == [
        "facet", "facet_value", "metric_name", "constraint_check_type", "description",
    ]  # fmt: skip
    assert read_violations(data) == found


def test_clarifys_rule_against_a_baseline() -> None:
    """0.208333 is farther from 0 than 0.2; metrics without a number are not judged."""
    found = compat_violations([measure(table(), D, YES)], read(encoded(FOREIGN)))
    assert [each.metric_name for each in found] == ["DPPL"]
    assert found[0].description == "Value 0.20833333333333337 does not meet the constraint requirement"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"post_training_bias_metrics": {"label": "y"}}, "post_training_bias_metrics.facets"),
        ({"version": None}, "version"),
    ],
)
def test_damage_is_named_with_its_place(change: dict[str, object], text: str) -> None:
    """A file that is no analysis is refused, not half understood."""
    with pytest.raises(DamageError, match=text):
        read(encoded({**FOREIGN, **change}))
    with pytest.raises(DamageError, match="NaN"):
        read(b'{"version": NaN}')


@pytest.mark.parametrize("value", ["Smith, Jane", "(a, b]", "a,b"])
def test_a_value_with_a_comma_is_found_again(value: str) -> None:
    """Though it reads as two values."""
    choice = of_values(value)
    report = measure(count("name", [value, "x", value, "x"], labels=[1, 0, 0, 1]), choice, YES)
    found = read(render(analysis_of([report], "y"))).metric("name", choice, "CI")
    assert found is not None
    assert found.number == 0


def test_an_entry_that_names_no_value_is_nobodys() -> None:
    """And is no error."""
    data = encoded(FOREIGN).replace(b'"value_or_threshold": "d"', b'"value_or_threshold": " , "')
    assert read(data).metric("sex", D, "DPPL") is None
