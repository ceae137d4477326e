"""Something wrong with a role, before it has a place in a file."""

from dataclasses import dataclass

from mlgov.documents import Pointer
from mlgov.findings import Rule, Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where; ``at_key``: its place is the key, not the value."""

    rule: Rule
    pointer: Pointer
    message: str
    fix: str = ""
    severity: Severity | None = None
    at_key: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it keeps the role from being rendered."""
        return (self.severity or self.rule.severity) >= Severity.ERROR
