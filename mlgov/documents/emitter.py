"""New values as YAML text. ruamel.yaml writes them; `mlgov.documents.style` says which text needs quotes or a block."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, SingleQuotedScalarString

from mlgov.documents import style
from mlgov.documents.reader import Value

_NO_FOLDING = 2**16


def block_lines(value: Value, indent: int, dash: int = 2) -> list[str]:
    """Write a value as lines of a block, all indented.

    Args:
        value: A mapping or list that is not empty.
        indent: Spaces before its entries.
        dash: Spaces before the dashes of a list below a key, counted from the key.
    """
    yaml = YAML()
    yaml.width = _NO_FOLDING
    yaml.Representer = _Representer
    yaml.indent(mapping=2, sequence=dash + 2, offset=dash)
    out = io.StringIO()
    styled = _styled(value)
    styled.fa.set_block_style()  # also a row of numbers: its items go below each other here
    yaml.dump({"": styled}, out)
    _, *lines = out.getvalue().removesuffix("\n").split("\n")
    present = min(len(line) - len(line.lstrip(" ")) for line in lines if line)
    return [" " * indent + line[present:] if line else "" for line in lines]


class _Representer(RoundTripRepresenter):
    """ruamel's own, but for null, which it would write as nothing."""


def _null(representer: RoundTripRepresenter, data: None) -> Any:  # noqa: ANN401, ARG001 - ruamel's signature
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _null)


def _styled(value: Value) -> Any:  # noqa: ANN401 - ruamel's own containers
    """Keep the order of keys, put a row of numbers on one line, and choose the quotes."""
    if isinstance(value, dict):
        return CommentedMap((_text(key), _styled(each)) for key, each in value.items())
    if isinstance(value, list):
        items = CommentedSeq(map(_styled, value))
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in value):
            items.fa.set_flow_style()
        return items
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> Any:  # noqa: ANN401 - text, or ruamel's text with a style
    if style.is_plain(value):
        return value
    if style.literal(value) and not value.endswith("\n\n"):  # an open end would need a sign that the document ends
        return LiteralScalarString(value)
    is_single = style.text(value).startswith("'")
    return SingleQuotedScalarString(value) if is_single else DoubleQuotedScalarString(value)
