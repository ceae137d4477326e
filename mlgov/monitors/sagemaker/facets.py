"""Clarify's analysis configuration of a bias monitor: groups, positive labels and the column that explains."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlgov.monitors.sagemaker.descriptions import Fields

_TAKEN = ("headers", "label", "label_values_or_threshold", "group_variable", "probability_threshold", "facet")
_QUIET = ("version", "dataset_type", "methods")


def bias_of(config: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Read facets, positive labels and the like.

    Returns:
        Keys of a monitor, and sentences about what they say otherwise or not at all.
    """
    headers = config.get("headers")
    names = [str(name) for name in headers] if isinstance(headers, Sequence) and not isinstance(headers, str) else []
    listed = config.get("facet") or []
    facets = [_facet(each, names) for each in (listed if isinstance(listed, list) else [listed])]
    value: dict[str, Any] = {"facets": facets} if facets else {}
    notes: list[str] = []
    positive = config.get("label_values_or_threshold") or []
    if positive:
        value["label_values"] = list(positive)
        if len(positive) == 1 and _may_be_threshold(positive[0]):
            notes.append(f"{positive[0]} is taken as a label; for a threshold write label_threshold instead.")
    doubtful = [(f["name"], v) for f in facets for v in f.get("values", ()) if _may_be_threshold(v)]
    notes += [
        f"{v} of the facet {name!r} is taken as a value; for a threshold write threshold." for name, v in doubtful
    ]
    if config.get("group_variable") is not None:
        value["group_variable"] = _name(config["group_variable"], names)
    if isinstance(config.get("probability_threshold"), float | int):
        value["probability_threshold"] = float(config["probability_threshold"])
    if names:
        columns = ", ".join(f"{facet['name']!r}" for facet in facets)
        notes.append(f"the columns {columns} are named after headers; captures of CSV have _c0, _c1, … instead.")
    rest = {key: entry for key, entry in config.items() if key not in _TAKEN and key not in _QUIET}
    notes += [f"the analysis configuration has {path}, which has no place here." for path, _ in Fields(rest, "").rest()]
    return value, notes


def _facet(facet: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    value: dict[str, Any] = {"name": _name(facet.get("name_or_index"), names)}
    values = facet.get("value_or_threshold")
    return value | ({"values": list(values)} if isinstance(values, list) and values else {})


def _name(name: object, names: Sequence[str]) -> str:
    """Name a column: by number it counts from 0 among the headers."""
    if isinstance(name, int) and not isinstance(name, bool):
        return names[name] if 0 <= name < len(names) else f"_c{name}"
    return str(name)


def _may_be_threshold(value: object) -> bool:
    """Clarify tells values and thresholds apart by the data: many different numbers have a threshold."""
    return isinstance(value, float | int) and value not in (0, 1)
