"""Card rules: evidence by digest, and the size that SageMaker takes."""

import hashlib

import pytest

from mlgov.cards import CardDocument, check_card
from mlgov.documents import load
from mlgov.lifecycle import validate
from mlgov.ports import File, Snapshot

EVIDENCE = b'{"auc": 0.91}\n'
DIGEST = "sha256:" + hashlib.sha256(EVIDENCE).hexdigest()
CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: churn}}
lifecycle: {{status: draft}}
spec:
  evaluation_details:
    - name: holdout
      evidence:
        - path: {path}
          digest: {digest}
"""


def found(snapshot: Snapshot, path: str = "evidence/churn/report.json", digest: str = DIGEST) -> list[str]:
    """Check a card that cites one file; list codes and lines, schema findings included."""
    document, _ = load(CARD.format(path=path, digest=digest).encode(), "cards/churn.yaml")
    assert document is not None
    card, findings = validate(document, CardDocument)
    if card is not None:
        findings = list(check_card(document, card, snapshot))
    return [f"{f.rule.code} {f.location.line}" for f in findings]


def evidence(path: str = "evidence/churn/report.json", mode: str = "100644", data: bytes = EVIDENCE) -> Snapshot:
    """Make a snapshot that holds one file."""
    return {path: File(path, mode, data)}


def test_evidence_with_its_digest_is_clean() -> None:
    """The bytes are the ones that the card cites."""
    assert found(evidence()) == []


def test_every_flipped_byte_is_noticed() -> None:
    """Whatever byte of the evidence changes, the digest no longer fits."""
    for i in range(len(EVIDENCE)):
        changed = EVIDENCE[:i] + bytes([EVIDENCE[i] ^ 1]) + EVIDENCE[i + 1 :]
        assert found(evidence(data=changed)) == ["MLG-C002 10"]


@pytest.mark.parametrize("mode", ["120000", "160000", "100755"])
def test_only_plain_files_are_evidence(mode: str) -> None:
    """A symlink, a submodule or a program is none."""
    assert found(evidence(mode=mode)) == ["MLG-C001 9"]


def test_evidence_that_was_too_large_to_read() -> None:
    """Content that was not read is never taken for content that fits."""
    path = "evidence/churn/report.json"
    huge = {path: File(path, "100644", b"", omitted_bytes=9_000_000)}
    assert found(huge, digest="sha256:" + hashlib.sha256(b"").hexdigest()) == ["MLG-C001 9"]


@pytest.mark.parametrize(
    "path",
    ["../secret", "/etc/passwd", "evidence/../mlgov.toml", "evidence//x", "'evidence\\x'", "./evidence/x", "''"],
)
def test_paths_that_leave_the_repository(path: str) -> None:
    """Such a path is refused by the schema, whatever lies there."""
    assert found(evidence(path.strip("'")), path=path) == ["MLG-S001 9"]


@pytest.mark.parametrize("path", ["cards/churn.yaml", "mlgov.toml", "evidences/x.json"])
def test_evidence_lies_under_evidence(path: str) -> None:
    """A file elsewhere in the repository is not evidence."""
    assert found(evidence(path), path=path) == ["MLG-C001 9"]


def test_a_card_of_100_000_characters_fits_and_one_more_does_not() -> None:
    """The limit is on the JSON of the spec, as SageMaker counts it."""
    assert _codes_of_text(100_000) == []
    assert _codes_of_text(100_001) == ["MLG-C003"]


def _codes_of_text(length: int) -> list[str]:
    """Check a card whose spec has exactly ``length`` characters as JSON."""
    head = CARD.split("spec:")[0].format()
    points = "[0.123456, 0.123456], "
    filled = '{"evaluation_details": [{"name": "e", "metric_groups": [{"name": "g", "metric_data": [{"name": "m", '
    filled += '"notes": "NOTES", "type": "linear_graph", "value": [POINTS]}]}]}]}'
    count = (length - 400) // len(points)
    body = filled.replace("POINTS", (points * count).rstrip(", "))
    text = head + "spec: " + body.replace("NOTES", "x" * (length - len(body) + len("NOTES")))
    document, findings = load(text.encode(), "cards/churn.yaml")
    assert findings == []
    assert document is not None
    card, findings = validate(document, CardDocument)
    assert findings == []
    assert card is not None
    return [f.rule.code for f in check_card(document, card, {})]
