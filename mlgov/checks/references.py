"""References across kinds: what one document names must be there."""

import difflib
from collections.abc import Iterator

from mlgov.checks.tree import Governed, Tree, governed_paths
from mlgov.findings import Finding, Rule, Severity
from mlgov.names import Kind, path_of

UNKNOWN_MODEL = Rule(
    "MLG-X001",
    "unknown-model",
    Severity.ERROR,
    "The model of a monitor set has a card.",
    "A monitor of a model without a card watches something that nobody described, rated or approved.",
    "Correct spec.model, or add the card.",
)
MONITOR_TWICE = Rule(
    "MLG-X002",
    "monitor-in-two-sets",
    Severity.ERROR,
    "A monitor of a model is declared once, whatever the number of monitor sets.",
    "Records, alerts and issues carry the names of the model and the monitor. A second declaration could hide what the "
    "first one finds.",
    "Give the monitor another name, or remove one of the two.",
)
RULES = (UNKNOWN_MODEL, MONITOR_TWICE)


def check_references(tree: Tree) -> Iterator[Finding]:
    """Find references that lead nowhere."""
    declared: dict[tuple[str, str], str] = {}
    for monitor_set in tree.of(Kind.MONITOR_SET):
        yield from _check_model(tree, monitor_set)
        yield from _check_monitors(monitor_set, declared)


def _check_monitors(monitor_set: Governed, declared: dict[tuple[str, str], str]) -> Iterator[Finding]:
    spec, path = monitor_set.typed.spec, monitor_set.document.path
    for i, monitor in enumerate(spec.monitors):
        other = declared.setdefault((spec.model, monitor.name), path)
        if other != path:
            at = ("spec", "monitors", i, "name")
            message = f"{other} declares the monitor {monitor.name} of {spec.model} already."
            yield MONITOR_TWICE.at(monitor_set.document.location(at), message, pointer=at)


def _check_model(tree: Tree, monitor_set: Governed) -> Iterator[Finding]:
    model = monitor_set.typed.spec.model
    if path_of(Kind.MODEL_CARD, model) in tree.snapshot:
        return
    names = [
        path.rpartition("/")[2].removesuffix(".yaml")
        for path, kind in governed_paths(tree.snapshot)
        if kind is Kind.MODEL_CARD
    ]
    close = difflib.get_close_matches(model, names, n=1)
    fix = f"Did you mean '{close[0]}'?" if close else ""
    at = ("spec", "model")
    message = f"There is no {path_of(Kind.MODEL_CARD, model)}."
    yield UNKNOWN_MODEL.at(monitor_set.document.location(at), message, pointer=at, fix=fix)
