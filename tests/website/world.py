"""A small governance repository in a real git repository, with a ledger that holds executions."""

from datetime import timedelta
from pathlib import Path

from mlgov.adapters.git_ledger import GitLedger
from mlgov.monitors.records import render
from mlgov.names import LEDGER_BRANCH
from tests.git_world import GitWorld, new_world
from tests.website import documents as d


def new_site_world(root: Path) -> GitWorld:
    """Build it: five models (one in alert, one that cannot be read), one monitored model without a card, two roles."""
    world = new_world(root)
    world.write("mlgov.toml", d.SETTINGS)
    world.write("mkdocs.yml", d.MKDOCS)
    world.write("docs/index.md", "# About us\n\nWe govern models.\n")
    _churn(world)
    _others(world)
    _executions(world)
    return world


def _churn(world: GitWorld) -> None:
    about = {"title": "Customer churn", "owners": ["@model-owners"], "labels": {"domain": "retention"}}
    for day, status in enumerate(("draft", "pending_review", "approved")):
        world.at += timedelta(days=day)
        card = d.card("churn", d.MAXIMAL, status=status, review_by="2026-12-31", **about)
        world.save("cards/churn.yaml", d.yaml_of(card), f"Churn is {status}")
    changed = {**d.MAXIMAL, "business_details": {**d.BUSINESS, "line_of_business": "Consumer and small business"}}
    card = d.card("churn", changed, status="approved", review_by="2026-12-31", **about)
    world.save("cards/churn.yaml", d.yaml_of(card), "Say where churn is used")


def _others(world: GitWorld) -> None:
    low = {"intended_uses": {"risk_rating": "low"}}
    medium = {"intended_uses": {"risk_rating": "medium"}}
    fraud = d.card("fraud", medium, status="pending_review", title="Card fraud", owners=["@risk"])
    world.write("cards/fraud.yaml", d.yaml_of(fraud))
    world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing")))
    old = d.card("legacy", low, status="archived", title="Old scorecard", owners=["@risk"])
    world.write("cards/legacy.yaml", d.yaml_of(old))
    world.write("cards/broken.yaml", d.yaml_of(d.card("broken") | {"spec": {"model_overvew": {}}}))
    endpoint = {"name": "churn-production", "kind": "endpoint", "status": "in_service", "created": "2026-01-15"}
    job = {"name": "churn-nightly", "kind": "batch_transform_job", "status": "completed", "last_run": "2026-03-09"}
    off = d.monitor("bias", monitoring_type="model_bias", enabled=False)
    watched = d.monitor_set("churn", d.monitor(), off, deployments=[endpoint, job])
    world.write("monitors/churn.yaml", d.yaml_of(watched))
    world.write("monitors/fraud.yaml", d.yaml_of(d.monitor_set("fraud", d.monitor())))
    world.write("monitors/ghost.yaml", d.yaml_of(d.monitor_set("ghost", d.monitor())))
    world.write("roles/data-scientist.yaml", d.yaml_of(d.role_document()))
    incomplete = d.document("Role", "incomplete", {"persona": "data_scientist"}, title="Incomplete role")
    world.write("roles/incomplete.yaml", d.yaml_of(incomplete))
    world.commit("Add the others")


def _executions(world: GitWorld) -> None:
    ledger = GitLedger(world.root, branch=LEDGER_BRANCH)
    found = [d.execution(day, violated=day >= 5) for day in range(8)]
    records = {execution.path: render(execution) for execution in found}
    ledger.append(records, message="Executions", at=d.NOW)
