"""MLflow: metrics.json and the table of rows of ``mlflow.evaluate``, a saved result, and a run from the server."""

import math
from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer, is_number

NAME = "mlflow"
TITLE = "MLflow metrics.json, eval_results_table.json, evaluation result or run"
#: Named for what it holds: plain JSON of names and numbers, which many tools write, is read here too.
GROUP = "metrics"


def recognises(report: dict[str, Any]) -> bool:
    """It has the metrics of a run or a result, the rows of an evaluation table, or nothing but single values."""
    if "metrics" in report:
        return _is_flat(report["metrics"]) or isinstance(report["metrics"], list)
    return _run_data(report) is not None or _is_table(report) or _is_flat(report)


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """One group with every metric; of a table, the mean of every score."""
    if _is_table(report):
        _table(report, gather)
        return
    data = _run_data(report)
    metrics = (data if data is not None else report).get("metrics", None if data is not None else report)
    group = gather.group(GROUP)
    if isinstance(metrics, list):
        for place, item in enumerate(metrics):
            found = gather.mapping(item, f"metrics[{place}]")
            group.value(gather.text(found.get("key"), f"metrics[{place}].key"), found.get("value"))
    else:
        for name, value in gather.mapping(metrics, "metrics").items():
            group.value(name, value)


def _table(report: dict[str, Any], gather: Gatherer) -> None:
    """Give the mean of every column of scores, which MLflow names ``measure/version/score``, as MLflow names it."""
    names = [gather.text(name, "columns") for name in gather.listed(report["columns"], "columns")]
    rows = [gather.listed(row, "data") for row in gather.listed(report["data"], "data")]
    if any(len(row) != len(names) for row in rows):
        gather.wrong("data", f"has rows that are not {len(names)} values long, as columns says")
    group = gather.group(GROUP)
    for place, name in enumerate(names):
        found = [row[place] for row in rows if is_number(row[place])]
        if not name.endswith("/score") or not found:
            gather.note(name, "is no column of scores; left out")
            continue
        said = f"mean of {len(found)} of {len(rows)} rows"
        mean = math.fsum(found) / len(found)
        group.value(f"{name.removesuffix('/score')}/mean", mean, notes=said)


def _run_data(report: dict[str, Any]) -> dict[str, Any] | None:
    """Give the data of a run, wrapped as the server wraps it or not."""
    run = report.get("run", report)
    data = run.get("data") if isinstance(run, dict) else None
    return data if isinstance(data, dict) and "metrics" in data else None


def _is_table(report: dict[str, Any]) -> bool:
    return set(report) >= {"columns", "data"} and isinstance(report["data"], list)


def _is_flat(value: object) -> bool:
    """Say whether a value is an object of single values, a number among them."""
    if not isinstance(value, dict) or not any(is_number(each) for each in value.values()):
        return False
    return all(each is None or isinstance(each, float | int | str) for each in value.values())
