"""``mlgov gate``: whether a proposal has the approvals that it needs, and what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.approve import base_of
from mlgov.cli.files import write_file
from mlgov.cli.gate_formats import FORMATS, values
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.waiving import sifted
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE

if TYPE_CHECKING:
    from mlgov.approvals.gate import Gate
    from mlgov.approvals.proposal import Proposal
    from mlgov.approvals.reviewing import Told
    from mlgov.findings import Finding
    from mlgov.ports import Snapshot
    from mlgov.wiring import Services


@click.command()
@click.option("--base", "into", default="", metavar="REF", help="What it goes into. [default: the remote's main]")
@click.option("--head", default="HEAD", show_default=True, metavar="REF", help="What is proposed.")
@click.option("--pull-request", "number", type=int, metavar="N", help="Count the reviews of this pull request, too.")
@click.option("--simulate", "supposed", multiple=True, metavar="approve:PERSON", help="Suppose that PERSON approves.")
@click.option("-f", "--format", "format_", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write the verdict as JSON, for --post elsewhere.")
@click.option("--post", type=click.Path(path_type=Path), help="Judge what this report is about, and tell the forge.")
@click.pass_obj
def gate(
    app: App,
    into: str,
    head: str,
    number: int | None,
    supposed: Sequence[str],
    format_: str,
    output: Path | None,
    report: Path | None,
    post: Path | None,
) -> int:
    """Judge the change from the base to HEAD as if it were merged now.

    Rules, persons, teams and required fields are those of the base. The exit code is 0 when nothing is missing, else 1:
    approvals are missing, the documents have errors, somebody rejected it, or an approval does not count.

    With --post the verdict goes to the forge: one status, mlgov/gate, and one comment that is kept up to date. Of the
    report only the number of the pull request is believed, and only when its head is HEAD; all else is judged anew.
    """
    services = app.services(push=False)
    if post:
        from mlgov.cli.gate_forge import post_verdict

        return post_verdict(app, services, app.directory / post, head)
    told = _told(services, number) if number else None
    base = into or base_of(services.repository, services.settings.ledger.remote)
    found = judged(services, base, head, told, supposed)[1]
    text = FORMATS[format_](found)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    if report:
        write_file(app.directory / report, to_json(values(found, number)).encode())
    return int(found.verdict.value != "approved")


def judged(
    services: "Services", base: str, head: str, told: "Told | None", supposed: Sequence[str] = ()
) -> "tuple[Proposal, Gate]":
    """Judge a proposal with all there is: its records, the reviews of its pull request, and what is supposed."""
    from mlgov.approvals.gate import gate as judge
    from mlgov.approvals.gate import suppose
    from mlgov.approvals.proposal import read_proposal
    from mlgov.approvals.reviewing import capture

    now, repository = services.clock.now(), services.repository
    proposal = read_proposal(repository, services.ledger.records("reviews/"), base=base, head=head, at=now)
    paths = [*proposal.cases, *([SETTINGS_FILE] if proposal.rules else [])]
    captures = {path: capture(repository, told, path, proposal.head, now) for path in paths} if told else {}
    votes = [suppose(proposal.policy, text, proposal) for text in supposed]
    return proposal, judge(proposal, proposed_findings(services, proposal), captures, votes)


def _told(services: "Services", number: int) -> "Told":
    from mlgov.approvals.reviewing import ask
    from mlgov.cli.gate_forge import the_forge

    forge = the_forge(services)
    if number < 1:
        raise UsageError(f"{number} is no number of a pull request.")
    return ask(forge, forge.pull_request(number))


def proposed_findings(services: "Services", proposal: "Proposal") -> "list[Finding]":
    """Find what the change breaks: what only a change can break, and errors that the base does not have."""
    from mlgov.checks.check import check_change, check_snapshot
    from mlgov.findings import Severity, in_order

    settings, today = _settings(services, proposal), services.clock.now().date()
    before, after = _governed(proposal.before), _governed(proposal.after)
    known = {finding.fingerprint for finding in check_snapshot(before, settings, today=today)}
    change, there = check_change(before, after), check_snapshot(after, settings, today=today)
    counting = sifted(services, [*change, *there], after, proposal.base)[0]
    lasting = {id(f) for f in there if f.fingerprint in known}
    return in_order(f for f in counting if f.severity is Severity.ERROR and id(f) not in lasting)


def _settings(services: "Services", proposal: "Proposal") -> Any:  # noqa: ANN401 - Settings, which loads pydantic
    from mlgov.settings import load

    if proposal.policy:
        return proposal.policy.settings
    file = proposal.before.get(SETTINGS_FILE)
    return load(file.data) if file else services.settings


def _governed(snapshot: "Snapshot") -> "Snapshot":
    return {p: file for p, file in snapshot.items() if p != SETTINGS_FILE and not p.startswith("approvals/")}
