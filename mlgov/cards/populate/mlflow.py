"""MLflow's runs, logged models and registered versions, as values of a card.

The facts are the objects of MLflow's REST API: ``run``, ``experiment``, ``logged_model``, ``registered_model``,
``model_version`` (each may be missing), and ``mlmodel``, the text of the model's MLmodel file.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from mlgov.cards.draft import Draft
from mlgov.cards.populate.parts import JOB, address, addresses, dataset, is_secret, is_training, metrics, parameters
from mlgov.documents import load
from mlgov.ports import Described

Facts = Mapping[str, Any]
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
#: Tags of MLflow's autologging that name the algorithm, best first.
_ALGORITHM_TAGS = ("estimator_name", "estimator_class")


def fill(described: Described, draft: Draft) -> None:
    """Fill a draft from a run, a registered version, or both."""
    facts = described.facts
    tags = _texts(_pairs(facts, "run", "data", "tags"))
    _overview(facts, tags, draft)
    if facts.get("run"):
        _job(facts, draft)
        _data(facts, draft)
        _code(tags, draft)
    _model_file(facts, draft)
    _details(facts, tags, draft)


def _overview(facts: Facts, tags: Mapping[str, str], draft: Draft) -> None:
    version, registered = _dict(facts, "model_version"), _dict(facts, "registered_model")
    logged = _dict(facts, "logged_model", "info")
    overview = ("model_overview",)
    draft.put(_model_id(facts), 1024, (*overview, "model_id"), "run_id")
    draft.put(_text(version, "name"), 1024, (*overview, "model_name"), "model_version.name")
    for description in (_text(registered, "description"), _text(version, "description")):
        draft.put(description, 1024, (*overview, "model_description"), "description")
    if (number := _text(version, "version")).isdecimal() and 0 < int(number) < 2**53:
        draft.place(*overview)["model_version"] = int(number)
    algorithm = next((tags[key] for key in _ALGORITHM_TAGS if key in tags), "")
    draft.put(algorithm, 1024, (*overview, "algorithm_type"), "run.data.tags")
    creator = _text(version, "user_id") or tags.get("mlflow.user", "")
    draft.put(creator, 1024, (*overview, "model_creator"), "run.data.tags.mlflow.user")
    artifacts = _text(logged, "artifact_uri") or facts.get("artifact_uri") or _text(version, "source")
    addresses(draft, [artifacts], (*overview, "model_artifact"), "artifact_uri")


def _model_id(facts: Facts) -> str:
    version, run = _dict(facts, "model_version"), _dict(facts, "run", "info")
    if version:
        return f"models:/{_text(version, 'name')}/{_text(version, 'version')}"
    if logged := _text(_dict(facts, "logged_model", "info"), "model_id"):
        return f"models:/{logged}"
    return f"runs:/{_text(run, 'run_id')}" if run else ""


def _job(facts: Facts, draft: Draft) -> None:
    info = _dict(facts, "run", "info")
    draft.put(f"runs:/{_text(info, 'run_id')}", 1024, (*JOB, "training_arn"), "run.info.run_id")
    metrics(draft, _pairs(facts, "run", "data", "metrics"), "run.data.metrics")
    parameters(draft, _pairs(facts, "run", "data", "params"), "run.data.params")
    note = _texts(_pairs(facts, "run", "data", "tags")).get("mlflow.note.content", "")
    draft.put(note, 1024, ("training_details", "training_observations"), "run.data.tags.mlflow.note.content")
    status = _text(info, "status")
    if status != "FINISHED":
        draft.note("run.info.status", f"The run is {draft.fit(status.lower(), 63, 'status')}, not finished.")


def _data(facts: Facts, draft: Draft) -> None:
    training = []
    for place, each in enumerate(_items(_dict(facts, "run", "inputs").get("dataset_inputs"))):
        path, found = f"run.inputs.dataset_inputs[{place}]", _dict(each, "dataset")
        role = _texts(_named(each.get("tags"))).get("mlflow.data.context", "")
        uri = _place(found)
        notes = _shape(found)
        version = _text(found, "digest")
        dataset(draft, _text(found, "name"), role, uri, path, version=version, notes=notes)
        if is_training(role) and uri:
            training.append(uri)
    addresses(draft, training, (*JOB, "training_datasets"), "run.inputs.dataset_inputs")


def _place(found: Facts) -> str:
    """Find where a dataset lies: MLflow keeps a JSON object whose keys depend on the kind of source."""
    source = _parsed(_text(found, "source"))
    if isinstance(source, dict):
        known = (source.get(key) for key in ("uri", "url", "path", "delta_table_name", "table"))
        return next((each for each in known if isinstance(each, str)), "")
    return ""


def _shape(found: Facts) -> str:
    profile, schema = _parsed(_text(found, "profile")), _parsed(_text(found, "schema"))
    rows = profile.get("num_rows") if isinstance(profile, dict) else None
    columns = schema.get("mlflow_colspec") if isinstance(schema, dict) else None
    said = [f"{rows} rows"] if isinstance(rows, int) else []
    if isinstance(columns, list):
        names = [str(each.get("name")) for each in columns if isinstance(each, dict) and each.get("name")]
        said.append(f"{len(columns)} columns" + (f": {', '.join(names)}" if names else ""))
    return ", ".join(said)


def _code(tags: Mapping[str, str], draft: Draft) -> None:
    repository, commit = tags.get("mlflow.source.git.repoURL", ""), tags.get("mlflow.source.git.commit", "")
    if not repository:
        return
    code = {"repository": draft.fit(address(repository), 1024, "run.data.tags.mlflow.source.git.repoURL")}
    if _COMMIT.fullmatch(commit):
        code["commit"] = commit
    if path := draft.fit(tags.get("mlflow.source.name", ""), 1024, "run.data.tags.mlflow.source.name"):
        code["path"] = path
    draft.add(dict(code), 20, ("lineage", "code"), "run.data.tags")


def _model_file(facts: Facts, draft: Draft) -> None:
    text = facts.get("mlmodel")
    if not isinstance(text, str):
        return
    document, findings = load(text.encode("utf-8", "replace"), "MLmodel")
    if document is None:
        draft.note("MLmodel", f"It cannot be read: {findings[0].message}")
        return
    value: Facts = document.value
    flavours = [_flavour(name, each) for name, each in _dict(value, "flavors").items()]
    draft.custom("mlflow_flavors", ", ".join(flavours), "MLmodel.flavors")
    draft.custom("mlflow_version", _text(value, "mlflow_version"), "MLmodel.mlflow_version")
    for side in ("inputs", "outputs"):
        said = _signature(_parsed(_text(_dict(value, "signature"), side)))
        draft.custom(f"model_{side}", said, f"MLmodel.signature.{side}")


def _flavour(name: str, found: object) -> str:
    short = "python" if name == "python_function" else name
    version = found.get(f"{short}_version") if isinstance(found, dict) else None
    return f"{name} {version}" if version else name


def _signature(columns: object) -> str:
    said = []
    for each in columns if isinstance(columns, list) else []:
        tensor = _dict(each, "tensor-spec")
        kind = f"{tensor.get('dtype')}{tensor.get('shape')}" if tensor else str(_dict(each).get("type"))
        name = _text(_dict(each), "name")
        said.append(f"{name}: {kind}" if name else kind)
    return ", ".join(said)


def _details(facts: Facts, tags: Mapping[str, str], draft: Draft) -> None:
    draft.custom("mlflow_experiment", _text(_dict(facts, "experiment"), "name"), "experiment.name")
    draft.custom("mlflow_run_name", _text(_dict(facts, "run", "info"), "run_name"), "run.info.run_name")
    aliases = [str(each) for each in _items(_dict(facts, "model_version").get("aliases"), str)]
    draft.custom("mlflow_aliases", ", ".join(sorted(aliases)), "model_version.aliases")
    version_tags = _texts(_named(_dict(facts, "model_version").get("tags")))
    for key, value in sorted({**tags, **version_tags}.items()):
        if is_secret(key):
            draft.note(f"tags.{key}", "It looks like a secret and was left out.")
        elif not key.startswith("mlflow.") and key not in _ALGORITHM_TAGS:
            draft.custom(f"mlflow_tag_{key}", address(value), f"tags.{key}")


def _pairs(facts: Facts, *keys: str) -> dict[str, Any]:
    return _named(_dict(facts, *keys[:-1]).get(keys[-1]))


def _named(pairs: object) -> dict[str, Any]:
    """Give MLflow's lists of ``{key, value}`` as a mapping; a value that is missing is an empty text."""
    return {str(each["key"]): each.get("value", "") for each in _items(pairs) if isinstance(each.get("key"), str)}


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _items(found: object, kind: type = dict) -> list[Any]:
    return [each for each in found if isinstance(each, kind)] if isinstance(found, list) else []


def _dict(found: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def _text(found: Facts, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
