"""What must not be zero for a bias metric to be defined."""

import numpy as np

from mlgov.monitors.bias.metric import NEGATIVE, POSITIVE, Need
from mlgov.monitors.bias.split import A, D, Ints, Split

A_ROWS = Need(lambda s: s.rows[:, A], "No row is outside the facet.")
D_ROWS = Need(lambda s: s.rows[:, D], "No row is in the facet.")
A_LABELS = Need(lambda s: s.label[:, A].sum(axis=-1), "No row outside the facet has a label.")
D_LABELS = Need(lambda s: s.label[:, D].sum(axis=-1), "No row in the facet has a label.")
A_PREDICTIONS = Need(lambda s: s.predicted[:, A].sum(axis=-1), "No row outside the facet has a prediction.")
D_PREDICTIONS = Need(lambda s: s.predicted[:, D].sum(axis=-1), "No row in the facet has a prediction.")
A_BOTH = Need(lambda s: s.confusion[:, A].sum(axis=(-1, -2)), "No row outside the facet has label and prediction.")
D_BOTH = Need(lambda s: s.confusion[:, D].sum(axis=(-1, -2)), "No row in the facet has label and prediction.")


def labelled(side: int, label: int) -> Need:
    return Need(
        lambda s: s.confusion[:, side, label].sum(axis=-1), f"No row {_SIDES[side]} is labelled {_SIGNS[label]}."
    )


def predicted(side: int, label: int) -> Need:
    return Need(
        lambda s: s.confusion[:, side, :, label].sum(axis=-1), f"No row {_SIDES[side]} is predicted {_SIGNS[label]}."
    )


_SIDES = {A: "outside the facet", D: "in the facet"}
_SIGNS = {NEGATIVE: "negative", POSITIVE: "positive"}
_NO_GROUPS = "There is no group variable to compare within."
GROUPED_LABELS = Need(lambda s: _given(s, s.label_groups), _NO_GROUPS, rows_help=False)
GROUPED_PREDICTIONS = Need(lambda s: _given(s, s.predicted_groups), _NO_GROUPS, rows_help=False)

BOTH_LABELS = tuple(
    Need(lambda s, sign=sign: s.label[..., sign].sum(axis=-1), f"No row is labelled {word}.")  # type: ignore[misc]
    for sign, word in _SIGNS.items()
)
BOTH_PREDICTIONS = tuple(
    Need(lambda s, sign=sign: s.predicted[..., sign].sum(axis=-1), f"No row is predicted {word}.")  # type: ignore[misc]
    for sign, word in _SIGNS.items()
)


def _given(s: Split, groups: Ints | None) -> Ints:
    return np.full(len(s.rows), groups is not None, np.int64)


def _support(s: Split) -> Ints:
    """1 where every label of a is also one of d, else 0."""
    lacking = (s.classes[:, A] > 0) & (s.classes[:, D] == 0)
    return np.asarray(1 - lacking.any(axis=-1), np.int64)


D_HAS_ALL_LABELS = Need(
    _support, "Infinite: some label occurs outside the facet and never in it (TVD and JS are defined)."
)
SOME_BENEFIT = Need(
    lambda s: s.everyone[:, 1, 1] + s.everyone[:, 0, 0] + s.everyone[:, 0, 1],
    "Every row is a false negative, so the mean benefit is 0.",
)
FALSE_POSITIVE = {
    side: Need(lambda s, side=side: s.confusion[:, side, 0, 1], f"No row {name} is a false positive.")  # type: ignore[misc]
    for side, name in _SIDES.items()
}
SOME_BOTH = Need(lambda s: s.everyone.sum(axis=(-1, -2)), "No row has label and prediction.")
FROM_ROWS = Need(
    lambda s: np.zeros(len(s.rows), np.int64),
    "It needs features of single rows, which were not given.",
    rows_help=False,
)
