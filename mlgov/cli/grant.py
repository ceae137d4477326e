"""``mlgov grant``: ask for access to a role for a while, see what is in force, write assignments."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.files import create_file, write_file
from mlgov.cli.finding import tell, unknown
from mlgov.cli.lazy import LazyGroup, Table
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import UsageError
from mlgov.names import API_VERSION, POLICIES_FOLDER, Kind, folder_of, is_name, path_of

if TYPE_CHECKING:
    from mlgov.approvals.granting import GrantStanding
    from mlgov.roles.access_grants.assignments import AssignedRole
    from mlgov.wiring import Services

FORMAT = "mlgov/grants/v1"
#: Formats of assignments; the rows of mlgov.roles.access_grants.assignments, which is loaded only when it is used.
FORMATS = ("cloudformation", "terraform")
#: What is not defined here.
MOVES: Table = {
    "submit": ("mlgov.cli.moving:submit_grant", "Propose a grant for review: branch, commit, pull request."),
    "archive": ("mlgov.cli.moving:archive_grant", "Propose to take an approved grant out of use."),
}
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@click.group(cls=LazyGroup, table=MOVES)
def grant() -> None:
    """Access to roles for a while: asked for, approved, ended on time."""


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    """Read a moment; a day means its end, so that "until Friday" has Friday in it."""
    if value is None:
        return None
    is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    end = "T00:00:00Z" if param.name == "starts" else "T23:59:59Z"
    try:
        moment = datetime.fromisoformat(value + end if is_day else value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no moment; write 2026-12-31 or 2026-12-31T18:00:00Z") from None
    if moment.tzinfo is None:
        raise click.BadParameter(f"{value!r} has no offset; write 2026-12-31T18:00:00Z, or +01:00 instead of Z")
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _days(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:  # noqa: ARG001
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,4}d?", value):
        raise click.BadParameter(f"{value!r} is no number of days; write 14d")
    return int(value.removesuffix("d"))


@grant.command()
@click.argument("name")
@click.option("--role", "role", required=True, metavar="ROLE", help="The role, by the name of its document.")
@click.option(
    "--for",
    "who",
    required=True,
    metavar="PRINCIPAL",
    help="The ARN of an IAM user, role or identity provider; user:ID or group:ID of IAM Identity Center.",
)
@click.option("--subject", help="Whom the identity provider knows: the NameID (SAML) or the sub of the token (OIDC).")
@click.option("--audience", help="Whom the token is meant for (OIDC).")
@click.option("--from", "starts", callback=_moment, metavar="WHEN", help="When it starts; else with its approval.")
@click.option("--until", "expires", required=True, callback=_moment, metavar="WHEN", help="A day, or a moment.")
@click.option("--reason", required=True, help="What the access is needed for.")
@click.option("--requester", required=True, metavar="@HANDLE", help="Who asks for it; they cannot approve it.")
@click.option("--ticket", help="Where the request is followed.")
@click.pass_obj
def new(
    app: App,
    name: str,
    role: str,
    who: str,
    subject: str | None,
    audience: str | None,
    starts: str | None,
    expires: str,
    reason: str,
    requester: str,
    ticket: str | None,
) -> int:
    """Write the draft of an access grant, NAME: somebody who may assume a role for a while.

    The draft has to be reviewed, approved and merged; then the next 'mlgov role apply aws' lets the principal in, and
    the first one after its end takes that back. The moment of the end stands in the trust policy as well.
    """
    if not is_name(name):
        raise UsageError(f"{name!r} is no legal name.", hint="Use a-z, 0-9 and hyphens.")
    optional = {"starts": starts, "ticket": ticket}
    value: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": Kind.ACCESS_GRANT.value,
        "metadata": {"name": name, "owners": [requester]},
        "lifecycle": {"status": "draft"},
        "spec": {
            "role": role,
            "principal": _principal(who, subject, audience),
            "requester": requester,
            "reason": reason,
            "expires": expires,
            **{key: given for key, given in optional.items() if given},
        },
    }
    services = app.services(push=False)
    place = path_of(Kind.ACCESS_GRANT, name)
    if (app.root / place).exists():
        raise UsageError(f"{place} is there already.", hint="Choose another name.")
    data = _checked(app, services, value, place, role)
    if data is None:
        return 1
    create_file(app.root / place, data)
    click.echo(place)
    app.chat(f"It is a draft and gives nothing yet. Next: mlgov grant submit {name}")
    return 0


def _principal(who: str, subject: str | None, audience: str | None) -> dict[str, str]:
    """Read a principal as people write it."""
    kind, _, identity = who.partition(":")
    if kind in ("user", "group"):
        found = {"type": f"identity_centre_{kind}", "id": identity}
    elif ":saml-provider/" in who:
        found = {"type": "saml", "provider": who, "subject": _given(subject, "--subject", "SAML")}
    elif ":oidc-provider/" in who:
        asked = _given(audience, "--audience", "OpenID Connect"), _given(subject, "--subject", "OpenID Connect")
        found = {"type": "oidc", "provider": who, "audience": asked[0], "subject": asked[1]}
    else:
        found = {"type": "iam", "arn": who}
    for option, given, key in (("--subject", subject, "subject"), ("--audience", audience, "audience")):
        if given and key not in found:
            raise UsageError(f"{option} says nothing about {who}.", hint="Leave it out.")
    return found


def _given(value: str | None, option: str, what: str) -> str:
    if not value:
        raise UsageError(f"An identity provider of {what} knows many people.", hint=f"Say whom: {option}.")
    return value


def _checked(app: App, services: "Services", value: dict[str, Any], place: str, role: str) -> bytes | None:
    """Write the draft and judge it as `check` would, so that what was given is refused here and not later."""
    from mlgov.checks.check import check_snapshot
    from mlgov.checks.layout import render_document
    from mlgov.findings import Severity
    from mlgov.ports import REGULAR_FILE, File

    data = render_document(value, Kind.ACCESS_GRANT)
    folders = (folder_of(Kind.ROLE), folder_of(Kind.ACCESS_GRANT), POLICIES_FOLDER)
    here = services.repository.work_tree(folders)
    if path_of(Kind.ROLE, role) not in here:
        names = [path.split("/")[1].removesuffix(".yaml") for path in here if path.startswith("roles/")]
        raise unknown(Kind.ROLE, role, names)
    snapshot = {**here, place: File(place, REGULAR_FILE, data)}
    found = check_snapshot(snapshot, services.settings, today=services.clock.now().date())
    own = [finding for finding in found if finding.location.path == place]
    tell(app, own)
    return None if any(finding.severity is Severity.ERROR for finding in own) else data


@grant.command("list")
@click.option("--due", "days", callback=_days, metavar="DAYS", help="Those that end within so many days, or ended.")
@click.option("--role", "role", metavar="ROLE", help="Those of this role.")
@format_option()
@output_option
@click.pass_obj
def list_(app: App, days: int | None, role: str | None, format_: str, output: Path | None) -> int:
    """List access grants, and whether the history of HEAD says that they are in force."""
    services = app.services(push=False)
    tree = read_tree(services.repository.work_tree((folder_of(Kind.ACCESS_GRANT),)))
    now = services.clock.now()
    found = [each for each in standings_of(services, tree) if role in (None, each.grant.spec.role)]
    if days is not None:
        found = [each for each in found if _is_due(each, now, days)]
    found.sort(key=lambda each: (each.grant.spec.expires, each.name))
    text = to_json({"format": FORMAT, "grants": list(map(_values, found))}) if format_ == "json" else _text(found, now)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    tell(app, tree.findings, len(tree.snapshot))
    return int(bool(tree.findings))


def standings_of(services: "Services", tree: Tree) -> "list[GrantStanding]":
    """Say what each grant of a tree is by the history of HEAD, its role's approval included."""
    from mlgov.approvals.effective import standings
    from mlgov.approvals.granting import beside_roles, grant_standings
    from mlgov.cli.granting import history

    grants = tree.of(Kind.ACCESS_GRANT)
    if not grants:
        return []
    outcome, now = history(services), services.clock.now()
    roles = standings(outcome, now.date()) if outcome else []
    found = grant_standings(grants, outcome, now, services.settings.grants.max_days)
    return beside_roles(found, {role.name: role for role in roles if role.kind is Kind.ROLE})


def _is_due(each: "GrantStanding", now: datetime, days: int) -> bool:
    return each.state != "archived" and each.grant.spec.expires <= now + timedelta(days=days)


def _text(found: "Sequence[GrantStanding]", now: datetime) -> str:
    if not found:
        return "There are no such grants.\n"
    return "".join(f"{line}\n" for each in found for line in _lines(each, now))


def _lines(each: "GrantStanding", now: datetime) -> list[str]:
    from mlgov.roles.access_grants import principal_words

    spec = each.grant.spec
    left = (spec.expires - now).days
    more = f" ({left} days left)" if each.state in ("in force", "not started") else ""
    until = f"until {spec.expires.strftime(_MOMENT)}{more}"
    lines = [f"{each.name}: {each.state}, {until}: {spec.role} for {one_line(principal_words(spec.principal))}"]
    lines += [f"    from {spec.starts.strftime(_MOMENT)}"] if spec.starts else []
    lines += [f"    {one_line(each.reason)}"] if each.reason else []
    return [*lines, f"    asked for by {spec.requester}: {shortened(one_line(spec.reason), 300)}"]


def _values(each: "GrantStanding") -> dict[str, Any]:
    spec = each.grant.spec
    return {
        "name": each.name,
        "state": each.state.value,
        "why": each.reason or None,
        "status": each.grant.lifecycle.status.value,
        "approvers": list(each.approvers),
        "role": spec.role,
        "principal": spec.principal.model_dump(),
        "requester": spec.requester,
        "reason": spec.reason,
        "starts": spec.starts.strftime(_MOMENT) if spec.starts else None,
        "expires": spec.expires.strftime(_MOMENT),
        "ticket": spec.ticket,
    }


@grant.command()
@click.option("--to", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="What to write.")
@output_option
@click.pass_obj
def render(app: App, to: str, output: Path | None) -> int:
    """Write the assignments of IAM Identity Center for all grants to its users and groups that are in force.

    Each role that is granted becomes a permission set in its account, each grant an assignment. Deploy the file again
    after a grant has ended, so that its assignment goes: Identity Center itself ends none.
    """
    from mlgov.roles.access_grants.assignments import FORMATS as WRITERS

    services = app.services(push=False)
    found = assigned_roles(app, services)
    if found is None:
        return 1
    text = WRITERS[to](found, services.settings.grants.identity_centre)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    count = sum(len(each.grants) for each in found)
    app.chat(f"{count} assignment{'s' * (count != 1)} of {len(found)} role{'s' * (len(found) != 1)}.")
    return 0


def assigned_roles(app: App, services: "Services") -> "list[AssignedRole] | None":
    """List the roles that are assigned now; None when one of them has errors, which are said."""
    from mlgov.approvals.granting import live_by_role
    from mlgov.cli.role import findings_of, read_roles, typed_role
    from mlgov.findings import Severity, worst
    from mlgov.roles import render as render_role
    from mlgov.roles.access_grants.assignments import AssignedRole
    from mlgov.roles.access_grants.schema import Assigned

    tree = read_roles(app)
    live = live_by_role(standings_of(services, tree))
    assigned = {
        role: tuple(each for each in grants if isinstance(each.spec.principal, Assigned))
        for role, grants in sorted(live.items())
    }
    names = [role for role, grants in assigned.items() if grants and path_of(Kind.ROLE, role) in tree.snapshot]
    findings = findings_of(tree, names, everything=False)
    if names and not services.settings.grants.identity_centre:
        raise UsageError(
            "mlgov.toml names no instance of IAM Identity Center.", hint="Write identity_centre under [grants]."
        )
    tell(app, findings, len(names))
    if worst(findings) is Severity.ERROR:
        return None
    roles = [(typed_role(tree, name), assigned[name]) for name in names]
    return [
        AssignedRole(render_role(role, tree.library()), role.spec.account, grants)
        for role, grants in roles
        if role.spec.account
    ]
