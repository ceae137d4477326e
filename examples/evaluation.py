"""How well a model does on the rows it has not seen: plain values, rounded, for the evidence file and the card."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve

from examples.models import Problem, Trained

#: Reported decimals. Far fewer than doubles have, so that every machine reports the same.
DECIMALS = 4
#: Two-sided 95% quantile of the normal distribution.
Z = 1.959964

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its 95% interval, where there is one.

    Attributes:
        value: The number.
        interval: Lower and upper end; None where no cheap interval is known.
        method: How the interval was made.
        count: Rows that the number rests on.
    """

    value: float
    count: int
    interval: tuple[float, float] | None = None
    method: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON values, rounded."""
        plain: dict[str, Any] = {"value": rounded(self.value), "rows": self.count}
        if self.interval:
            plain |= {"interval_95": [rounded(end) for end in self.interval], "method": self.method}
        return plain


def evaluate(trained: Trained) -> dict[str, Any]:
    """Evaluate a model on its held-out rows; gives JSON values."""
    return EVALUATIONS[trained.recipe.problem](trained)


def rounded(value: float) -> float:
    """Round to the reported decimals."""
    return round(float(value), DECIMALS) + 0.0  # never -0.0


def proportion(hits: int, count: int) -> Measure:
    """Give a share with its Wilson score interval (Wilson 1927): honest for few rows and for shares near 0 and 1."""
    if not count:
        return Measure(0.0, 0)
    share, spread = hits / count, Z * Z / count
    centre = (share + spread / 2) / (1 + spread)
    half = Z * np.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return Measure(share, count, (max(0.0, centre - half), min(1.0, centre + half)), "Wilson")


def mean(values: Numbers) -> Measure:
    """Give a mean with its interval by the central limit theorem."""
    centre, half = values.mean(), Z * values.std(ddof=1) / np.sqrt(len(values))
    return Measure(float(centre), len(values), (float(centre - half), float(centre + half)), "normal")


def area_under_roc(truth: NDArray[np.bool_], scores: Numbers) -> Measure:
    """Give the area under the ROC curve with the interval of Hanley and McNeil (1982)."""
    area, positives, negatives = float(roc_auc_score(truth, scores)), int(truth.sum()), int((~truth).sum())
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    pairs = area * (1 - area) + (positives - 1) * (one - area**2) + (negatives - 1) * (two - area**2)
    half = Z * np.sqrt(pairs / (positives * negatives))
    return Measure(area, len(truth), (max(0.0, area - half), min(1.0, area + half)), "Hanley-McNeil")


def confusion(truth: NDArray[Any], predicted: NDArray[Any], classes: tuple[str, ...]) -> list[list[int]]:
    """Count rows by true class (outer) and predicted class (inner)."""
    return [[int(np.sum((truth == actual) & (predicted == said))) for said in classes] for actual in classes]


def _binary(trained: Trained) -> dict[str, Any]:
    positive, classes = trained.recipe.positive, trained.dataset.classes
    scores, answers = trained.scores(trained.held_out_features), trained.predict(trained.held_out_features)
    truth, said = trained.held_out_target == positive, answers == positive
    false_positives, true_positives, _ = roc_curve(truth, scores)
    return {
        "positive_class": positive,
        "measures": {
            "accuracy": proportion(int((truth == said).sum()), len(truth)).as_json(),
            "sensitivity": proportion(int((truth & said).sum()), int(truth.sum())).as_json(),
            "specificity": proportion(int((~truth & ~said).sum()), int((~truth).sum())).as_json(),
            "precision": proportion(int((truth & said).sum()), int(said.sum())).as_json(),
            "area under ROC": area_under_roc(truth, scores).as_json(),
            "Brier score": mean((scores - truth) ** 2).as_json(),
            "accuracy of always guessing the largest class": _largest_class(trained),
        },
        "confusion": _matrix(trained, answers, classes),
        "roc": [[rounded(x), rounded(y)] for x, y in zip(false_positives, true_positives, strict=True)],
    }


def _multiclass(trained: Trained) -> dict[str, Any]:
    classes, truth = trained.dataset.classes, trained.held_out_target
    answers = trained.predict(trained.held_out_features)
    per_class = {
        label: {
            "recall": proportion(int(np.sum((truth == label) & (answers == label))), int(np.sum(truth == label))),
            "precision": proportion(int(np.sum((truth == label) & (answers == label))), int(np.sum(answers == label))),
        }
        for label in classes
    }
    f1 = [_harmonic(found["recall"].value, found["precision"].value) for found in per_class.values()]
    return {
        "measures": {
            "accuracy": proportion(int(np.sum(truth == answers)), len(truth)).as_json(),
            "macro F1": Measure(float(np.mean(f1)), len(truth)).as_json(),
            "accuracy of always guessing the largest class": _largest_class(trained),
        },
        "confusion": _matrix(trained, answers, classes),
        "per_class": {
            label: {name: measure.as_json() for name, measure in found.items()} for label, found in per_class.items()
        },
    }


def _regression(trained: Trained) -> dict[str, Any]:
    truth, answers = trained.held_out_target, trained.predict(trained.held_out_features)
    errors = truth - answers
    squares = mean(errors**2)
    assert squares.interval is not None
    rmse = Measure(
        float(np.sqrt(squares.value)),
        len(truth),
        (float(np.sqrt(squares.interval[0])), float(np.sqrt(squares.interval[1]))),
        "normal, on the squares",
    )
    constant = truth - trained.training_target.mean()
    return {
        "measures": {
            "mean absolute error": mean(np.abs(errors)).as_json(),
            "root mean squared error": rmse.as_json(),
            "share of variance explained (R2)": Measure(
                1 - float((errors**2).sum() / ((truth - truth.mean()) ** 2).sum()), len(truth)
            ).as_json(),
            "mean absolute error of always guessing the training mean": mean(np.abs(constant)).as_json(),
        },
        "calibration": _calibration(truth, answers),
        "mean_absolute_error_by_sex": {
            f"sex code {code}": mean(np.abs(errors[trained.held_out_features["sex"].to_numpy() == code])).as_json()
            for code in sorted(set(trained.dataset.features["sex"]))
        },
    }


def _calibration(truth: Numbers, answers: Numbers, groups: int = 10) -> list[list[float]]:
    """Mean prediction and mean truth of the rows in order of prediction, in groups of equal size."""
    parts = np.array_split(np.argsort(answers, kind="stable"), groups)
    return [[rounded(answers[part].mean()), rounded(truth[part].mean())] for part in parts]


def _largest_class(trained: Trained) -> dict[str, Any]:
    names, counts = np.unique(trained.training_target, return_counts=True)
    largest = names[np.argmax(counts)]
    return proportion(int(np.sum(trained.held_out_target == largest)), len(trained.held_out_target)).as_json()


def _matrix(trained: Trained, answers: NDArray[Any], classes: tuple[str, ...]) -> dict[str, Any]:
    return {"classes": list(classes), "rows": confusion(trained.held_out_target, answers, classes)}


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


EVALUATIONS: dict[Problem, Callable[[Trained], dict[str, Any]]] = {
    "binary_classification": _binary,
    "multiclass_classification": _multiclass,
    "regression": _regression,
}
