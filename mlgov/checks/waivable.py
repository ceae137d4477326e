"""Which rules a waiver may name. What is not in this table is hard."""

from mlgov import cards, documents, lifecycle, monitors, roles, waivers
from mlgov.checks import references
from mlgov.findings import Rule

#: Rules that can be waived, by code. The rules of proof are no part of it: they are all hard.
WAIVABLE: dict[str, Rule] = {
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
    if rule.waivable
}
