"""The production traffic is what it claims to be: held-out rows, real answers, and one shift on the last two days."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from examples.datasets import load
from examples.models import RECIPES, Trained, train
from examples.traffic import CALIBRATION_ERROR, DAYS, FOLDER, SERVED, Request, answered, reference, requests
from mlgov.adapters.arrow_tables import ArrowTables

SHIFTED = {
    f"{part}_{what}" if part != "error" else f"{what}_error"
    for what in ("radius", "perimeter", "area")
    for part in ("mean", "worst", "error")
}


@pytest.fixture(scope="module")
def breast_cancer() -> Trained:
    return train(RECIPES["breast-cancer"])


def inputs(asked: list[Request]) -> pd.DataFrame:
    return pd.DataFrame([request.inputs for request in asked])


def as_rows(frame: pd.DataFrame) -> Counter:
    return Counter(map(tuple, frame.astype(float).round(6).to_numpy().tolist()))


def read_back(root: Path, name: str) -> pd.DataFrame:
    return pa.Table.from_batches(ArrowTables(root).batches(f"{FOLDER}/{SERVED[name][0]}")).to_pandas()


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("day", DAYS)
def test_each_held_out_row_is_asked_once_a_day(name: str, day: datetime) -> None:
    """But for the shifted stream, a day is the held-out rows in another order."""
    trained = train(RECIPES[name])
    unshifted = name != "breast-cancer" or day == DAYS[0]
    asked = inputs(requests(trained, day))
    assert len(asked) == len(trained.held_out_features)
    assert (as_rows(asked) == as_rows(trained.held_out_features)) is unshifted


@pytest.mark.parametrize("day", DAYS[1:])
def test_only_lengths_and_areas_shift_and_only_by_the_calibration(breast_cancer: Trained, day: datetime) -> None:
    """Undoing the 15% of the lengths, and its square of the areas, gives the held-out rows back."""
    asked = inputs(requests(breast_cancer, day))
    for column in SHIFTED:
        asked[column] /= CALIBRATION_ERROR**2 if "area" in column else CALIBRATION_ERROR
    close = asked.sort_values(list(asked.columns)).round(4).to_numpy()
    held_out = breast_cancer.held_out_features
    assert close == pytest.approx(held_out.sort_values(list(held_out.columns)).round(4).to_numpy(), abs=2e-4)


def test_the_names_of_what_shifts_are_columns_of_the_data() -> None:
    """The nine lengths and areas are spelled as in the data set."""
    assert set(load("breast-cancer").features.columns) >= SHIFTED


@pytest.mark.parametrize("name", SERVED)
def test_each_day_has_an_order_of_its_own(name: str) -> None:
    """The first ids of two days ask about different rows."""
    first, second = (requests(train(RECIPES[name]), day) for day in (DAYS[0], DAYS[2]))
    assert [request.inputs for request in first[:20]] != [request.inputs for request in second[:20]]


@pytest.mark.parametrize("name", SERVED)
def test_requests_are_spread_over_their_day(name: str) -> None:
    """The first is asked at midnight, the last in the last hour, all in order of time."""
    times = [request.at for request in requests(train(RECIPES[name]), DAYS[1])]
    assert times[0] == DAYS[1]
    assert DAYS[2] - timedelta(hours=1) < times[-1] < DAYS[2]
    assert times == sorted(times)


@pytest.mark.parametrize("name", SERVED)
def test_captured_answers_are_what_the_model_says(anew: Path, name: str) -> None:
    """Asking the model again about the captured inputs gives the captured answers."""
    trained, captured = train(RECIPES[name]), read_back(anew, name)
    expected = answered(trained, captured[list(trained.dataset.features.columns)])
    assert len(captured) == len(DAYS) * len(trained.split.held_out)
    for column in expected:
        assert captured[column].tolist() == expected[column].tolist()


@pytest.mark.parametrize("name", SERVED)
def test_production_has_the_columns_of_its_baseline(anew: Path, name: str) -> None:
    """Beside ids and times a stream has the columns that the monitor compares, and no others."""
    extra = set(read_back(anew, name).columns) - set(reference(train(RECIPES[name])).columns)
    assert extra <= {"event_time", "request_id", "row_id", "eventId", "inferenceId", "inferenceTime"}


def test_capture_lies_in_the_folder_of_its_hour(anew: Path) -> None:
    """Each line of a capture file was asked in the hour that its folder names."""
    top = anew / FOLDER / "breast-cancer-production" / "AllTraffic"
    files = sorted(top.rglob("*.jsonl"))
    assert len(files) == len(DAYS) * 24
    for file in files:
        hour = file.parent.relative_to(top).as_posix().replace("/", "-")
        stamp = f'"inferenceTime":"{hour[:10]}T{hour[11:]}:'
        assert all(stamp in line for line in file.read_text().splitlines())
