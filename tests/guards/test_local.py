"""A clone and its machine."""

from dataclasses import replace

import pytest

from mlgov.guards.local import check_files, check_surroundings
from mlgov.guards.rules import SCHEMA_NOT_FRESH
from mlgov.ports import Surroundings

GOOD = Surroundings((2, 39, 5), (9, 2), False, (), "a" * 40, (), False, "ssh", True, True)
WEAK = {
    "old git": (replace(GOOD, git_version=(2, 30, 9)), "MLG-G020"),
    "unknown git": (replace(GOOD, git_version=()), "MLG-G020"),
    "no OpenSSH": (replace(GOOD, openssh_version=None), "MLG-G021"),
    "old OpenSSH": (replace(GOOD, openssh_version=(8, 1)), "MLG-G021"),
    "shallow": (replace(GOOD, is_shallow=True), "MLG-G022"),
    "no ledger": (replace(GOOD, ledger_tip=""), "MLG-G023"),
    "ledger changed": (replace(GOOD, ledger_breaks=("b" * 40,)), "MLG-G024"),
    "replaced": (replace(GOOD, replaced=("refs/replace/x",)), "MLG-G025"),
    "signers": (replace(GOOD, allowed_signers=False), "MLG-G026"),
    "no hook": (replace(GOOD, hook=False), "MLG-G027"),
    "unpushed": (replace(GOOD, ledger_unpushed=True), "MLG-G029"),
}


def test_a_good_clone_is_no_finding() -> None:
    """Nothing to say; without SSH signatures nobody needs to know signers."""
    assert list(check_surroundings(GOOD, "mlgov-ledger")) == []
    assert list(check_surroundings(replace(GOOD, signature_format="", allowed_signers=False), "mlgov-ledger")) == []
    assert list(check_surroundings(replace(GOOD, git_version=(2, 31)), "mlgov-ledger")) == []


@pytest.mark.parametrize("name", WEAK)
def test_each_weakness_has_its_rule(name: str) -> None:
    """One weakness, one finding."""
    surroundings, code = WEAK[name]
    found = list(check_surroundings(surroundings, "mlgov-ledger"))
    assert [finding.rule.code for finding in found] == [code]
    assert found[0].message.endswith(".")


def test_a_stale_file_is_named() -> None:
    """With its path as the place."""
    (finding,) = check_files(SCHEMA_NOT_FRESH, ["schemas/role.json"])
    assert (finding.location.path, finding.rule.code) == ("schemas/role.json", "MLG-G028")
