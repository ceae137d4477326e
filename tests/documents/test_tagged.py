"""YAML with short tags."""

import pytest

from mlgov.documents.tagged import load_tagged
from mlgov.errors import ImportFormatError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !Ref B", {"a": {"Ref": "B"}}),
        ("a: !Sub '${B}'", {"a": {"Fn::Sub": "${B}"}}),
        ("a: !GetAtt B.Arn", {"a": {"Fn::GetAtt": "B.Arn"}}),
        ("a: !Join ['', [!Ref B, c]]", {"a": {"Fn::Join": ["", [{"Ref": "B"}, "c"]]}}),
        ("a: !If {b: 1}", {"a": {"Fn::If": {"b": 1}}}),
        ("- !Condition C", [{"Condition": "C"}]),
        ("a: !Ref 7", {"a": {"Ref": "7"}}),
    ],
)
def test_short_tags_become_their_long_forms(text: str, value: object) -> None:
    """On texts, lists and mappings, at any depth."""
    assert load_tagged(text.encode()) == value


@pytest.mark.parametrize(
    "text", ["a: !!python/name:os.system x", "a: &b 1", "a: *b", "{!Ref a: 1}", "a: ]", "a: \u202e"]
)
def test_everything_else_is_as_strict_as_our_own_yaml(text: str) -> None:
    """The message says where."""
    with pytest.raises(ImportFormatError, match=r"^Line 1, column \d+: "):
        load_tagged(text.encode())
