"""A CycloneDX 1.6 bill of materials: the model, its data, images, code and evidence, with the model card inside.

What CycloneDX has a field for goes there; every other text or number of the card becomes a property named
``mlgov:`` and its path. Only charts have no place at all.
Schema: https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
import uuid
from typing import Any
from urllib.parse import quote

from mlgov.cards.fields import Fields, card_value, is_empty, written
from mlgov.cards.markdown import number
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported
from mlgov.documents import Pointer, Value
from mlgov.lifecycle import content_digest

PREFIX = "mlgov:"
REASON = "A metric of CycloneDX is one number, so charts have no place in it."
#: Word in the problem type -> how such models learn.
APPROACHES = {
    "classification": "supervised",
    "regression": "supervised",
    "clustering": "unsupervised",
    "reinforcement": "reinforcement-learning",
}
OVERVIEW = ("spec", "model_overview")
USES = ("spec", "intended_uses")
JOB = ("spec", "training_details", "training_job_details")
MORE = ("spec", "additional_information")
_URI_SIGNS = ":/?#@!$&'()*+,;=%~"

Json = dict[str, Any]


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render the card as an ML-BOM.

    The serial number is made from the content digest, so it stays until the content changes.

    Args:
        card: The card.
        context: The time of the BOM, and the version of the content, which is also the BOM's (1 when there is none).
    """
    value = card_value(card)
    digest = content_digest(value)
    fields = Fields(value)
    fields.take("apiVersion"), fields.take("kind")
    parts = [*_datasets(fields), *_images(fields)]
    model = _model(fields, card, [part["bom-ref"] for part in parts if part["type"] == "data"])
    model["properties"] = [{"name": f"{PREFIX}content_digest", "value": digest}, *_properties(fields)]
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": context.version or 1,
        "metadata": {
            "timestamp": context.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": "mlgov"}]},
            "component": model,
        },
        "components": parts,
        "dependencies": [{"ref": "model", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    text = json.dumps(bom, ensure_ascii=False, indent=2, allow_nan=False)
    return Exported(text.encode() + b"\n", fields.left(REASON))


def _model(fields: Fields, card: CardDocument, datasets: list[str]) -> Json:
    creator = fields.text(*OVERVIEW, "model_creator")
    version = fields.take(*OVERVIEW, "model_version")
    license_ = fields.text(*MORE, "custom_details", "license")
    return _said(
        {
            "type": "machine-learning-model",
            "bom-ref": "model",
            "authors": [{"name": creator}] if creator else [],
            "name": fields.text(*OVERVIEW, "model_name") or card.metadata.name,
            "version": number(version) if isinstance(version, int | float) else "",
            "description": fields.text(*OVERVIEW, "model_description"),
            "licenses": [{"license": {"name": license_}}] if license_ else [],
            "externalReferences": _references(fields),
            "modelCard": _card(fields, datasets),
        }
    )


def _card(fields: Fields, datasets: list[str]) -> Json:
    task = fields.text(*OVERVIEW, "problem_type")
    approach = next((learns for word, learns in APPROACHES.items() if word in task.lower()), "")
    parameters = {
        "approach": {"type": approach} if approach else {},
        "task": task,
        "architectureFamily": fields.text(*OVERVIEW, "algorithm_type"),
        "datasets": [{"ref": ref} for ref in datasets],
    }
    ethics = fields.text(*MORE, "ethical_considerations")
    considerations = {
        "users": _texts(fields, ("spec", "business_details", "business_stakeholders")),
        "useCases": _texts(fields, (*USES, "purpose_of_model"), (*USES, "intended_uses")),
        "technicalLimitations": _texts(fields, (*USES, "out_of_scope_uses"), (*MORE, "caveats_and_recommendations")),
        "performanceTradeoffs": _texts(fields, (*USES, "factors_affecting_model_efficiency")),
        "ethicalConsiderations": [{"name": ethics}] if ethics else [],
    }
    card = {
        "modelParameters": _said(parameters),
        "quantitativeAnalysis": _said({"performanceMetrics": _metrics(fields)}),
        "considerations": _said(considerations),
    }
    return _said(card)


def _metrics(fields: Fields) -> list[Json]:
    found = []
    for key in ("training_metrics", "user_provided_training_metrics"):
        found += [_metric(fields, at, "training") for at in fields.items(*JOB, key)]
    for evaluation in fields.items("spec", "evaluation_details"):
        for group in fields.items(*evaluation, "metric_groups"):
            numbers = [at for at in fields.items(*group, "metric_data") if fields.see(*at, "type") == "number"]
            where = f"{fields.text(*evaluation, 'name')}: {fields.text(*group, 'name')}" if numbers else ""
            for at in numbers:
                fields.take(*at, "type")
                found.append(_metric(fields, at, where))
    return found


def _metric(fields: Fields, at: Pointer, where: str) -> Json:
    value = fields.take(*at, "value")
    assert isinstance(value, int | float)  # noqa: S101 - the schema says so
    return {"type": fields.text(*at, "name"), "value": number(value), "slice": where}


def _datasets(fields: Fields) -> list[Json]:
    """Make a component of each data set; an address that stands in several places of the card is one component."""
    described = fields.items("spec", "lineage", "datasets")
    known = {fields.see(*at, "uri") for at in described}
    parts = [_dataset(fields, at) for at in described]
    lists: list[Pointer] = [(*JOB, "training_datasets")]
    lists += [(*each, "datasets") for each in fields.items("spec", "evaluation_details")]
    texts = dict.fromkeys(fields.text(*at) for pointer in lists for at in fields.items(*pointer))
    named = [text for text in texts if text and text not in known]
    parts += [{"type": "data", "name": text, "externalReferences": _distribution(text)} for text in named]
    return [_said({**part, "bom-ref": f"dataset-{place}"}) for place, part in enumerate(parts, start=1)]


def _dataset(fields: Fields, at: Pointer) -> Json:
    used_for, name = fields.text(*at, "used_for"), fields.text(*at, "name")
    return {
        "type": "data",
        "name": name,
        "version": fields.text(*at, "version"),
        "description": fields.text(*at, "notes"),
        "hashes": _hashes(fields.text(*at, "digest")),
        "externalReferences": _distribution(fields.text(*at, "uri")),
        "data": [{"type": "dataset", "name": name}],
        "properties": [{"name": f"{PREFIX}used_for", "value": used_for}],
    }


def _images(fields: Fields) -> list[Json]:
    environments = ((*OVERVIEW, "inference_environment"), (*JOB, "training_environment"))
    images = {fields.text(*at): None for pointer in environments for at in fields.items(*pointer, "container_image")}
    return [
        {"type": "container", "bom-ref": f"image-{place}", "name": image}
        for place, image in enumerate(filter(None, images), start=1)
    ]


def _references(fields: Fields) -> list[Json]:
    found = [ref for at in fields.items(*OVERVIEW, "model_artifact") for ref in _distribution(fields.text(*at))]
    for at in fields.items("spec", "lineage", "code"):
        if not (repository := fields.text(*at, "repository")):
            continue
        comment = "\n".join(filter(None, (fields.text(*at, "commit"), fields.text(*at, "path"))))
        found.append(_said({"type": "vcs", "url": uri(repository), "comment": comment}))
    for holder in (*fields.items("spec", "evaluation_details"), *fields.items("spec", "claims")):
        for at in fields.items(*holder, "evidence"):
            hashes = _hashes(fields.text(*at, "digest"))
            found.append({"type": "evidence", "url": uri(fields.text(*at, "path")), "hashes": hashes})
    return [ref for place, ref in enumerate(found) if ref not in found[:place]]


def _distribution(address: str) -> list[Json]:
    return [{"type": "distribution", "url": uri(address)}] if address else []


def _hashes(digest: str) -> list[Json]:
    return [{"alg": "SHA-256", "content": digest.removeprefix("sha256:")}] if digest else []


def _texts(fields: Fields, *pointers: Pointer) -> list[str]:
    return list(filter(None, (fields.text(*pointer) for pointer in pointers)))


def _properties(fields: Fields) -> list[Json]:
    """Take every scalar that is left, but not every point of every chart."""
    found: list[Json] = []
    for pointer in list(fields.untaken()):
        _flatten(fields, pointer, found)
    return found


def _flatten(fields: Fields, pointer: Pointer, found: list[Json]) -> None:
    value = fields.see(*pointer)
    if is_empty(value) or _is_chart(fields, pointer):
        return
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            _flatten(fields, (*pointer, key), found)
    else:
        fields.take(*pointer)
        found.append({"name": PREFIX + written(pointer), "value": _word(value)})


def _is_chart(fields: Fields, pointer: Pointer) -> bool:
    return pointer[-2:-1] == ("metric_data",) and isinstance(fields.see(*pointer, "value"), list)


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else str(value)


def uri(address: str) -> str:
    """Encode what may not stand in a URI; a URI stays as it is."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(address, safe=_URI_SIGNS))


def _said(value: Json) -> Json:
    return {key: each for key, each in value.items() if each not in ("", [], {})}
