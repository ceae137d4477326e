"""What things in a card are called in a sentence."""

import re

from mlgov.cards.diff.places import MISSING, Item, Missing, Place
from mlgov.documents import Value

#: List in a card -> what one of its items is called.
NOUNS = {
    "evaluation_details": "evaluation",
    "metric_groups": "metric group",
    "metric_data": "metric",
    "training_metrics": "training metric",
    "user_provided_training_metrics": "training metric",
    "hyper_parameters": "hyper parameter",
    "user_provided_hyper_parameters": "hyper parameter",
    "acceptance_criteria": "acceptance criterion",
    "claims": "claim",
    "evidence": "evidence",
    "datasets": "dataset",
    "training_datasets": "training dataset",
    "code": "code",
    "model_artifact": "model artifact",
    "container_image": "container image",
    "containers": "container",
    "source_algorithms": "source algorithm",
    "imported": "imported value",
    "owners": "owner",
}
#: Mapping with free keys -> what one of its entries is called.
ENTRIES = {
    "labels": "label",
    "annotations": "annotation",
    "custom_details": "custom detail",
    "metadata": "detail",
}
#: Keys whose own words read badly in a sentence.
_TITLES = {"used_for": "use", "uri": "address", "training_arn": "training id", "evaluation_job_arn": "job id"}
_LIMIT = 160


def thing(place: Place) -> str:
    """Name what is at a place, for instance ``The notes of metric 'accuracy' of evaluation 'holdout'``."""
    parts = list(reversed(list(_parts(place.path))))
    text = " of ".join(parts) or "card"
    return f"The {text}" if parts and not parts[0].endswith("'") else text[:1].upper() + text[1:]


def was(place: Place) -> str:
    """Give the verb that fits what `thing` names: intended uses were, a purpose was."""
    last = place.path[-1] if place.path else ""
    above = place.path[-2] if len(place.path) > 1 else ""
    head = re.split("_(?:for|of|affecting)_", last)[0] if isinstance(last, str) and above not in ENTRIES else ""
    return "were" if head.endswith("s") and not head.endswith(("ss", "us", "is")) else "was"


def noun_of(key: str) -> str:
    """Name an item of the list ``key``."""
    return NOUNS.get(key, f"{key.replace('_', ' ')} item")


def quoted(side: Value | Missing) -> str:
    """Put a text in quotes, cut when it is long."""
    text = "" if side is MISSING else str(side)
    cut = text if len(text) <= _LIMIT else f"{text[:_LIMIT]}…"
    return f"'{cut}'"


def shown(side: Value | Missing) -> str:
    """Write a value as people read it."""
    if side is MISSING or side is None:
        return "nothing"
    if isinstance(side, bool):
        return "true" if side else "false"
    if isinstance(side, float):
        return repr(int(side)) if side.is_integer() and abs(side) < 1e15 else repr(side)
    text = ", ".join(shown(part) for part in side) if isinstance(side, list) else str(side)
    return text if len(text) <= _LIMIT else f"{text[:_LIMIT]}…"


def _parts(path: tuple[str | Item, ...]) -> list[str]:
    """Name what leads to a place, outermost first: items by noun and name, and the last key."""
    parts: list[str] = []
    for at, step in enumerate(path):
        last, above = at == len(path) - 1, path[at - 1] if at else ""
        if isinstance(step, Item):
            number = f" #{step.number}" if step.number > 1 else ""
            parts.append(f"{noun_of(str(above))} {quoted(step.name)}{number}")
        elif last and above in ENTRIES and at > 1:
            parts.append(f"{ENTRIES[str(above)]} {quoted(step)}")
        elif last:
            parts.append(_TITLES.get(step, step.replace("_", " ")))
    return parts
