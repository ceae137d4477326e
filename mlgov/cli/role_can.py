"""``mlgov role can``: ask what IAM would answer, offline."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mlgov.checks.tree import Tree
from mlgov.cli.app import App
from mlgov.cli.finding import tell
from mlgov.cli.granting import live_grants
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.role import findings_of, read_roles, typed_role
from mlgov.errors import ImportFormatError, UsageError
from mlgov.names import Kind, path_of
from mlgov.roles import RoleDocument, render
from mlgov.roles.access_grants import LiveGrant, with_grants
from mlgov.roles.simulation import Answer, SimulatedRole, StatementRef, principal, simulate

FORMAT = "mlgov/role-answer/v1"
Context = dict[str, list[str]]
#: Role -> its grants that are in force.
Live = Mapping[str, Sequence[LiveGrant]]


@click.command()
@click.argument("name", metavar="ROLE")
@click.argument("action")
@click.argument("resource", default="*")
@click.option(
    "--context",
    "said",
    multiple=True,
    metavar="KEY=VALUE",
    help="A condition key of the request; again for more values.",
)
@click.option("--principal", "who", metavar="NAME", help="Ask the trust policy for a service or an ARN instead.")
@click.option(
    "--policy", "files", multiple=True, metavar="ARN=FILE", help="The JSON of a policy that the role attaches."
)
@format_option()
@click.pass_obj
def can(
    app: App,
    name: str,
    action: str,
    resource: str,
    said: Sequence[str],
    who: str | None,
    files: Sequence[str],
    format_: str,
) -> int:
    """Say whether a role may do something, and which statement decides.

    RESOURCE is an ARN without wildcards; leave it out for an action that has none. A key that --context does not name
    is absent from the request; a key given twice has two values.

    Passing or assuming another role of the repository asks that role's trust policy too. With --principal, ACTION is
    sts:AssumeRole or one of its kin, and the question is whether the trust policy of ROLE lets NAME in.

    Access grants that are in force stand in the trust policy; aws:CurrentTime is the present time unless --context says
    another.

    Policies of buckets, keys and the organisation take no part.

    Exit code 0: allowed. 1: denied.
    """
    if any(sign in action for sign in "*?") or (any(sign in resource for sign in "*?") and resource != "*"):
        raise UsageError("A request names one action and one resource, without wildcards.")
    tree = read_roles(app)
    services = app.services(push=False)
    live = live_grants(services, tree)
    texts = {arn: _document(app, arn, path) for arn, path in _pairs("--policy", files)}
    role = _simulated(app, tree, name, texts, live)
    context: Context = {}
    for key, value in _pairs("--context", said):
        context.setdefault(key, []).append(value)
    if who is not None and not any(key.lower() == "aws:currenttime" for key in context):
        context["aws:CurrentTime"] = [services.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")]
    asked = {"role": role.arn, "principal": who, "action": action, "resource": resource, "context": context}
    target = _target(tree, resource, live) if ":role/" in resource else None
    answer = _ask(role, target, asked)
    click.echo(_as_json(asked, answer, role) if format_ == "json" else _as_text(answer), nl=False)
    _warn(app, target, role, asked)
    return 0 if answer.is_allowed else 1


def _ask(role: SimulatedRole, target: SimulatedRole | None, asked: Mapping[str, Any]) -> Answer:
    action, context = asked["action"], asked["context"]
    if asked["principal"] is not None:
        return role.may_be_assumed(principal(asked["principal"]), context, action=action)
    if target and action.lower() == "iam:passrole":
        return role.may_pass(target, context)
    if target and action.lower() == "sts:assumerole":
        return role.may_assume(target, context)
    return role.may(action, asked["resource"], context)


def _warn(app: App, target: SimulatedRole | None, role: SimulatedRole, asked: Mapping[str, Any]) -> None:
    """Say what the answer does not know."""
    if asked["principal"] is not None:
        return
    if role.unknown:
        app.chat(f"Decided without {', '.join(role.unknown)}; give each as --policy ARN=FILE.")
    if asked["action"].lower() == "sts:assumerole" and not target:
        app.chat(f"Decided without the trust policy of {asked['resource']}: it is no role of this repository.")


def _simulated(app: App, tree: Tree, name: str, policies: Mapping[str, Any], live: Live) -> SimulatedRole:
    """Make the role askable. One with errors raises, because exit code 1 would say that it is denied."""
    findings = findings_of(tree, [name], everything=False)
    if path_of(Kind.ROLE, name) not in tree.governed:
        tell(app, findings, 1)
        raise UsageError(f"{path_of(Kind.ROLE, name)} cannot be read as a role.")
    return _simulate(tree, typed_role(tree, name), policies, live)


def _target(tree: Tree, arn: str, live: Live) -> SimulatedRole | None:
    """Find the role of the repository that has this ARN; one that cannot be rendered has no trust policy to ask."""
    for found in tree.of(Kind.ROLE):
        try:
            other = _simulate(tree, typed_role(tree, found.name), {}, live)
        except UsageError:
            continue
        if other.arn == arn:
            return other
    return None


def _simulate(tree: Tree, role: RoleDocument, policies: Mapping[str, Any], live: Live) -> SimulatedRole:
    rendered = with_grants(render(role, tree.library()), live.get(role.metadata.name, ()))
    return simulate(role.spec, rendered, policies)


def _pairs(option: str, given: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in given]
    if wrong := [text for text, (key, sign, _) in zip(given, pairs, strict=True) if not (key and sign)]:
        raise UsageError(f"{option} {wrong[0]!r} has no '='.", hint=f"Write {option} KEY=VALUE.")
    return [(key, value) for key, _, value in pairs]


def _document(app: App, arn: str, path: str) -> Any:  # noqa: ANN401 - compiling judges what it is
    try:
        return json.loads((app.directory / path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise ImportFormatError(f"{path} is not JSON.", hint=f"It should hold the document of {arn}.") from error


def _as_text(answer: Answer) -> str:
    word = "allowed" if answer.is_allowed else "denied"
    return f"{word}: {one_line(answer.reason)}\n"


def _as_json(asked: Mapping[str, Any], answer: Answer, role: SimulatedRole) -> str:
    return to_json(
        {
            "format": FORMAT,
            **asked,
            "decision": answer.decision.value,
            "decided_by": [_ref(ref) for ref in answer.decided_by],
            "reason": answer.reason,
            "nearest": _ref(answer.nearest) if answer.nearest else None,
            "failed_conditions": list(answer.failed),
            "unknown_policies": list(role.unknown),
        }
    )


def _ref(ref: StatementRef) -> dict[str, str | int]:
    return {"policy": ref.policy, "statement": ref.number, "sid": ref.sid, "effect": ref.effect}
