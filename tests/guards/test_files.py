"""Generated guards as files."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from mlgov.errors import UsageError
from mlgov.guards.codeowners import PLACES
from mlgov.guards.declared import ACTIONS_APP, Declared
from mlgov.guards.files import FORMS, guard_files
from mlgov.guards.labels import LABELS
from mlgov.guards.rulesets import ledger_ruleset, main_ruleset
from mlgov.monitors import issue_actions

TOP = Path(__file__).parents[2]
DECLARED = Declared(handles={"admin": ("@o/admins",)})
RULESETS = {"main": main_ruleset(DECLARED), "ledger": ledger_ruleset(Declared(ledger_branch="records"))}


def types(name: str) -> set[str]:
    return {rule["type"] for rule in RULESETS[name]["rules"]}


def parameters(kind: str) -> dict[str, object]:
    (found,) = [rule["parameters"] for rule in RULESETS["main"]["rules"] if rule["type"] == kind]
    return dict(found)


def test_the_main_branch_is_protected() -> None:
    """By review and checks; its history can neither be rewritten nor deleted, by nobody."""
    assert types("main") == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert RULESETS["main"]["bypass_actors"] == []
    assert RULESETS["main"]["conditions"]["ref_name"]["include"] == ["~DEFAULT_BRANCH"]
    review = parameters("pull_request")
    assert review["required_approving_review_count"] == 1
    assert all(review[key] for key in ("dismiss_stale_reviews_on_push", "require_code_owner_review"))
    checks = parameters("required_status_checks")["required_status_checks"]
    assert checks == [{"context": c, "integration_id": ACTIONS_APP} for c in ("mlgov / check", "mlgov/gate")]


def test_the_ledger_only_grows() -> None:
    """Workflows push to it, so it needs no pull request."""
    assert types("ledger") == {"deletion", "non_fast_forward"}
    assert RULESETS["ledger"]["conditions"]["ref_name"]["include"] == ["refs/heads/records"]


def test_another_server_s_app_is_not_guessed() -> None:
    """Its id is another one there."""
    rules = main_ruleset(Declared(check_source=None))["rules"]
    assert "integration_id" not in json.dumps(rules)


@pytest.mark.node
@pytest.mark.parametrize("name", RULESETS)
def test_github_would_take_the_rulesets(name: str) -> None:
    """As the body of a request for a new ruleset, by GitHub's own description; a misspelt type would be seen."""
    from tests.fakes.github_description import description

    path = "/repos/octo-org/models/rulesets"
    body = json.dumps(RULESETS[name]).encode()
    assert description().request_problems("POST", path, {}, body) == []
    assert description().request_problems("POST", path, {}, body.replace(b'"deletion"', b'"deletoin"')) != []


def test_every_label_is_one_that_github_takes() -> None:
    """Six hexadecimal digits, and no more than a hundred characters of words."""
    for label in LABELS:
        assert re.fullmatch(r"[0-9a-f]{6}", label.color)
        assert 0 < len(label.description) <= 100
    assert len({label.name for label in LABELS}) == len(LABELS)
    assert issue_actions.LABEL in {label.name for label in LABELS}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sets_a_label_that_is_declared(name: str) -> None:
    """GitHub drops a label that it does not know."""
    form = yaml.safe_load(guard_files(DECLARED, {})[f".github/ISSUE_TEMPLATE/mlgov-{name}.yml"])
    assert form["labels"]
    assert set(form["labels"]) <= {label.name for label in LABELS}


def test_the_forms_fit_github_s_schema(tmp_path: Path) -> None:
    """check-jsonschema with the schema that it brings along."""
    written = {path: data for path, data in guard_files(DECLARED, {}).items() if "ISSUE_TEMPLATE" in path}
    for path, data in written.items():
        (tmp_path / Path(path).name).write_bytes(data)
    command = [TOP / ".venv/bin/check-jsonschema", "--builtin-schema", "vendor.github-issue-forms"]
    checked = subprocess.run([*command, *tmp_path.iterdir()], capture_output=True, text=True, check=False)
    assert len(written) == 4
    assert checked.returncode == 0, checked.stdout


def test_every_form_of_the_package_is_written() -> None:
    """A form that is not in the table would be forgotten."""
    assert {path.stem for path in (TOP / "mlgov/guards/forms").glob("*.yml")} == set(FORMS)


def test_the_block_goes_where_github_reads_it() -> None:
    """A new .github/CODEOWNERS would hide the one that is there."""
    for place in PLACES:
        files = guard_files(DECLARED, {place: b"* @everybody\n"})
        assert [path for path in files if path.endswith("CODEOWNERS")] == [place]
        assert files[place].startswith(b"* @everybody\n")
    both = {"docs/CODEOWNERS": b"a", "CODEOWNERS": b"b"}
    assert guard_files(DECLARED, both)["CODEOWNERS"].startswith(b"b\n")


def test_two_runs_give_the_same() -> None:
    """Byte by byte, and what was written is up to date."""
    first = guard_files(DECLARED, {})
    assert guard_files(DECLARED, {PLACES[0]: first[PLACES[0]]}) == first


def test_codeowners_must_be_text() -> None:
    """Bytes of another encoding would be broken by writing."""
    with pytest.raises(UsageError, match="UTF-8"):
        guard_files(DECLARED, {PLACES[0]: b"\xff"})
