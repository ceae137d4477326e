"""``mlgov monitor capture``: a recording proxy before a scorer."""

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

PARTLY = 5
_LISTEN = re.compile(r"(?:(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):)?(?P<port>\d{1,5})")


def _place(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, int]:  # noqa: ARG001
    found = _LISTEN.fullmatch(value)
    if not found or int(found["port"]) > 65_535:
        raise click.BadParameter(f"{value!r} is no place to listen; write 127.0.0.1:8090 or 8090")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder of the capture files.")
@click.option("--endpoint", required=True, metavar="NAME", help="Name of the endpoint: the first folder below.")
@click.option("--variant", default="AllTraffic", show_default=True, metavar="NAME", help="The second folder.")
@click.option("--upstream", required=True, metavar="ADDRESS", help="The scorer: http://127.0.0.1:8080.")
@click.option(
    "--listen",
    callback=_place,
    default="127.0.0.1:8090",
    show_default=True,
    metavar="HOST:PORT",
    help="Where callers come; port 0 is any free one.",
)
@click.option("--path", default="/invocations", show_default=True, help="POSTs to this path are captured.")
@click.option("--share", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Share that is captured.")
@click.pass_obj
def capture(
    app: App,
    folder: Path,
    endpoint: str,
    variant: str,
    upstream: str,
    listen: tuple[str, int],
    path: str,
    share: float,
) -> int:
    """Stand before a scorer and write down what it is asked.

    Everything is handed on to the scorer and back. Successful POSTs to the path are written as SageMaker writes data
    capture, ENDPOINT/VARIANT/yyyy/mm/dd/hh/*.jsonl in UTC, which monitors read as sagemaker_capture. The caller has the
    answer before anything is written. Runs until it is stopped (Ctrl-C, SIGTERM); exits with 5 when records could not
    be written. No encryption and no sign-in: listen where only your callers are.
    """
    from mlgov.monitors.capturing import CaptureLog
    from mlgov.wiring import capture_proxy

    place = app.directory / folder
    if place.exists() and not place.is_dir():
        raise UsageError(f"{folder} is no folder.", hint="Name another one with --to.")
    try:
        log = CaptureLog(place, endpoint, variant, share)
    except ValueError as error:
        raise UsageError(str(error)) from None
    proxy = capture_proxy(upstream, log, path=path, listen=listen, tell=app.chat)
    signal.signal(signal.SIGTERM, _stop)
    click.echo(proxy.address)
    app.chat(f"POSTs to {proxy.address}{path} go to {upstream} and are written below {folder}. Stop with Ctrl-C.")
    try:
        proxy.serve()
    except KeyboardInterrupt:
        app.chat("")
    app.chat(f"{log.written:,} captured, {log.skipped:,} too large, {log.failed:,} could not be written.")
    return PARTLY if log.failed else 0


def _stop(signum: int, frame: "FrameType | None") -> None:  # noqa: ARG001 - as signal has it
    raise KeyboardInterrupt
