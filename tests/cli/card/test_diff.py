"""``mlgov card diff`` on a real repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.git_world import GitWorld, new_world

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
lifecycle:
  status: draft
spec:
  intended_uses:
    purpose_of_model: {purpose}
    risk_rating: {risk}
  evaluation_details:
    - name: holdout
      metric_groups:
        - name: quality
          metric_data:
            - {{name: accuracy, type: number, value: {accuracy}}}
"""


def text(name: str = "churn", *, purpose: str = "To keep customers.", risk: str = "high", accuracy: float = 0.9) -> str:
    """Write a card."""
    return CARD.format(name=name, purpose=purpose, risk=risk, accuracy=accuracy)


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a governance repository with two cards in its first commit, tagged v1."""
    world = new_world(tmp_path / "repository")
    world.write("mlgov.toml", "")
    world.write("cards/fraud.yaml", text("fraud", purpose="To find fraud."))
    world.save("cards/churn.yaml", text())
    world.git("tag", "v1")
    return world


@pytest.fixture
def run(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov card diff``; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "card", "diff", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_nothing_changed(run: Any) -> None:
    """And nothing else is said."""
    assert run() == (0, "No change in content.\n", "")


def test_formatting_is_no_change(run: Any, world: GitWorld) -> None:
    """Comments, quotes and the order of keys are not content."""
    again = text().replace("kind: ModelCard\n", "").replace("spec:\n", "kind: 'ModelCard'\nspec: # what it says\n")
    world.write("cards/churn.yaml", again.replace("To keep customers.", '"To keep customers."'))
    assert run() == (0, "No change in content.\n", "")


def test_the_work_tree_is_compared_with_head(run: Any, world: GitWorld) -> None:
    """With file, line and column of what changed."""
    world.write("cards/churn.yaml", text(accuracy=0.8, risk="low"))
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "cards/churn.yaml:10:18: material risk_lowered The risk rating was lowered from high to low.",
        "cards/churn.yaml:16:53: material metric_worse Metric 'accuracy' of metric group 'quality' of evaluation "
        "'holdout' went from 0.9 to 0.8 (-0.1, -11.11%): worse.",
        "2 material changes in 1 card.",
    ]


def test_a_commit_is_compared_with_the_work_tree_and_a_range_with_its_end(run: Any, world: GitWorld) -> None:
    """The work tree does not matter to a range."""
    world.save("cards/churn.yaml", text(accuracy=0.8))
    world.write("cards/churn.yaml", text(accuracy=0.7))
    assert "from 0.9 to 0.7" in run("v1")[1]
    assert "from 0.9 to 0.8" in run("v1..HEAD")[1]
    assert "from 0.9 to 0.8" in run("v1..")[1]
    assert "from 0.8 to 0.7" in run()[1]


def test_three_dots_begin_where_the_two_parted(run: Any, world: GitWorld) -> None:
    """What happened on main meanwhile is not told."""
    world.git("checkout", "--quiet", "-b", "work")
    world.save("cards/churn.yaml", text(accuracy=0.8))
    world.git("checkout", "--quiet", "main")
    world.save("cards/fraud.yaml", text("fraud", purpose="Another.", accuracy=0.5))
    assert "cards/fraud.yaml" not in run("main...work")[1]
    assert "cards/fraud.yaml" in run("main..work")[1]


def test_a_name_leaves_the_others_out(run: Any, world: GitWorld) -> None:
    """By name or by path, with and without a range."""
    world.write("cards/churn.yaml", text(accuracy=0.8))
    world.write("cards/fraud.yaml", text("fraud", purpose="To find fraud.", accuracy=0.8))
    for words in (("fraud",), ("cards/fraud.yaml", "v1"), ("HEAD", "fraud")):
        assert run(*words)[1].count("cards/") == 1


def test_a_card_goes_before_a_branch_of_its_name(run: Any, world: GitWorld) -> None:
    """The branch is reached by its whole name."""
    world.git("branch", "churn")
    world.save("cards/fraud.yaml", text("fraud", purpose="Another."))
    assert run("churn")[1] == "No change in content.\n"
    assert "cards/fraud.yaml" in run("refs/heads/churn")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chur",), "Did you mean 'churn'?"),
        (("nothing",), "no card and no commit called 'nothing'"),
        (("v1..HEAD", "HEAD..v1"), "one range"),
        (("v1", "HEAD"), "Write A..B"),
    ],
)
def test_words_that_mean_nothing_are_refused(run: Any, words: tuple[str, ...], said: str) -> None:
    """With what was probably meant."""
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_card_that_comes_goes_or_changes_its_name(run: Any, world: GitWorld) -> None:
    """A renamed card is one card."""
    world.remove("cards/churn.yaml")
    world.write("cards/loyalty.yaml", text("loyalty"))
    world.write(
        "cards/fresh.yaml",
        "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata: {name: fresh}\nlifecycle: {status: draft}\nspec: {}\n",
    )
    out = run()[1]
    assert "cards/fresh.yaml:1:1: material card_added The card is new: draft, risk unknown." in out
    assert "cards/loyalty.yaml:4:9: material card_renamed The card 'churn' is called 'loyalty' now." in out
    assert out.endswith("2 material changes in 2 cards.\n")


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "github"])
def test_a_card_that_cannot_be_read_is_a_finding(run: Any, world: GitWorld, format_: str) -> None:
    """On either side; it is neither new nor gone, and the others are compared all the same."""
    world.save("cards/churn.yaml", "spec: [")
    world.write("cards/churn.yaml", text())
    world.write("cards/fraud.yaml", text("fraud", accuracy=0.1, purpose="To find fraud."))
    code, out, err = run("-f", format_)
    assert code == 1
    assert "MLG-D001" in (err if format_ == "text" else out)
    assert "In HEAD" in out + err
    assert "accuracy" in out
    assert "The card is new" not in out


@pytest.mark.parametrize(("fail_on", "expected"), [("material", 0), ("informative", 1), ("cosmetic", 1), ("never", 0)])
def test_what_fails(run: Any, world: GitWorld, fail_on: str, expected: int) -> None:
    """From the level named upwards."""
    world.write("mlgov.toml", '[diff.significance]\n"spec.intended_uses" = "informative"\n')
    world.commit()
    world.write("cards/churn.yaml", text(purpose="Something else."))
    assert run("--fail-on", fail_on)[0] == expected


def test_a_change_does_not_say_of_itself_what_matters(run: Any, world: GitWorld) -> None:
    """The table is that of the earlier commit."""
    world.write("mlgov.toml", '[diff.significance]\n"spec" = "cosmetic"\n')
    world.write("cards/churn.yaml", text(risk="low"))
    assert run("--fail-on", "material")[0] == 1
    world.commit()
    assert run("HEAD~1..HEAD", "--fail-on", "material")[0] == 1


def test_a_pattern_that_fits_nothing_stops_everything(run: Any, world: GitWorld) -> None:
    """It would protect nothing."""
    world.save("mlgov.toml", '[diff.significance]\n"spec.claim" = "cosmetic"\n')
    code, _, err = run()
    assert (code, "did you mean spec.claims" in err) == (2, True)


def test_json_is_for_programs(run: Any, world: GitWorld) -> None:
    """Kinds, fields, both values, the size and the direction of a metric."""
    world.write("cards/churn.yaml", text(accuracy=0.45))
    found = json.loads(run("-f", "json", "v1")[1])
    assert (found["format"], found["before"], found["after"]) == ("mlgov/card-diff/v1", "v1", None)
    assert found["summary"] == {"cards": 1, "material": 1, "informative": 0, "cosmetic": 0}
    change = found["cards"][0]["changes"][0]
    assert change["field"].endswith("metric_groups[quality].metric_data[accuracy].value")
    assert change["pointer_after"] == "/spec/evaluation_details/0/metric_groups/0/metric_data/0/value"
    assert {key: change[key] for key in ("kind", "before", "after", "direction", "absolute", "relative", "line")} == {
        "kind": "metric_worse",
        "before": 0.9,
        "after": 0.45,
        "direction": "worse",
        "absolute": -0.45,
        "relative": -0.5,
        "line": 16,
    }


HOSTILE = '"``` @team <img src=x> ::error:: \\n```\\n@all ## [x](http://x) \\x1b[31m"'


def test_markdown_of_a_document_stays_in_its_fence(run: Any, world: GitWorld) -> None:
    """Nobody is notified, nothing is linked, no fence is closed early."""
    world.write("cards/churn.yaml", text(purpose=HOSTILE).replace("\\x1b", "x"))
    out = run("-f", "markdown")[1]
    fences = [line for line in out.splitlines() if line.startswith("````")]
    assert fences == ["````diff", "````"]
    inside = out[out.index("````diff") : out.rindex("````")]
    assert "@team" in inside
    assert "@" not in out.replace(inside, "")
    assert "<" not in out.replace(inside, "")


def test_annotations_stand_in_the_later_file(run: Any, world: GitWorld) -> None:
    """A document cannot write a command of its own."""
    world.write("cards/churn.yaml", text(purpose=HOSTILE.replace("\\x1b", "x")))
    lines = run("-f", "github")[1].splitlines()
    assert lines[0].startswith("::warning file=cards/churn.yaml,line=9,col=23,title=material change::cards/churn.yaml")
    assert lines[1:] == ["1 material change in 1 card."]


def test_many_annotations_are_counted(run: Any, world: GitWorld) -> None:
    """GitHub shows ten and drops the rest without a word."""
    rows = "".join(f"            - {{name: m{i}, type: number, value: 1}}\n" for i in range(14))
    world.write("cards/churn.yaml", text() + rows)
    lines = run("-f", "github")[1].splitlines()
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert "4 more material changes without annotation" in lines[10]


def test_a_long_comment_is_cut(run: Any, world: GitWorld) -> None:
    """Forges refuse longer ones."""
    rows = "".join(f"            - {{name: {'m' * 200}{i}, type: number, value: 1}}\n" for i in range(400))
    world.write("cards/churn.yaml", text() + rows)
    out = run("-f", "markdown")[1]
    assert len(out) < 60_500
    assert "more changes not shown" in out


def test_a_terminal_gets_colours(run: Any, world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Worse is red, and a file keeps plain text."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    world.write("cards/churn.yaml", text(accuracy=0.8))
    assert "\x1b[31mMetric 'accuracy'" in run()[1]
    assert run("-o", "changes.txt")[1] == ""
    assert "\x1b" not in (world.root / "changes.txt").read_text()


def test_a_single_backtick_does_not_shorten_the_fence(run: Any, world: GitWorld) -> None:
    """Less than three backticks open no block."""
    world.write("cards/churn.yaml", text(purpose="Uses `x` once."))
    assert [line for line in run("-f", "markdown")[1].splitlines() if "``" in line] == ["```diff", "```"]
