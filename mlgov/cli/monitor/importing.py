"""``mlgov monitor import``: schedules of Model Monitor as a monitor set."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.files import create_file, one_at_a_time
from mlgov.cli.plain import one_line, safe, shortened
from mlgov.errors import ImportFormatError, MlgovError, OutsideError, UsageError
from mlgov.names import Kind, is_name, path_of

if TYPE_CHECKING:
    from mlgov.monitors.sagemaker import BaselineFile, Left

#: No description and no baseline needs more.
MAX_BYTES = 16 * 1024 * 1024
_MAX_DEPTH = 64


def _moves(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:  # noqa: ARG001
    pairs = [value.partition("=") for value in values]
    if bad := next((pair for pair in pairs if not (pair[0] and pair[2])), None):
        raise click.BadParameter(f"{''.join(bad)!r} is no pair; write s3://bucket/prefix=traffic/fraud")
    return {old.rstrip("/"): new.rstrip("/") for old, _, new in pairs}


@click.command("import")
@click.argument("source", type=click.Choice(["sagemaker"]))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--from-account", "schedules", multiple=True, metavar="SCHEDULE", help="Ask AWS; may be repeated.")
@click.option(
    "--model", default="", metavar="NAME", help="The model that is watched; the endpoint's name when missing."
)
@click.option("--capture", default="", metavar="URI", help="Where the endpoint writes captures, when no FILE says so.")
@click.option(
    "--map",
    "moves",
    multiple=True,
    callback=_moves,
    metavar="OLD=NEW",
    help="Addresses that begin with OLD begin with NEW now; may be repeated.",
)
@click.pass_obj
@one_at_a_time
def import_(
    app: App,
    source: str,  # noqa: ARG001 - there is one
    files: Sequence[Path],
    schedules: Sequence[str],
    model: str,
    capture: str,
    moves: Mapping[str, str],
) -> int:
    """Make a monitor set of schedules of Model Monitor.

    FILEs are what the AWS command line prints: describe-monitoring-schedule, the describe-…-job-definition of its type,
    describe-endpoint (it says where captures are), list-monitoring-alerts, and the analysis_config.json of a bias
    monitor. All in one call are about one model. Baselines are copied from where they are, when that can be read.

    Writes a draft, monitors/MODEL.yaml, and the files of its baselines; what is there is never overwritten. Monitors
    have `mode: sagemaker`, so they judge as before. Whatever has no place here is listed on standard error, and a
    monitor that cannot run yet is switched off and says why.
    """
    from mlgov.monitors.sagemaker import described, take_over
    from mlgov.monitors.sagemaker.taking_over import switched_off, unread

    if not files and not schedules:
        raise UsageError("Nothing to import.", hint="Name the files, or a schedule with --from-account.")
    if model and not is_name(model):
        raise UsageError(f"{model!r} is no legal name of a model.", hint="Use a-z, 0-9 and hyphens.")
    values = [(str(file), _json(_bytes(app.directory / file), str(file))) for file in files]
    found = described([*values, *_asked(schedules)])
    taken = take_over(
        found, model=model, capture=capture, moved=lambda uri: _moved(uri, moves), fetched=lambda uri: _config(app, uri)
    )
    path = path_of(Kind.MONITOR_SET, taken.value["metadata"]["name"])
    _check_free(app, [path, *(file.path for file in taken.files)])
    copied, lost = _copies(app, taken.files)
    value = switched_off(taken.value, {file.monitor for file, _ in lost})
    create_file(app.root / path, _document(value, path))
    for each, data in copied:
        create_file(app.root / each.path, data)
    for name in (path, *(each.path for each, _ in copied)):
        click.echo(name)
    card = path_of(Kind.MODEL_CARD, taken.value["spec"]["model"])
    if not (app.root / card).exists():
        app.chat(
            f"There is no {card} yet, and a monitor set needs it: add the card, or name another model with --model."
        )
    _tell(app, [*taken.left, *(unread(each, why) for each, why in lost)])
    return 0


def _asked(schedules: Sequence[str]) -> list[tuple[str, Any]]:
    """Ask AWS; what two schedules share counts once."""
    if not schedules:
        return []
    from mlgov.wiring import schedule_source

    source = schedule_source()
    return list({label: value for name in schedules for label, value in source.describe(name)}.items())


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise OutsideError(f"{path} could not be read: {error.strerror}.", hint="Check the path.") from None
    if len(data) > MAX_BYTES:
        raise ImportFormatError(f"{path} is larger than {MAX_BYTES // 1024**2} MB.")
    return data


def _json(data: bytes, label: str) -> Any:  # noqa: ANN401 - any JSON value
    from mlgov.documents.strict_json import is_deeper

    try:
        text = data.decode("utf-8-sig")
        if is_deeper(text, _MAX_DEPTH):
            raise ImportFormatError(f"{label} is nested deeper than {_MAX_DEPTH} levels.")
        return json.loads(text)
    except ValueError as error:
        raise ImportFormatError(f"{label} is no JSON: {error}.", hint="Save it with --output json.") from None


def _moved(uri: str, moves: Mapping[str, str]) -> str:
    for old, new in sorted(moves.items(), key=lambda pair: -len(pair[0])):
        if uri == old or uri.startswith(f"{old}/"):
            return new + uri.removeprefix(old)
    return uri


def _config(app: App, uri: str) -> Mapping[str, Any] | None:
    """Read an analysis configuration; None when it cannot be had."""
    from mlgov.wiring import whole_file

    try:
        value = _json(whole_file(app.root, uri, MAX_BYTES), uri)
    except MlgovError:
        return None
    return value if isinstance(value, dict) else None


def _copies(
    app: App, files: "Sequence[BaselineFile]"
) -> "tuple[list[tuple[BaselineFile, bytes]], list[tuple[BaselineFile, str]]]":
    """Read what is to be copied; gives what came, and what did not, with why."""
    from mlgov.wiring import whole_file

    copied, lost = [], []
    for file in files:
        try:
            copied.append((file, whole_file(app.root, file.uri, MAX_BYTES)))
        except MlgovError as error:
            lost.append((file, error.message))
    return copied, lost


def _check_free(app: App, paths: Sequence[str]) -> None:
    if there := [path for path in paths if (app.root / path).exists()]:
        hint = "Remove it, or import under another name with --model."
        raise UsageError(f"{there[0]} is there already.", hint=hint)


def _document(value: dict[str, Any], path: str) -> bytes:
    """Write the document as `mlgov fmt` does, and refuse what `mlgov check` would not read."""
    from mlgov.checks.layout import render_document
    from mlgov.documents import load
    from mlgov.lifecycle import validate
    from mlgov.monitors import MonitorSetDocument

    data = render_document(value, Kind.MONITOR_SET)
    document, findings = load(data, path)
    if document is not None:
        checked, findings = validate(document, MonitorSetDocument)
        if checked is not None:
            return data
    said = "".join(f"\n  {shortened(one_line(found.message), 300)}" for found in findings)
    raise ImportFormatError(f"The schedules do not fit into a monitor set:{said}")


def _tell(app: App, left: "Sequence[Left]") -> None:
    """List what has no place, keys of one file with one reason together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in left:
        label, _, key = each.path.partition(": ")
        groups.setdefault((label, each.reason), []).append(key)
    if not groups:
        return
    lines = ["What a monitor set has no place for, or tells otherwise:"]
    for (label, reason), keys in groups.items():
        named = shortened(", ".join(filter(None, keys)), 300)
        lines.append(f"  {one_line(label)}: {one_line(named)}{': ' * bool(named)}{one_line(reason)}")
    app.chat(safe("\n".join(lines)))
