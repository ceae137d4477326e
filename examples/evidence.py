"""The evidence file of a model: everything that its card rests on, as canonical JSON."""

import json
from typing import Any

from examples.datasets import SEED
from examples.evaluation import evaluate, rounded
from examples.models import Trained
from mlgov.lifecycle import bytes_digest

COMMAND = "python -m examples.generate"


def path_of(name: str) -> str:
    """Give the repository path of a model's evidence."""
    return f"evidence/{name}/evaluation.json"


def collect(trained: Trained) -> dict[str, Any]:
    """Collect what was done and what came out.

    Versions of libraries stay out: they would change the bytes, and with them every approval, where no number changed.
    """
    dataset, split = trained.dataset, trained.split
    return {
        "model": trained.recipe.name,
        "command": COMMAND,
        "data": {
            "name": dataset.name,
            "source": dataset.source,
            "rows": len(dataset.features),
            "columns": list(dataset.features.columns),
            "digest": dataset.digest,
        },
        "split": {
            "method": "rows in order of SHA-256 of '<seed>:split:<row number>'; the first half trains",
            "seed": SEED,
            "training_rows": len(split.training),
            "held_out_rows": len(split.held_out),
            "held_out_digest": bytes_digest(",".join(map(str, sorted(split.held_out.tolist()))).encode()),
        },
        "training": {
            "algorithm": trained.recipe.algorithm,
            "hyper_parameters": trained.hyper_parameters(),
            "metrics": {name: rounded(value) for name, value in trained.training_metrics().items()},
        },
        "evaluation": evaluate(trained),
    }


def render(collected: dict[str, Any]) -> bytes:
    """Write evidence as JSON, two spaces deep, lists of numbers on one line."""
    return (_written(collected, "") + "\n").encode()


def _written(value: Any, indent: str) -> str:  # noqa: ANN401 - any JSON value
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = [f"{deeper}{json.dumps(key)}: {_written(each, deeper)}" for key, each in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return "[\n" + ",\n".join(deeper + _written(each, deeper) for each in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
