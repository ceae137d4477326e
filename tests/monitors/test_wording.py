"""How findings are written for people, and for Model Monitor's readers."""

import json

import pytest

from mlgov.monitors.formats import violations
from mlgov.monitors.report import said_of
from mlgov.monitors.results import Violation
from mlgov.monitors.wording import plainly
from mlgov.names import MonitoringType


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        ("Metric f1 with 0.71 +/- 0.02 was LessThanThreshold 0.8", "f1 is 0.71 ± 0.02; at least 0.8 is asked for"),
        ("Metric rmse with 3 was GreaterThanThreshold 2.5", "rmse is 3; at most 2.5 is asked for"),
        (
            "Metric auc with 0.79 +/- 0.02 was LessThanThreshold 0.8, which chance may have done "
            "(95% interval 0.75 to 0.83)",
            "auc is 0.79 ± 0.02; at least 0.8 is asked for. Chance may have done that (95% interval 0.75 to 0.83)",
        ),
        ("Recall is low.", "Recall is low."),
    ],
)
def test_a_metric_beyond_its_limit_is_told_in_plain_words(recorded: str, told: str) -> None:
    """Other sentences stay as they are."""
    assert plainly(recorded) == told


def test_the_file_of_violations_keeps_the_words_of_model_monitor() -> None:
    """People read plain words, and programs what they know."""
    said = "Metric f1 with 0.71 +/- 0.02 was LessThanThreshold 0.8"
    violation = Violation("f1", "LessThanThreshold", said)
    assert said_of(violation) == "f1 is 0.71 ± 0.02; at least 0.8 is asked for [too low]"
    [written] = json.loads(violations.render([violation], MonitoringType.MODEL_QUALITY))["violations"]
    assert (written["description"], written["constraint_check_type"]) == (said, "LessThanThreshold")
