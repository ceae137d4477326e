"""``mlgov check --history`` on real repositories: the order of criteria and evidence over all that was merged."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.git_world import GitWorld, clone, new_world

PATH = "cards/churn.yaml"
HEAD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  intended_uses: {risk_rating: low}
"""


def criterion(threshold: float, name: str = "accurate enough", evaluation: str = "holdout") -> str:
    """Write the item of a criterion."""
    return (
        f"    - {{name: {name}, evaluation: {evaluation}, metric: accuracy, condition: at_least, "
        f"threshold: {threshold}}}\n"
    )


def evaluation(value: float = 0.85, name: str = "holdout", evidence: str = "") -> str:
    """Write the item of an evaluation."""
    return (
        f"    - name: {name}\n      metric_groups:\n        - name: g\n          metric_data:\n"
        f"            - {{name: accuracy, type: number, value: {value}}}\n{evidence}"
    )


def card(criteria: str = "", evaluations: str = "", text: str = HEAD) -> str:
    """Write the card."""
    parts = [("evaluation_details", evaluations), ("acceptance_criteria", criteria)]
    return text + "".join(f"  {key}:\n{items}" for key, items in parts if items)


@dataclass
class World:
    """A governance repository and what the command says about its history."""

    here: GitWorld
    capture: pytest.CaptureFixture[str]

    def save(self, text: str) -> str:
        """Commit the card, a day after the last commit."""
        self.here.at += timedelta(days=1)
        return self.here.save(PATH, text)

    def check(self, *options: str, history: bool = True) -> tuple[int, dict[str, Any]]:
        """Run the command; give its exit code and its report."""
        self.capture.readouterr()
        asked = ["--history"] if history else []
        arguments = ["-C", str(self.here.root), "--now", "2026-11-20", "check", "-f", "json", *asked, *options]
        code = exit_code_of(arguments)
        return code, json.loads(self.capture.readouterr().out)

    def found(self, *options: str) -> list[tuple[str, str]]:
        """List code and message of what is found about the order."""
        findings = self.check(*options)[1]["findings"]
        return [(f["code"], f["message"]) for f in findings if f["code"] in ("MLG-C008", "MLG-C009")]


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    """A repository with an empty card on main."""
    here = new_world(tmp_path / "repository")
    here.write("mlgov.toml", "")
    here.save(PATH, card())
    return World(here, capsys)


def test_the_right_order_is_clean(world: World) -> None:
    """First the criterion, then the evaluation."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation(0.95)))
    assert world.check()[0] == 0
    assert world.found() == []


def test_criterion_and_evidence_in_one_commit(world: World) -> None:
    """Whoever wrote the limit knew the result; the commit is named, though nothing is wrong with the present alone."""
    commit = world.save(card(criterion(0.8), evaluation()))
    world.save(card(criterion(0.8), evaluation()).replace("risk_rating: low", "risk_rating: high"))
    told = "comes together with the evidence that it judges."
    message = f"On 2026-01-02, in commit {commit[:12]}: The criterion 'accurate enough' {told}"
    assert world.found() == [("MLG-C008", message)]
    assert world.check(history=False)[1]["findings"] == []


def test_a_limit_that_was_lowered_long_ago(world: World) -> None:
    """It is told as an error at the line of the criterion, also when an approval came later."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    commit = world.save(card(criterion(0.8), evaluation()))
    approved = HEAD.replace("draft", "approved")
    world.save(card(criterion(0.8), evaluation(), approved))
    code, report = world.check()
    assert code == 1
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"], finding["line"]) == ("MLG-C009", "error", 14)
    assert finding["message"].startswith(f"On 2026-01-04, in commit {commit[:12]}: ")
    assert "moves from 0.9 to 0.8" in finding["message"]
    assert finding["pointer"] == "/spec/acceptance_criteria/0"


def test_what_was_put_back_is_told_all_the_same(world: World) -> None:
    """One finding per violation: the lowering, not the raising."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.save(card(criterion(0.8), evaluation()))
    world.save(card(criterion(0.9), evaluation()))
    assert [code for code, _ in world.found()].count("MLG-C009") == 1


def test_a_merge_commit_is_one_step(world: World) -> None:
    """What a branch did in between was not merged: criterion and evidence of one branch came together."""
    world.here.git("switch", "--quiet", "--create", "work")
    world.save(card(criterion(0.8)))
    inner = world.save(card(criterion(0.8), evaluation()))
    world.here.git("switch", "--quiet", "main")
    world.here.git("merge", "--quiet", "--no-ff", "--message", "Merge work", "work")
    merge = world.here.git("rev-parse", "HEAD")
    ((code, message),) = world.found()
    assert code == "MLG-C008"
    assert merge[:12] in message
    assert inner[:12] not in message


def test_two_merges_are_two_steps(world: World) -> None:
    """The criterion of one branch, then the evaluation of another one: the right order, whatever lies in between."""
    for text in (card(criterion(0.8)), card(criterion(0.8), evaluation())):
        world.here.git("switch", "--quiet", "--create", "work")
        world.save(text)
        world.here.git("switch", "--quiet", "main")
        world.here.git("merge", "--quiet", "--no-ff", "--message", "Merge work", "work")
        world.here.git("branch", "--quiet", "-d", "work")
    assert world.found() == []


def test_a_shallow_clone_is_refused(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not there proves nothing: exit 3, and how to get it."""
    world.save(card(criterion(0.9)))
    shallow = clone(world.here.root, tmp_path / "shallow", "--depth", "1")
    assert exit_code_of(["-C", str(shallow.root), "check", "--history"]) == 3
    assert "fetch --unshallow" in capsys.readouterr().err
    assert exit_code_of(["-C", str(shallow.root), "check"]) == 0


def test_a_renamed_evaluation_is_the_same_evidence(world: World) -> None:
    """A new name alone is clean, a new name with a lower limit is not."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.save(card(criterion(0.9, evaluation="test set"), evaluation(name="test set")))
    assert world.found() == []
    world.save(card(criterion(0.8, evaluation="later"), evaluation(name="later")))
    assert [code for code, _ in world.found()] == ["MLG-C009"]


def test_evidence_that_goes_and_comes_back(world: World) -> None:
    """Taking the evidence out, lowering the limit and putting it back is lowering the limit; each step alone is not."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.8)))
    assert world.found() == []
    commit = world.save(card(criterion(0.8), evaluation()))
    ((code, message),) = world.found()
    assert code == "MLG-C009"
    assert commit[:12] in message


def test_other_evidence_may_come_under_another_limit(world: World) -> None:
    """A limit that was wrong is corrected while there is no evidence; what is measured anew is judged by it."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.save(card())
    world.save(card(criterion(0.8)))
    world.save(card(criterion(0.8), evaluation(0.83)))
    assert [message for code, message in world.found() if "0.8" in message] == []


def test_a_card_that_was_gone_or_broken_in_between(world: World) -> None:
    """It is compared with what was last read."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.here.remove(PATH)
    world.here.commit("gone")
    world.save("broken: [")
    world.save(card(criterion(0.8), evaluation()))
    assert [code for code, _ in world.found()] == ["MLG-C009"]


def test_the_work_tree_is_the_last_step(world: World) -> None:
    """What is not committed yet is judged as any change is, and names no commit."""
    world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.here.write(PATH, card(criterion(0.8), evaluation()))
    ((code, message),) = world.found()
    assert (code, message.startswith("The criterion")) == ("MLG-C009", True)
    assert world.found("--head", "HEAD") == []


def test_with_a_base_the_change_is_told_once(world: World) -> None:
    """What is merged ends at the base; the change is judged as one step, however many commits it has."""
    base = world.save(card(criterion(0.9)))
    world.save(card(criterion(0.9), evaluation()))
    world.save(card(criterion(0.8), evaluation()))
    ((code, message),) = world.found("--base", base, "--head", "HEAD")
    assert (code, message.startswith("The criterion")) == ("MLG-C008", True)


def test_paths_limit_what_is_looked_at(world: World) -> None:
    """The history of another card is not told."""
    world.save(card(criterion(0.8), evaluation()))
    world.here.save("cards/other.yaml", card().replace("churn", "other"))
    assert world.found(str(world.here.root / "cards/other.yaml")) == []
    assert len(world.found(str(world.here.root / PATH))) == 1


def test_a_clean_run_before_does_not_hide_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache knows documents, not their history."""
    monkeypatch.delenv("CI", raising=False)
    world.save(card(criterion(0.8), evaluation()))
    for _ in range(2):
        assert world.check("--cache", history=False)[1]["findings"] == []
    assert len(world.found()) == 1
