"""Which rules can be waived."""

from mlgov.checks.rules import WAIVABLE
from mlgov.findings import Rule, Severity
from mlgov.rulebook import ALL_RULES

#: Form, life, integrity, proof, and waivers themselves.
HARD = ("MLG-D", "MLG-S", "MLG-V", "MLG-W", "MLG-X")
HARD_CODES = {f"MLG-L00{number}" for number in (2, 3, 4, 5, 7, 8, 9)} | {"MLG-C001", "MLG-C002", "MLG-C009"}


def test_a_rule_is_hard_unless_it_says_otherwise() -> None:
    """A new rule cannot become soft by being forgotten."""
    assert not Rule("MLG-T001", "x", Severity.ERROR, "x", "x", "x").waivable


def test_what_keeps_the_rest_trustworthy_is_hard() -> None:
    """Whatever severity it has."""
    soft = {code for code, rule in ALL_RULES.items() if rule.waivable}
    assert not {code for code in soft if code.startswith(HARD) or code in HARD_CODES}


def test_judgement_calls_can_be_waived() -> None:
    """Required fields, reviews, criteria that are not met."""
    assert {"MLG-L001", "MLG-L006", "MLG-C006"} <= set(WAIVABLE)
