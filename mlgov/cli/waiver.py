"""``mlgov waiver``: ask that findings do not count for a while, and see what is in force."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.files import create_file, write_file
from mlgov.cli.lazy import LazyGroup, Table
from mlgov.cli.options import format_option, output_option, ref_option
from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.waiving import ground_at
from mlgov.errors import UsageError
from mlgov.names import API_VERSION, Kind, folder_of, is_name, path_of

if TYPE_CHECKING:
    from mlgov.approvals.waiving import Listed
    from mlgov.findings import Finding

FORMAT = "mlgov/waivers/v1"
_FINDINGS_HINT = "'mlgov check -f json' lists findings with their fingerprints."
#: What is not defined here.
MOVES: Table = {
    "submit": ("mlgov.cli.moving:submit_waiver", "Propose a waiver for review: branch, commit, pull request."),
    "archive": ("mlgov.cli.moving:archive_waiver", "Propose to take an approved waiver out of use."),
}


@click.group(cls=LazyGroup, table=MOVES)
def waiver() -> None:
    """Findings that somebody answers for, for a while."""


def _day(ctx: click.Context, param: click.Parameter, value: str) -> date:  # noqa: ARG001
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write one like 2026-12-31") from None


@waiver.command()
@click.argument("name")
@click.option("--finding", "wanted", multiple=True, required=True, metavar="FINGERPRINT", help="A finding to waive.")
@click.option("--reason", required=True, help="Why it is accepted for now.")
@click.option("--control", required=True, help="What keeps the harm away meanwhile.")
@click.option("--requester", required=True, metavar="@HANDLE", help="Who asks for it; they cannot approve it.")
@click.option("--expires", required=True, callback=_day, metavar="DAY", help="Its last day, such as 2026-12-31.")
@click.option("--ticket", help="Where the work that makes it needless is followed.")
@ref_option("--base", help="Look for the findings of the change since REF as well.")
@click.pass_obj
def new(
    app: App,
    name: str,
    wanted: Sequence[str],
    reason: str,
    control: str,
    requester: str,
    expires: date,
    ticket: str | None,
    base: str | None,
) -> None:
    """Write the draft of a waiver, NAME, for findings of one document.

    Waive as many findings as are there of a rule: a waiver holds only while it covers all of them. The draft has to be
    reviewed, approved and merged before it counts.
    """
    from mlgov.checks.layout import render_document
    from mlgov.cli.check import look

    if not is_name(name):
        raise UsageError(f"{name!r} is no legal name.", hint="Use a-z, 0-9 and hyphens.")
    _check_term(app, expires)
    findings, snapshot = look(app, base, None, None)
    path, entries = _entries(findings, snapshot, wanted)
    spec = {"path": path, "findings": entries, "reason": reason, "compensating_control": control}
    spec |= {"requester": requester, "expires": expires.isoformat()} | ({"ticket": ticket} if ticket else {})
    value: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": Kind.WAIVER.value,
        "metadata": {"name": name, "owners": [requester]},
        "lifecycle": {"status": "draft"},
        "spec": spec,
    }
    place = path_of(Kind.WAIVER, name)
    data = render_document(value, Kind.WAIVER)
    _refuse_illegal(data, place)
    if (app.root / place).exists():
        raise UsageError(f"{place} is there already.", hint="Choose another name.")
    create_file(app.root / place, data)
    click.echo(place)
    app.chat(f"It is a draft and covers nothing yet. Next: mlgov waiver submit {name}")


def _check_term(app: App, expires: date) -> None:
    services = app.services(push=False)
    today, days = services.clock.now().date(), services.settings.waivers.max_days
    latest = today + timedelta(days=days)
    if not today <= expires <= latest:
        raise UsageError(
            f"A waiver cannot expire on {expires}.", hint=f"mlgov.toml allows {days} days: until {latest}."
        )


def _entries(findings: "Sequence[Finding]", snapshot: Any, wanted: Sequence[str]) -> tuple[str, list[dict[str, str]]]:  # noqa: ANN401 - a Snapshot
    from mlgov.approvals.waiving import entry_of
    from mlgov.findings import in_order

    chosen = in_order(finding for finding in findings if finding.fingerprint in wanted)
    if missing := [each for each in wanted if each not in {finding.fingerprint for finding in chosen}]:
        raise UsageError(f"There is no finding {missing[0]}.", hint=_FINDINGS_HINT)
    if hard := [finding for finding in chosen if not finding.rule.waivable]:
        rule = hard[0].rule
        raise UsageError(
            f"{rule.code} ({rule.name}) cannot be waived.", hint=f"{hard[0].location}: {hard[0].message} {hard[0].fix}"
        )
    paths = sorted({finding.location.path for finding in chosen})
    if len(paths) > 1:
        raise UsageError(f"The findings are in {' and '.join(paths)}.", hint="Write one waiver for each document.")
    return paths[0], [entry_of(finding, snapshot) for finding in chosen]


def _refuse_illegal(data: bytes, path: str) -> None:
    """Judge the draft by its schema, so that what was given on the command line is refused here and not later."""
    from mlgov.checks.tree import read_document
    from mlgov.ports import REGULAR_FILE, File

    if found := read_document(File(path, REGULAR_FILE, data), Kind.WAIVER).findings:
        raise UsageError(found[0].message, hint=found[0].fix)


@waiver.command("list")
@format_option()
@output_option
@click.pass_obj
def list_(app: App, format_: str, output: Path | None) -> None:
    """List waivers, and whether the history of HEAD says that they are in force."""
    from mlgov.approvals.waiving import list_waivers

    services = app.services(push=False)
    snapshot = services.repository.work_tree((folder_of(Kind.WAIVER),))
    found = list_waivers(snapshot, ground_at(services, "HEAD")) if snapshot else []
    text = to_json({"format": FORMAT, "waivers": list(map(_values, found))}) if format_ == "json" else _text(found)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)


def _text(found: "Sequence[Listed]") -> str:
    if not found:
        return "There are no waivers.\n"
    return "".join(f"{line}\n" for each in found for line in _lines(each))


def _lines(each: "Listed") -> list[str]:
    spec = each.waiver.spec
    codes = ", ".join(sorted({entry.code for entry in spec.findings}))
    many = "1 finding" if len(spec.findings) == 1 else f"{len(spec.findings)} findings"
    lines = [f"{each.name}: {each.state}, until {spec.expires}: {many} ({codes}) in {one_line(spec.path)}"]
    lines += [f"    {one_line(each.reason)}"] if each.reason else []
    return [*lines, f"    asked for by {spec.requester}: {shortened(one_line(spec.reason), 300)}"]


def _values(each: "Listed") -> dict[str, Any]:
    spec = each.waiver.spec
    return {
        "name": each.name,
        "state": each.state,
        "attested": each.attested,
        "why": each.reason or None,
        "status": each.waiver.lifecycle.status.value,
        "path": spec.path,
        "findings": [{"code": entry.code, "fingerprint": entry.fingerprint} for entry in spec.findings],
        "reason": spec.reason,
        "compensating_control": spec.compensating_control,
        "requester": spec.requester,
        "expires": spec.expires.isoformat(),
        "ticket": spec.ticket,
    }
