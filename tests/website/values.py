"""Site values for the tests of pages, made without git."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mlgov.checks.tree import read_tree
from mlgov.dashboard import Collected
from mlgov.lifecycle import Revision, revisions
from mlgov.monitors import Execution
from mlgov.monitors.records import render
from mlgov.names import FOLDERS
from mlgov.ports import REGULAR_FILE, Commit, File, FileChange
from mlgov.settings import Settings, load
from mlgov.website.render import render_pages
from mlgov.website.values import HOME_FILE, Page, SiteValues, values_from
from tests.website import documents as d

SETTINGS: Settings = load(d.SETTINGS.encode())
FOLDER_OF = {kind.value: folder for folder, kind in FOLDERS.items()}


def site(
    *documents: dict[str, Any],
    executions: Sequence[Execution] = (),
    files: Mapping[str, bytes] | None = None,
    author: str = "Author",
    subject: str = "Change",
    settings: Settings = SETTINGS,
    now: datetime = d.NOW,
    directory_urls: bool = True,
) -> SiteValues:
    """Make the values of a site whose documents were all added by one commit."""
    data = {f"{FOLDER_OF[doc['kind']]}/{doc['metadata']['name']}.yaml": d.yaml_of(doc) for doc in documents}
    data |= files or {}
    snapshot = {path: File(path, REGULAR_FILE, data[path]) for path in sorted(data)}
    history = _history(data, author, subject)
    records = {execution.path: render(execution) for execution in executions}
    collected = Collected(read_tree(snapshot), history, records)
    return values_from(collected, settings, now, directory_urls=directory_urls)


def _history(data: Mapping[str, bytes], author: str, subject: str) -> dict[str, list[Revision]]:
    governed = [path for path in sorted(data) if path != HOME_FILE]
    changes = tuple(FileChange(path, REGULAR_FILE, path) for path in governed)
    commit = Commit("c0ffee" * 6 + "beef", author, "author@example.org", d.FIRST_WINDOW, subject, changes)
    return {path: revisions(path, [commit], data) for path in governed}


def page(values: SiteValues, path: str) -> Page:
    """Render one page."""
    return next(found for found in render_pages(values) if found.path == path)


def maximal(**metadata: Any) -> list[dict[str, Any]]:
    """Give a card with every section, its monitors, and a role."""
    about = {"title": "Customer churn", "owners": ["@model-owners"], "labels": {"domain": "retention"}} | metadata
    endpoint = {"name": "churn-production", "kind": "endpoint", "status": "in_service", "environment": "production"}
    job = {"name": "churn-nightly", "kind": "batch_transform_job", "status": "completed", "last_run": "2026-03-09"}
    card = d.card("churn", d.MAXIMAL, status="approved", review_by="2026-12-31", **about)
    off = d.monitor("bias", monitoring_type="model_bias", enabled=False)
    watched = d.monitor_set("churn", d.monitor(), off, deployments=[endpoint, job])
    return [
        json.loads(json.dumps(found))
        for found in (card, watched, d.role_document("custom", activities=["access_s3_buckets"]))
    ]


def alarming() -> list[Execution]:
    """Give eight daily executions of which the last three found violations."""
    return [d.execution(day, violated=day >= 5) for day in range(8)]
