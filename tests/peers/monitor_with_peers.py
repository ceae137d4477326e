"""Run by the monitoring peers' Python: JSON on standard input, what they make of it on standard output."""

import json
import sys
import warnings
from typing import Any

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402


def bias(case: dict[str, Any]) -> dict[str, Any]:
    """Let smclarify measure all metrics, by code; the text of an error where it gives up."""
    from smclarify.bias.report import FacetColumn, LabelColumn, StageType, bias_report

    frame = pd.DataFrame({**case["features"], "facet": case["facet"], "y": case["y"], "yhat": case["yhat"]})
    found: dict[str, Any] = {}
    for stage in StageType:
        try:
            [report] = bias_report(
                frame,
                FacetColumn("facet", ["d"]),
                LabelColumn("y", frame["y"], ["yes"]),
                stage,
                LabelColumn("yhat", frame["yhat"], ["yes"]) if stage is StageType.POST_TRAINING else None,
                ["all"],
                pd.Series(case["group"]),
            )
        except ValueError as error:
            found[stage.value] = str(error)
            continue
        found |= {metric["name"]: metric.get("error", metric["value"]) for metric in report["metrics"]}
    return found


def cbpe(case: dict[str, Any]) -> dict[str, float]:
    """Let NannyML estimate the metrics of a window."""
    import nannyml

    reference, current = pd.DataFrame(case["reference"]), pd.DataFrame(case["current"])
    estimator = nannyml.CBPE(
        y_pred_proba=case["probabilities"],
        y_pred="predicted",
        y_true="label",
        metrics=case["metrics"],
        chunk_size=len(current),
        problem_type=case["problem"],
    )
    result = estimator.fit(reference).estimate(current).filter(period="analysis").to_df()
    return {name: float(result[(name, "value")].iloc[0]) for name in case["metrics"]}


def drift(case: dict[str, Any]) -> dict[str, float]:
    """Let Evidently compare two samples of one column by the named tests: distances, or p-values of tests."""
    from evidently.legacy.calculations import stattests
    from evidently.legacy.core import ColumnType

    kind = ColumnType.Numerical if case["numeric"] else ColumnType.Categorical
    reference, current = pd.Series(case["reference"]), pd.Series(case["current"])
    tests = {name: getattr(stattests, f"{name}_stat_test") for name in case["tests"]}
    return {name: float(test(reference, current, kind, 0.1).drift_score) for name, test in tests.items()}


ANSWERS = {"bias": bias, "cbpe": cbpe, "drift": drift}

if __name__ == "__main__":
    questions = json.load(sys.stdin)
    print(json.dumps({name: [ANSWERS[name](case) for case in cases] for name, cases in questions.items()}))
