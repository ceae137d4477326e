"""Hooks of alerts: from approved settings on the main line to what they do."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov import wiring
from mlgov.cli.app import App
from mlgov.cli.files import check_report_place
from mlgov.cli.plain import safe
from mlgov.errors import ForgeError, GitError, UsageError
from mlgov.monitors.hook_events import to_cloud_event, to_event_bridge
from mlgov.monitors.hooks import FOLDER, Act, Ended, Firing, Hook, load_records
from mlgov.monitors.rounds import Hooks
from mlgov.names import SETTINGS_FILE, Kind, Status, folder_of, path_of

if TYPE_CHECKING:
    from mlgov.ports import Forge, Message, MessageSink
    from mlgov.settings import HookSettings, Settings
    from mlgov.wiring import Services

ORIGIN = "origin"
#: The documents that a proposal about a card is judged with.
AROUND = (folder_of(Kind.MONITOR_SET), "evidence", "baselines")


@dataclass(frozen=True, slots=True)
class MainLine:
    """Where hooks are taken from.

    Attributes:
        remote: Name of the remote; empty when there is none.
        branch: Its main branch; empty when there is no remote.
    """

    remote: str
    branch: str


def prepared(app: App, services: "Services", *, no_push: bool) -> Hooks:
    """Read the approved hooks and connect to what they need, before any monitor runs.

    Raises:
        UsageError: HEAD is not on the main line, or something that a hook needs is missing.
        GitError: The remote does not say what its main line is.
    """
    line = _main_line(services)
    if no_push and line.remote:
        raise UsageError(
            "--hooks needs a ledger that is pushed: other machines would set off the same again.",
            hint="Leave --no-push out.",
        )
    settings = _approved(services)
    if settings.hooks != services.settings.hooks:
        app.chat(f"[hooks] in {SETTINGS_FILE} here is not what is approved on the main line; the approved one counts.")
    acts = {hook: act for hook, make in _ACTS.items() if (act := make(app, services, settings, line))}
    if not acts:
        app.chat(f"No hook is turned on: the approved {SETTINGS_FILE} has none under [hooks].")
    return Hooks(acts, secrets.token_hex(8))


# Approved settings


def _main_line(services: "Services") -> MainLine:
    """Find the main line, as the remote says it, and make sure that HEAD is on it: no branch sets off its own hooks."""
    repository = services.repository
    if not repository.is_under_git():
        raise UsageError("Hooks need a git repository: only what is committed can be approved.")
    names = (services.settings.ledger.remote, ORIGIN)
    known = next((remote for name in names if (remote := repository.remote(name))), None)
    if known is None:
        return MainLine("", "")
    main = repository.ask_main(known.name)
    repository.fetch(known.name, main.commit)
    head = repository.resolve("HEAD")
    if repository.merge_base(main.commit, head) != head:
        hint = f"Check out {main.branch} as {known.name} has it; what is not merged sets nothing off."
        raise UsageError(f"Hooks are taken from {main.branch} alone, and HEAD is not on it.", hint=hint)
    return MainLine(known.name, main.branch)


def _approved(services: "Services") -> "Settings":
    """Give the settings whose hooks count: the last approved ones, or those of HEAD where no approval rules are."""
    from mlgov.dashboard.standings import outcome_of
    from mlgov.settings import load

    outcome = outcome_of(services.repository, wiring.proof_ledger(services))
    if outcome and outcome.policy:
        return outcome.policy.settings
    file = services.repository.snapshot("HEAD", (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
    return load(file.data if file else b"")


# Events


def _event(app: App, services: "Services", settings: "Settings", line: MainLine) -> Act | None:  # noqa: ARG001 - one shape for all
    sinks = [(name, *_sink(services, settings, text, name)) for name, text in _numbered(settings.hooks)]

    def act(firing: Firing) -> Ended:
        failed = []
        for name, sink, shape in sinks:
            failed += [f"{name}: {lost.reason}" for lost in sink.deliver([shape(firing)])]
        if failed:
            return Ended(" ".join(failed), ok=False)
        return Ended(f"sent to {', '.join(name for name, _, _ in sinks)}")

    return act if sinks else None


def _numbered(hooks: "HookSettings") -> list[tuple[str, str]]:
    return [(f"sink {number} ({text.partition(':')[0]})", text) for number, text in enumerate(hooks.events, 1)]


def _sink(
    services: "Services", settings: "Settings", text: str, name: str
) -> "tuple[MessageSink, Callable[[Firing], Message]]":
    kind, _, target = text.partition(":")
    if kind == "jsonl":
        check_report_place(services.root / target)
    try:
        sink = wiring.message_sink(kind, target, settings, os.environ, services.root)
    except UsageError as error:
        raise UsageError(f"hooks.events, {name}: {error.message}", hint=error.hint) from None
    shape = to_event_bridge if kind == "eventbridge" else to_cloud_event
    return sink, lambda firing: shape(firing.raised, settings.events)


# Review


def _review(app: App, services: "Services", settings: "Settings", line: MainLine) -> Act | None:  # noqa: ARG001 - one shape
    if not settings.hooks.review_card:
        return None
    if not line.remote:
        raise UsageError("hooks.review_card needs a remote that pull requests are pushed to.")
    from mlgov.cli.gate_forge import the_forge

    forge = the_forge(services)
    return lambda firing: _send_back(services, forge, line, firing)


def _send_back(services: "Services", forge: "Forge", line: MainLine, firing: Firing) -> Ended:
    """Propose to send the card of a model in alert back to review, unless that is proposed already."""
    from mlgov.checks.proposed import check_proposed
    from mlgov.documents import load
    from mlgov.lifecycle import status_of
    from mlgov.lifecycle.proposals import Wish, carry_out, moved, plan

    model, repository = firing.claim.model, services.repository
    path = path_of(Kind.MODEL_CARD, model)
    start = repository.snapshot("HEAD", AROUND, (path,))
    document = load(start[path].data, path)[0] if path in start else None
    status = status_of(document) if document else None
    if document is None or status is not Status.APPROVED:
        return Ended(f"{path} is {status or 'not there'}; only an approved card is sent back.")
    if number := _open_request(services, forge, model):
        return Ended(f"pull request #{number} asks for it already", pull_request=number)
    files = {path: moved(document, Status.PENDING_REVIEW)}
    wish = Wish(_branch(firing), files, f"Send the model card {model} back to review", _body(firing, path))
    planned = plan(wish, repository, remote=line.remote, into=line.branch)
    if found := check_proposed(start, files, services.settings, today=services.clock.now().date()):
        return Ended(f"{path} would break rules: {found[0].rule.code}: {found[0].message}", ok=False)
    outcome = carry_out(planned, repository, forge)
    request = outcome.pull_request
    if request is None and isinstance(outcome.trouble, GitError):
        # An earlier attempt, or another machine, may have pushed the branch and not come to the request.
        try:
            request = forge.open_pull_request(wish.title, wish.body, head=wish.branch, base=line.branch)
        except ForgeError:
            request = None
    if request is None:
        trouble = outcome.trouble
        return Ended(f"{trouble.message} {trouble.hint}".strip() if trouble else "It was not proposed.", ok=False)
    return Ended(f"pull request #{request.number}: {request.url}", pull_request=request.number)


def _open_request(services: "Services", forge: "Forge", model: str) -> int:
    """Give the pull request of an earlier alert of the model that is still open; 0 when there is none."""
    records = load_records(services.ledger.records(f"{FOLDER}/{model}/"))
    for number in sorted({record.pull_request for record in records} - {0}, reverse=True):
        if forge.pull_request(number).state == "open":
            return number
    return 0


def _branch(firing: Firing) -> str:
    return f"alert-{firing.claim.model}-{firing.claim.since:%Y-%m-%d}"


def _body(firing: Firing, path: str) -> str:
    claim = firing.claim
    since = f"{claim.since:%Y-%m-%d %H:%M}"
    return (
        f"The monitor `{claim.monitor}` of the model `{claim.model}` is in alert since {since} UTC. "
        f"So `{path}` is to be reviewed again.\n\n- Last execution: `{firing.raised.last.path}`\n\n"
        "Close this request if the card may stay approved; it is not opened again for this alert.\n"
    )


# Command


def _command(app: App, services: "Services", settings: "Settings", line: MainLine) -> Act | None:  # noqa: ARG001 - one shape
    hooks = settings.hooks
    if not hooks.command:
        return None
    runner = wiring.command_runner(services.root)

    def act(firing: Firing) -> Ended:
        end = runner.run(hooks.command, _variables(firing, services.root), limit_s=hooks.command_limit_s)
        if end.output:
            click.echo(safe(end.output.rstrip("\n")), err=True)
        return Ended(end.problem or "the command ended with exit code 0", ok=not end.problem)

    return act


def _variables(firing: Firing, root: Path) -> Mapping[str, str]:
    """Tell the command what it is about: names and times only, no words of data."""
    return {
        "MLGOV_MODEL": firing.claim.model,
        "MLGOV_MONITOR": firing.claim.monitor,
        "MLGOV_MONITORING_TYPE": firing.raised.monitor.monitoring_type.value,
        "MLGOV_EXECUTION": firing.raised.last.path,
        "MLGOV_IN_ALERT_SINCE": f"{firing.claim.since:%Y-%m-%dT%H:%M:%SZ}",
        "MLGOV_REPOSITORY": str(root),
    }


_ACTS: dict[Hook, Callable[[App, "Services", "Settings", MainLine], Act | None]] = {
    Hook.EVENT: _event,
    Hook.REVIEW: _review,
    Hook.COMMAND: _command,
}
