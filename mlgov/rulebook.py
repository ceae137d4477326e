"""Every rule of mlgov, by code."""

from mlgov import cards, documents, lifecycle, monitors, roles, waivers
from mlgov.approvals import rules as approvals
from mlgov.checks import references
from mlgov.findings import Rule
from mlgov.guards import rules as guards

#: Rules that `mlgov check` judges documents and changes by.
CHECKED: dict[str, Rule] = {
    rule.code: rule
    for group in (
        documents.RULES,
        lifecycle.RULES,
        cards.RULES,
        roles.RULES,
        monitors.RULES,
        references.RULES,
        waivers.RULES,
    )
    for rule in group
}

#: Those, the rules of proof, and what `mlgov doctor` looks at.
ALL_RULES: dict[str, Rule] = CHECKED | {rule.code: rule for rule in (*approvals.RULES, *guards.RULES)}
