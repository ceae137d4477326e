"""``mlgov role``: the roles of the repository, and the IAM policies rendered from them."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import replace

import click

from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.files import write_report
from mlgov.cli.finding import tell
from mlgov.cli.granting import live_grants
from mlgov.cli.lazy import LazyGroup, Table
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity, in_order, worst
from mlgov.names import POLICIES_FOLDER, Kind, Status, folder_of, path_of
from mlgov.roles import TARGETS, Library, RoleDocument, activities_of, attached_policies, check_role, is_own
from mlgov.roles.access_grants import with_grants
from mlgov.roles.assembly import assemble

FOLDER = folder_of(Kind.ROLE)
COMMANDS: Table = {
    "new": ("mlgov.cli.role_new:new", "Write a draft of a role; on a terminal it asks for what it needs."),
    "render": ("mlgov.cli.role:render", "Render roles: trust policy, policies, tags and all."),
    "list": ("mlgov.cli.role:list_", "List the roles with their persona, activities and status."),
    "can": ("mlgov.cli.role_can:can", "Say whether a role may do something, and which statement decides."),
    "matrix": ("mlgov.cli.role_matrix:matrix", "Say who may do what to which model, endpoint, card and bucket."),
    "submit": ("mlgov.cli.moving:submit_role", "Propose a role for review: branch, commit, pull request."),
    "archive": ("mlgov.cli.moving:archive_role", "Propose to take an approved role out of use."),
    "plan": ("mlgov.cli.role_account:plan", "Say what would bring the roles of an account to git."),
    "apply": ("mlgov.cli.role_account:apply", "Bring the roles of an account to git."),
    "drift": ("mlgov.cli.role_drift:drift", "Say what was changed by hand in an account."),
    "snapshot": ("mlgov.cli.role_account:snapshot", "Write down what an account has."),
    "activities": ("mlgov.cli.role_library:activities", "List the ML activities that roles are put together from."),
    "personas": ("mlgov.cli.role_library:personas", "List the personas that roles are made for."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def role() -> None:
    """Role specs and the IAM policies rendered from them."""


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Every role that is not archived.")
@click.option("--to", type=click.Choice(list(TARGETS)), default="iam", show_default=True, help="What to render to.")
@click.option("--compat", type=click.Choice(["strict", "cdk"]), help="Render this way, whatever the roles say.")
@click.option("-o", "--output", metavar="PATH", help="A file for one role; a folder for several.")
@click.pass_obj
def render(app: App, names: Sequence[str], every: bool, to: str, compat: str | None, output: str | None) -> int:
    """Render roles: trust policy, policies, tags and all.

    One NAME gives one text. Several, or --all, give a JSON list, or with -o DIR a file each; formats other than iam
    need the latter. Nothing is written when one of the roles has an error. The trust policy has a statement for every
    access grant that is in force.
    """
    if bool(names) == every:
        raise UsageError("Name the roles to render, or give --all.")
    if output is None and to != "iam" and (every or len(set(names)) > 1):
        raise UsageError(f"Several roles do not make one text for {to}.", hint="Name a folder: -o DIR.")
    tree = read_roles(app)
    chosen = _present(tree) if every else list(dict.fromkeys(names))
    tree = _in_compat(tree, compat)
    findings = findings_of(tree, chosen, everything=every)
    tell(app, findings, len(chosen))
    if worst(findings) is Severity.ERROR:
        return 1
    live = live_grants(app.services(push=False), tree)
    # Nothing is wrong with them, as was just found out; to ask `render` would be to find out again.
    rendered = {name: assemble(typed_role(tree, name), tree.library()) for name in chosen}
    texts = {name: TARGETS[to].write(with_grants(each, live.get(name, ()))) for name, each in rendered.items()}
    _write(app, texts, output, TARGETS[to].ending, as_list=every or len(chosen) > 1)
    return 0


@click.command("list")
@format_option()
@click.pass_obj
def list_(app: App, format_: str) -> int:
    """List the roles with their persona, activities and status."""
    tree = read_roles(app)
    rows = [_row(found, tree.library()) for found in tree.of(Kind.ROLE)]
    if format_ == "json":
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo("".join(f"{one_line(_line(row))}\n" for row in rows), nl=False)
    tell(app, tree.findings, len(rows))
    return int(worst(tree.findings) is Severity.ERROR)


def read_roles(app: App) -> Tree:
    """Read the roles of the work tree, and the access grants to them."""
    return read_tree(
        app.services(push=False).repository.work_tree([FOLDER, POLICIES_FOLDER, folder_of(Kind.ACCESS_GRANT)])
    )


def _in_compat(tree: Tree, compat: str | None) -> Tree:
    """Give the roles as if each said ``compat``."""
    if compat is None:
        return tree
    changed = {}
    for path, found in ((each.document.path, each) for each in tree.of(Kind.ROLE)):
        spec = found.typed.spec.model_copy(update={"compat": compat})
        changed[path] = replace(found, typed=found.typed.model_copy(update={"spec": spec}))
    return replace(tree, governed=tree.governed | changed)


def _present(tree: Tree) -> list[str]:
    """List every role that is not archived."""
    found = [role.name for role in tree.of(Kind.ROLE) if role.typed.lifecycle.status is not Status.ARCHIVED]
    if not found and not tree.findings:
        raise UsageError(f"There is no role to render in {FOLDER}/.", hint=f"Write one in {FOLDER}/<name>.yaml.")
    return found


def findings_of(tree: Tree, names: Sequence[str], *, everything: bool) -> list[Finding]:
    """Collect what is wrong with the chosen roles; with all of them, what is wrong with any file of the folder."""
    paths = [path_of(Kind.ROLE, name) for name in names]
    for name, path in zip(names, paths, strict=True):
        if path not in tree.snapshot:
            raise UsageError(f"There is no {path}.", hint=_close(tree, name))
    findings = [f for f in tree.findings if everything or f.location.path in paths or is_own(f.location.path)]
    for name, path in zip(names, paths, strict=True):
        if path in tree.governed:
            role = typed_role(tree, name)
            files = attached_policies(role.spec, tree.snapshot)
            findings.extend(check_role(tree.documents[path], role, tree.library(), files))
    return in_order(findings)


def _close(tree: Tree, name: str) -> str:
    below = [path for path in tree.snapshot if path.startswith(f"{FOLDER}/")]
    names = [path.removeprefix(f"{FOLDER}/").removesuffix(".yaml") for path in below]
    close = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else "'mlgov role list' lists the roles."


def typed_role(tree: Tree, name: str) -> RoleDocument:
    """Give a role that has no errors, typed."""
    found = tree.governed[path_of(Kind.ROLE, name)].typed
    assert isinstance(found, RoleDocument)  # noqa: S101 - the folder decides the kind
    return found


def _write(app: App, texts: dict[str, str], output: str | None, ending: str, *, as_list: bool) -> None:
    if output is None:
        click.echo(_listed(list(texts.values())) if as_list else "".join(texts.values()), nl=False)
        return
    place = app.directory / output
    is_folder = as_list or output.endswith("/") or place.is_dir()
    if is_folder and place.exists() and not place.is_dir():
        raise UsageError(f"{output} is a file.", hint="Name a folder to write several roles to.")
    for name, text in texts.items():
        write_report(place / f"{name}{ending}" if is_folder else place, text.encode(), make_folder=is_folder)


def _listed(texts: Sequence[str]) -> str:
    return "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n"


def _row(found: Governed, library: Library) -> dict[str, str | list[str] | None]:
    document = found.typed
    assert isinstance(document, RoleDocument)  # noqa: S101 - the folder decides the kind
    return {
        "name": found.name,
        "title": document.metadata.title,
        "status": document.lifecycle.status.value,
        "persona": document.spec.persona,
        "activities": sorted(choice.id for choice in activities_of(document.spec, library)),
    }


def _line(row: dict[str, str | list[str] | None]) -> str:
    return f"{row['name']:<32} {row['status']:<15} {row['persona']:<16} {' '.join(row['activities'] or ())}"
