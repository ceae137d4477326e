"""Metadata files."""

import io
import json
from typing import Any

import pytest

from mlgov.cards.populate import describe_file, populate, split_source
from mlgov.errors import ImportFormatError, UsageError
from mlgov.ports import Described

SPEC = {
    "model_overview": {"algorithm_type": "gradient boosting", "model_artifact": ["s3://x"]},
    "lineage": {"datasets": [{"name": "rows", "used_for": "training"}]},
}


def described(value: object) -> Described:
    """Describe a model by a file of this content."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return describe_file("json", "meta.json", io.BytesIO(data))


def test_sections_are_taken_as_they_are() -> None:
    """And the file says where they come from."""
    found = described({"source": {"name": "notebook churn.ipynb", "run": "7"}, "spec": SPEC})
    assert (found.source, found.run) == ("json:notebook churn.ipynb", "7")
    assert [(field.path, field.value) for field in populate("json", found).fields] == [
        ("model_overview.algorithm_type", "gradient boosting"),
        ("model_overview.model_artifact", ["s3://x"]),
        ("lineage.datasets[name=rows]", {"name": "rows", "used_for": "training"}),
    ]


def test_a_file_that_does_not_say_is_its_own_source() -> None:
    """With its digest for the run."""
    found = described({"spec": SPEC})
    assert found.source == "json:meta.json"
    assert found.run.startswith("sha256:")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "no spec"),
        ({"spec": {}}, "no spec"),
        ({"spec": SPEC, "extra": 1}, "unknown key 'extra'"),
        ({"spec": {"claims": []}}, "unknown key 'claims'"),
        ({"spec": {"imported": []}}, "unknown key 'imported'"),
        ({"spec": {"evaluation_details": []}}, "unknown key 'evaluation_details'"),
        (
            {"spec": {"model_overview": {"model_version": 0}}},
            "spec.model_overview.model_version: 0 does not fit; at least 1 is",
        ),
        ({"spec": {"lineage": {"datasets": [{"name": "x"}]}}}, r"spec.lineage.datasets\[0\].used_for"),
        ({"spec": SPEC, "source": {"name": 1}}, "source.name is no text"),
        ({"spec": SPEC, "source": "x"}, "source is no mapping"),
        ([], "no JSON object"),
        (b'{"spec": {"model_overview": {"model_version": NaN}}}', "NaN"),
        (b'{"spec": {}, "spec": {}}', "twice"),
        (b"{", "no JSON"),
    ],
)
def test_other_files_are_refused(value: Any, said: str) -> None:
    """With the place of what is wrong."""
    with pytest.raises(ImportFormatError, match=said):
        described(value)


@pytest.mark.parametrize("text", ["", "x", "mlflow", "mlflow:", "git:x", ":x"])
def test_what_is_no_source_is_refused(text: str) -> None:
    """With the forms that there are."""
    with pytest.raises(UsageError) as caught:
        split_source(text)
    assert "sagemaker:MODEL" in caught.value.hint
