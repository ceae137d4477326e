"""``mlgov gate``: whether a proposal has the approvals that it needs, and what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.approve import base_of
from mlgov.cli.files import write_file
from mlgov.cli.gate_formats import FORMATS, values
from mlgov.cli.options import format_option, output_option, ref_option
from mlgov.cli.proposed import proposed_findings
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.gate import Gate
    from mlgov.approvals.proposal import Proposal
    from mlgov.approvals.reviewing import Told
    from mlgov.wiring import Services


@click.command()
@ref_option("--base", "into", help="What it goes into. [default: the remote's main]")
@ref_option("--head", default="HEAD", show_default=True, help="What is proposed.")
@click.option("--pull-request", "number", type=int, metavar="N", help="Count the reviews of this pull request, too.")
@click.option("--simulate", "supposed", multiple=True, metavar="approve:PERSON", help="Suppose that PERSON approves.")
@format_option(*FORMATS)
@output_option
@click.option("--report", type=click.Path(path_type=Path), help="Also write the verdict as JSON, for --post elsewhere.")
@click.option("--post", type=click.Path(path_type=Path), help="Judge what this report is about, and tell the forge.")
@click.pass_obj
def gate(
    app: App,
    into: str | None,
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
    proposal = read_proposal(repository, proof_ledger(services).records("reviews/"), base=base, head=head, at=now)
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
