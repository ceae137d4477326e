"""The content digest: moved by content, and by nothing else."""

import hashlib

import pytest

from mlgov.documents import load
from mlgov.lifecycle import content_digest

TEXT = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  title: Churn
lifecycle:
  status: draft
spec:
  model_overview: {model_name: churn, model_version: 1}
"""


def digest(text: str) -> str:
    """Digest a document's text."""
    document, _ = load(text.encode(), "cards/churn.yaml")
    assert document is not None
    return content_digest(document.value)


def test_the_digest_is_the_canonical_one() -> None:
    """SHA-256 over RFC 8785 JSON of kind, name and spec; the expected value was worked out with sha256sum."""
    canonical = '{"kind":"ModelCard","name":"churn","spec":{"model_overview":{"model_name":"churn","model_version":1}}}'
    assert digest(TEXT) == "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: draft", "status: approved"),
        ("title: Churn", "title: Other"),
        ("spec:\n", "spec: # note\n"),
        ("{model_name: churn, model_version: 1}", "\n    model_version: 1.0\n    model_name: 'churn'"),
    ],
    ids=["status", "title", "comment", "format"],
)
def test_what_keeps_the_digest(old: str, new: str) -> None:
    """Status, labels, comments, key order and formatting are outside."""
    assert old in TEXT
    assert digest(TEXT.replace(old, new)) == digest(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [("name: churn\n", "name: churn2\n"), ("model_version: 1", "model_version: 2"), ("ModelCard", "Role")],
)
def test_what_moves_the_digest(old: str, new: str) -> None:
    """Kind, name and spec are inside."""
    assert old in TEXT
    assert digest(TEXT.replace(old, new)) != digest(TEXT)
