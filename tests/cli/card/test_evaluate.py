"""``mlgov card evaluate``: reports into cards, and verdicts out of them, in a real repository."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.checks.tree import read_tree
from mlgov.cli.main import exit_code_of
from mlgov.ports import File
from tests.cards.evaluation.reading import REPORTS
from tests.git_world import GitWorld, new_world

CARD = """\
# written by people
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
lifecycle:
  status: draft # not yet
spec:
  acceptance_criteria:
    - name: finds leavers # agreed with the retention desk
      evaluation: holdout
      metric: recall
      condition: at_least
      threshold: 0.7
"""
QUALITY = REPORTS / "model_quality.json"
FINE, POOR = {"recall": 0.71, "precision": 0.6}, {"recall": 0.69, "precision": 0.6}


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a repository with one card, and a folder of reports beside it."""
    world = new_world(tmp_path / "governance")
    world.write("mlgov.toml", "")
    world.save("cards/churn.yaml", CARD)
    (tmp_path / "reports").mkdir()
    return world


@pytest.fixture
def run(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov card evaluate``; gives exit code, standard output and standard error."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "card", "evaluate", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def report(world: GitWorld, value: object, name: str = "holdout.json") -> Path:
    """Write a report outside of the repository."""
    path = world.root.parent / "reports" / name
    path.write_text(json.dumps(value))
    return path


def card(world: GitWorld) -> Any:
    """Read the card; nothing may be wrong with it."""
    data = (world.root / "cards/churn.yaml").read_bytes()
    tree = read_tree({"cards/churn.yaml": File("cards/churn.yaml", "100644", data)})
    assert tree.findings == []
    return tree.governed["cards/churn.yaml"].typed


def files(world: GitWorld) -> dict[str, bytes]:
    """Read every file of the work tree."""
    found = (path for path in world.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(world.root).as_posix(): path.read_bytes() for path in found}


def check(world: GitWorld, *arguments: str) -> int:
    """Run ``mlgov check``."""
    return exit_code_of(["-C", str(world.root), "check", *arguments])


def test_a_report_goes_into_the_card_and_its_file_to_the_evidence(world: GitWorld, run: Any) -> None:
    """Cited by the digest of its bytes; the repository stays clean."""
    code, out, _ = run("churn", QUALITY, "--as", "holdout", "--dataset", "s3://churn/test")
    assert code == 0
    assert "evaluation 'holdout' added, 3 metric groups" in out
    kept = world.root / "evidence/churn/model_quality.json"
    assert kept.read_bytes() == QUALITY.read_bytes()
    [evaluation] = card(world).spec.evaluation_details
    assert (evaluation.name, evaluation.datasets) == ("holdout", ["s3://churn/test"])
    [evidence] = evaluation.evidence
    assert evidence.path == "evidence/churn/model_quality.json"
    assert evidence.digest == "sha256:" + hashlib.sha256(QUALITY.read_bytes()).hexdigest()
    assert check(world) == 0


def test_comments_and_order_stay(world: GitWorld, run: Any) -> None:
    """The lines that were there are there."""
    run("churn", QUALITY)
    text = (world.root / "cards/churn.yaml").read_text()
    lines = iter(text.splitlines())
    assert all(line in lines for line in CARD.splitlines())


def test_the_same_report_gives_the_same_bytes(world: GitWorld, run: Any) -> None:
    """Nothing depends on the clock or the machine."""
    run("churn", QUALITY)
    once = files(world)
    world.git("checkout", "--quiet", ".")
    world.git("clean", "--quiet", "-fd")
    run("churn", QUALITY)
    assert files(world) == once


def test_what_was_left_out_is_said(world: GitWorld, run: Any) -> None:
    """On standard error, one line each."""
    _, _, err = run("churn", QUALITY)
    assert "note: binary_classification_metrics / accuracy - standard_deviation: is 'NaN'" in err


def test_a_dry_run_shows_the_change_and_writes_nothing(world: GitWorld, run: Any) -> None:
    """As a difference that git could apply."""
    before = files(world)
    code, out, err = run("churn", report(world, FINE), "--dry-run")
    assert code == 0
    assert out.startswith("--- a/cards/churn.yaml\n+++ b/cards/churn.yaml\n")
    assert "+    - name: holdout\n" in out
    assert "would be written" in err
    assert files(world) == before


def test_an_evaluation_of_the_same_name_is_not_replaced_by_accident(world: GitWorld, run: Any) -> None:
    """The second attempt says how."""
    run("churn", report(world, FINE))
    before = files(world)
    code, _, err = run("churn", report(world, POOR, "later.json"), "--as", "holdout")
    assert code == 2
    assert "has an evaluation 'holdout' already" in err
    assert "--replace" in err
    assert files(world) == before


def test_a_replaced_evaluation_keeps_the_words_of_people(world: GitWorld, run: Any) -> None:
    """Numbers and evidence are new, the observation and the comments stay, and that is said."""
    run("churn", report(world, FINE))
    path = world.root / "cards/churn.yaml"
    worded = "- name: holdout # ours\n      evaluation_observation: Fine.\n      evidence"
    path.write_text(path.read_text().replace("- name: holdout\n      evidence", worded))
    code, _, err = run("churn", report(world, POOR, "later.json"), "--as", "holdout", "--replace")
    assert code == 0
    assert "read whether it still holds" in err
    [evaluation] = card(world).spec.evaluation_details
    assert evaluation.evaluation_observation == "Fine."
    assert evaluation.metric_groups[0].metric_data[0].value == 0.69
    assert [evidence.path for evidence in evaluation.evidence] == ["evidence/churn/later.json"]
    assert "- name: holdout # ours" in path.read_text()


def test_evidence_of_the_replaced_evaluation_may_be_written_over(world: GitWorld, run: Any) -> None:
    """Nobody else rests on it, and git has the old one."""
    run("churn", report(world, FINE))
    assert run("churn", report(world, POOR), "--replace")[0] == 0
    assert json.loads((world.root / "evidence/churn/holdout.json").read_text()) == POOR
    assert check(world) == 0


@pytest.mark.parametrize("by_other_card", [True, False])
def test_evidence_that_others_rest_on_is_never_written_over(world: GitWorld, run: Any, by_other_card: bool) -> None:
    """Another evaluation, or another card."""
    run("churn", report(world, FINE))
    if by_other_card:
        other = (world.root / "cards/churn.yaml").read_text().replace("name: churn", "name: other")
        world.write("cards/other.yaml", other)
    else:
        run("churn", report(world, FINE), "--as", "again")
    before = files(world)
    code, _, err = run("churn", report(world, POOR), "--replace")
    assert code == 2
    assert "evidence/churn/holdout.json is there already and says something else" in err
    assert files(world) == before


def test_a_report_that_is_evidence_already_is_cited_where_it_is(world: GitWorld, run: Any) -> None:
    """No second copy."""
    world.write("evidence/churn/2026/march.json", json.dumps(FINE))
    code, out, _ = run("churn", world.root / "evidence/churn/2026/march.json")
    assert code == 0
    assert "evidence/churn/2026/march.json: cited as it is" in out
    assert [name for name in files(world) if name.startswith("evidence/")] == ["evidence/churn/2026/march.json"]


@pytest.mark.parametrize("name", ["report of March (2).json", "-.json", "épreuve.json", "a" * 150 + ".json"])
def test_odd_file_names_become_plain_ones(world: GitWorld, run: Any, name: str) -> None:
    """Paths in a repository are read by every system."""
    assert run("churn", report(world, FINE, name), "--as", "holdout")[0] == 0
    [evidence] = card(world).spec.evaluation_details[0].evidence
    assert evidence.path.removeprefix("evidence/churn/").replace("-", "").replace(".", "").isalnum()
    assert check(world) == 0


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"[" * 100_000,
        b'{"confusion_matrix": [[1, 2], [3]]}',
        b'{"a\\u202eb": 1}',
    ],
)
def test_a_hostile_report_changes_nothing(world: GitWorld, run: Any, hostile: bytes) -> None:
    """Exit code 2, the file by name, and what to do."""
    path = report(world, {}, "hostile.json")
    path.write_bytes(hostile)
    before = files(world)
    code, out, err = run("churn", path)
    assert (code, out) == (2, "")
    assert "hostile.json" in err
    assert len(err.splitlines()) >= 2
    assert files(world) == before


def test_a_report_that_makes_the_card_too_long_changes_nothing(world: GitWorld, run: Any) -> None:
    """The rule is named, with its place."""
    before = files(world)
    code, _, err = run("churn", report(world, {f"metric {i}": i / 7 for i in range(2500)}))
    assert code == 2
    assert "MLG-C003" in err
    assert "Nothing was written." in err
    assert files(world) == before


def test_a_bad_card_is_refused_with_its_findings(world: GitWorld, run: Any) -> None:
    """As ``mlgov check`` says them."""
    world.write("cards/churn.yaml", CARD.replace("spec:", "spec:\n  model_overvew: {}"))
    before = files(world)
    for arguments in (("churn", report(world, FINE)), ("churn",)):
        code, _, err = run(*arguments)
        assert code == 1
        assert "cards/churn.yaml:9:3" in err
        assert "MLG-S003" in err
    assert files(world) == before


@pytest.mark.parametrize("name", ["chrn", "../cards/churn", "CHURN", ""])
def test_a_card_that_is_not_there(world: GitWorld, run: Any, name: str) -> None:
    """With the name that was probably meant."""
    code, _, err = run(name, report(world, FINE))
    assert code == 2
    assert "There is no card" in err
    assert run("chrn")[2].endswith("Did you mean 'churn'?\n")


def test_a_report_that_is_not_there_or_no_file(world: GitWorld, run: Any) -> None:
    """A folder, or nothing."""
    for path in ("nowhere.json", world.root):
        code, _, err = run("churn", path)
        assert code == 2
        assert "is no file" in err


def test_an_archived_card_is_frozen(world: GitWorld, run: Any) -> None:
    """And an approved one is told what follows."""
    world.write("cards/churn.yaml", CARD.replace("draft", "archived"))
    assert "archived; its content is frozen" in run("churn", report(world, FINE))[2]
    world.write("cards/churn.yaml", CARD.replace("draft", "approved"))
    world.commit()
    assert "--set lifecycle.status=pending_review" in run("churn", report(world, FINE))[2]


@pytest.mark.parametrize("link", ["evidence", "evidence/churn", "evidence/churn/holdout.json"])
def test_links_never_lead_out_of_the_repository(world: GitWorld, run: Any, link: str) -> None:
    """Whatever stands in the way is named, and what it points to is untouched."""
    outside = world.root.parent / "outside"
    outside.mkdir()
    target = outside / "holdout.json" if link.endswith(".json") else outside
    world.link(link, str(target))
    before = files(world)
    code, _, err = run("churn", report(world, FINE))
    assert code == 2
    assert link in err
    assert list(outside.iterdir()) == []
    assert files(world) == before


@pytest.mark.parametrize("older", [None, FINE])
def test_when_the_card_cannot_be_written_the_evidence_is_as_it_was(
    world: GitWorld, run: Any, monkeypatch: pytest.MonkeyPatch, older: object
) -> None:
    """Both or none: the disk fills up between the two."""
    if older:
        run("churn", report(world, older))
    before = files(world)
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if Path(target).name == "churn.yaml":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = run("churn", report(world, POOR), "--replace")
    assert code == 3
    assert "No space left on device" in err
    assert files(world) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_evidence_that_git_ignores(world: GitWorld, run: Any, is_there: bool) -> None:
    """It would be missing for everybody else."""
    world.write(".gitignore", "evidence/churn/*.json\n")
    path = report(world, FINE)
    if is_there:
        world.write("evidence/churn/holdout.json", path.read_bytes())
        path = world.root / "evidence/churn/holdout.json"
    before = files(world)
    code, _, err = run("churn", path)
    assert code == 2
    assert "git ignores evidence/churn/holdout.json" in err
    assert files(world) == before


def test_verdicts_of_a_card(world: GitWorld, run: Any) -> None:
    """Exit code 1 unless every criterion is met."""
    assert run("churn") == (1, "cannot tell  finds leavers: There is no evaluation 'holdout'.\n", "")
    run("churn", report(world, FINE))
    assert run("churn") == (0, "met  finds leavers: recall is 0.71; at least 0.7 is asked.\n", "")
    run("churn", report(world, POOR), "--replace")
    assert run("churn") == (1, "not met  finds leavers: recall is 0.69; at least 0.7 is asked.\n", "")


def test_verdicts_as_json(world: GitWorld, run: Any) -> None:
    """With every part of the criterion and of the judgement."""
    run("churn", report(world, POOR))
    code, out, _ = run("churn", "-f", "json")
    found = json.loads(out)
    assert code == 1
    assert found["counts"] == {"met": 0, "not_met": 1, "cannot_tell": 0}
    assert found["verdicts"][0] == {
        "criterion": "finds leavers",
        "outcome": "not_met",
        "evaluation": "holdout",
        "metric_group": "metrics",
        "metric": "recall",
        "condition": "at_least",
        "threshold": 0.7,
        "value": 0.69,
        "sentence": "recall is 0.69; at least 0.7 is asked.",
    }


def test_verdicts_as_markdown_in_a_file(world: GitWorld, run: Any) -> None:
    """Text of the card means nothing there."""
    world.write("cards/churn.yaml", CARD.replace("finds leavers", "'| <b> [x](y) | `z`'"))
    assert run("churn", "-f", "markdown", "-o", "verdicts.md") == (1, "", "")
    row = (world.root / "verdicts.md").read_text().splitlines()[-1]
    assert row.startswith("| cannot tell | \\| \\<b\\> \\[x\\]\\(y\\) \\| \\`z\\` | recall at least 0.7 |  |")


def test_a_card_without_criteria_is_told_so(world: GitWorld, run: Any) -> None:
    """Nothing is asked, so nothing fails."""
    world.write("cards/churn.yaml", CARD.split("spec:")[0] + "spec: {}\n")
    code, out, err = run("churn")
    assert (code, out) == (0, "")
    assert "has no acceptance criteria" in err


def test_options_of_the_other_use_are_refused(world: GitWorld, run: Any) -> None:
    """Nothing is ignored silently."""
    assert run("churn", "--replace")[0] == 2
    assert run("churn", report(world, FINE), "-f", "markdown")[0] == 2
    assert run("churn", report(world, FINE), "-f", "json", "-o", "out.json")[0] == 2


def test_what_was_attached_as_json(world: GitWorld, run: Any) -> None:
    """Planned, done, and then nothing to do."""
    arguments = ("churn", report(world, FINE), "--as", "holdout", "-f", "json")
    planned = json.loads(run(*arguments, "--dry-run")[1])
    assert (planned["result"], card(world).spec.evaluation_details) == ("planned", [])
    assert "+    - name: holdout" in planned["difference"]
    done = json.loads(run(*arguments)[1])
    assert (done["result"], done["evaluation"], done["replaced"]) == ("done", "holdout", False)
    files = [
        {"path": "cards/churn.yaml", "deed": "change"},
        {"path": "evidence/churn/holdout.json", "deed": "add"},
    ]
    assert done["files"] == planned["files"] == files


def test_git_order_of_criterion_and_evidence(world: GitWorld, run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole life: criterion first, evidence later, loosened afterwards."""
    world.git("checkout", "--quiet", "-b", "evaluate")
    run("churn", report(world, POOR))
    world.commit("evaluate")
    assert check(world, "--base", "main", "--fail-on", "warning") == 0
    world.git("checkout", "--quiet", "main")
    world.git("merge", "--quiet", "evaluate")
    world.git("checkout", "--quiet", "-b", "loosen")
    path = world.root / "cards/churn.yaml"
    path.write_text(path.read_text().replace("threshold: 0.7", "threshold: 0.6"))
    world.commit("loosen")
    capsys.readouterr()
    assert check(world, "--base", "main") == 1
    said = capsys.readouterr().out
    assert "MLG-C009" in said
    assert "at_least moves from 0.7 to 0.6" in said


def test_a_comment_on_a_metric_is_not_replaced_unasked(world: GitWorld, run: Any) -> None:
    """It goes with its metric only when people agree."""
    run("churn", report(world, FINE))
    path = world.root / "cards/churn.yaml"
    path.write_text(path.read_text().replace("value: 0.6\n", "value: 0.6 # on the small set\n"))
    before = files(world)
    other = report(world, {"recall": 0.8}, "later.json")
    code, _, err = run("churn", other, "--as", "holdout", "--replace")
    assert (code, files(world)) == (2, before)
    assert "# on the small set" in err
    assert run("churn", other, "--as", "holdout", "--replace", "--drop-comments")[0] == 0
