"""Two audits that share no code agree on random histories: what is proven, by whom, and which commits are wrong."""

from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.approvals.audit import audit
from mlgov.approvals.effective import Effective, standings
from tests.approvals.people import NOW
from tests.approvals.random_branches import histories
from tests.approvals.second_verifier import Said, Second

#: What is said of records that are none; the second audit knows only whole ones.
_OF_RECORDS = {"MLG-V001", "MLG-V014"}


def first(repository: GitRepository, ref: str) -> tuple[bool, set[str], set[str]]:
    """Give whether the card is approved at the end of a branch, the commits with findings, and who approved."""
    found = audit(repository, {}, ref)
    wrong = {str(f.pointer[1]) for f in found.findings if f.rule.code not in _OF_RECORDS}
    (where,) = standings(found.outcome, NOW.date())
    return where.effective is Effective.APPROVED, wrong, set(where.approvers)


MANY = [pytest.param(range(at, at + 50), marks=pytest.mark.slow) for at in range(100, 500, 50)]


@pytest.mark.parametrize("seeds", [range(12), *MANY], ids=str)
def test_two_audits_agree(tmp_path: Path, seeds: range) -> None:
    """On every random history, and there are proven ones and wrong ones among them."""
    root = tmp_path / "repo"
    histories(root, seeds)
    repository, second = GitRepository(root), Second(root)
    proven = wrong = 0
    for seed in seeds:
        ref = f"history-{seed}"
        said: Said = second.judge(ref)
        ends = said.proven[repository.resolve(ref)]
        assert first(repository, ref) == (ends, said.wrong, said.approvers if ends else set()), ref
        proven, wrong = proven + ends, wrong + bool(said.wrong)
    assert min(proven, wrong) >= len(seeds) // 12
