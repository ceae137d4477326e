"""Production traffic: the held-out rows, sent again each day in another order, with the model's real answers.

The breast-cancer stream shifts. From the second day on the microscope's calibration is wrong: after an exchange of the
objective, one pixel is taken to be 15% longer than it is. So every length (radius, perimeter) comes out 1.15 times too
large and every area 1.15 squared. Shapes and textures are ratios or grey values and stay as they are. The other streams
do not shift.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from examples.datasets import SEED, shuffled
from examples.models import Trained

FOLDER = "examples/traffic"
#: Decimals of the answers, as the models serve them; probabilities and numbers alike.
ANSWER_DECIMALS = 4

DAYS = tuple(datetime(2026, 11, day, tzinfo=UTC) for day in (16, 17, 18))
SHIFTED_FROM = DAYS[1]
CALIBRATION_ERROR = 1.15

Cell = float | int | str


@dataclass(frozen=True, slots=True)
class Request:
    """A row that a model was asked about.

    Attributes:
        id: Its id, the same on every machine.
        at: When it was asked.
        inputs: The measurements by name.
        answer: What the model said, by name.
        truth: What turned out to be true, later.
    """

    id: str
    at: datetime
    inputs: dict[str, Cell]
    answer: dict[str, Cell]
    truth: Cell


def files(trained: Trained) -> dict[str, bytes]:
    """Write the traffic of a model as files by path; none for a model that does not serve."""
    served = SERVED.get(trained.recipe.name)
    if served is None:
        return {}
    name, render = served
    days = [requests(trained, day) for day in DAYS]
    written = {f"{FOLDER}/{name}/{path}": data for day in days for path, data in render(day)}
    if trained.recipe.name in LABELLED:
        folder = LABELLED[trained.recipe.name]
        written |= {f"{FOLDER}/{folder}/{path}": data for path, data in _labels(days)}
    return written


def requests(trained: Trained, day: datetime) -> list[Request]:
    """List the requests of one day, in order of time: each held-out row once, spread evenly over the day."""
    name, rows = trained.recipe.name, trained.held_out_features
    order = shuffled(len(rows), f"{SEED}:{name}:{day:%Y-%m-%d}")
    rows, truths = rows.iloc[order], trained.held_out_target[order].tolist()
    if name == "breast-cancer" and day >= SHIFTED_FROM:
        rows = miscalibrated(rows)
    step = timedelta(days=1) / len(rows)
    answers = answered(trained, rows)
    return [
        Request(f"{day:%Y%m%d}-{number:04d}", _whole_second(day + number * step), inputs, answer, truth)
        for number, (inputs, answer, truth) in enumerate(zip(_records(rows), _records(answers), truths, strict=True))
    ]


def miscalibrated(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the measurements as a microscope reports them that takes a pixel to be longer than it is."""
    factors = {column: _factor(column) for column in rows.columns}
    return rows.assign(
        **{column: (rows[column] * factor).round(6) for column, factor in factors.items() if factor != 1}
    )


def answered(trained: Trained, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the model's answers, one row each, in the columns that its service returns."""
    if trained.recipe.problem == "binary_classification":
        return _with_score(trained.scores(rows), trained.predict(rows), rows)
    return _plain(trained.predict(rows), rows)


def reference(trained: Trained) -> pd.DataFrame:
    """Give what production is compared with: the training rows and what models trained without them answered."""
    rows = trained.training_features
    answers = _plain(trained.out_of_fold_predictions(), rows)
    if trained.recipe.problem == "binary_classification":
        scores = trained.out_of_fold[:, trained.positive_column]
        answers = _with_score(scores, trained.out_of_fold_predictions(), rows)
    return pd.concat([rows, answers], axis="columns").sort_index()


def labels_of(trained: Trained) -> pd.Series:
    """Give the truth about the rows of `reference`."""
    return pd.Series(trained.training_target, index=trained.training_features.index)


def _with_score(scores: NDArray[Any], said: NDArray[Any], rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"probability": scores.round(ANSWER_DECIMALS), "prediction": said}, index=rows.index)


def _plain(said: NDArray[Any], rows: pd.DataFrame) -> pd.DataFrame:
    rounded = said.round(ANSWER_DECIMALS) if np.issubdtype(said.dtype, np.floating) else said
    return pd.DataFrame({"prediction": rounded}, index=rows.index)


def _factor(column: str) -> float:
    words = column.split("_")
    if "area" in words:
        return CALIBRATION_ERROR**2
    return CALIBRATION_ERROR if {"radius", "perimeter"} & set(words) else 1


def _records(frame: pd.DataFrame) -> list[dict[str, Cell]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.astype(object).itertuples(index=False)]


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _capture(day: list[Request]) -> Iterator[tuple[str, bytes]]:
    """SageMaker's data capture: JSON lines, a folder per hour."""
    for hour, asked in groupby(day, key=lambda request: f"{request.at:%Y/%m/%d/%H}"):
        lines = [json.dumps(_captured(request), separators=(",", ":")) + "\n" for request in asked]
        yield f"AllTraffic/{hour}/capture.jsonl", "".join(lines).encode()


def _captured(request: Request) -> dict[str, object]:
    return {
        "captureData": {
            "endpointInput": _payload("INPUT", request.inputs),
            "endpointOutput": _payload("OUTPUT", request.answer),
        },
        "eventMetadata": {"eventId": request.id, "inferenceTime": _text(request.at)},
        "eventVersion": "0",
    }


def _payload(mode: str, values: dict[str, Cell]) -> dict[str, str]:
    data = json.dumps(values)
    return {"observedContentType": "application/json", "mode": mode, "data": data, "encoding": "JSON"}


def _labels(days: list[list[Request]]) -> Iterator[tuple[str, bytes]]:
    """SageMaker's ground truth: JSON lines, a folder for the hour in which the labels came."""
    late = [(_labelled_at(request), request) for day in days for request in day]
    late.sort(key=lambda pair: (pair[0], pair[1].id))
    for hour, came in groupby(late, key=lambda pair: f"{pair[0]:%Y/%m/%d/%H}"):
        lines = [json.dumps(_label(request), separators=(",", ":")) + "\n" for _, request in came]
        yield f"{hour}/labels.jsonl", "".join(lines).encode()


def _labelled_at(request: Request) -> datetime:
    """Say when the laboratory answered: after 6 to 30 hours, and for one sample in twenty only after four days."""
    number = int.from_bytes(hashlib.sha256(f"{SEED}:label:{request.id}".encode()).digest()[:8], "big")
    return request.at + (timedelta(days=4) if number % 20 == 0 else timedelta(hours=6 + number // 20 % 25))


def _label(request: Request) -> dict[str, object]:
    return {
        "groundTruthData": {"data": str(request.truth), "encoding": "CSV"},
        "eventMetadata": {"eventId": request.id},
        "eventVersion": "0",
    }


def _parquet(day: list[Request]) -> Iterator[tuple[str, bytes]]:
    rows = [{"request_id": request.id, "event_time": request.at, **request.inputs, **request.answer} for request in day]
    table = pa.Table.from_pylist(rows)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    yield f"{day[0].at:%Y-%m-%d}.parquet", sink.getvalue()


def _csv(day: list[Request]) -> Iterator[tuple[str, bytes]]:
    rows = [
        {"row_id": request.id, "event_time": _text(request.at), **request.inputs, **request.answer} for request in day
    ]
    yield f"{day[0].at:%Y-%m-%d}.csv", pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode()


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


#: Model -> its endpoint or batch job, and the form its traffic is kept in.
SERVED: dict[str, tuple[str, Callable[[list[Request]], Iterator[tuple[str, bytes]]]]] = {
    "breast-cancer": ("breast-cancer-production", _capture),
    "handwritten-digits": ("handwritten-digits-production", _parquet),
    "diabetes-progression": ("diabetes-progression-nightly", _csv),
}

#: Models whose true labels come later, and the folder they come to.
LABELLED = {"breast-cancer": "breast-cancer-labels"}
