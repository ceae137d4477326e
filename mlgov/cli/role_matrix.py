"""``mlgov role matrix``: who may do what to which model, endpoint, card, bucket and role."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_report
from mlgov.cli.finding import tell
from mlgov.cli.options import output_option
from mlgov.cli.plain import one_line

if TYPE_CHECKING:
    from mlgov.dashboard.access_matrix import Matrix

FORMATS = ("text", "json", "csv")


@click.command()
@click.argument("things", nargs=-1, metavar="[THING]...")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Only this role; again for more.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@output_option
@click.pass_obj
def matrix(app: App, things: tuple[str, ...], roles: tuple[str, ...], format_: str, output: Path | None) -> int:
    """Say who may do what to which model, endpoint, card, bucket and role, as worked out offline.

    Every approved role is asked about everything that the documents here tell of, or about each THING: a name. A star
    marks what a role may do only under conditions; JSON and CSV say which, and which statement decides. Who holds a
    role stands below, with access grants and their end. What no line says, no approved role may.

    Policies of buckets, keys and the organisation take no part.
    """
    from mlgov.dashboard.access_matrix import access_matrix, narrowed, to_csv, to_json
    from mlgov.dashboard.collect import collect
    from mlgov.wiring import proof_ledger

    services = app.services(push=False)
    now = services.clock.now()
    found = collect(services.repository, services.ledger, proofs=proof_ledger(services))
    whole = access_matrix(found.tree, found.outcome, found.standings(now), now)
    shown = narrowed(whole, things, roles)
    text = {"json": to_json, "csv": to_csv, "text": to_text}[format_](shown)
    if output:
        write_report(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    unread = [each for each in found.tree.findings if each.location.path.startswith(("roles/", "grants/"))]
    tell(app, unread, len(whole.subjects))
    for name, why in sorted(whole.left.items()):
        app.chat(f"Not asked: {one_line(name)}. {one_line(why)}")
    for subject in shown.subjects:
        if subject.simulated.unknown:
            app.chat(f"{subject.name} was asked without {', '.join(subject.simulated.unknown)}: the text is not known.")
    return 0


def to_text(matrix: "Matrix") -> str:
    """Write the matrix for a terminal: a line for each thing and ability that somebody has."""
    return "".join(f"{one_line(line)}\n" for line in _text(matrix))


def _text(matrix: "Matrix") -> Iterator[str]:
    from mlgov.roles.matrix import abilities_of

    if not matrix.subjects:
        yield "No role is approved, so nobody may do anything by one."
        return
    who = matrix.who()
    for thing in matrix.things:
        lines = [(each.title, who[thing, each.id]) for each in abilities_of(thing.kind) if (thing, each.id) in who]
        yield f"{thing.kind} {thing.name}" + ("" if lines else ": nobody")
        for title, cells in lines:
            yield f"    {title:<26} {', '.join(cell.role + '*' * bool(cell.conditions) for cell in cells)}"
    yield ""
    for subject in matrix.subjects:
        yield f"role {subject.name} is held by:"
        for holder in subject.holders:
            until = f", until {holder.until:%Y-%m-%dT%H:%M:%SZ} (grant {holder.grant})" if holder.until else ""
            yield f"    {holder.principal}{until}"
    if any(cell.conditions for cell in matrix.cells):
        yield ""
        yield "* under conditions; -f json says which."
