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


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answers = {"bias": [bias(case) for case in asked.get("bias", [])], "cbpe": [cbpe(c) for c in asked.get("cbpe", [])]}
    print(json.dumps(answers))
