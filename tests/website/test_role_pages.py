"""What the page of a role says: who may assume it, what it may do to what, its tests, and what changed last."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlgov.adapters.git_ledger import GitLedger
from mlgov.adapters.git_repository import GitRepository
from mlgov.dashboard import collect
from mlgov.names import LEDGER_BRANCH
from mlgov.roles import RoleDocument, render, to_iam_json
from mlgov.settings import load
from mlgov.website.pages import role_views
from mlgov.website.render import render_files
from mlgov.website.values import SiteValues, values_from
from tests.approvals.world import SETTINGS, World, new_repository
from tests.website import documents as d
from tests.website.dom import Dom, read_page
from tests.website.values import page, site

PATH, PAGE = "roles/reader.yaml", "roles/reader.md"
BUCKET = "arn:aws:s3:::churn-data"
ALLOWED = {"expect": "allow", "description": "It reads.", "actions": ["s3:GetObject"], "resources": [f"{BUCKET}/a.csv"]}
REFUSED = {"expect": "deny", "actions": ["iam:*"]}


def role(*activities: str, status: str = "draft", tests: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Make a role that reads buckets."""
    spec: dict[str, Any] = {"persona": "custom", "account": "111122223333"}
    spec |= {"activities": [{"id": each} for each in activities or ("read_s3_buckets",)]}
    spec |= {"parameters": {"s3_buckets": ["churn-data"]}} | ({"tests": tests} if tests else {})
    return d.document("Role", "reader", spec, status=status)


def text_of(dom: Dom) -> str:
    """Give the text of a page on one line."""
    return " ".join(" ".join(dom.texts).split())


def read(*documents: dict[str, Any]) -> Dom:
    """Read the page of the role."""
    return read_page(page(site(*documents), PAGE).markdown)


def test_each_test_says_what_it_asks_and_how_it_comes_out() -> None:
    """Those that pass, and why the others do not."""
    failing = ALLOWED | {"actions": ["s3:PutObject"], "description": "It writes, too."}
    text = text_of(read(role(tests=[ALLOWED, REFUSED, failing])))
    assert f"Passes May s3:GetObject It reads. on {BUCKET}/a.csv" in text
    assert "Passes Must not iam:*" in text
    assert f"Fails May s3:PutObject It writes, too. on {BUCKET}/a.csv s3:PutObject on {BUCKET}/a.csv is denied" in text
    assert "3 tests, 1 failing" in text


def test_a_context_and_a_principal_are_shown() -> None:
    """A test of the trust policy is told by who asks and what the request says."""
    asked = {"expect": "allow", "actions": ["sts:AssumeRole"], "principal": "sagemaker.amazonaws.com"}
    text = text_of(read(role(tests=[asked | {"context": {"aws:SourceAccount": "111122223333"}}])))
    assert "Passes May sts:AssumeRole asked by sagemaker.amazonaws.com" in text
    assert "where aws:SourceAccount = 111122223333" in text


def test_a_role_without_tests_is_told_how_to_get_them() -> None:
    """An empty state teaches the next step."""
    assert "None yet. Say below spec.tests" in text_of(read(role()))


def test_who_may_assume_it_and_on_which_condition() -> None:
    """The trust policy in words."""
    text = text_of(read(role()))
    assert "sagemaker.amazonaws.com Service sts:AssumeRole aws:SourceAccount: StringEquals 111122223333" in text


def test_what_it_may_do_leads_to_the_statement_that_decides() -> None:
    """On the same page; a draft is asked as if it was approved, and the page says so."""
    for status, is_asked in (("approved", True), ("draft", False)):
        dom = read(role(status=status), d.card("churn"))
        links = {href for href in dom.values("href") if href.startswith("#statement-")}
        assert links
        assert {link[1:] for link in links} <= set(dom.values("id"))
        assert "read data in buckets churn-data" in text_of(dom)
        assert ("It is draft. So it is not in the table of all roles" in text_of(dom)) is not is_asked


def test_many_things_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line names the first ones, and says when it is all of them."""
    monkeypatch.setattr(role_views, "NAMED", 2)
    cards = [d.card(name) for name in ("a", "b", "c")]
    text = text_of(read(role("read_model_cards", status="approved"), *cards))
    assert "read model cards all 3 : a , b and 1 more" in text


def test_what_reviewers_look_at_first_is_marked() -> None:
    """A statement about everything, as in the comment of the gate."""
    text = text_of(read(role("manage_jobs")))
    assert "Cannot be rendered" in text
    spec = {"persona": "custom", "account": "111122223333", "activities": [{"id": "manage_models"}]}
    spec |= {"parameters": {"roles_to_pass": ["arn:aws:iam::111122223333:role/SageMaker-compute"]}}
    dom = read(d.document("Role", "reader", spec))
    marked = [attrs for tag, attrs in dom.elements if attrs.get("class") == "mg-badge mg-warn"]
    assert len(marked) == 2
    assert "Wildcard" in text_of(dom)
    assert "Passes roles" in text_of(dom)


def test_the_download_has_the_same_bytes_as_the_command() -> None:
    """And the page links to it."""
    values = site(role())
    typed = RoleDocument.model_validate(role())
    assert render_files(values)["downloads/roles/reader.json"] == to_iam_json(render(typed))
    links = [attrs for tag, attrs in read_page(page(values, PAGE).markdown).elements if "download" in attrs]
    assert {link["href"] for link in links} == {"../../downloads/roles/reader.json"}
    assert {link["download"] for link in links} == {"reader.json"}


def values_of(world: World) -> SiteValues:
    """Read a repository as the site does."""
    found = collect(GitRepository(world.git.root), GitLedger(world.git.root, branch=LEDGER_BRANCH))
    return values_from(found, load(SETTINGS.encode()), world.git.at)


def change_of(world: World) -> str:
    """Give what the page says of the last change."""
    text = text_of(read_page(page(values_of(world), PAGE).markdown))
    return text.partition("What changed last")[2].partition("Who may assume it")[0]


def test_the_last_change_is_told_in_words(tmp_path: Path) -> None:
    """With its commit and pull request, and what it does to access; who approved it when that is proven."""
    world = new_repository(tmp_path)
    first = world.save(PATH, json.dumps(role(status="pending_review")))
    assert f"{first[:12]}" in change_of(world)
    assert "There was no role before, so everything that it permits is new." in change_of(world)
    world.git.write(PATH, json.dumps(role("access_s3_buckets", status="pending_review")))
    second = world.commit("Let it write (#41)")
    said = change_of(world)
    assert f"{second[:12]} pull request 41" in said
    assert "Nothing proves an approval of this content" in said
    assert f"Widened s3:PutObject on {BUCKET}/*" in said


def test_an_approval_of_the_last_change_names_who_gave_it(tmp_path: Path) -> None:
    """The step to approved changes no content, so the change is still the one before."""
    world = new_repository(tmp_path)
    changed = world.save(PATH, yaml.safe_dump(role(status="pending_review")))
    world.approve(PATH)
    said = change_of(world)
    assert changed[:12] in said
    assert "Approved by first-validator" in said


def test_a_version_that_cannot_be_rendered_is_said(tmp_path: Path) -> None:
    """And the page is there all the same."""
    world = new_repository(tmp_path)
    world.save(PATH, json.dumps(role("nobody_knows_it")))
    world.save(PATH, json.dumps(role()))
    assert "What it did to access cannot be told: " in change_of(world)


def test_trials_name_policies_whose_text_is_not_known() -> None:
    """A test that was decided without them proves less."""
    document = role(tests=[ALLOWED])
    document["spec"]["managed_policy_arns"] = ["arn:aws:iam::111122223333:policy/unknown"]
    said = "Decided without policies whose text is not known here: arn:aws:iam::111122223333:policy/unknown."
    assert said in text_of(read(document))
