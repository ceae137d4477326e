"""The results of a Hugging Face card, ``model-index`` of its front matter, as evaluations.

Shape: a list of ``{name, results: [{task, dataset, metrics: [{type, name, value}], source}]}``, one dataset a result;
see https://github.com/huggingface/hub-docs/blob/main/modelcard.md.
"""

from mlgov.cards.draft import Draft
from mlgov.cards.fields import Fields, written
from mlgov.documents import Pointer

GROUP = "Results"
#: Key of a result -> what of it is kept as metadata of the evaluation.
METADATA = {
    "task": ("type", "name"),
    "dataset": ("config", "split", "revision"),
    "source": ("name", "url"),
}


def read_model_index(fields: Fields, draft: Draft) -> None:
    """Take every result of the front matter into an evaluation of the draft.

    Args:
        fields: The front matter.
        draft: The card in the making.
    """
    for model in fields.items("model-index"):
        known = draft.place("model_overview").get("model_name")
        if known is None:
            draft.put(fields.text(*model, "name"), 1024, ("model_overview", "model_name"), written((*model, "name")))
        elif known == fields.see(*model, "name"):
            fields.take(*model, "name")
        for result in fields.items(*model, "results"):
            _read_result(fields, result, draft)


def task_of(fields: Fields) -> str:
    """Give the task that the front matter says, or the first result; empty when neither does."""
    task = fields.see("pipeline_tag") or fields.see("model-index", 0, "results", 0, "task", "type")
    return task if isinstance(task, str) else ""


def _read_result(fields: Fields, result: Pointer, draft: Draft) -> None:
    path = written(result)
    address = fields.text(*result, "dataset", "type")
    evaluation = draft.evaluation(fields.text(*result, "dataset", "name") or address, path)
    if address := draft.fit(address, 1024, path):
        evaluation["datasets"] = [address]
    metadata = {}
    for part, keys in METADATA.items():
        for key in keys:
            if text := draft.fit(fields.text(*result, part, key), 1024, path):
                metadata[f"{part}_{key}"] = text
    if metadata:
        evaluation["metadata"] = metadata
    for metric in fields.items(*result, "metrics"):
        _read_metric(fields, metric, draft, evaluation)


def _read_metric(fields: Fields, metric: Pointer, draft: Draft, evaluation: dict[str, object]) -> None:
    value = fields.see(*metric, "value")
    if isinstance(value, dict | list) or value is None:
        return  # several values in one metric: reported as left out
    fields.take(*metric, "value")
    kind = fields.text(*metric, "type")
    name = fields.text(*metric, "name")
    notes = kind if name and _bare(kind) != _bare(name) else ""
    draft.metric(evaluation, GROUP, name or kind, value, written(metric), notes)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
