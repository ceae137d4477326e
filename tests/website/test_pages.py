"""What the generated pages say."""

import json
import re
from pathlib import Path

import pytest

from mlgov.lifecycle import json_digest
from mlgov.roles import RoleDocument, render, to_iam_json
from mlgov.settings import Settings
from mlgov.website.pages import dashboard
from mlgov.website.render import render_pages
from tests.website import documents as d
from tests.website.dom import Dom, read_page
from tests.website.values import alarming, maximal, page, site

GOLDEN = Path(__file__).parent.parent / "golden" / "website"
CHURN = "cards/churn.md"
PORTFOLIO = [f"portfolio/{name}.md" for name in ("gaps", "alerts", "audit", "frameworks", "statistics")]


def text_of(dom: Dom) -> str:
    """Give the text of a page on one line."""
    return " ".join(" ".join(dom.texts).split())


@pytest.mark.parametrize(
    "path", ["index.md", "cards/churn.md", "roles/index.md", "roles/data-scientist.md", *PORTFOLIO]
)
def test_pages_are_as_they_were(path: str) -> None:
    """Golden files of every kind of page; look at the difference before you renew them."""
    found = page(site(*maximal(), executions=alarming()), path)
    assert found.markdown == (GOLDEN / path.replace("/", "-")).read_text(encoding="utf-8")


def test_the_same_values_give_the_same_bytes() -> None:
    """Twice from the beginning."""
    once, again = (render_pages(site(*maximal(), executions=alarming())) for _ in range(2))
    assert once == again


def test_every_text_of_a_card_is_on_its_page() -> None:
    """Nothing that an author wrote is left out."""
    card = maximal()[0]
    shown = text_of(read_page(page(site(*maximal()), "cards/churn.md").markdown))
    for text in _texts(card["spec"]):
        assert " ".join(text.split()) in shown or text in ("maximize", "high") or text in _TYPES, text
    assert "Problem type Binary classification" in shown


_TYPES = {"number", "string", "boolean", "linear_graph", "bar_chart", "matrix", d.DIGEST, "12ab" * 10}
_TYPES |= {"at_least", "training", "test", "binary_classification"}


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_a_model_package_has_a_section_of_its_own() -> None:
    """With everything that the registry says."""
    shown = text_of(read_page(page(site(d.card("churn", {"model_package_details": d.PACKAGE})), CHURN).markdown))
    assert "Model package" in shown
    for text in _texts(d.PACKAGE):
        assert text in shown or text in ("completed", "pending_manual_approval"), text
    assert "Pending manual approval" in shown


def test_verdicts_are_worked_out_on_the_page_with_all_digits() -> None:
    """A value just below the limit is seen to be below."""
    shown = text_of(read_page(page(site(*maximal()), CHURN).markdown))
    assert "better than the old scorecard The scorecard has 0.88. Met at least 0.9 0.91234567" in shown
    assert "as good as promised Not met at least 0.91234568 0.91234567" in shown
    assert "fair Cannot tell at least 0.8 Held-out customers / disparate impact" in shown
    assert "'Held-out customers' has no metric 'disparate impact'." in shown


def test_the_dashboard_says_who_drifts_and_since_when() -> None:
    """In the counts, in the reasons and in the row."""
    dom = read_page(page(site(*maximal(), executions=alarming()), "index.md").markdown)
    shown = text_of(dom)
    assert "1 in alert" in shown
    assert "Data quality (data-quality): in alert since 2026-03-09 00:00 UTC" in shown
    assert "cards/churn/" in dom.values("href")
    assert "mg-hot" in dom.values("class")


def test_the_card_says_what_the_last_execution_found() -> None:
    """Violations in words, with the rule and where it stands now."""
    shown = text_of(read_page(page(site(*maximal(), executions=alarming()), "cards/churn.md").markdown))
    assert "tenure moved: the Kolmogorov-Smirnov distance is 0.31 and may be 0.12." in shown
    assert "when 2 of the last 3 windows have violations; now 3 of 3" in shown
    assert "Completed with violations 1,000 rows" in shown


def test_an_alert_shows_its_violations_although_the_last_window_had_no_data() -> None:
    """And says which window they are of, in the sentence and below the last window."""
    executions = [*(d.execution(day, violated=day >= 5) for day in range(7)), d.unjudged(7)]
    shown = text_of(read_page(page(site(*maximal(), executions=executions), CHURN).markdown))
    assert "1 violation in the window until 2026-03-09 00:00 UTC; the last window: no data." in shown
    assert "Last window with violations 2026-03-08 00:00 UTC to 2026-03-09 00:00 UTC" in shown
    assert "the Kolmogorov-Smirnov distance is 0.31" in shown


def test_violations_are_shown_once_when_the_last_window_has_them() -> None:
    """There is no second block then."""
    shown = text_of(read_page(page(site(*maximal(), executions=alarming()), CHURN).markdown))
    assert "Last window with violations" not in shown
    assert "1 violation in the last window." in shown


def test_a_monitor_near_an_alert_says_so() -> None:
    """In the cell and on the card, in words and with a mark."""
    values = site(*maximal(), executions=[d.execution(day, violated=day == 7) for day in range(8)])
    for path in ("index.md", CHURN):
        dom = read_page(page(values, path).markdown)
        assert "OK 1 of 2 bad windows to an alert" in text_of(dom)
        assert "mg-near" in dom.values("class")


def test_windows_have_dates_and_a_legend_and_the_schedule_is_said() -> None:
    """So that the bars mean something to somebody who has not seen them before."""
    executions = [*alarming()[:-1], d.unjudged(7)]
    shown = text_of(read_page(page(site(*maximal(), executions=executions), CHURN).markdown))
    assert "Ended 2026-03-03 00:00 UTC to 2026-03-10 00:00 UTC , oldest first:" in shown
    assert "5 completed 2 completed with violations 1 no data" in shown
    assert "Every day at 00:00 UTC cron(0 0 ? * * *)" in shown


def test_long_heads_of_monitors_are_short_and_explained() -> None:
    """The table has to fit on a small screen."""
    dom = read_page(page(site(*maximal()), "index.md").markdown)
    assert dom.values("title")[:2] == ["Bias drift", "Feature attribution drift"]


def test_the_edit_button_leads_to_the_yaml() -> None:
    """Of the card and of the role."""
    values = site(*maximal())
    start = "https://forge.example/team/models/edit/main"
    assert f"{start}/cards/churn.yaml" in read_page(page(values, "cards/churn.md").markdown).values("href")
    role = read_page(page(values, "roles/data-scientist.md").markdown)
    assert f"{start}/roles/data-scientist.yaml" in role.values("href")


def test_a_repository_without_an_address_has_no_edit_button() -> None:
    """And still every page."""
    found = page(site(*maximal(), settings=Settings()), "cards/churn.md")
    assert "Edit this card" not in found.markdown


def test_a_draft_is_told_what_is_missing() -> None:
    """Every empty section says how to fill it, and the monitors how to begin."""
    shown = text_of(read_page(page(site(d.card("pricing")), "cards/pricing.md").markdown))
    assert shown.count("Nothing here yet.") == 6
    assert "No evaluation yet." in shown
    assert "No criteria yet." in shown
    assert "Model package" not in shown
    assert "Claims" not in shown
    assert "mlgov monitor baseline pricing" in shown


def test_a_card_that_cannot_be_read_has_a_row_and_a_page() -> None:
    """The dashboard names the file and the place; the build goes on."""
    values = site(d.card("broken", {"model_overvew": {}}), d.card("fine"))
    assert [found.path for found in render_pages(values)] == [
        "cards/broken.md",
        "cards/fine.md",
        "index.md",
        "portfolio/alerts.md",
        "portfolio/audit.md",
        "portfolio/compare.md",
        "portfolio/frameworks.md",
        "portfolio/gaps.md",
        "portfolio/statistics.md",
        "reference/rules.md",
        "roles/index.md",
    ]
    dom = read_page(page(values, "index.md").markdown)
    assert "Cannot be read" in text_of(dom)
    assert "model_overvew" in text_of(dom)
    assert dom.values("href").count("cards/broken/") == 2


@pytest.mark.parametrize("kind", ["card", "role"])
def test_the_page_of_a_document_that_cannot_be_read_says_all_that_is_wrong(kind: str) -> None:
    """Every finding with its place and what to do, at the address that the document has when it can be read."""
    known = {"card": d.card("broken"), "role": d.document("Role", "broken", {"persona": "data_scientist"})}
    values = site(known[kind] | {"first": 1, "second": 2})
    shown = text_of(read_page(page(values, f"{kind}s/broken.md").markdown))
    findings = values.collected.tree.findings
    assert f"This {kind} cannot be read" in shown
    assert len(findings) == 2
    for finding in findings:
        assert f"{finding.location} {finding.rule.code} {finding.message} What to do: {finding.fix}" in shown


def test_monitors_go_on_while_the_card_cannot_be_read() -> None:
    """An alert is not hidden behind a mistake in the card."""
    documents = maximal()
    shown = text_of(read_page(page(site(documents[0] | {"x": 1}, documents[1], executions=alarming()), CHURN).markdown))
    assert "in alert since 2026-03-09" in shown
    assert "the Kolmogorov-Smirnov distance is 0.31" in shown


@pytest.mark.parametrize("path", ["cards/README.md", "cards/sub/churn.yaml", "cards/Not A Name.yaml"])
def test_a_file_that_is_no_document_of_ours_gets_no_page(path: str) -> None:
    """It has no usual address; its row leads to the file."""
    values = site(files={path: b"x"})
    assert [found.path for found in render_pages(values) if found.path.startswith("cards/")] == []
    dom = read_page(page(values, "index.md").markdown)
    assert f"Cannot be read {path}" in text_of(dom)
    assert "no card describes it" not in text_of(dom)


def test_an_empty_repository_teaches_the_first_step() -> None:
    """No table of nothing."""
    values = site()
    assert "No models yet" in page(values, "index.md").markdown
    assert "No roles yet" in page(values, "roles/index.md").markdown


def test_a_role_says_in_words_what_it_permits_and_shows_the_same_json_as_the_command() -> None:
    """Byte for byte."""
    documents = maximal()
    dom = read_page(page(site(*documents), "roles/data-scientist.md").markdown)
    rendered = to_iam_json(render(RoleDocument.model_validate(documents[2])))
    assert rendered.rstrip("\n") in dom.text
    assert "Read, write and delete objects in the named buckets." in dom.text


def test_a_role_that_cannot_be_rendered_says_why() -> None:
    """On its page and in the list; no JSON that is not true."""
    values = site(d.document("Role", "half", {"persona": "data_scientist"}))
    shown = text_of(read_page(page(values, "roles/half.md").markdown))
    assert "The role half cannot be rendered" in shown
    assert "There is none until the role can be rendered." in shown
    assert "Cannot be rendered" in page(values, "roles/index.md").markdown


def test_a_role_that_cannot_be_read_is_named_in_the_list() -> None:
    """Like a card; the list leads to its page."""
    values = site(files={"roles/bad.yaml": b"kind: Role\n"})
    dom = read_page(page(values, "roles/index.md").markdown)
    assert "roles/bad.yaml:1:1" in text_of(dom)
    assert "bad/" in dom.values("href")


def test_hand_written_text_stands_below_the_dashboard() -> None:
    """Its title steps down, because the dashboard has the page's."""
    home = b"---\ntitle: x\n---\n\n# About us\n\nHello *there*.\n"
    found = page(site(d.card("fine"), files={"docs/index.md": home}), "index.md")
    assert found.markdown.endswith("\n## About us\n\nHello *there*.\n")
    assert found.edit_path == "docs/index.md"


def test_pages_of_documents_stay_out_of_the_navigation() -> None:
    """Every page would repeat it."""
    in_nav = {found.path for found in render_pages(site(*maximal())) if found.in_nav}
    names = ("alerts", "audit", "compare", "frameworks", "gaps", "statistics")
    about_all = {f"portfolio/{name}.md" for name in names}
    assert in_nav == {"index.md", "reference/access.md", "reference/rules.md", "roles/index.md"} | about_all


def test_a_thousand_models_are_all_in_reach_and_no_page_is_large() -> None:
    """The home page has the first rows; pages by name have all of them, and so has the file for the script."""
    cards = []
    for place in range(1000):
        spec = {"intended_uses": {"risk_rating": "high"}}
        about = {"title": f"Model number {place} of the region north", "owners": ["@model-owners"]}
        cards += [
            d.card(f"model-{place}", spec, status="approved", review_by="2026-12-31", **about),
            d.monitor_set(f"model-{place}", d.monitor(), deployments=[_ENDPOINT | {"name": f"model-{place}-live"}]),
        ]
    values = site(*cards)
    home, *by_name = dashboard.pages(values)
    assert home.markdown.count("<tr") == 101
    assert 'href="models/page-1/"' in home.markdown
    names = [
        head for found in by_name for head in re.findall(r">(Model number \d+) of", found.markdown.split("<tbody>")[1])
    ]
    assert names == sorted(f"Model number {place}" for place in range(1000))
    assert all(len(found.markdown.encode()) < 1_000_000 for found in (home, *by_name))
    rows = json.loads(dict(dashboard.files(values))[dashboard.DATA])["models"]
    assert sorted(row[1] for row in rows) == sorted(f"model-{place}" for place in range(1000))


_ENDPOINT = {"kind": "endpoint", "status": "in_service"}


def test_without_rules_a_card_shows_its_declared_status_alone() -> None:
    """There is no section about approvals then."""
    shown = text_of(read_page(page(site(*maximal()), CHURN).markdown))
    assert "Approval " not in shown
    assert "Unattested" not in shown


IMPORTED = [
    {
        "field": "model_overview.model_id",
        "source": "mlflow:runs/4f1c0a at https://mlflow.example.org",
        "run": "4f1c0a",
        "digest": json_digest("arn:aws:sagemaker:eu-west-1:111122223333:model/churn"),
        "at": "2026-02-20T06:00:00Z",
    },
    {
        "field": "model_overview.model_name",
        "source": "sagemaker:model/churn",
        "digest": json_digest("churn-2"),
        "at": "2026-02-20T06:00:00Z",
    },
    {
        "field": "business_details.business_problem",
        "source": "sagemaker:model/churn",
        "digest": d.DIGEST,
        "at": "2026-02-20T06:00:00Z",
    },
]


def test_imported_values_say_where_they_come_from_and_what_became_of_them() -> None:
    """So that a reader knows what people wrote and what a tracking server said."""
    spec = {"model_overview": d.OVERVIEW, "imported": IMPORTED}
    shown = text_of(read_page(page(site(d.card("churn", spec)), CHURN).markdown))
    source = "mlflow:runs/4f1c0a at https://mlflow.example.org"
    assert f"model_overview.model_id {source} 4f1c0a 2026-02-20 06:00 UTC As imported" in shown
    assert "model_overview.model_name sagemaker:model/churn 2026-02-20 06:00 UTC Edited since" in shown
    assert "business_details.business_problem sagemaker:model/churn 2026-02-20 06:00 UTC Removed since" in shown


def test_a_card_without_imported_values_has_no_such_section() -> None:
    """Nothing about nothing."""
    assert "Imported values" not in page(site(*maximal()), CHURN).markdown


def test_a_claim_names_its_framework_as_people_do() -> None:
    """The id stands below; a framework that is not in force has no other name."""
    claims = [{"framework": name, "requirement": "1", "statement": "Yes."} for name in ("nist-ai-rmf", "own-rules")]
    said = text_of(read_page(page(site(d.card("churn", {"claims": claims})), "cards/churn.md").markdown))
    assert "NIST AI Risk Management Framework nist-ai-rmf 1 Yes. own-rules 1 Yes." in said
