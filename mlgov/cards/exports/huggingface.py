"""A Hugging Face model card: README.md with metadata as YAML front matter, results as model-index, and all the rest.

The body has the sections of the template that huggingface_hub ships; what they have no place for stands under
"More Information". The format is described at https://huggingface.co/docs/hub/model-cards.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from mlgov.cards.escaping import line, paragraphs
from mlgov.cards.fields import Fields, card_value
from mlgov.cards.hub import FRONT, LABELS, LISTED, PROSE, dataset_id
from mlgov.cards.hub_charts import KEY, charts_of
from mlgov.cards.markdown import blocks, bullets, heading, records, scalar
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported
from mlgov.documents import Pointer

OVERVIEW = ("spec", "model_overview")
TRAINING = ("spec", "training_details")
JOB = (*TRAINING, "training_job_details")
DETAILS = ("spec", "additional_information", "custom_details")

Json = dict[str, Any]


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render the card as the README.md of a model repository.

    Args:
        card: The card.
        context: The version of the card, which is told beside its status.
    """
    fields = Fields(card_value(card))
    front = "\n".join(_yaml(_front(fields, card)))
    body = "\n\n".join(_body(fields, card, context))
    return Exported(f"---\n{front}\n---\n\n{body}\n".encode(), fields.left("A Hugging Face card has no place for it."))


def _front(fields: Fields, card: CardDocument) -> Json:
    """Give the metadata. Everything in it stands in the body too, so nothing counts as taken here."""
    details = fields.see(*DETAILS)
    known = details if isinstance(details, dict) else {}
    name = card.spec.model_overview and card.spec.model_overview.model_name
    front: Json = {key: _listed(key, str(known[key])) for key in FRONT if known.get(key)}
    if "license" in front:
        front["license"] = front["license"].lower()  # the Hub writes SPDX ids in small letters
    front["model_name"] = name or card.metadata.name
    front["tags"] = [f"{key}:{value}" for key, value in card.metadata.labels.items()]
    front["tags"] += filter(None, str(known.get("tags") or "").split(", "))
    front["datasets"] = _datasets(card)
    results = [result for result in _results(card) if result["metrics"]]
    front["model-index"] = [{"name": front["model_name"], "results": results}] if results else []
    charts = charts_of(fields.see("spec", "evaluation_details"))
    front[KEY] = {"charts": charts} if charts else {}
    return {key: value for key, value in front.items() if value}


def _listed(key: str, text: str) -> str | list[str]:
    words = text.split(", ")
    return words if key in LISTED and len(words) > 1 else text


def _datasets(card: CardDocument) -> list[str]:
    job = card.spec.training_details and card.spec.training_details.training_job_details
    addresses = list(job.training_datasets) if job else []
    described = card.spec.lineage.datasets if card.spec.lineage else []
    addresses += [each.uri for each in described if each.used_for == "training" and each.uri]
    return list(dict.fromkeys(filter(None, map(dataset_id, addresses))))


def _results(card: CardDocument) -> Iterator[Json]:
    overview = card.spec.model_overview
    task = _slug((overview and overview.problem_type) or "other", "-")
    for evaluation in card.spec.evaluation_details:
        first = next(filter(None, map(dataset_id, evaluation.datasets)), "")
        several = (
            sum(any(metric.type == "number" for metric in each.metric_data) for each in evaluation.metric_groups) > 1
        )
        metrics = [
            {
                "type": _slug(metric.name, "_"),
                "name": f"{group.name}: {metric.name}" if several else metric.name,
                "value": metric.value,
            }
            for group in evaluation.metric_groups
            for metric in group.metric_data
            if metric.type == "number"
        ]
        yield {
            "task": {"type": task},
            "dataset": {"type": first or _slug(evaluation.name, "-"), "name": evaluation.name},
            "metrics": metrics,
        }


def _slug(text: str, join: str) -> str:
    return join.join(re.findall(r"\w+", text.lower().replace("_", " "))) or "other"


def _yaml(value: Json, indent: str = "") -> Iterator[str]:
    """Write YAML that readers of 1.1 and 1.2 understand alike: texts are JSON texts."""
    for key, each in value.items():
        if isinstance(each, dict):
            yield f"{indent}{key}:"
            yield from _yaml(each, indent + "  ")
        elif isinstance(each, list) and not (each and all(isinstance(item, list | int | float) for item in each)):
            yield f"{indent}{key}:"
            for item in each:
                rows = list(_yaml(item, "")) if isinstance(item, dict) else [_text(item)]
                yield f"{indent}- {rows[0]}"
                yield from (f"{indent}  {row}" for row in rows[1:])
        else:
            yield f"{indent}{key}: {_text(each)}"


def _text(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # Readers of YAML 1.1 take a number such as 1e-05 for a text; 1.0e-05 is a number to all.
    return re.sub(r"^(-?\d+)e", r"\1.0e", text) if isinstance(value, float) else text


def _body(fields: Fields, card: CardDocument, context: ExportContext) -> Iterator[str]:
    fields.take("apiVersion"), fields.take("kind"), fields.take("metadata", "title")
    yield heading(1, line(card.title))
    for part in (_details, _uses, _risks, _training, _evaluation, _technical, _authors):
        yield from part(fields)
    yield heading(2, "More Information")
    yield f"Version {context.version} of this model card." if context.version else "This model card has no version yet."
    rest = fields.rest()
    for name in list(rest) if isinstance(rest, dict) else ():
        yield from _more(fields, name)


def _more(fields: Fields, name: str) -> Iterator[str]:
    """Write what no section took: the envelope as sections, and each section of the spec."""
    rest = fields.rest(name)
    if name == "spec" and isinstance(rest, dict):
        for key, value in rest.items():
            yield from blocks(key, value, 3)
    else:
        yield from blocks(name, rest, 3)
    fields.take(name)


def _prose(fields: Fields, title: str, level: int, *extra: str) -> Iterator[str]:
    text = fields.text("spec", *PROSE[title][0])
    parts = [part for part in (paragraphs(text) if text else "", *extra) if part]
    if parts:
        yield heading(level, title)
        yield from parts


def _under(title: str, level: int, parts: Iterator[str]) -> Iterator[str]:
    """Write a section when there is anything in it."""
    first = next(parts, None)
    if first is not None:
        yield heading(level, title)
        yield first
        yield from parts


def _details(fields: Fields) -> Iterator[str]:
    yield heading(2, "Model Details")
    rows = [(label, fields.text("spec", *pointer)) for label, pointer in LABELS.items()]
    details = fields.see(*DETAILS)
    rows.append(("License", fields.text(*DETAILS, "license") if isinstance(details, dict) else ""))
    listed = "\n".join(f"- **{label}:** {line(text)}" for label, text in rows if text)
    yield from _prose(fields, "Model Description", 3, listed)
    yield from _under("Model Sources", 3, _table(fields, ("spec", "lineage", "code")))


def _uses(fields: Fields) -> Iterator[str]:
    rating = fields.take("spec", "intended_uses", "risk_rating")
    yield from _prose(fields, "Uses", 2, f"- **Risk rating:** {scalar(rating)}" if rating else "")
    yield from _prose(fields, "Direct Use", 3)
    yield from _prose(fields, "Out-of-Scope Use", 3)


def _risks(fields: Fields) -> Iterator[str]:
    yield from _prose(fields, "Bias, Risks, and Limitations", 2)
    yield from _prose(fields, "Recommendations", 3)


def _training(fields: Fields) -> Iterator[str]:
    yield from _under("Training Details", 2, _training_parts(fields))


def _training_parts(fields: Fields) -> Iterator[str]:
    yield from _under("Training Data", 3, _training_data(fields))
    yield from _prose(fields, "Training Procedure", 3)
    lists = ((*JOB, "hyper_parameters"), (*JOB, "user_provided_hyper_parameters"))
    yield from _under("Training Hyperparameters", 4, _table(fields, *lists))


def _training_data(fields: Fields) -> Iterator[str]:
    addresses = fields.take(*JOB, "training_datasets")
    if isinstance(addresses, list) and addresses:
        yield bullets(addresses)
    yield from _table(fields, ("spec", "lineage", "datasets"))


def _evaluation(fields: Fields) -> Iterator[str]:
    yield from _under("Evaluation", 2, _evaluation_parts(fields))


def _evaluation_parts(fields: Fields) -> Iterator[str]:
    yield from _prose(fields, "Factors", 4)
    yield from _under("Results", 3, _results_parts(fields))


def _results_parts(fields: Fields) -> Iterator[str]:
    yield from blocks("evaluation_details", fields.take("spec", "evaluation_details"), 4)


def _technical(fields: Fields) -> Iterator[str]:
    yield from _under("Technical Specifications", 2, _technical_parts(fields))


def _technical_parts(fields: Fields) -> Iterator[str]:
    yield from blocks("objective_function", fields.take(*TRAINING, "objective_function"), 3)
    yield from blocks("inference_environment", fields.take(*OVERVIEW, "inference_environment"), 3)
    yield from blocks("training_environment", fields.take(*JOB, "training_environment"), 3)


def _authors(fields: Fields) -> Iterator[str]:
    owners = fields.take("metadata", "owners")
    if isinstance(owners, list) and owners:
        yield heading(2, "Model Card Authors")
        yield bullets(owners)


def _table(fields: Fields, *pointers: Pointer) -> Iterator[str]:
    rows = [fields.take(*at) for pointer in pointers for at in fields.items(*pointer)]
    if rows:
        yield records([row for row in rows if isinstance(row, dict)])
