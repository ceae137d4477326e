"""MLflow's results."""

import pytest

from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import metrics, read, values

METRICS = {"accuracy_score": 0.94, "example_count": 120, "roc_auc": 0.98}


def test_metrics_json_of_an_evaluation() -> None:
    """Names and numbers, nothing else."""
    report = read(METRICS)
    assert (report.formats, values(report, "metrics")) == (("mlflow",), METRICS)


def test_a_saved_result() -> None:
    """Metrics below a key of their own."""
    assert values(read({"metrics": METRICS, "artifacts": {"roc_curve_plot": "x.png"}}), "metrics") == METRICS


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_run_as_the_server_gives_it(wrapped: bool) -> None:
    """A list of keys and values."""
    listed = [{"key": key, "value": value, "timestamp": 1, "step": 0} for key, value in METRICS.items()]
    run = {"info": {"run_id": "abc"}, "data": {"metrics": listed, "params": []}}
    assert values(read({"run": run} if wrapped else run), "metrics") == METRICS


def test_the_mean_of_every_score_of_a_table() -> None:
    """Under MLflow's own name for it, with the number of rows that have one; other columns are named as left out."""
    rows = [["a", 0.5, 3], ["b", None, 4], ["c", 1.0, 5]]
    report = read({"columns": ["inputs", "toxicity/v1/score", "age"], "data": rows})
    [metric] = metrics(report, "metrics").values()
    assert (metric["name"], metric["value"]) == ("toxicity/v1/mean", 0.75)
    assert metric["notes"] == "mean of 2 of 3 rows"
    assert report.notes == ("inputs: is no column of scores; left out.", "age: is no column of scores; left out.")


@pytest.mark.parametrize(
    ("columns", "data"),
    [(["a/score"], [[1, 2]]), (["a/score"], [1]), ("a/score", [[1]]), ([None], [[1]]), (["a"], [["x"]]), (["a"], [])],
)
def test_a_table_that_is_none(columns: object, data: object) -> None:
    """Rows of other lengths, or nothing to average."""
    with pytest.raises(ImportFormatError):
        read({"columns": columns, "data": data})


def test_a_list_entry_without_a_key_is_refused() -> None:
    """Nothing is guessed."""
    with pytest.raises(ImportFormatError, match=r"metrics\[0\]\.key"):
        read({"metrics": [{"value": 1}]})
