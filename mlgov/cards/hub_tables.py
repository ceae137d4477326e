"""What our own export writes into the body of a Hugging Face card as tables, read back: settings and results.

Another author's tables may look alike; what is read has to have the very headings of ours.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mlgov.cards.draft import Draft, number_of
from mlgov.cards.escaping import unescape
from mlgov.cards.hub_charts import HubCharts
from mlgov.documents import Value

PARAMETERS = "training hyperparameters"
EVALUATION, METRICS = "Evaluation: ", "Metrics: "
MAX_PARAMETERS = 100
JOB = ("training_details", "training_job_details")
_CHART = re.compile(r"\*\*(.+)\*\* \((?:linear graph|bar chart|matrix)\)")
_CELL = re.compile(r"\|((?:\\.|[^|\\])*)")
_OBSERVATION = re.compile(r"\*\*Evaluation observation:\*\*(.*?)(?=\n\*\*|\Z)", re.DOTALL)
_TRUTH = {"true": True, "false": False}


class OwnTables:
    """Reads the sections that hold such tables, in their order.

    Args:
        draft: The card in the making; its front matter has been read.
        charts: The charts of the front matter.
    """

    def __init__(self, draft: Draft, charts: HubCharts) -> None:
        self._draft, self._charts = draft, charts
        self._evaluation: dict[str, Any] | None = None
        self._name = ""
        self._told: list[dict[str, Any]] = []  # metrics of the evaluation that the front matter brought

    def read(self, title: str, lines: Sequence[str], path: str) -> bool:
        """Read a section; says whether it was one of ours.

        Args:
            title: Its heading.
            lines: Its lines.
            path: What the section is called in notes.
        """
        if title.lower() == PARAMETERS:
            return self._read_parameters(lines, path)
        if title.startswith(EVALUATION):
            return self._read_evaluation(title.removeprefix(EVALUATION), lines, path)
        if title.startswith(METRICS) and self._evaluation is not None:
            return self._read_metrics(self._evaluation, title.removeprefix(METRICS), lines, path)
        return False

    def _read_parameters(self, lines: Sequence[str], path: str) -> bool:
        rows = list(_rows(lines, ("Name", "Value")))
        for row in rows:
            name, value = (self._draft.fit(row[key], 255, path) for key in ("Name", "Value"))
            if name and value:
                self._draft.add({"name": name, "value": value}, MAX_PARAMETERS, (*JOB, "hyper_parameters"), path)
        return bool(rows)

    def _read_evaluation(self, name: str, lines: Sequence[str], path: str) -> bool:
        self._name = name
        known = self._draft.place().get("evaluation_details", [])
        found = next((each for each in known if each["name"] == name), None)
        self._evaluation = found if found is not None else self._draft.evaluation(name, path)
        self._told = [each for group in self._evaluation.get("metric_groups", []) for each in group["metric_data"]]
        text = "\n".join(lines)
        if said := _OBSERVATION.search(text):
            self._evaluation["evaluation_observation"] = self._draft.fit(unescape(said[1]), 2096, path)
        if any(_rows(lines, ("Path", "Digest"))):
            reason = "Files that it rests on may not be in this repository: attach them with 'mlgov card evaluate'."
            self._draft.note(path, reason)
        return True

    def _read_metrics(self, evaluation: dict[str, Any], group: str, lines: Sequence[str], path: str) -> bool:
        """Take a group's table, which says more than the front matter does, in the place of its results there."""
        rows = list(_rows(lines, ("Name", "Type", "Value")))
        if rows:
            self._forget(evaluation, group, {row["Name"] for row in rows})
        for row in rows:
            value = _value(row["Type"], row["Value"])
            if value is None:
                self._draft.note(f"{path}: {row['Name']}", f"It is no {row['Type']} and was left out.")
            else:
                self._draft.metric(evaluation, group, row["Name"], value, path, row.get("Notes", ""), _axes(row))
        known = {_bare(name) for name in self._charts.put(evaluation, self._name, group)}
        shown = filter(None, (_CHART.fullmatch(line.strip()) for line in lines))
        if any(_bare(unescape(found[1])) not in known for found in shown):
            self._draft.note(path, "Curves, bar charts and matrices are not read from their tables.")
        return True

    def _forget(self, evaluation: dict[str, Any], group: str, names: set[str]) -> None:
        """Take away what the front matter said of the same metrics: alone, or behind the name of the group."""
        names |= {f"{group}: {name}" for name in names}
        gone = {id(metric) for metric in self._told if metric["name"] in names}
        for each in evaluation.get("metric_groups", []):
            each["metric_data"] = [metric for metric in each["metric_data"] if id(metric) not in gone]
        evaluation["metric_groups"] = [each for each in evaluation.get("metric_groups", []) if each["metric_data"]]


def _bare(name: str) -> str:
    """Give a name as a table's label shows it: on one line."""
    return " ".join(name.split())


def _axes(row: dict[str, str]) -> tuple[str, str]:
    return row.get("X axis name", ""), row.get("Y axis name", "")


def _value(kind: str, text: str) -> Value:
    if kind == "boolean":
        return _TRUTH.get(text)
    return number_of(text) if kind == "number" else text if kind == "string" and number_of(text) is None else None


def _rows(lines: Sequence[str], begin: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give the rows of the first table whose headings begin with ``begin``."""
    heads: list[str] = []
    for line in lines:
        cells = [unescape(cell.strip()) for cell in _CELL.findall(line.strip())][:-1]
        if not cells:
            if heads:
                return
        elif not heads:
            heads = cells if cells[: len(begin)] == list(begin) else []
        elif not all(set(cell) <= set("-: ") and cell for cell in cells):
            yield dict(zip(heads, cells, strict=False))
