"""``mlgov role new``: a wizard for a terminal, in which every question is an option as well."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from mlgov.checks.layout import render_document
from mlgov.checks.proposed import with_files
from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.files import create_file
from mlgov.cli.plain import one_line, safe
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.cli.role_questions import Questions
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity, in_order, worst
from mlgov.lifecycle import rules
from mlgov.lifecycle.tombstones import tombstone_path
from mlgov.names import Kind, folder_of, is_name, path_of
from mlgov.roles import check_role
from mlgov.roles.draft import Answers, draft
from mlgov.roles.schema import RoleDocument
from mlgov.wiring import Services

#: Answers that are lists -> their option and its help. The rest of the command line is made from this table.
LISTS = {
    "subnets": ("--subnet", "A subnet that jobs must run in."),
    "security_groups": ("--security-group", "A security group that jobs must run in."),
    "data_keys": ("--data-key", "ARN of a KMS key for data."),
    "volume_keys": ("--volume-key", "ARN of a KMS key for volumes."),
    "roles_to_pass": ("--role-to-pass", "ARN of an execution role that may be handed to SageMaker."),
    "s3_buckets": ("--s3-bucket", "Name of an S3 bucket."),
    "ecr_repositories": ("--ecr-repository", "ARN of an ECR repository."),
    "athena_workgroups": ("--athena-workgroup", "Name of an Athena workgroup."),
    "glue_databases": ("--glue-database", "Name of a Glue database."),
    "mlflow_servers": ("--mlflow-server", "Name of an MLflow tracking server."),
    "managed_policy_arns": ("--managed-policy", "ARN of a managed policy to attach besides."),
    "principals": ("--principal", "ARN of an IAM role or user that may assume the role."),
    "saml_providers": ("--saml-provider", "ARN of a SAML identity provider whose users may assume the role."),
}


def _lists(command: Callable[..., Any]) -> Callable[..., Any]:
    for key, (option, text) in reversed(LISTS.items()):
        command = click.option(option, key, multiple=True, help=f"{text} May be repeated.")(command)
    return command


@click.command()
@click.argument("name")
@click.option("--persona", help="The kind of user that the role is made for.")
@click.option("--title", default="", help="The name for people.")
@click.option("--description", default="", help="What the role is for.")
@click.option("--owner", "owners", multiple=True, metavar="@TEAM", help="Who answers for the role; may be repeated.")
@click.option("--account", default="", help="The AWS account, twelve digits.")
@click.option("--region", default="", help="The AWS region.")
@click.option("--activity", "activities", multiple=True, help="An ML activity, in place of the persona's own.")
@_lists
@click.option("--github", multiple=True, metavar="OWNER/NAME:ENVIRONMENT", help="A workflow that may assume the role.")
@click.option("--permissions-boundary", default="", help="ARN of the policy that is the role's upper bound.")
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag of the role; may be repeated.")
@click.option("--ask/--no-ask", default=None, help="Ask for what no option says; the default on a terminal.")
@click.option("--yes", is_flag=True, help="Write without a review.")
@click.option("--dry-run", is_flag=True, help="Print the draft and write nothing.")
@click.pass_obj
def new(
    app: App,
    /,
    name: str,
    persona: str | None,
    activities: Sequence[str],
    github: Sequence[str],
    tags: Sequence[str],
    ask: bool | None,
    yes: bool,
    dry_run: bool,
    **given: Any,  # noqa: ANN401 - the rest of the options, by the names of the answers
) -> int:
    """Write roles/NAME.yaml: a draft of a role, ready to be rendered.

    On a terminal it asks for what no option says: persona, place, network, keys, activities and just the parameters
    that these need, who may assume the role, managed policies, tags; then it shows the draft. Elsewhere options say
    it all. What the checks refuse is not written, and nothing is overwritten.
    """
    services = app.services(push=False)
    path = _free_path(services, name)
    tree = read_tree(services.repository.work_tree([folder_of(Kind.ROLE)]))
    asking = sys.stdin.isatty() if ask is None else ask
    answers = Answers(
        name,
        persona or "",
        lists={key: given.pop(key) for key in LISTS},
        activities=activities or None,
        github=_pairs(github, ":", "--github OWNER/NAME:ENVIRONMENT"),
        tags={key: values[-1] for key, values in _pairs(tags, "=", "--tag KEY=VALUE").items()},
        **given,
    )
    questions = Questions(tree.library(), {key: option for key, (option, _) in LISTS.items()})
    answers = questions.ask(answers) if asking else questions.complete(answers)
    data = render_document(draft(answers), Kind.ROLE)
    return _write(app, tree, path, data, review=asking and not yes, dry_run=dry_run)


def _write(app: App, tree: Tree, path: str, data: bytes, *, review: bool, dry_run: bool) -> int:
    """Write a draft that the checks accept."""
    findings = _findings(tree, path, data)
    told = [found for found in findings if found.severity is Severity.ERROR or not app.quiet]
    if told:
        click.echo(report(told, "text", context=ReportContext(files=1)), err=True, nl=False)
    if worst(findings) is Severity.ERROR:
        app.chat("Nothing was written.")
        return 1
    if dry_run:
        click.echo(safe(data.decode()), nl=False)
        return 0
    if review:
        click.echo(safe(data.decode()), err=True)
        if not click.confirm(f"Write {path}?", default=True, err=True):
            app.chat("Nothing was written.")
            return 0
    create_file(app.root / path, data)
    click.echo(path)
    name = path.rpartition("/")[2].removesuffix(".yaml")
    app.chat(f"'mlgov role render {name}' prints the IAM role that it describes.")
    return 0


def _findings(tree: Tree, path: str, data: bytes) -> list[Finding]:
    """Find what is wrong with a draft among the other files of its folder."""
    after = read_tree(with_files(tree.snapshot, {path: data}))
    findings = [found for found in after.findings if found.location.path == path]
    if path in after.governed:
        typed = after.governed[path].typed
        assert isinstance(typed, RoleDocument)  # noqa: S101 - the folder decides the kind
        findings += check_role(after.documents[path], typed, after.library())
    return in_order(findings)


def _free_path(services: Services, name: str) -> str:
    if not is_name(name):
        hint = f"{rules.BAD_NAME.summary} {rules.BAD_NAME.fix}"
        raise UsageError(f"{one_line(name)!r} cannot be the name of a role.", hint=hint)
    path = path_of(Kind.ROLE, name)
    if (services.root / path).exists() or (services.root / path).is_symlink():
        raise UsageError(f"{path} is there already.", hint="Choose another name, or change the file.")
    if (services.root / tombstone_path(Kind.ROLE, name)).exists():
        raise UsageError(f"There was a role {name}, and its name is not used again.", hint="Choose another name.")
    return path


def _pairs(texts: Sequence[str], sign: str, form: str) -> Mapping[str, list[str]]:
    """Split texts into what stands before the sign and all that stands after it."""
    pairs: dict[str, list[str]] = {}
    for text in texts:
        key, found, value = text.partition(sign)
        if not (key and found and value):
            raise UsageError(f"{text!r} is not of the form {form}.")
        pairs.setdefault(key, []).append(value)
    return pairs
