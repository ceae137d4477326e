"""Every rule that `mlgov check` judges documents and changes by, and those of them that a waiver may name."""

from mlgov import cards, documents, lifecycle, monitors, roles, waivers
from mlgov.checks import references
from mlgov.findings import Rule

#: The rules, by code.
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

#: Rules that can be waived, by code. The rules of proof are no part of it: they are all hard.
WAIVABLE: dict[str, Rule] = {code: rule for code, rule in CHECKED.items() if rule.waivable}
