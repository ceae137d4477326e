"""TensorFlow Model Card Toolkit: JSON of schema 0.0.2, and the parts of it that VerifyML shares.

Schema: https://github.com/tensorflow/model-card-toolkit, ``model_card_toolkit/schema/v0.0.2``. Images are never taken.
"""

from mlgov.cards.draft import Draft, is_owner, number_of
from mlgov.cards.fields import Fields, written
from mlgov.cards.foreign import read_json
from mlgov.cards.transfer import Imported
from mlgov.documents import Pointer, Value
from mlgov.errors import ImportFormatError

WHAT = "a Model Card Toolkit card"
SECTIONS = ("model_details", "model_parameters", "quantitative_analysis", "considerations")
REASON = "A card has no place for it."

DETAILS, PARAMETERS, ANALYSIS, CONSIDERATIONS = ((section,) for section in SECTIONS)
USES = ("intended_uses", "intended_uses")
ETHICS = ("additional_information", "ethical_considerations")
#: List of considerations -> the field that holds them, and what stands before each.
LISTS = {
    "users": (USES, "Users: "),
    "use_cases": (USES, ""),
    "limitations": (("additional_information", "caveats_and_recommendations"), ""),
    "tradeoffs": (("intended_uses", "factors_affecting_model_efficiency"), ""),
}
#: Word in the name or description of a data set -> what it was used for.
USED_FOR = {"train": "training", "valid": "validation", "eval": "validation", "test": "test", "holdout": "test"}


def read(data: bytes, name: str) -> Imported:
    """Read a card of the Model Card Toolkit.

    Args:
        data: The bytes of its JSON.
        name: Name of the new card.

    Raises:
        ImportFormatError: The file is no such JSON, or has none of the sections.
    """
    fields = Fields(read_object(data, WHAT, SECTIONS))
    draft = Draft(name)
    read_shared(fields, draft)
    return draft.finished(fields, REASON)


def read_object(data: bytes, what: str, sections: tuple[str, ...]) -> dict[str, Value]:
    """Read a JSON object that has at least one of ``sections``.

    Raises:
        ImportFormatError: It has not.
    """
    value = read_json(data, what)
    if not any(isinstance(value.get(section), dict) for section in sections):
        hint = f"Such a card has sections such as {', '.join(sections)}. Was another --from meant?"
        raise ImportFormatError(f"The file is not {what}: it has none of its sections.", hint=hint)
    return value


def read_shared(fields: Fields, draft: Draft) -> None:
    """Read the four sections that the Model Card Toolkit and VerifyML have in common."""
    _read_details(fields, draft)
    _read_owners(fields, draft)
    _read_version(fields, draft)
    _read_parameters(fields, draft)
    _read_metrics(fields, draft)
    _read_considerations(fields, draft)


def _read_details(fields: Fields, draft: Draft) -> None:
    draft.title = fields.text(*DETAILS, "name")
    draft.put(draft.title, 1024, ("model_overview", "model_name"), "model_details.name")
    overview = fields.text(*DETAILS, "overview")
    draft.put(overview, 1024, ("model_overview", "model_description"), "model_details.overview")
    if artifact := draft.fit(fields.text(*DETAILS, "path"), 1024, "model_details.path"):
        draft.add(artifact, 15, ("model_overview", "model_artifact"), "model_details.path")
    draft.custom("documentation", fields.text(*DETAILS, "documentation"), "model_details.documentation")
    for key, part, detail in (
        ("licenses", "identifier", "license"),
        ("licenses", "custom_text", "license_text"),
        ("references", "reference", "references"),
        ("citations", "style", "citation_styles"),
        ("citations", "citation", "citations"),
        ("regulatory_requirements", "regulation", "regulations"),
    ):
        for at in fields.items(*DETAILS, key):
            if text := fields.text(*at, part):
                draft.custom_list(detail, text, written((*at, part)))


def _read_owners(fields: Fields, draft: Draft) -> None:
    owners = []
    for at in fields.items(*DETAILS, "owners"):
        name, contact, role = (fields.text(*at, key) for key in ("name", "contact", "role"))
        draft.owners += filter(is_owner, (name, contact))
        owners.append(" ".join(filter(None, (name, contact and f"<{contact}>", role and f"({role})"))))
    draft.put("; ".join(filter(None, owners)), 1024, ("model_overview", "model_owner"), "model_details.owners")


def _read_version(fields: Fields, draft: Draft) -> None:
    at = (*DETAILS, "version")
    text = fields.text(*at, "name")
    number = number_of(text.removeprefix("v"))
    if number is not None and number >= 1:
        draft.place("model_overview")["model_version"] = number
    if number is None or number < 1 or text.startswith("v"):
        draft.custom("model_version", text, written((*at, "name")))
    draft.custom("model_version_date", fields.text(*at, "date"), written((*at, "date")))
    draft.custom("model_version_changes", fields.text(*at, "diff"), written((*at, "diff")))


def _read_parameters(fields: Fields, draft: Draft) -> None:
    at = (*PARAMETERS, "model_architecture")
    draft.put(fields.text(*at), 1024, ("model_overview", "algorithm_type"), written(at))
    for key in ("input_format", "output_format"):
        draft.custom(key, fields.text(*PARAMETERS, key), f"model_parameters.{key}")
        for pair in fields.items(*PARAMETERS, f"{key}_map"):
            if text := fields.text(*pair, "value"):
                draft.custom(f"{key}_{fields.text(*pair, 'key')}", text, written(pair))
    for pointer in fields.items(*PARAMETERS, "data"):
        _read_dataset(fields, pointer, draft)


def _read_dataset(fields: Fields, at: Pointer, draft: Draft) -> None:
    path = written(at)
    sensitive = {
        "Sensitive data": _texts(fields, (*at, "sensitive", "sensitive_data")),
        "Sensitive data in use": _texts(fields, (*at, "sensitive", "sensitive_data_used")),
        "Why it is needed": [fields.text(*at, "sensitive", "justification")],
    }
    notes = [fields.text(*at, "description")]
    notes += [f"{label}: {', '.join(texts)}" for label, texts in sensitive.items() if any(texts)]
    name = fields.text(*at, "name")
    dataset: dict[str, Value] = {
        "name": draft.fit(name, 255, path) or "data",
        "used_for": _used_for(f"{name} {notes[0]}".lower(), draft, path),
    }
    for key, text in (("uri", fields.text(*at, "link")), ("notes", "\n".join(filter(None, notes)))):
        if fitted := draft.fit(text, 1024, path):
            dataset[key] = fitted
    draft.add(dataset, 100, ("lineage", "datasets"), path)


def _texts(fields: Fields, pointer: Pointer) -> list[str]:
    return list(filter(None, (fields.text(*at) for at in fields.items(*pointer))))


def _used_for(said: str, draft: Draft, path: str) -> str:
    found = next((use for word, use in USED_FOR.items() if word in said), "")
    if not found:
        draft.note(path, "The file does not say what the data was used for; training was assumed.")
    return found or "training"


def _read_metrics(fields: Fields, draft: Draft) -> None:
    metrics = fields.items(*ANALYSIS, "performance_metrics")
    if not metrics:
        return
    evaluation = draft.evaluation("Performance", "quantitative_analysis")
    for at in metrics:
        value = fields.see(*at, "value")
        if isinstance(value, dict | list) or value is None:
            continue
        fields.take(*at, "value")
        group = fields.text(*at, "slice") or "Overall"
        draft.metric(evaluation, group, fields.text(*at, "type"), value, written(at), _notes(fields, at))


def _notes(fields: Fields, at: Pointer) -> str:
    low, high = (fields.text(*at, "confidence_interval", f"{end}_bound") for end in ("lower", "upper"))
    threshold = fields.text(*at, "threshold")
    interval = f"Confidence interval {low or 'unknown'} to {high or 'unknown'}." if low or high else ""
    limit = f"Threshold {threshold}." if threshold else ""
    return "\n".join(filter(None, (fields.text(*at, "description"), interval, limit)))


def _read_considerations(fields: Fields, draft: Draft) -> None:
    for key, (pointer, before) in LISTS.items():
        for at in fields.items(*CONSIDERATIONS, key):
            if text := fields.text(*at, "description"):
                draft.put(before + text, 2048, pointer, written(at))
    for at in fields.items(*CONSIDERATIONS, "ethical_considerations"):
        risk, answer = fields.text(*at, "name"), fields.text(*at, "mitigation_strategy")
        text = "\n".join(filter(None, (risk, answer and f"Mitigation: {answer}")))
        draft.put(text, 2048, ETHICS, written(at))
