"""The gate at the forge: whose reviews count, and how the verdict is told there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgov import wiring
from mlgov.cli.app import App
from mlgov.cli.gate_formats import FORMAT, summary, to_markdown
from mlgov.documents import strict_json
from mlgov.errors import UsageError
from mlgov.lifecycle.proposals import forge_repository
from mlgov.names import Kind, path_of
from mlgov.ports import StatusState

if TYPE_CHECKING:
    from mlgov.approvals.gate import Gate
    from mlgov.approvals.proposal import Proposal, Side
    from mlgov.ports import Forge, PullRequestFacts
    from mlgov.roles import Library, RenderedRole
    from mlgov.wiring import Services

CONTEXT = "mlgov/gate"
MARKER = "<!-- mlgov gate -->"
MAX_REPORT_BYTES = 1 << 20
_DEPTH = 12
#: Lines of one list in the comment.
_SHOWN = 20
_STATES = {"approved": StatusState.SUCCESS, "pending": StatusState.PENDING, "refused": StatusState.FAILURE}


def the_forge(services: "Services") -> "Forge":
    """Connect to the forge with the token of the environment.

    Raises:
        UsageError: There is no token, or nobody says which repository is meant.
    """
    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        raise UsageError("The forge cannot be asked without an access token.", hint="Set GITHUB_TOKEN.")
    remote = services.repository.remote(services.settings.ledger.remote)
    return wiring.forge(services.settings, token, os.environ.get("GITHUB_REPOSITORY", "") or forge_repository(remote))


def post_verdict(app: App, services: "Services", report: Path, head: str) -> int:
    """Judge the pull request that a report names, and tell the forge what comes of it.

    The report was written where a pull request's own code runs, so nothing of it is believed: the pull request must
    have the head that the caller knows, and everything is judged anew from the commits.

    Raises:
        UsageError: The report is none, or about another head.
        ForgeError: The forge did not answer.
    """
    from mlgov.approvals.reviewing import ask
    from mlgov.cli.gate import judged

    forge, remote = the_forge(services), services.settings.ledger.remote
    pull = forge.pull_request(_number(report))
    if pull.head_sha != head or pull.state != "open":
        said = f"Pull request {pull.number} is {pull.state} with the head {pull.head_sha}, not {head}."
        raise UsageError(said, hint="A newer run tells what is to tell about it.")
    services.repository.fetch(remote, pull.head_sha)
    base = f"refs/remotes/{remote}/{pull.base_ref}"
    proposal, found = judged(services, base, pull.head_sha, ask(forge, pull))
    _tell(forge, pull, found, context_of(services, pull.base_ref), _comment(proposal, found, pull))
    app.chat(f"Pull request {pull.number}: {found.verdict.value}; {summary(found)}")
    return 0


def context_of(services: "Services", into: str) -> str:
    """Name the status of a pull request into a branch.

    A status belongs to a commit, and two pull requests may propose the same one. So that the verdict about a branch
    without rules is not taken for the one about the main line, every other branch has a status of its own.
    """
    known = services.repository.remote(services.settings.ledger.remote)
    main = (known.main if known else "") or services.repository.branch() or "main"
    return CONTEXT if into == main else f"{CONTEXT} into {into}"


def _tell(forge: "Forge", pull: "PullRequestFacts", found: "Gate", context: str, comment: str) -> None:
    """Tell the verdict. A merge waits for the status: should the forge fail in between, it is never the better one."""

    def say() -> None:
        forge.set_status(pull.head_sha, _STATES[found.verdict.value], context, summary(found).capitalize())

    is_good = found.verdict.value == "approved"
    if not is_good:
        say()
    forge.sticky_comment(pull.number, MARKER, comment)
    if is_good:
        say()


def _number(report: Path) -> int:
    try:
        with report.open("rb") as file:
            data = file.read(MAX_REPORT_BYTES + 1)  # whoever wrote it may have written gigabytes
        value: Any = strict_json.read(data, max_bytes=MAX_REPORT_BYTES, max_depth=_DEPTH)
    except (OSError, strict_json.StrictJsonError) as error:
        raise UsageError(f"{report} cannot be read as a report of the gate: {error}") from None
    number = value.get("pull_request") if isinstance(value, dict) and value.get("format") == FORMAT else None
    if type(number) is not int or not 0 < number < 2**31:
        raise UsageError(f"{report} is no report of the gate about a pull request.")
    return number


def _comment(proposal: "Proposal", found: "Gate", pull: "PullRequestFacts") -> str:
    from mlgov.cards.escaping import quiet

    parts = [to_markdown(found), _card_changes(proposal), _access(proposal), _evidence(proposal)]
    parts.append(f"Judged: `{found.head}` into {quiet(pull.base_ref)} by the rules of `{found.base}`.\n")
    return "\n".join(part for part in parts if part)


def _card_changes(proposal: "Proposal") -> str:
    """Say what changes in cards, by meaning; empty when nothing does."""
    from mlgov.cards import CardDocument
    from mlgov.cards.diff import CardVersion, diff_cards, table_of
    from mlgov.cli.card.diff_formats import DiffReport, to_markdown
    from mlgov.lifecycle import validate

    sides: tuple[dict[str, CardVersion], dict[str, CardVersion]] = ({}, {})
    for case in proposal.cases.values():
        for side, there in zip(sides, (case.base, case.head), strict=True):
            typed = validate(there.document, CardDocument)[0] if there.document else None
            if typed and there.document and case.path == path_of(Kind.MODEL_CARD, typed.metadata.name):
                side[typed.metadata.name] = CardVersion(there.document, typed)
    table = table_of(proposal.policy.settings.diff) if proposal.policy else None
    cards = diff_cards(*sides, table)
    return to_markdown(DiffReport(proposal.base[:12], proposal.head[:12], cards)) if cards else ""


def _access(proposal: "Proposal") -> str:
    """Say what the change does to access: what roles may do now and could not before comes first, risks marked."""
    from mlgov.cards.escaping import quiet
    from mlgov.roles import library_in
    from mlgov.roles.access import access_changes

    libraries = [library_in(side)[0] for side in (proposal.before, proposal.after)]
    sections = []
    for case in proposal.cases.values():
        if not case.path.startswith("roles/"):
            continue
        before, after = map(_rendered, (case.base, case.head), libraries)
        if case.head.document and after is None:
            sections.append(f"**Access by {quiet(case.path)}**\n\nIt cannot be told: the role cannot be rendered.\n")
            continue
        changes = access_changes(before, after)
        rows = [
            f"- {change.effect.value}: {quiet(change.sentence)}{''.join(f' **[{risk}]**' for risk in change.risks)}"
            for change in changes[:_SHOWN]
        ]
        if len(changes) > _SHOWN:
            rows.append(f"- and {len(changes) - _SHOWN} more")
        if rows:
            sections.append("\n".join([f"**Access by {quiet(case.path)}**", "", *rows, ""]))
    return "\n".join(sections)


def _rendered(side: "Side", library: "Library") -> "RenderedRole | None":
    """Render one side of a role; None where there is none, or it cannot be rendered, which the check tells."""
    from mlgov.lifecycle import validate
    from mlgov.roles import RoleDocument, render

    typed = validate(side.document, RoleDocument)[0] if side.document else None
    try:
        return render(typed, library) if typed else None
    except UsageError:
        return None


def _evidence(proposal: "Proposal") -> str:
    """List what approvals of the change would rest on, by digest."""
    from mlgov.cards.escaping import quiet

    rows = [
        f"- {quiet(path)}: `{digest or 'missing'}`"
        for case in proposal.cases.values()
        if case.head.subject
        for path, digest in sorted(case.head.subject.evidence.items())
    ]
    shown = rows[:_SHOWN] + ([f"- and {len(rows) - _SHOWN} more"] if len(rows) > _SHOWN else [])
    return "\n".join(["**Evidence**", "", *shown, ""]) if rows else ""
