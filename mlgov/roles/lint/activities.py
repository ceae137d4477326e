"""The statements of an activity of the repository, before anything is filled in."""

import re
from collections.abc import Iterator, Mapping

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding
from mlgov.roles.library import PLACEHOLDER, Activity, Conditions, StatementTemplate
from mlgov.roles.lint.conditions import check_limits
from mlgov.roles.lint.grants import Grant
from mlgov.roles.lint.notes import Note
from mlgov.roles.lint.statements import check_statement
from mlgov.roles.policy import Condition
from mlgov.roles.shapes import SHAPES

#: Values to try a statement with: any others of the same shape would do.
_VALUES: Mapping[str, str] = {name: shape.example for name, shape in SHAPES.items()} | {
    "partition": "aws",
    "dns_suffix": "amazonaws.com",
    "region": "eu-central-1",
    "account": "111122223333",
}
_BLOCKS = ("conditions", "with_network", "with_keys")


def check_activity(document: Document, activity: Activity) -> Iterator[Finding]:
    """Find what is wrong with each statement of an activity by itself.

    Args:
        document: The file, for positions.
        activity: The same, typed.
    """
    for index, template in enumerate(activity.statements):
        for note in notes(index, template):
            pointer: Pointer = ("statements", index, *note.place)
            location = document.location(pointer)
            yield note.rule.at(location, note.message, pointer=pointer, fix=note.fix, severity=note.severity)


def notes(index: int, template: StatementTemplate) -> Iterator[Note]:
    """List what is wrong with one statement of an activity."""
    for block in _BLOCKS:
        grant = _grant(index, template, getattr(template, block))
        for note in (*check_statement(grant), *check_limits(grant)):
            if note.place[0] == "conditions":
                yield Note(note.rule, (block, *note.place[1:]), note.message, note.fix, note.severity)
            elif block == "conditions":  # the rest of the statement is the same for every block
                yield note


def _grant(index: int, template: StatementTemplate, block: Conditions) -> Grant:
    conditions = [
        Condition(operator, key, tuple(map(_filled, values)))
        for operator, keys in block.items()
        for key, values in keys.items()
    ]
    resources = tuple(map(_filled, template.resources))
    return Grant("activity", "", index, True, tuple(template.actions), resources, tuple(conditions))


def _filled(text: str) -> str:
    return re.sub(PLACEHOLDER, lambda found: _VALUES.get(found[1], found[1]), text)
