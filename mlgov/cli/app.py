"""What every command gets: global options and the services behind them."""

import os
import sys
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.interrupts import stop_if_pressed
from mlgov.cli.plain import safe
from mlgov.events import Event, Progress

if TYPE_CHECKING:
    from mlgov.wiring import Services


@dataclass(frozen=True)
class App:
    """Global options of one call, and the services they lead to."""

    directory: Path
    frozen_now: datetime | None
    no_color: bool
    quiet: bool

    @cached_property
    def root(self) -> Path:
        """Top folder of the governance repository. Raises UsageError outside of one."""
        from mlgov.wiring import find_root

        return find_root(self.directory)

    def services(self, *, push: bool = True, engine: str | None = None) -> "Services":
        """Connect to the real world; data is taken in by the engine of the settings, or by another one."""
        from mlgov.wiring import services  # pydantic and all that follows: not needed for --help

        return services(self.root, events=TerminalEvents(self), now=self.frozen_now, push=push, engine=engine)

    def history(self, ref: str) -> "Services":
        """Connect to what is committed; a bare repository has nothing else, and its settings are those of ``ref``."""
        from mlgov.wiring import find_history, is_bare, services

        root = find_history(self.directory)
        at = ref if is_bare(root) else ""
        return services(root, events=TerminalEvents(self), now=self.frozen_now, push=False, bare_at=at)

    def color(self) -> bool:
        """Whether standard output may be coloured: NO_COLOR, FORCE_COLOR and the terminal decide."""
        if self.no_color or os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout is not None and sys.stdout.isatty())

    def chat(self, text: str) -> None:
        """Tell people something on standard error."""
        if not self.quiet:
            click.echo(safe(text), err=True)


@dataclass(frozen=True, slots=True)
class TerminalEvents:
    """Shows progress on a terminal and stays silent elsewhere. Work that is to be stopped ends at its next step."""

    app: App

    def emit(self, event: Event) -> None:
        if isinstance(event, Progress):
            stop_if_pressed()
            self._progress(event)
        else:
            self.app.chat(event.message)

    def _progress(self, event: Progress) -> None:
        if self.app.quiet or os.environ.get("CI") or not sys.stderr.isatty():
            return
        share = f"{event.done}/{event.total}" if event.total else str(event.done)
        finished = event.total is not None and event.done >= event.total
        click.echo(f"\r\x1b[K{safe(event.task)} {share}" + ("\n" if finished else ""), err=True, nl=False)
