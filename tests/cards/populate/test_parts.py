"""Parts that several sources fill."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.cards import Provenance
from mlgov.cards.draft import Draft
from mlgov.cards.fields import Fields
from mlgov.cards.imported import fields_of, pointer_of
from mlgov.cards.populate.parts import address, dataset, is_secret, is_training
from mlgov.documents import find
from mlgov.lifecycle import json_digest


def spec_of(draft: Draft) -> Any:
    """Finish a draft; it has to be a card."""
    return draft.finished(Fields({}), "").value["spec"]


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("s3://bucket/key", "s3://bucket/key"),
        ("https://me:hidden@example.org/x", "https://example.org/x"),
        ("https://hidden@example.org/x?a=b", "https://example.org/x?a=b"),
        ("https://x.org/y?X-Amz-Credential=a&X-Amz-Signature=hidden", "https://x.org/y"),
        ("https://x.org/y?sv=1&sig=hidden", "https://x.org/y"),
        ("https://x.org/y?access_token=hidden#part", "https://x.org/y#part"),
        ("git@example.org:churn.git", "git@example.org:churn.git"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_an_address_keeps_no_secret(uri: str, kept: str) -> None:
    """Neither a user nor a query that lets people in."""
    assert address(uri) == kept


@pytest.mark.parametrize("name", ["password", "db_password", "API_KEY", "aws.secret", "openai-api-key", "access_token"])
def test_secrets_are_told_by_their_names(name: str) -> None:
    """Whatever the case and the sign between the words."""
    assert is_secret(name)


@pytest.mark.parametrize("name", ["max_tokens", "token_pattern", "key", "monkey", "secretary", "tokenizer"])
def test_settings_are_no_secrets(name: str) -> None:
    """Words that only look like it."""
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("train", True),
        ("Training data", True),
        ("", True),
        ("validation", False),
        ("x_test", False),
        ("holdout", False),
    ],
)
def test_uses_are_told_by_their_words(role: str, expected: bool) -> None:
    """What says nothing is taken for training, with a note."""
    assert is_training(role) is expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=6))
def test_every_dataset_has_a_name_that_its_path_can_hold(names: list[str]) -> None:
    """Whatever a source calls its data: each is one value with a legal path that leads back to it."""
    draft = Draft("card")
    for name in names:
        dataset(draft, name, "training", "", "path")
    spec = spec_of(draft)
    fields = fields_of(spec)
    assert len(fields) == len(names)
    for field in fields:
        entry = {"field": field.path, "source": "s", "digest": json_digest(field.value), "at": "2026-01-02T03:04:05Z"}
        assert Provenance.model_validate(entry).field == field.path
        assert find({"spec": spec}, pointer_of(field.path, spec)) == (True, field.value)
