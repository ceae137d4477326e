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
from mlgov.ports import StatusState

if TYPE_CHECKING:
    from mlgov.approvals.gate import Gate
    from mlgov.approvals.proposal import Proposal
    from mlgov.ports import Forge, PullRequestFacts
    from mlgov.wiring import Services

CONTEXT = "mlgov/gate"
MARKER = "<!-- mlgov gate -->"
MAX_REPORT_BYTES = 1 << 20
_DEPTH = 12
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
    forge.set_status(pull.head_sha, _STATES[found.verdict.value], CONTEXT, summary(found).capitalize())
    forge.sticky_comment(pull.number, MARKER, _comment(proposal, found, pull))
    app.chat(f"Pull request {pull.number}: {found.verdict.value}; {summary(found)}")
    return 0


def _number(report: Path) -> int:
    try:
        value: Any = strict_json.read(report.read_bytes(), max_bytes=MAX_REPORT_BYTES, max_depth=_DEPTH)
    except (OSError, strict_json.StrictJsonError) as error:
        raise UsageError(f"{report} cannot be read as a report of the gate: {error}") from None
    number = value.get("pull_request") if isinstance(value, dict) and value.get("format") == FORMAT else None
    if type(number) is not int or not 0 < number < 2**31:
        raise UsageError(f"{report} is no report of the gate about a pull request.")
    return number


def _comment(proposal: "Proposal", found: "Gate", pull: "PullRequestFacts") -> str:
    parts = [to_markdown(found), _card_changes(proposal)]
    parts.append(f"Judged: `{found.head}` into `{pull.base_ref}` by the rules of `{found.base}`.\n")
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
            if typed and there.document and case.path.startswith("cards/"):
                side[typed.metadata.name] = CardVersion(there.document, typed)
    table = table_of(proposal.policy.settings.diff) if proposal.policy else None
    cards = diff_cards(*sides, table)
    return to_markdown(DiffReport(proposal.base[:12], proposal.head[:12], cards)) if cards else ""
