"""Every rule of mlgov, by code."""

from mlgov.approvals import rules as approvals
from mlgov.checks.rules import CHECKED, WAIVABLE
from mlgov.findings import Rule
from mlgov.guards import rules as guards

__all__ = ["ALL_RULES", "CHECKED", "WAIVABLE"]

#: What `mlgov check` judges by, the rules of proof, and what `mlgov doctor` looks at.
ALL_RULES: dict[str, Rule] = CHECKED | {rule.code: rule for rule in (*approvals.RULES, *guards.RULES)}
