"""The five example models: a recipe each, and training.

Every model is the exact solution of its problem (closed form, or a convex optimum solved far below the four decimals
that are reported), so other processors and linear-algebra libraries give the same reports.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from threadpoolctl import threadpool_limits

from examples.datasets import Dataset, Split, load, split

#: Out-of-fold predictions of the training rows come from this many folds.
FOLDS = 5

Problem = Literal["binary_classification", "multiclass_classification", "regression"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made.

    Attributes:
        name: Name of the model and its card.
        title: Its name for people.
        problem: What it solves.
        algorithm: How, in words.
        build: Makes the untrained model.
        parameters: Settings that the card shows, by their scikit-learn names.
        positive: The class that counts as positive in a binary problem.
    """

    name: str
    title: str
    problem: Problem
    algorithm: str
    build: Callable[[], Pipeline]
    parameters: tuple[str, ...]
    positive: str = ""


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model with its data.

    Attributes:
        recipe: How it was made.
        dataset: All rows.
        split: Which rows it was trained on.
        model: The model itself.
        out_of_fold: What models that were trained without the row say about each training row: probabilities,
            ``(n_rows, n_classes)``, or numbers, ``(n_rows,)``. Answers to rows that a model knows are too sure.
    """

    recipe: Recipe
    dataset: Dataset
    split: Split
    model: Pipeline
    out_of_fold: NDArray[Any]

    @property
    def training_features(self) -> pd.DataFrame:
        """The rows it was trained on."""
        return self.dataset.features.iloc[self.split.training]

    @property
    def training_target(self) -> NDArray[Any]:
        """What it was to learn."""
        return self.dataset.target[self.split.training]

    @property
    def positive_column(self) -> int:
        """Where the positive class stands among the model's probabilities."""
        return list(self.model.classes_).index(self.recipe.positive)

    @property
    def held_out_features(self) -> pd.DataFrame:
        """The rows it has not seen."""
        return self.dataset.features.iloc[self.split.held_out]

    @property
    def held_out_target(self) -> NDArray[Any]:
        """The truth about them."""
        return self.dataset.target[self.split.held_out]

    def predict(self, features: pd.DataFrame) -> NDArray[Any]:
        """Predict a class or a number per row."""
        return np.asarray(self.model.predict(features))

    def scores(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Give the probability of the positive class per row (binary problems)."""
        return np.asarray(self.model.predict_proba(features)[:, self.positive_column], dtype=np.float64)

    def out_of_fold_predictions(self) -> NDArray[Any]:
        """Predict each training row by a model that was trained without it."""
        if self.recipe.problem == "regression":
            return self.out_of_fold
        return np.asarray(self.model.classes_[self.out_of_fold.argmax(axis=1)])

    def hyper_parameters(self) -> dict[str, str]:
        """List the settings that were used, as text."""
        used = self.model.get_params()
        return {name.split("__")[-1]: str(used[name]) for name in self.recipe.parameters}

    def training_metrics(self) -> dict[str, float]:
        """Measure the model on the rows it was trained on, and on the same rows out of fold."""
        truth, predicted, apart = (
            self.training_target,
            self.predict(self.training_features),
            self.out_of_fold_predictions(),
        )
        if self.recipe.problem == "regression":
            return {
                "rmse": float(np.sqrt(np.mean((predicted - truth) ** 2))),
                f"rmse, {FOLDS}-fold": float(np.sqrt(np.mean((apart - truth) ** 2))),
            }
        return {
            "accuracy": float(np.mean(predicted == truth)),
            f"accuracy, {FOLDS}-fold": float(np.mean(apart == truth)),
            "log loss": float(log_loss(truth, self.model.predict_proba(self.training_features))),
        }


@cache
def train(recipe: Recipe) -> Trained:
    """Train a model on the training half of its data set, on one thread; once per process."""
    dataset = load(recipe.name)
    halves = split(dataset)
    features, target = dataset.features.iloc[halves.training], dataset.target[halves.training]
    method = "predict" if recipe.problem == "regression" else "predict_proba"
    with threadpool_limits(1):  # one thread adds up in one order
        apart = cross_val_predict(recipe.build(), features, target, cv=FOLDS, method=method)
        model = recipe.build().fit(features, target)
    return Trained(recipe, dataset, halves, model, np.asarray(apart))


def _logistic(scaler: Any, strength: float) -> Callable[[], Pipeline]:  # noqa: ANN401 - scikit-learn has no base type
    return lambda: make_pipeline(
        scaler(), LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-10, max_iter=200)
    )


_LOGISTIC = tuple(f"logisticregression__{name}" for name in ("C", "solver", "tol", "max_iter"))

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "breast-cancer",
            "Breast mass: malignant or benign",
            "binary_classification",
            "logistic regression on standardised measurements",
            _logistic(StandardScaler, 0.1),
            _LOGISTIC,
            positive="malignant",
        ),
        Recipe(
            "handwritten-digits",
            "Handwritten digits",
            "multiclass_classification",
            "multinomial logistic regression on pixels scaled to 0-1",
            _logistic(MinMaxScaler, 1.0),
            _LOGISTIC,
        ),
        Recipe(
            "diabetes-progression",
            "Diabetes progression after one year",
            "regression",
            "ridge regression on standardised measurements",
            lambda: make_pipeline(StandardScaler(), Ridge(alpha=10.0, solver="cholesky")),
            ("ridge__alpha", "ridge__solver"),
        ),
        Recipe(
            "wine-cultivars",
            "Wine cultivars",
            "multiclass_classification",
            "linear discriminant analysis",
            lambda: make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)),
            ("lineardiscriminantanalysis__solver", "lineardiscriminantanalysis__shrinkage"),
        ),
        Recipe(
            "iris-species",
            "Iris species",
            "multiclass_classification",
            "Gaussian naive Bayes",
            lambda: make_pipeline(StandardScaler(), GaussianNB(var_smoothing=1e-9)),
            ("gaussiannb__var_smoothing",),
        ),
    )
}
