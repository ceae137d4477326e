"""What is wrong with one statement, before it has a place in a file."""

from dataclasses import dataclass

from mlgov.documents import Pointer
from mlgov.findings import Rule, Severity


@dataclass(frozen=True, slots=True)
class Note:
    """Something wrong with a statement.

    Attributes:
        rule: The rule that is broken.
        place: Where in the statement, with the keys of a role spec: ``("actions", 0)``, ``("conditions", operator,
            key)``; empty for the statement as a whole.
        message: What is wrong.
        fix: What to do; empty when the rule says it.
        severity: The level; None for that of the rule.
    """

    rule: Rule
    place: Pointer
    message: str
    fix: str = ""
    severity: Severity | None = None
