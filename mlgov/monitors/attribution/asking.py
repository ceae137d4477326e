"""SHAP values of a model that is asked: what stands for "not known", the questions, and the sums of the answers."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.monitors.attribution.shapley import sampled
from mlgov.monitors.attribution.sums import AttributionSums, add_up
from mlgov.monitors.formats import json_text
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.types.needs import BACKGROUND
from mlgov.ports import Scorer

Floats = npt.NDArray[np.float64]

FORMAT = "mlgov/background/v1"
#: Rows of a window that the model is asked about, and orders of features for each: it answers 2 * ORDERS *
#: (features - 1) + 1 questions for a row.
ASKED_ROWS = 200
ORDERS = 4


def features_of(batch: pa.RecordBatch, names: Sequence[str]) -> pa.RecordBatch:
    """Take the features of rows that have them all as finite numbers. Raises UsageError when a column is missing."""
    missing = [name for name in names if name not in batch.schema.names]
    if missing:
        raise UsageError(f"The data has no column '{missing[0]}'.", hint="Correct the features of the monitor.")
    table = [numbers(arrow.stored(batch.column(name))).values for name in names]
    whole = np.isfinite(np.array(table)).all(axis=0)
    return pa.RecordBatch.from_arrays([pa.array(column[whole]) for column in table], names=list(names))


def medians(rows: pa.RecordBatch | None, names: Sequence[str]) -> dict[str, float]:
    """Give the median of each feature, to six digits. Raises UsageError without rows."""
    if rows is None or not rows.num_rows:
        raise UsageError("No row of the reference has all features as numbers.", hint="Name columns of numbers.")
    return {name: float(f"{np.median(numbers(rows.column(name)).values):.6g}") for name in names}


def asked(
    model: Scorer,
    rows: pa.RecordBatch,
    names: Sequence[str],
    background: Mapping[str, float],
    *,
    seed: int,
    label: str,
) -> AttributionSums:
    """Work out the SHAP values of rows and add them up.

    Args:
        model: The model.
        rows: The rows, doubles.
        names: The features, in the order in which the model is asked.
        background: Value by feature that stands for "not known".
        seed: Of the orders of the features.
        label: The label that the model's number is about.

    Raises:
        UsageError: The background lacks a feature.
        ScorerError: The model could not be asked.
    """
    lacking = [name for name in names if name not in background]
    if lacking:
        hint = "Make the baseline again: the features have changed."
        raise UsageError(f"{BACKGROUND} has no value for '{lacking[0]}'.", hint=hint)
    values = {name: numbers(rows.column(name)).values for name in names}
    table = np.column_stack(list(values.values()))
    base = [[background[name] for name in names]]

    def predict(questions: Floats) -> list[float]:
        return model.score(names, questions.tolist())

    found = sampled(predict, table, base, orders=ORDERS, seed=seed)
    return add_up(dict(zip(names, found.T, strict=True)), values=values, label=label)


def render(background: Mapping[str, float]) -> bytes:
    """Write background.json: the median of each feature, which is no row of the data."""
    value = {"format": FORMAT, "features": dict(background)}
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(data: bytes) -> dict[str, float]:
    """Read background.json. Raises DamageError."""
    value = json_text.read(data)
    features = value.get("features") if isinstance(value, dict) and value.get("format") == FORMAT else None
    if not isinstance(features, dict) or not all(map(_is_number, features.values())):
        raise DamageError(Damage(f"The file should have the format {FORMAT}, and one number per feature."))
    return {str(name): float(number) for name, number in features.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 and isfinite(value)
