"""Skops files as skops writes them, without skops: a zip archive with nodes in its schema.json."""

import io
import json
import zipfile
from typing import Any


def value(plain: object) -> dict[str, Any]:
    """Write a plain value."""
    if isinstance(plain, tuple | list):
        return sequence(*map(value, plain), kind="tuple" if isinstance(plain, tuple) else "list")
    if isinstance(plain, dict):
        return mapping({str(key): value(each) for key, each in plain.items()})
    return node("str", "builtins", "JsonNode", content=json.dumps(plain), is_json=True)


def estimator(name: str, module: str = "sklearn.linear_model", **state: Any) -> dict[str, Any]:
    """Write a model; settings that are nodes already stay as they are."""
    nodes = {
        key: each if isinstance(each, dict) and "__class__" in each else value(each) for key, each in state.items()
    }
    return node(name, module, "ObjectNode", content=mapping(nodes))


def pipeline(**steps: dict[str, Any]) -> dict[str, Any]:
    """Write a pipeline."""
    pairs = [sequence(value(name), step, kind="tuple") for name, step in steps.items()]
    return estimator("Pipeline", "sklearn.pipeline", steps=sequence(*pairs), memory=None, _sklearn_version="1.9.1")


def array() -> dict[str, Any]:
    """Write an array, which lies in a file of its own."""
    return node("ndarray", "numpy", "NdArrayNode", type="numpy", file="1.npy")


def sequence(*nodes: dict[str, Any], kind: str = "list") -> dict[str, Any]:
    """Write a list or tuple of nodes."""
    return node(kind, "builtins", f"{kind.capitalize()}Node", content=list(nodes))


def mapping(nodes: dict[str, Any]) -> dict[str, Any]:
    """Write a mapping of nodes."""
    return node("dict", "builtins", "DictNode", content=nodes, key_types=sequence())


def node(name: str, module: str, loader: str, **more: Any) -> dict[str, Any]:
    """Write a node."""
    return {"__class__": name, "__module__": module, "__loader__": loader, **more, "__id__": 1}


def skops(schema: object) -> bytes:
    """Pack a schema as a file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.npy", b"\x93NUMPY")
        archive.writestr("schema.json", schema if isinstance(schema, str | bytes) else json.dumps(schema))
    return packed.getvalue()


def model(**settings: Any) -> bytes:
    """Pack a scaled logistic regression."""
    scaler = estimator("StandardScaler", "sklearn.preprocessing", with_mean=True, mean_=array(), n_features_in_=30)
    regression = estimator("LogisticRegression", C=0.5, class_weight={0: 1.0, 1: 2.0}, coef_=array(), **settings)
    made = pipeline(scaler=scaler, clf=regression)
    return skops({**made, "protocol": 2, "_skops_version": "0.16.0"})
