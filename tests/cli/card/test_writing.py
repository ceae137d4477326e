"""``mlgov card new``, ``clone`` and ``edit`` on a real repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cards.templates import built_in
from mlgov.checks.layout import format_document
from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from mlgov.names import Kind
from tests.git_world import GitWorld, new_world

CARD = b"""\
# yaml-language-server: $schema=../schemas/modelcard.json
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  title: Churn
lifecycle:
  status: draft
  review_by: 2027-01-31
spec:
  model_overview:
    model_name: churn # as the platform calls it
  intended_uses:
    risk_rating: low # agreed in March
  evaluation_details:
    - name: holdout
      metric_groups:
        - name: Overall
          metric_data:
            - name: recall
              type: number
              value: 0.90 # on 500 rows
            - name: curve
              type: linear_graph
              value:
                - [0, 1]
  claims:
    - framework: eu-ai-act-annex-iv
      requirement: 2(g)
      statement: Met. # says who
"""
TEMPLATE = CARD.replace(b"name: churn\n  title", b"name: house\n  title").replace(b"draft", b"archived")


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a repository with one card."""
    made = new_world(tmp_path)
    made.write("mlgov.toml", "")
    made.write("cards/churn.yaml", CARD)
    return made


@pytest.fixture
def run(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov card``; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "card", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def card(world: GitWorld, name: str = "churn") -> bytes:
    """Read a card's file."""
    return (world.root / f"cards/{name}.yaml").read_bytes()


@pytest.mark.parametrize("template", built_in())
def test_a_new_card_of_every_template_is_a_tidy_draft(
    run: Any, world: GitWorld, template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It passes check, is in canonical form, and says what comes next."""
    code, out, err = run(
        "new", "fresh", "--template", template, "--owner", "@team", "--risk", "high", "--title", "A: b"
    )
    assert (code, out) == (0, "cards/fresh.yaml\n")
    assert "mlgov card todo fresh" in err
    data = card(world, "fresh")
    assert data.startswith(b"# yaml-language-server: $schema=../schemas/modelcard.json\n")
    assert b"# template:" not in data
    assert format_document(data, "x", Kind.MODEL_CARD) == data
    document, _ = load(data, "x")
    assert document is not None
    assert document.value["metadata"] == {"name": "fresh", "title": "A: b", "owners": ["@team"]}
    assert document.value["spec"]["intended_uses"]["risk_rating"] == "high"
    assert exit_code_of(["-C", str(world.root), "check", "cards/fresh.yaml"]) == 0
    capsys.readouterr()


def test_the_full_template_has_every_field_with_its_comment(run: Any, world: GitWorld) -> None:
    """What it says is taken from the schema."""
    run("new", "fresh", "--template", "full")
    text = card(world, "fresh").decode()
    assert "    # What the model does, in a few sentences.\n    model_description:\n" in text
    assert "#       type (required): number, string, boolean, linear_graph, bar_chart, matrix.\n" in text


def test_templates_of_the_repository_win(run: Any, world: GitWorld) -> None:
    """Their comments are kept, their status is not, and they are listed."""
    world.write("templates/cards/minimal.yaml", b"# template: As we do it.\n" + TEMPLATE)
    assert "minimal              As we do it.\n" in run("new", "--list-templates")[1]
    assert run("new", "fresh")[0] == 0
    data = card(world, "fresh")
    assert b"risk_rating: low # agreed in March" in data
    assert b"status: draft" in data
    assert b"review_by" not in data


def test_a_bad_template_is_reported_with_its_place(run: Any, world: GitWorld) -> None:
    """It goes through the front door and the schema like every document."""
    world.write("templates/cards/bad.yaml", TEMPLATE.replace(b"risk_rating", b"risk_ratng"))
    code, out, err = run("new", "fresh", "--template", "bad")
    assert (code, out) == (1, "")
    assert err.startswith("templates/cards/bad.yaml:14:5: error MLG-S003")


@pytest.mark.parametrize("name", ["A_b", "con", "../x", "-x"])
def test_a_bad_name_is_refused(run: Any, name: str) -> None:
    """The hint says what a good name is."""
    code, _, err = run("new", "--", name)
    assert code == 2
    assert "a-z, 0-9 and hyphens" in err


def test_nothing_is_overwritten(run: Any, world: GitWorld) -> None:
    """A card that is there stays, and so does its name."""
    assert run("new", "churn")[0] == 2
    assert run("clone", "churn", "churn")[0] == 2
    assert card(world) == CARD


def test_an_owner_that_is_no_handle_is_refused(run: Any, world: GitWorld) -> None:
    """The option is named, and nothing is written."""
    code, _, err = run("new", "fresh", "--owner", "team")
    assert code == 2
    assert "--owner 'team' is no handle" in err
    assert not (world.root / "cards/fresh.yaml").exists()


def test_a_clone_is_a_draft_without_what_judged_the_original(run: Any, world: GitWorld) -> None:
    """Comments stay with what stays."""
    assert run("clone", "churn", "churn-eu", "--title", "Churn EU")[:2] == (0, "cards/churn-eu.yaml\n")
    document, _ = load(card(world, "churn-eu"), "x")
    assert document is not None
    assert document.value["metadata"] == {"name": "churn-eu", "title": "Churn EU"}
    assert document.value["lifecycle"] == {"status": "draft"}
    assert document.value["spec"].keys() == {"model_overview", "intended_uses", "claims"}
    assert document.value["spec"]["model_overview"] == {}
    assert b"# agreed in March" in card(world, "churn-eu")


def test_a_clone_may_keep_evaluations(run: Any, world: GitWorld) -> None:
    """They are copied with their comments."""
    assert run("clone", "churn", "churn-eu", "--with-evaluations")[0] == 0
    assert b"value: 0.90 # on 500 rows" in card(world, "churn-eu")


def test_an_edit_changes_what_it_names(run: Any, world: GitWorld) -> None:
    """Every other byte stays; items are chosen by a text in them."""
    path = "spec.evaluation_details[name=holdout].metric_groups[0].metric_data[name=recall].value"
    assert run("edit", "churn", "--set", f"{path}=0.95")[:2] == (0, "cards/churn.yaml\n")
    assert card(world) == CARD.replace(b"value: 0.90 #", b"value: 0.95 #")


def test_values_are_numbers_lists_and_nothing(run: Any, world: GitWorld) -> None:
    """VALUE is read as YAML reads it; what has a colon or a comma is text."""
    sets = [
        "spec.model_overview.model_version=2",
        'spec.model_overview.model_artifact=["s3://a/b"]',
        "spec.model_overview.model_description=One: two, three",
        "spec.model_overview.model_name=null",
        'metadata.labels["a.b"]="7"',
    ]
    assert run("edit", "churn", *[word for text in sets for word in ("--set", text)])[0] == 0
    document, _ = load(card(world), "x")
    assert document is not None
    assert document.value["spec"]["model_overview"] == {
        "model_name": None,
        "model_version": 2,
        "model_artifact": ["s3://a/b"],
        "model_description": "One: two, three",
    }
    assert document.value["metadata"]["labels"] == {"a.b": "7"}


def test_a_tidy_card_stays_tidy(run: Any, world: GitWorld) -> None:
    """New keys go where the schema has them."""
    run("edit", "churn", "--set", "spec.business_details.business_problem=People leave.")
    data = card(world)
    assert format_document(data, "x", Kind.MODEL_CARD) == data
    assert data.index(b"business_details") < data.index(b"evaluation_details")


def test_unset_takes_away(run: Any, world: GitWorld) -> None:
    """What is not there cannot be taken away."""
    assert run("edit", "churn", "--unset", "lifecycle.review_by")[0] == 0
    assert card(world) == CARD.replace(b"  review_by: 2027-01-31\n", b"")
    code, _, err = run("edit", "churn", "--unset", "metadata.owners")
    assert code == 2
    assert "nothing at metadata.owners" in err


def test_metrics_are_added_and_changed(run: Any, world: GitWorld) -> None:
    """Evaluation and group are made when they are not there, and the command says so."""
    code, _, err = run(
        "edit", "churn", "--add-metric", "holdout/Overall/recall=0.8", "--add-metric", "holdout/Safety/leaks=0"
    )
    assert code == 0
    assert "another value of 'recall'" in err
    assert "a new group 'Safety'" in err
    document, _ = load(card(world), "x")
    assert document is not None
    groups = document.value["spec"]["evaluation_details"][0]["metric_groups"]
    assert groups[0]["metric_data"][0]["value"] == 0.8
    assert groups[1] == {"name": "Safety", "metric_data": [{"name": "leaks", "type": "number", "value": 0}]}
    assert b"# on 500 rows" in card(world)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "spec.intended_use.risk_rating=low"), "Did you mean 'intended_uses'?"),
        (("--set", "intended_uses.risk_rating=low"), "Did you mean 'spec.intended_uses'?"),
        (("--set", "spec.evaluation_details[name=holdaut].name=x"), "Did you mean 'holdout'?"),
        (("--set", "spec.intended_uses"), "is not PATH=VALUE"),
        (("--set", "spec.model_overview.model_version=007"), "leading zeros"),
        (("--set", "spec.model_overview.model_artifact=[a"), "is not YAML"),
        (("--set", 'spec.model_overview.model_name="a"\nkind: x'), "quotes"),
        (("--add-metric", "holdout/recall=1"), "EVALUATION/GROUP/METRIC=NUMBER"),
        (("--add-metric", "holdout/Overall/recall=good"), "not a number"),
        (("--add-metric", "holdout/Overall/curve=1"), "of type linear_graph"),
        ((), "Say what to change"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Any, world: GitWorld, arguments: tuple[str, ...], said: str) -> None:
    """The message says what is wrong, and nothing is written."""
    code, _, err = run("edit", "churn", *arguments)
    assert code == 2
    assert said in err
    assert card(world) == CARD


def test_an_edit_that_makes_the_card_invalid_is_refused(run: Any, world: GitWorld) -> None:
    """With the finding that check would give."""
    code, out, err = run("edit", "churn", "--set", "spec.intended_uses.risk_rating=lo")
    assert (code, out) == (1, "")
    assert "error MLG-S001" in err
    assert "Nothing was written." in err
    assert card(world) == CARD


def test_approved_content_goes_back_to_review(run: Any, world: GitWorld) -> None:
    """An approval binds to content; labels and titles are outside of it."""
    world.write("cards/churn.yaml", CARD.replace(b"draft", b"approved"))
    code, _, err = run("edit", "churn", "--set", "spec.intended_uses.risk_rating=high")
    assert code == 1
    assert "MLG-L004" in err
    assert "--set lifecycle.status=pending_review" in err
    assert run("edit", "churn", "--set", "metadata.title=Other")[0] == 0
    both = ("--set", "spec.intended_uses.risk_rating=high", "--set", "lifecycle.status=pending_review")
    assert run("edit", "churn", *both)[0] == 0


def test_a_dry_run_shows_and_writes_nothing(run: Any, world: GitWorld) -> None:
    """As a diff of the file."""
    code, out, _ = run("edit", "churn", "--set", "spec.intended_uses.risk_rating=high", "--dry-run")
    assert code == 0
    assert "-    risk_rating: low # agreed in March\n+    risk_rating: high # agreed in March\n" in out
    assert card(world) == CARD


def test_an_edit_as_json(run: Any, world: GitWorld) -> None:
    """Planned, done, and then nothing to do; standard output holds nothing else."""
    arguments = ("edit", "churn", "--set", "metadata.title=Leavers", "-f", "json")
    planned = json.loads(run(*arguments, "--dry-run")[1])
    assert (planned["format"], planned["command"], planned["card"]) == ("mlgov/card-deed/v1", "edit", "churn")
    assert planned["result"] == "planned"
    assert "+  title: Leavers" in planned["difference"]
    assert card(world) == CARD
    done, again = (json.loads(run(*arguments)[1]) for _ in range(2))
    assert (done["result"], done["files"]) == ("done", [{"path": "cards/churn.yaml", "deed": "change"}])
    assert (again["result"], again["files"]) == ("unchanged", [])
    assert b"title: Leavers" in card(world)


def test_an_edit_that_is_refused_prints_no_json(run: Any) -> None:
    """What is wrong stands on standard error, as for every command."""
    code, out, err = run("edit", "churn", "--set", "spec.intended_uses.risk_rating=none", "-f", "json")
    assert (code, out, "MLG-S001" in err) == (1, "", True)


@pytest.mark.parametrize(
    ("arguments", "line", "comment"),
    [
        (("--set", "spec.evaluation_details=[]"), 22, "# on 500 rows"),
        (("--unset", "spec.intended_uses"), 14, "# agreed in March"),
    ],
)
def test_comments_go_only_when_people_agree(
    world: GitWorld, run: Any, arguments: tuple[str, ...], line: int, comment: str
) -> None:
    """The refusal says which would go; --dry-run shows it anyway."""
    code, _, err = run("edit", "churn", *arguments)
    assert (code, (world.root / "cards/churn.yaml").read_bytes()) == (2, CARD)
    assert f"cards/churn.yaml:{line}: {comment}" in err
    assert "--drop-comments" in err
    assert run("edit", "churn", *arguments, "--dry-run")[0] == 0
    assert run("edit", "churn", *arguments, "--drop-comments")[0] == 0
    assert comment not in (world.root / "cards/churn.yaml").read_text()


@pytest.mark.parametrize("value", ["…", "...", "[…]", '{"statement": "…"}'])
def test_dots_are_nobodys_words(run: Any, world: GitWorld, value: str) -> None:
    """They stand in our own examples."""
    code, _, err = run("edit", "churn", "--set", f"spec.business_details.business_problem={value}")
    assert (code, (world.root / "cards/churn.yaml").read_bytes()) == (2, CARD)
    assert "your own words" in err
