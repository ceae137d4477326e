"""The forge's settings against the declared guards."""

from dataclasses import replace
from typing import Any

import pytest

from mlgov.findings import Severity
from mlgov.guards import rules
from mlgov.guards.declared import ACTIONS_APP, Declared
from mlgov.guards.labels import LABELS
from mlgov.guards.posture import check_posture, check_roles
from mlgov.ports import BranchGuard, Posture, RequiredCheck, Unread

DECLARED = Declared(handles={"owner": ("@o",), "validator": ("@v",), "admin": ("@a",)})
CHECKS = tuple(RequiredCheck(context, ACTIONS_APP) for context in DECLARED.checks)
MAIN = BranchGuard("main", True, True, True, 1, True, True, True, CHECKS)
LEDGER = BranchGuard(DECLARED.ledger_branch, force_push_forbidden=True, deletion_forbidden=True)
GOOD = Posture(
    "main", (MAIN, LEDGER), ("merge", "squash", "rebase"), False, "read", True, (), (), tuple(x.name for x in LABELS)
)


def codes(posture: Posture, declared: Declared = DECLARED) -> list[str]:
    return [finding.rule.code for finding in check_posture(declared, posture)]


def with_main(**changes: Any) -> Posture:
    return replace(GOOD, guards=(replace(MAIN, **changes), LEDGER))


def with_ledger(**changes: Any) -> Posture:
    return replace(GOOD, guards=(MAIN, replace(LEDGER, **changes)))


WEAK: dict[str, tuple[Posture, str]] = {
    "forced push": (with_main(force_push_forbidden=False), "MLG-G002"),
    "deletion": (with_main(deletion_forbidden=False), "MLG-G002"),
    "no pull request": (with_main(pull_request_required=False), "MLG-G003"),
    "no approval": (with_main(approvals=0), "MLG-G003"),
    "one check": (with_main(checks=CHECKS[:1]), "MLG-G004"),
    "check from anybody": (with_main(checks=(CHECKS[0], RequiredCheck("mlgov/gate"))), "MLG-G016"),
    "check of another app": (with_main(checks=(CHECKS[0], RequiredCheck("mlgov/gate", 7))), "MLG-G016"),
    "owners not asked": (with_main(code_owner_review=False), "MLG-G005"),
    "stale": (with_main(stale_dismissed=False, last_push_approval=False), "MLG-G006"),
    "bypass": (with_main(bypass=("Team 5",)), "MLG-G007"),
    "unknown bypass": (with_main(bypass=None), "MLG-G001"),
    "ledger forced": (with_ledger(force_push_forbidden=False), "MLG-G008"),
    "ledger deleted": (with_ledger(deletion_forbidden=False), "MLG-G008"),
    "ledger bypass": (with_ledger(bypass=("Team 5",)), "MLG-G007"),
    "workflows approve": (replace(GOOD, workflows_may_approve=True), "MLG-G009"),
    "token writes": (replace(GOOD, workflow_token="write"), "MLG-G010"),
    "tags of actions": (replace(GOOD, actions_must_be_pinned=False), "MLG-G011"),
    "CODEOWNERS": (replace(GOOD, code_owner_errors=("CODEOWNERS:3: Unknown owner",)), "MLG-G012"),
    "label": (replace(GOOD, labels=(GOOD.labels or ())[1:]), "MLG-G013"),
    "unread": (replace(GOOD, workflow_token=None, unread=(Unread("the labels", "No."),)), "MLG-G001"),
}


def test_what_is_declared_and_in_force_is_no_finding() -> None:
    """Nothing to say."""
    assert codes(GOOD) == []


@pytest.mark.parametrize("name", WEAK)
def test_each_weakness_has_its_rule(name: str) -> None:
    """One weakness, one finding, with words of its own."""
    posture, code = WEAK[name]
    found = list(check_posture(DECLARED, posture))
    assert [finding.rule.code for finding in found] == [code]
    assert found[0].message.endswith(".")
    assert found[0].fix


def test_findings_of_different_places_differ() -> None:
    """Their fingerprints go into waivers and reports."""
    found = [finding for posture, _ in WEAK.values() for finding in check_posture(DECLARED, posture)]
    assert len({finding.fingerprint for finding in found}) >= len(WEAK) - 2  # two ways of G016 are one place


def test_either_way_against_stale_approvals_is_enough() -> None:
    """Dismissing them, or asking for one of the last push."""
    assert codes(with_main(stale_dismissed=False)) == codes(with_main(last_push_approval=False)) == []


def test_what_may_be_there_unseen_is_no_error() -> None:
    """A part of the rules could not be read: the finding says so and does not fail the run."""
    bare = replace(GOOD, guards=(BranchGuard("main", complete=False), replace(LEDGER, complete=False)))
    found = list(check_posture(DECLARED, bare))
    assert len(found) >= 6
    assert max(finding.severity for finding in found) is Severity.WARNING
    assert all("as far as could be read" in finding.message for finding in found)


def test_an_unprotected_branch_is_an_error() -> None:
    """Everything was read and nothing is forbidden."""
    found = list(check_posture(DECLARED, replace(GOOD, guards=(BranchGuard("main"), BranchGuard("mlgov-ledger")))))
    assert {f.rule.code for f in found if f.severity is Severity.ERROR} == {f"MLG-G00{n}" for n in (2, 3, 4, 8)}


def test_where_the_app_is_unknown_every_source_is_good() -> None:
    """Another server has another id for it."""
    anybody = tuple(RequiredCheck(context) for context in DECLARED.checks)
    assert codes(with_main(checks=anybody), replace(DECLARED, check_source=None)) == []


def test_what_is_unknown_is_no_finding_of_its_own() -> None:
    """It is among the unread settings instead."""
    assert codes(Posture()) == []


def test_roles_that_nobody_has_are_named() -> None:
    """One finding each."""
    found = list(check_roles(Declared(handles={"owner": ("@o",), "admin": ()})))
    assert [finding.message for finding in found] == ["Nobody is validator.", "Nobody is admin."]
    assert list(check_roles(DECLARED)) == []


def test_every_rule_has_a_code_of_its_own_and_is_explained() -> None:
    """As all rules of mlgov."""
    assert len({rule.code for rule in rules.RULES}) == len({rule.name for rule in rules.RULES}) == len(rules.RULES)
    for rule in rules.RULES:
        assert rule.code.startswith("MLG-G")
        assert rule.summary.endswith(".")
        assert rule.fix.endswith((".", ")."))
        assert len(rule.explanation) > 40
