"""Bias, estimated quality and drift held against the open libraries of Clarify, NannyML and Evidently, in a venv."""

import json
import os
import subprocess
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors.bias import BiasReport, count, flip_test, measure, of_values
from mlgov.monitors.distances import ColumnComparison, compare
from mlgov.monitors.estimates import count as count_scores
from mlgov.monitors.estimates import count_expected, equal_frequency_edges, estimate, learn, metrics_of
from mlgov.monitors.profile import learn_layout, profile
from tests.monitors.bias import worked
from tests.peers.test_sagemaker import ROOT

pytestmark = pytest.mark.slow

PYTHON = ROOT / ".venv-monitoring" / "bin" / "python"
SIGN_TURNED = "FT"
CLASSES = ("a", "b", "c")


def asked(**questions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Ask the peers."""
    assert PYTHON.exists(), "The monitoring peers are missing: run 'make .venv-monitoring/.installed'."
    done = subprocess.run(
        [PYTHON, str(ROOT / "tests/peers/monitor_with_peers.py")],
        input=json.dumps(questions).encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "NML_DISABLE_USAGE_LOGGING": "1"},
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def random_case(seed: int) -> dict[str, Any]:
    """Make 12 to 300 rows with two facet values, three groups, two features, and labels that depend on them."""
    rng = np.random.RandomState(seed)
    n = int(rng.randint(12, 300))
    facet = rng.choice(["a", "d"], n, p=[0.6, 0.4])
    group = rng.choice(["g1", "g2", "g3"], n)
    x = rng.normal(size=(n, 2)) * [10.0, 1.0]
    y = np.where(rng.uniform(size=n) < 0.55 - 0.2 * (facet == "d"), "yes", "no")
    wrong = rng.uniform(size=n) < 0.25
    return {
        "facet": facet.tolist(),
        "group": group.tolist(),
        "y": y.tolist(),
        "yhat": np.where(wrong, np.where(y == "yes", "no", "yes"), y).tolist(),
        "features": {"x1": x[:, 0].tolist(), "x2": x[:, 1].tolist()},
    }


def ours(case: dict[str, Any]) -> BiasReport:
    """Measure a case as the library does: two labels, features as they are."""
    features = np.column_stack(list(case["features"].values()))
    flips = flip_test(features, np.array(case["facet"]) == "d", np.array(case["yhat"]) == "yes", scaled=False)
    table = count("facet", case["facet"], labels=case["y"], predictions=case["yhat"], groups=case["group"])
    return measure(table, of_values("d"), of_values("yes"), flips=flips, collapsed=True, replicates=10)


def test_clarifys_library_agrees_on_random_rows() -> None:
    """All 21 metrics of 60 tables, wherever they are defined; the flip test with its sign turned."""
    cases = [random_case(seed) for seed in range(60)]
    compared = 0
    for case, theirs in zip(cases, asked(bias=cases)["bias"], strict=True):
        for found in ours(case).estimates:
            if found.value is None:
                continue
            expected = -theirs[found.code] if found.code == SIGN_TURNED else theirs[found.code]
            assert found.value == pytest.approx(expected, abs=1e-9), found.code
            compared += 1
    assert compared > 60 * 19


def without_positive_labels_in_d() -> dict[str, Any]:
    """Seven of twelve rows of a are positive, none of eight of d."""
    facet = ["a"] * 12 + ["d"] * 8
    return {
        "facet": facet,
        "group": ["g"] * 20,
        "y": ["yes"] * 7 + ["no"] * 13,
        "yhat": ["yes", "no"] * 10,
        "features": {"x": list(range(20))},
    }


def test_defects_of_clarifys_library_are_there_still() -> None:
    """When this fails, take them out of the documentation: labels of one side left out, the sign of the flip test."""
    case = without_positive_labels_in_d()
    flipped = {
        "facet": worked.FACETS,
        "group": worked.GROUPS,
        "y": ["yes" if y == "1" else "no" for y in worked.LABELS],
        "yhat": ["yes" if y == "1" else "no" for y in worked.PREDICTIONS],
        "features": {"x1": worked.FEATURES[:, 0].tolist(), "x2": worked.FEATURES[:, 1].tolist()},
    }
    theirs, turned = asked(bias=[case, flipped])["bias"]
    found = ours(case)
    assert theirs["KL"] == pytest.approx(-0.364779, abs=5e-7)
    assert theirs["TVD"] == pytest.approx(0.291667, abs=5e-7)
    assert found.of("KL").value is None
    assert found.of("TVD").value == pytest.approx(0.583333, abs=5e-7)
    assert turned["FT"] == pytest.approx(-0.125)
    assert ours(flipped).of("FT").value == pytest.approx(0.125)


def binary_rows(seed: int, rows: int, shift: float) -> dict[str, list[float]]:
    """Make scores that say too much, predictions and labels."""
    rng = np.random.RandomState(seed)
    logit = rng.normal(shift, 1.5, rows)
    score = 1 / (1 + np.exp(-1.8 * logit))
    label = rng.uniform(size=rows) < 1 / (1 + np.exp(-logit))
    return {
        "p": score.tolist(),
        "predicted": (score >= 0.5).astype(int).tolist(),
        "label": label.astype(int).tolist(),
    }


def test_nannyml_estimates_about_the_same_of_two_classes() -> None:
    """It calibrates row by row and we by bin: within 0.005, at three places of the population."""
    names = {"roc_auc": "auc", "f1": "f1", "precision": "precision", "recall": "recall", "specificity": "specificity"}
    names["accuracy"] = "accuracy"
    reference = binary_rows(0, 20_000, 0.0)
    windows = [binary_rows(seed, 4_000, shift) for seed, shift in ((1, 0.0), (2, 0.8), (3, -0.8))]
    question = {"reference": reference, "metrics": list(names), "probabilities": "p"}
    theirs = asked(cbpe=[{**question, "problem": "classification_binary", "current": each} for each in windows])["cbpe"]
    edges = equal_frequency_edges(reference["p"])
    learned = count_scores(reference["p"], reference["predicted"], edges=edges, labels=reference["label"])
    for window, expected in zip(windows, theirs, strict=True):
        found = estimate(count_scores(window["p"], window["predicted"], edges=edges), learned)
        assert {name: found.of(own).value for name, own in names.items()} == pytest.approx(expected, abs=0.005)


def class_rows(seed: int, rows: int) -> dict[str, list[Any]]:
    """Make probabilities of three classes that say too much, predictions and labels."""
    rng = np.random.RandomState(seed)
    logits = rng.normal([0.5, 0.0, -0.5], 1.3, (rows, 3))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    told = np.exp(1.5 * logits) / np.exp(1.5 * logits).sum(axis=1, keepdims=True)
    label = (rng.uniform(size=(rows, 1)) > np.cumsum(chances, axis=1)[:, :2]).sum(axis=1)
    columns: dict[str, list[Any]] = {f"p_{name}": told[:, place].tolist() for place, name in enumerate(CLASSES)}
    columns["predicted"] = [CLASSES[place] for place in told.argmax(axis=1)]
    columns["label"] = [CLASSES[place] for place in label]
    return columns


def test_nannyml_estimates_about_the_same_of_three_classes() -> None:
    """Each class calibrated on its own, macro means: within 0.01."""
    names = {"f1": "macro_f1", "precision": "macro_precision", "recall": "macro_recall", "accuracy": "accuracy"}
    reference, window = class_rows(0, 20_000), class_rows(1, 5_000)
    probabilities = {name: f"p_{name}" for name in CLASSES}
    question = {"reference": reference, "current": window, "metrics": list(names), "probabilities": probabilities}
    [expected] = asked(cbpe=[{**question, "problem": "classification_multiclass"}])["cbpe"]
    curves = [learn(reference[f"p_{name}"], [each == name for each in reference["label"]]) for name in CLASSES]
    table = np.column_stack([window[f"p_{name}"] for name in CLASSES])
    found = {each.name: each.value for each in metrics_of(count_expected(table, window["predicted"], CLASSES, curves))}
    assert {name: found[own] for name, own in names.items()} == pytest.approx(expected, abs=0.01)


def drift_case(seed: int, *, numeric: bool) -> dict[str, Any]:
    """Draw a reference of 2,000 values and a window of 300 to 2,000 that is like it, or not."""
    rng = np.random.default_rng(seed)
    size, moved = int(rng.integers(300, 2000)), seed % 3 / 4
    if numeric:
        reference, current = rng.poisson(12, 2000), rng.poisson(12 * (1 + moved / 4), size)
        return {"numeric": True, "reference": reference.tolist(), "current": current.tolist(), "tests": ["wasserstein"]}
    shares = rng.dirichlet(np.full(6, 8.0))
    others = (1 - moved) * shares + moved * shares[::-1]
    drawn = [rng.choice(list("abcdef"), n, p=p).tolist() for n, p in ((2000, shares), (size, others))]
    tests = ["psi", "jensenshannon", "hellinger", "chi"]
    return {"numeric": False, "reference": drawn[0], "current": drawn[1], "tests": tests}


def compared(case: dict[str, Any]) -> ColumnComparison:
    """Compare the two samples as profiles."""
    sides = [[pa.record_batch({"x": case[side]})] for side in ("reference", "current")]
    layout = learn_layout(sides[0])
    return compare(*(profile(side, layout) for side in sides))[0]


def test_evidently_agrees_on_distances_of_random_columns() -> None:
    """Jensen-Shannon (nats there) and Hellinger; PSI but for our Jeffreys half, Wasserstein but for values in a bin."""
    cases = [drift_case(seed, numeric=numeric) for seed in range(12) for numeric in (True, False)]
    for case, theirs in zip(cases, asked(drift=cases)["drift"], strict=True):
        found = {name: each.value for name, each in compared(case).statistics.items()}
        if case["numeric"]:
            assert found["w1_sigma"] == pytest.approx(theirs["wasserstein"], rel=0.01)
        else:
            assert found["psi"] == pytest.approx(theirs["psi"], rel=0.05)
            assert found["hellinger"] == pytest.approx(theirs["hellinger"], rel=1e-9)
            assert found["js"] == pytest.approx(theirs["jensenshannon"] / np.sqrt(np.log(2)), rel=1e-9)


def test_defects_of_evidently_are_there_still() -> None:
    """Its chi-square takes the reference for the truth, and its bins move with the window: neither is copied."""
    reference, current = list("a" * 50 + "b" * 30 + "c" * 15 + "d" * 5), list("a" * 40 + "b" * 30 + "c" * 20 + "d" * 10)
    words: dict[str, Any] = {"numeric": False, "reference": reference, "current": current, "tests": ["chi"]}
    values, moved = (np.random.default_rng(1).normal(size=2000) + shift for shift in (0.0, 0.5))
    near, far = (
        {"numeric": True, "reference": values.tolist(), "current": [*moved[:500], end], "tests": ["psi"]}
        for end in (0.0, 1e6)
    )
    truth, *psi = asked(drift=[words, near, far])["drift"]
    assert truth["chi"] == pytest.approx(0.034067, abs=5e-7)
    assert compared(words).statistics["chi2"].p == pytest.approx(0.321793, abs=5e-7)
    ours = [compared(case).statistics["psi"].value for case in (near, far)]
    assert psi[0]["psi"] > 0.2 > 0.1 > psi[1]["psi"]  # one absurd value of 501 puts all others into one bin
    assert min(ours) > 0.2
