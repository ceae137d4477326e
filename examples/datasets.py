"""Five public data sets that scikit-learn carries with it, and how each is split. Nothing is downloaded."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import datasets as bundled

#: Decides the split and the order of requests, and nothing else: every solver here is deterministic.
SEED = 20261116

TRAINING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Dataset:
    """A public data set.

    Attributes:
        name: Its name in sentences.
        source: Where it comes from and who made it.
        features: One column per measurement, ``(n_rows, n_features)``.
        target: What is to be predicted, ``(n_rows,)``: a class as text, or a number.
        classes: The classes in order; empty for a regression.
    """

    name: str
    source: str
    features: pd.DataFrame
    target: NDArray[Any]
    classes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the column names, the values as little-endian doubles, row by row, and the target as text."""
        digest = hashlib.sha256("\n".join(self.features.columns).encode())
        digest.update(self.features.to_numpy("<f8").tobytes())
        digest.update("\n".join(map(str, self.target.tolist())).encode())
        return f"sha256:{digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of the training rows and of the rows held out; together every row once."""

    training: NDArray[np.int64]
    held_out: NDArray[np.int64]


def split(dataset: Dataset, seed: int = SEED) -> Split:
    """Split a data set into a training half and a held-out half."""
    order = shuffled(len(dataset.features), f"{seed}:split")
    cut = round(len(order) * TRAINING_SHARE)
    return Split(order[:cut], order[cut:])


def shuffled(count: int, seed: str) -> NDArray[np.int64]:
    """Order the numbers below ``count`` by a hash of seed and number.

    A hash, because it is the same on every machine and with every version of NumPy; random generators promise less.
    """
    return np.array(sorted(range(count), key=lambda number: _key(seed, number)), dtype=np.int64)


def load(name: str) -> Dataset:
    """Load the data set of one example model."""
    return LOADERS[name]()


def _key(seed: str, number: int) -> bytes:
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def _classes(loader: Callable[..., Any], name: str, source: str, columns: dict[str, str] | None = None) -> Dataset:
    found = loader(as_frame=True)
    names = tuple(str(label) for label in found.target_names)
    target = np.array([names[code] for code in found.target])
    features = found.data.rename(columns=columns or {}).rename(columns=_plain)
    return Dataset(name, source, features, target, names)


def _diabetes() -> Dataset:
    found = bundled.load_diabetes(as_frame=True, scaled=False)
    # s1 to s6 by what the data set's own description calls them.
    serum = {"s1": "tc", "s2": "ldl", "s3": "hdl", "s4": "tch", "s5": "ltg", "s6": "glu"}
    features = found.data.rename(columns=serum).astype({"age": "int64", "sex": "int64"})
    return Dataset(
        "Diabetes",
        "B. Efron and others: Least Angle Regression (2004), 442 patients; scikit-learn load_diabetes",
        features,
        found.target.to_numpy(),
        (),
    )


def _digits() -> Dataset:
    dataset = _classes(
        bundled.load_digits,
        "Optical recognition of handwritten digits",
        "E. Alpaydin and C. Kaynak (1998), test part of the UCI data set; scikit-learn load_digits",
    )
    return Dataset(dataset.name, dataset.source, dataset.features.astype("int64"), dataset.target, dataset.classes)


def _plain(column: str) -> str:
    return column.replace("(cm)", "cm").replace(" ", "_").replace("/", "_")


LOADERS: dict[str, Callable[[], Dataset]] = {
    "breast-cancer": partial(
        _classes,
        bundled.load_breast_cancer,
        "Breast cancer Wisconsin (diagnostic)",
        "W. H. Wolberg, W. N. Street and O. L. Mangasarian (1995), UCI; scikit-learn load_breast_cancer",
    ),
    "handwritten-digits": _digits,
    "diabetes-progression": _diabetes,
    "wine-cultivars": partial(
        _classes,
        bundled.load_wine,
        "Wine recognition",
        "M. Forina and others, PARVUS (1988), UCI; scikit-learn load_wine",
        {"od280/od315_of_diluted_wines": "od280_od315"},
    ),
    "iris-species": partial(
        _classes,
        bundled.load_iris,
        "Iris plants",
        "R. A. Fisher: The use of multiple measurements in taxonomic problems (1936); scikit-learn load_iris",
    ),
}
