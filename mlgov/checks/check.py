"""``mlgov check`` as a function: a snapshot, settings and a day in, findings out."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from mlgov.cards import CardDocument, check_card, check_criteria, check_packs
from mlgov.checks.cache import Cache, Watched
from mlgov.checks.permissions import check_permissions
from mlgov.checks.references import check_references
from mlgov.checks.tree import (
    Governed,
    Tree,
    check_clashes,
    governed_paths,
    is_own,
    read_document,
    read_tree,
    tree_of,
)
from mlgov.documents import Document, load
from mlgov.events import Emit, stepwise
from mlgov.findings import Finding, in_order
from mlgov.lifecycle import Versions, check_required, check_transition, rules, validate
from mlgov.lifecycle.tombstones import check_burials, check_tombstones, is_buried, is_tombstone
from mlgov.names import FOLDERS, POLICIES_FOLDER, TEMPLATES_FOLDER, Kind, Status, folder_of
from mlgov.ports import REGULAR_FILE, File, Snapshot
from mlgov.settings import Settings

KindCheck = Callable[[Governed, Tree], Iterator[Finding]]


def _card(found: Governed, tree: Tree) -> Iterator[Finding]:
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; MODELS guarantees it
    yield from check_card(found.document, found.typed, tree.snapshot)


def _role(found: Governed, tree: Tree) -> Iterator[Finding]:
    from mlgov.roles import attached_policies, check_role, own_paths

    typed: Any = found.typed
    library = tree.library()
    for path in own_paths(typed.spec, library):
        tree.snapshot.get(path)  # a verdict that is remembered holds as long as these files stay as they are
    files = attached_policies(typed.spec, tree.snapshot)
    yield from check_role(found.document, typed, library, files)


KIND_CHECKS: dict[Kind, KindCheck] = {
    Kind.MODEL_CARD: _card,
    Kind.ROLE: _role,
}


#: Kinds that are judged together with others too, so that they are read even when a verdict on one alone is known.
IN_REFERENCES = frozenset({Kind.MONITOR_SET, Kind.ROLE, Kind.ACCESS_GRANT})


#: Folders whose files say who may do what.
_POWERS = frozenset({folder_of(Kind.ROLE), folder_of(Kind.ACCESS_GRANT), POLICIES_FOLDER})


def check_snapshot(
    snapshot: Snapshot,
    settings: Settings,
    *,
    today: date,
    cache: Cache | None = None,
    only: frozenset[str] | None = None,
    emit: Emit | None = None,
) -> list[Finding]:
    """Check every governed document of a snapshot.

    Args:
        snapshot: The governed files.
        settings: The settings whose rules apply; those of the base commit when a change is judged.
        today: The day on which review dates are judged.
        cache: What is known to be clean under these settings on this day; it learns what this run finds clean.
        only: Paths of the documents that are looked into, beside all monitor sets; all when None.
        emit: Who is told how far a long check is.

    Returns:
        Findings in order of place.
    """
    watched = Watched(snapshot)
    tree = tree_of(watched, snapshot)
    findings = [*tree.findings, *check_clashes(snapshot)]
    for path, kind in stepwise(list(governed_paths(snapshot)), "Checking", emit):
        known = bool(cache and kind is not Kind.MONITOR_SET and cache.knows(path, snapshot))
        apart = only is not None and path not in only
        if (known or apart) and kind not in IN_REFERENCES:
            continue
        read = read_document(snapshot[path], kind)
        if read.governed and kind in IN_REFERENCES:
            tree.governed[path] = read.governed  # of the others nothing is kept: there may be many thousands
        if known or (apart and kind in (Kind.ROLE, Kind.ACCESS_GRANT)):
            continue
        found = [*read.findings, *(_check_document(read.governed, tree, settings, today) if read.governed else ())]
        findings += found
        asked = watched.take()
        if cache and kind is not Kind.MONITOR_SET and not found and asked is not None:
            cache.learn(path, asked, snapshot)
    findings.extend(check_references(tree))
    findings.extend(check_tombstones(snapshot))
    findings.extend(check_packs(snapshot))
    findings.extend(_check_powers(tree, snapshot, today))
    if any(path.startswith(f"{TEMPLATES_FOLDER}/") for path in snapshot):
        from mlgov.checks.templates import check_templates  # it writes documents: not needed where there are none

        findings.extend(check_templates(snapshot))
    return in_order(findings)


def _check_powers(tree: Tree, snapshot: Snapshot, today: date) -> Iterator[Finding]:
    """Judge roles, grants and policies together; all of that is loaded only where there are some."""
    if not any(path.partition("/")[0] in _POWERS for path in snapshot):
        return
    from mlgov.checks.access import check_access
    from mlgov.checks.chains import check_chains
    from mlgov.checks.grants import check_grants

    yield from check_access(tree, today)
    yield from check_grants(tree, today)
    yield from check_chains(tree, today)


def _check_document(found: Governed, tree: Tree, settings: Settings, today: date) -> Iterator[Finding]:
    if found.kind is Kind.WAIVER:
        from mlgov.checks.rules import WAIVABLE
        from mlgov.waivers import check_waiver

        typed: Any = found.typed
        yield from check_waiver(found.document, typed, WAIVABLE, settings.waivers, today)
    elif found.kind is Kind.ACCESS_GRANT:
        from mlgov.roles.access_grants import check_grant

        typed = found.typed
        yield from check_grant(found.document, typed, settings.grants, today)
    elif found.kind is Kind.MONITOR_SET:
        from mlgov.monitors import check_monitor_set

        typed = found.typed
        yield from check_monitor_set(found.document, typed, tree.snapshot, settings.monitors.scorers)
    else:
        yield from KIND_CHECKS[found.kind](found, tree)
    yield from _check_life(found, settings, today)


def check_change(base: Snapshot, now: Snapshot) -> list[Finding]:
    """Find what can only be judged against the base: transitions, births, disappearances, content under approval.

    Args:
        base: The governed files of the base commit.
        now: The governed files as proposed.
    """
    findings: list[Finding] = []
    for path in sorted(filter(_is_document, {*base, *now})):
        before, after = _document(base, path), _document(now, path)
        unreadable = path in now and after is None
        buried = before is not None and after is None and is_buried(path, before, now)
        if _bytes(base, path) != _bytes(now, path) and not unreadable and not buried:
            findings.extend(check_transition(Versions(path, before, after)))
            findings.extend(_check_criteria(path, before, after))
    findings.extend(_check_baselines(base, now))
    findings.extend(check_permissions(base, now))
    findings.extend(check_burials(base, now))
    return in_order(findings)


def _is_document(path: str) -> bool:
    return path.split("/")[0] in FOLDERS and not is_tombstone(path) and not is_own(path)


def _check_criteria(path: str, before: Document | None, after: Document | None) -> Iterator[Finding]:
    """Judge the order of criteria and evidence of a card whose schema holds; one that does not is told elsewhere."""
    if after is None or path.split("/")[0] != folder_of(Kind.MODEL_CARD):
        return
    card = validate(after, CardDocument)[0]
    if card is not None:
        yield from check_criteria(after, validate(before, CardDocument)[0] if before else None, card)


def _check_baselines(base: Snapshot, now: Snapshot) -> Iterator[Finding]:
    """Find baselines that change under monitor sets that stay approved."""
    before = read_tree(base).governed
    for path, found in sorted(read_tree(now).governed.items()):
        stays = (
            path in before and before[path].typed.lifecycle.status is found.typed.lifecycle.status is Status.APPROVED
        )
        if found.kind is Kind.MONITOR_SET and stays:
            for i, monitor in enumerate(found.typed.spec.monitors):
                if _files_below(base, monitor.baseline) != _files_below(now, monitor.baseline):
                    at = ("spec", "monitors", i, "baseline")
                    message = f"{monitor.baseline}/ changes while the monitor set is approved."
                    yield rules.BASELINE_CHANGED.at(found.document.location(at), message, pointer=at)


def _files_below(snapshot: Snapshot, folder: str) -> dict[str, File]:
    return {path: file for path, file in snapshot.items() if path.startswith(f"{folder}/")}


def _check_life(found: Governed, settings: Settings, today: date) -> Iterator[Finding]:
    typed, document = found.typed, found.document
    risk_rating = typed.risk_rating if isinstance(typed, CardDocument) else None
    status, review_by = typed.lifecycle.status, typed.lifecycle.review_by
    yield from check_required(
        document, kind=found.kind, status=status, risk_rating=risk_rating, required=settings.required
    )
    if status is Status.APPROVED and review_by and review_by < today:
        at = ("lifecycle", "review_by")
        message = f"The review was due on {review_by.isoformat()}."
        yield rules.REVIEW_OVERDUE.at(document.location(at), message, pointer=at)


def _bytes(snapshot: Snapshot, path: str) -> bytes | None:
    file = snapshot.get(path)
    return file.data if file and file.mode == REGULAR_FILE else None


def _document(snapshot: Snapshot, path: str) -> Document | None:
    data = _bytes(snapshot, path)
    return load(data, path)[0] if data is not None else None
