"""Every rule of mlgov, by code."""

from mlgov import cards, documents, lifecycle, monitors, roles
from mlgov.checks import references
from mlgov.findings import Rule

ALL_RULES: dict[str, Rule] = {
    rule.code: rule
    for group in (documents.RULES, lifecycle.RULES, cards.RULES, roles.RULES, monitors.RULES, references.RULES)
    for rule in group
}
