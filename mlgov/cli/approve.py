"""``mlgov approve``: look at a change, and sign what you decide about it with your SSH key."""

import difflib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov import wiring
from mlgov.cli.app import App
from mlgov.cli.plain import one_line, safe
from mlgov.errors import GitError, UsageError
from mlgov.names import FOLDERS, SETTINGS_FILE, Status
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.proposal import Case, Proposal
    from mlgov.approvals.record import Decision
    from mlgov.approvals.signing import Ready
    from mlgov.ports import Repository, Signer
    from mlgov.wiring import Services

_VERBS = {"approve": "Approve", "reject": "Reject", "revoke": "Revoke the approval of"}


@click.command()
@click.argument("name", required=False)
@click.option("--rules", is_flag=True, help="Decide about the approval rules in mlgov.toml.")
@click.option("--reject", "decision", flag_value="reject", help="Reject the content instead.")
@click.option("--revoke", "decision", flag_value="revoke", help="Take an approval back instead.")
@click.option("--branch", default="", metavar="BRANCH", help="The branch of the proposal. [default: where you are]")
@click.option("--into", default="", metavar="BRANCH", help="The branch that it goes into. [default: the remote's main]")
@click.option("--key", type=click.Path(path_type=Path), help="SSH key to sign with. [default: the one git signs with]")
@click.option("--no-push", "push", flag_value=False, default=True, help="Commit, and stop there.")
@click.option("--dry-run", is_flag=True, help="Show what would be signed, and sign nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask whether you have read it.")
@click.pass_obj
def approve(
    app: App,
    name: str | None,
    rules: bool,
    decision: "Decision | None",
    branch: str,
    into: str,
    key: Path | None,
    push: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    """Approve the document NAME: shows what changed since the last approval, and signs a record of your decision.

    Judged is what is committed. The record says which content, by its digest, and under which rules; it lies below
    approvals/ and counts wherever that content is merged. Whoever gives the last approval needed sets the status to
    approved in the same commit. What the rules would not count is refused before it is signed.
    """
    from mlgov.approvals.public_keys import load_public_key
    from mlgov.approvals.signing import ready, signer_of

    services = app.services(push=False)
    if bool(name) == rules:
        raise UsageError("Name a document, or use --rules.", hint="For instance: mlgov approve churn")
    proposal, case = _case(services, name, branch, into)
    if proposal.policy is None:
        hint = f"Add [[people]] and [[approvals.rules]] to {SETTINGS_FILE} on the branch that this goes into."
        raise UsageError("There are no approval rules at the base.", hint=hint)
    wanted: Decision = decision or "approve"
    _refuse_status(case, wanted)
    signer = wiring.signer(app.root, os.environ, app.directory / key if key else None)
    person = signer_of(proposal.policy, signer.public_key())
    found = ready(proposal, case, person, wanted)
    for line in _shown(proposal, case, found):
        click.echo(safe(line))
    if problems := [*found.problems, *_errors(services, proposal, case, found)]:
        for problem in problems:
            app.chat(f"error: {problem}")
        app.chat("Nothing was signed.")
        return 1
    if dry_run:
        return 0
    _confirm(yes)
    if load_public_key(signer.public_key()).needs_touch:
        app.chat("Touch your key when it asks.")
    return _commit(app, services, case, found, signer, branch, push=push)


def _case(services: "Services", name: str | None, branch: str, into: str) -> "tuple[Proposal, Case]":
    from mlgov.approvals.proposal import read_proposal
    from mlgov.cli.verify import document_path
    from mlgov.settings import load

    repository = services.repository
    head = branch_ref(repository, services.settings.ledger.remote, branch) if branch else "HEAD"
    base = into or base_of(repository, services.settings.ledger.remote)
    ledger, now = proof_ledger(services).records("reviews/"), services.clock.now()
    if name is None:
        proposal = read_proposal(repository, ledger, base=base, head=head, at=now)
        if proposal.rules is None:
            load(proposal.after[SETTINGS_FILE].data, f"{head}:{SETTINGS_FILE}")  # what cannot be read says why
            raise UsageError(
                f"The approval rules of {head} are those of {base}.", hint="Name the branch with --branch."
            )
        return proposal, proposal.rules
    path = document_path(name, set(repository.snapshot(head, tuple(FOLDERS))))
    proposal = read_proposal(repository, ledger, base=base, head=head, at=now, also=(path,))
    return proposal, proposal.cases[path]


def base_of(repository: "Repository", remote: str) -> str:
    """Choose the branch that a proposal goes into: the remote's main line, else a branch main, else HEAD."""
    known = repository.remote(remote)
    if known and known.main:
        return f"refs/remotes/{known.name}/{known.main}"
    return "refs/heads/main" if repository.tip("main") else "HEAD"


def branch_ref(repository: "Repository", remote: str, branch: str) -> str:
    """Find a branch: here, or as the remote was last seen to have it when that goes on from here.

    Raises:
        UsageError: There is none, or the two have parted.
    """
    here, there = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
    tips = [found for ref in (here, there) if (found := _tip(repository, ref))]
    if not tips:
        raise UsageError(f"There is no branch {branch} here.", hint=f"Get it with: git fetch {remote}")
    if len(tips) == 1 or tips[0] == tips[1]:
        return here if _tip(repository, here) else there
    shared = repository.merge_base(here, there)
    if shared not in tips:
        hint = f"Yours goes away with: git branch -D {branch}"
        raise UsageError(f"The branch {branch} here and at {remote} have parted.", hint=hint)
    return there if shared == tips[0] else here


def _tip(repository: "Repository", ref: str) -> str:
    try:
        return repository.resolve(ref)
    except GitError:
        return ""


def _refuse_status(case: "Case", decision: "Decision") -> None:
    from mlgov.cli.finding import WORDS

    status = case.head.status
    if case.head.subject is None:
        raise UsageError(f"{case.path} cannot be read at the head.", hint="'mlgov check' says what is wrong.")
    if case.head.subject.kind is None or decision != "approve":
        return
    if status not in (Status.PENDING_REVIEW, Status.APPROVED):
        said = f"{case.path} is {status}; only what is pending review is approved."
        verbs = WORDS[case.head.subject.kind].verbs
        raise UsageError(said, hint=f"'{verbs} submit {case.head.subject.name}' proposes it for review.")


def _errors(services: "Services", proposal: "Proposal", case: "Case", found: "Ready") -> list[str]:
    """Say what the check would refuse if this were approved; a rejection or a revocation is never refused by it."""
    from mlgov.approvals.signing import files_of
    from mlgov.cli.proposed import document_findings

    if found.decided.decision != "approve" or case.path == SETTINGS_FILE:
        return []
    files = files_of(case, found, b"")
    errors = document_findings(services, proposal, case, files, proven=found.judgement.approved)
    return [one_line(f"{each.location}: {each.rule.code} {each.message} {each.fix}") for each in errors]


def _shown(proposal: "Proposal", case: "Case", found: "Ready") -> Iterator[str]:
    """Say what is decided about, and what comes of it."""
    decided, attested = found.decided, case.life.attested
    yield from _diff(proposal, case)
    yield ""
    yield f"{_VERBS[decided.decision]} {decided.subject} as {decided.person} (round {decided.round})"
    yield f"  content   {decided.digest}"
    for path, digest in decided.evidence.items():
        yield f"  evidence  {path} {digest}"
    yield f"  rules     {decided.policy}"
    yield f"  until     {decided.review_by or 'no end'}"
    yield f"  written by {', '.join(map(one_line, decided.authors)) or 'nobody since the last approval'}"
    if attested:
        yield f"  approved before in {attested.commit[:12]}"
    for sentence in found.judgement.missing:
        yield f"  then still: {one_line(sentence)}"
    if found.judgement.approved:
        yield "  then nothing is missing any more"


def _diff(proposal: "Proposal", case: "Case") -> Iterator[str]:
    """Show the lines that changed since the last approval; the whole document when there was none."""
    before = case.life.attested.data if case.life.attested else b""
    since = "the last approval"
    if case.path == SETTINGS_FILE:
        before, since = proposal.before[SETTINGS_FILE].data, "the base"
    elif not before and case.base.document and case.base.status is Status.APPROVED:
        before, since = case.base.document.data, "the base"
    after = proposal.after[case.path].data
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    if not before:
        yield f"{case.path} was never approved; this is all of it:"
        yield from (f"  {line}" for line in new)
        return
    yield f"What changed in {case.path} since {since}:"
    changed = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
    yield from (f"  {line}" for line in changed or ["nothing"])


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nobody can be asked here.", hint="Read what is above, and add --yes.")
    click.confirm("Have you read it, and is this what you decide?", abort=True, err=True)


def _commit(
    app: App, services: "Services", case: "Case", found: "Ready", signer: "Signer", branch: str, *, push: bool
) -> int:
    from mlgov.approvals.signing import files_of, sealed

    repository, decided = services.repository, found.decided
    files = files_of(case, found, sealed(decided, signer))
    message = f"{_VERBS[decided.decision]} {decided.subject}\n\n{decided.person}, round {decided.round}\n"
    here = repository.branch()
    if branch and branch != here:
        remote = services.settings.ledger.remote
        made = repository.commit(branch, repository.resolve(branch_ref(repository, remote, branch)), files, message)
    else:
        made = repository.commit_here(files, message)
    for path in files:
        click.echo(safe(f"{'Wrote' if path == decided.path else 'Set approved in'} {path}"))
    target = branch or here
    app.chat(f"Committed {made[:12]} on {target or 'HEAD'}.")
    return _hand_on(app, services, target, push=push)


def _hand_on(app: App, services: "Services", branch: str, *, push: bool) -> int:
    """Push a topic branch; a main line is left to its owners."""
    known = services.repository.remote(services.settings.ledger.remote)
    if not push or known is None or not branch or branch == known.main:
        if branch:
            app.chat(f"Not pushed. Next: git push {known.name if known else 'REMOTE'} {branch}")
        return 0
    services.repository.push(known.name, branch)
    app.chat(f"Pushed {branch} to {known.name}.")
    return 0
