"""What the check finds in a proposal: in all of it, and in one document that somebody is about to approve."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlgov.cli.waiving import sifted
from mlgov.names import SETTINGS_FILE
from mlgov.ports import REGULAR_FILE, File

if TYPE_CHECKING:
    from mlgov.approvals.proposal import Case, Proposal
    from mlgov.findings import Finding
    from mlgov.ports import Snapshot
    from mlgov.wiring import Services


def proposed_findings(services: "Services", proposal: "Proposal") -> "list[Finding]":
    """Find what the change breaks: what only a change can break, and errors that the base does not have.

    What becomes approved has to be without errors, whether or not the base has them.
    """
    from mlgov.approvals.gate import becomes_approved
    from mlgov.checks.check import check_change, check_snapshot
    from mlgov.findings import Severity, in_order

    settings, today = _settings(services, proposal), services.clock.now().date()
    before, after = _Governed(proposal.before), _Governed(proposal.after)
    only = _concerned(proposal.changed)
    known = {finding.fingerprint for finding in check_snapshot(before, settings, today=today, only=only)}
    base, now = (side if only is None else _below(side, only) for side in (before, after))
    change, there = check_change(base, now), check_snapshot(after, settings, today=today, only=only)
    counting = sifted(services, [*change, *there], after, proposal.base)[0]
    approved = [case for case in proposal.cases.values() if becomes_approved(case)]
    lasting = {
        id(f)
        for f in there
        if f.fingerprint in known and not any(_concerns(f.location.path, case) for case in approved)
    }
    return in_order(f for f in counting if f.severity is Severity.ERROR and id(f) not in lasting)


def document_findings(
    services: "Services", proposal: "Proposal", case: "Case", files: Mapping[str, bytes | None], *, proven: bool
) -> "list[Finding]":
    """Find the errors of one document as it would be once it is approved, whether or not the base has them.

    Args:
        services: The repository, its ledger and clock.
        proposal: The proposal.
        case: The document.
        files: What the approval writes on top of the head.
        proven: Whether nothing is missing then, so that the document may take the step to approved at once.
    """
    from mlgov.approvals.lives import is_step
    from mlgov.checks.check import check_change, check_snapshot
    from mlgov.findings import Severity, in_order

    written = {path: File(path, REGULAR_FILE, data) for path, data in files.items() if data is not None}
    before, after = _Governed(proposal.before), _Governed(_Overlaid(proposal.after, written))
    only = frozenset(path for path in (*before, *after) if _concerns(path, case))
    settings, today = _settings(services, proposal), services.clock.now().date()
    change = check_change(_below(before, only), _below(after, only))
    change = [f for f in change if not (proven and is_step(f, case.base.status))]
    there = check_snapshot(after, settings, today=today, only=only)
    counting = sifted(services, [*change, *there], after, proposal.base)[0]
    return in_order(f for f in counting if f.severity is Severity.ERROR and _concerns(f.location.path, case))


def _concerns(path: str, case: "Case") -> bool:
    """Say whether a path is that of a document, or of something that it rests on."""
    subjects = (side.subject for side in (case.base, case.head) if side.subject)
    places = [place for subject in subjects for place in subject.rests_on]
    return path == case.path or any(path == place or path.startswith(f"{place}/") for place in places)


def _concerned(changed: frozenset[str]) -> frozenset[str] | None:
    """Name the files that a change may have broken; None when it may be any, for files do not say who cites them."""
    from mlgov.approvals.subjects import is_rest

    if any(map(is_rest, changed)):
        return None
    return changed


def _below(snapshot: "Snapshot", only: Iterable[str]) -> "Snapshot":
    """Choose what a comparison of two sides needs: what differs, and the tombstones."""
    from mlgov.lifecycle.tombstones import is_tombstone

    return {path: snapshot[path] for path in snapshot if path in only or is_tombstone(path)}


def _settings(services: "Services", proposal: "Proposal") -> Any:  # noqa: ANN401 - Settings, which loads pydantic
    from mlgov.settings import load

    if proposal.policy:
        return proposal.policy.settings
    file = proposal.before.get(SETTINGS_FILE)
    return load(file.data) if file else services.settings


class _Governed(Mapping[str, File]):
    """A snapshot without approval records and settings; what is not looked at is not read."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self._snapshot = snapshot
        self._paths = {path: None for path in snapshot if path != SETTINGS_FILE and not path.startswith("approvals/")}

    def __getitem__(self, path: str) -> File:
        if path not in self._paths:
            raise KeyError(path)
        return self._snapshot[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class _Overlaid(Mapping[str, File]):
    """A snapshot with other files on top; what is not looked at is not read."""

    def __init__(self, snapshot: "Snapshot", files: Mapping[str, File]) -> None:
        self._snapshot, self._files = snapshot, files

    def __getitem__(self, path: str) -> File:
        return self._files[path] if path in self._files else self._snapshot[path]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._snapshot, *self._files)))

    def __len__(self) -> int:
        return len({*self._snapshot, *self._files})
