"""SageMaker Clarify bias: the sections of ``analysis.json`` that have facets, before and after training."""

from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer

NAME = "clarify-bias"
TITLE = "SageMaker Clarify analysis.json with bias metrics"


def recognises(report: dict[str, Any]) -> bool:
    """A section has facets."""
    return any(isinstance(section, dict) and "facets" in section for section in report.values())


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """One group for each section, facet and value of the facet. Descriptions become notes of the metrics."""
    for name, section in report.items():
        if isinstance(section, dict) and "facets" in section:
            _section(name, section, gather)
        elif isinstance(section, dict) and name != "explanations":
            gather.note(name, "the section has no facets; left out")


def _section(name: str, section: dict[str, Any], gather: Gatherer) -> None:
    label = _named(gather, "label", section.get("label"), section.get("label_value_or_threshold"))
    for facet, items in gather.mapping(section["facets"], f"{name}.facets").items():
        for item in gather.listed(items, f"{name}.facets.{facet}"):
            where = f"{name}.facets.{facet}[]"
            found = gather.mapping(item, where)
            value = found.get("value_or_threshold")
            about = "" if value is None else f"={gather.text(value, where)}"
            _metrics(f"{name} - {label}facet {facet}{about}", found.get("metrics"), where, gather)


def _named(gather: Gatherer, word: str, name: object, value: object) -> str:
    if name is None:
        return ""
    said = f"{word} {gather.text(name, word)}"
    return said + ("" if value is None else f" = {gather.text(value, word)}") + " and "


def _metrics(name: str, metrics: object, where: str, gather: Gatherer) -> None:
    group = gather.group(name)
    for metric in gather.listed(metrics, f"{where}.metrics"):
        found = gather.mapping(metric, f"{where}.metrics[]")
        described = found.get("description")
        notes = described if isinstance(described, str) and described.strip() else None
        group.value(gather.text(found.get("name"), f"{where}.metrics[].name"), found.get("value"), notes=notes)
