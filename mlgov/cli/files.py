"""Files that commands write."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from mlgov.cli.app import App
from mlgov.files import check_report_place, create_file, one_writer, replace_file, write_file, write_report

__all__ = [
    "check_report_place",
    "create_file",
    "one_at_a_time",
    "one_writer",
    "replace_file",
    "write_file",
    "write_report",
]

F = TypeVar("F", bound=Callable[..., Any])


def one_at_a_time(command: F) -> F:
    """Let no other mlgov write in the repository between a command's reading and its writing."""

    @wraps(command)
    def alone(app: App, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - click's own
        with one_writer(app.root):
            return command(app, *arguments, **options)

    return cast("F", alone)
