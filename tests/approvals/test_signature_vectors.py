"""Signatures from long ago still count."""

import base64
import json
from pathlib import Path

import pytest

from mlgov.adapters.ssh_verifier import SshVerifier
from mlgov.approvals.sshsig import load_public_key, verify

VECTORS = json.loads((Path(__file__).parent / "vectors" / "signatures.json").read_text())
NAMES = [vector["name"] for vector in VECTORS]


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_an_old_signature_still_counts(vector: dict[str, str]) -> None:
    """By the key and under the fingerprint of its time."""
    signature, message = base64.b64decode(vector["signature"]), vector["message"].encode()
    key = verify(signature, message, vector["namespace"])
    assert (key, key.fingerprint) == (load_public_key(vector["key"]), vector["fingerprint"])


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_ssh_keygen_thinks_so_too(vector: dict[str, str]) -> None:
    """Whatever its version here."""
    signature, message = base64.b64decode(vector["signature"]), vector["message"].encode()
    assert SshVerifier().accepts(signature, message, vector["namespace"], vector["key"])
