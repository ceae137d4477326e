"""YAML written for other tools: as strict as our own, but short tags such as ``!Ref`` are kept as values."""

from typing import Any

from mlgov.documents import front_door, rules
from mlgov.documents.front_door import Limits, RefusedError
from mlgov.documents.reader import Pointer, Value, _Builder
from mlgov.errors import ImportFormatError

#: CloudFormation takes templates of up to 1 MB.
TEMPLATE_LIMITS = Limits(file_bytes=1024 * 1024, depth=64, nodes=200_000)
#: Short tags whose long form has no ``Fn::`` before the name.
_BARE = ("Ref", "Condition")


def load_tagged(data: bytes, limits: Limits = TEMPLATE_LIMITS) -> Value:
    """Read one YAML document in which a value may have a short tag.

    Args:
        data: The bytes of the file.
        limits: How large it may be.

    Returns:
        The value; ``!Ref X`` is ``{"Ref": "X"}`` and ``!Sub X`` is ``{"Fn::Sub": "X"}``, the long forms.

    Raises:
        ImportFormatError: It does not pass the front door; the message says line and column.
    """
    builder = _TaggedBuilder(limits)
    try:
        builder.read(front_door.decode(data, limits))
    except RefusedError as refused:
        message = f"Line {refused.line}, column {refused.column}: {refused.message}"
        raise ImportFormatError(message, hint=refused.fix or refused.rule.fix) from None
    return builder.root


class _TaggedBuilder(_Builder):
    def _count(self, event: Any) -> None:  # noqa: ANN401 - libyaml's events
        tag = event.tag
        if tag is not None and not tag.startswith("!"):
            raise RefusedError(rules.TAGS, f"The tag {tag} is not allowed.")
        event.tag = None
        super()._count(event)
        event.tag = tag

    def _take_key(self, value: Value, text: str, event: Any) -> None:  # noqa: ANN401 - libyaml's events
        if event.tag is not None:
            raise RefusedError(rules.TAGS, f"The key {text} has a tag.")
        super()._take_key(value, text, event)

    def _place(self, value: Value, event: Any) -> Pointer:  # noqa: ANN401 - libyaml's events
        if event.tag is None:
            return super()._place(value, event)
        name = event.tag.removeprefix("!")
        return super()._place({name if name in _BARE else f"Fn::{name}": value}, event)
