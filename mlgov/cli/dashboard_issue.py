"""The governance dashboard as an issue, kept by a run of the monitors."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mlgov.dashboard import collect
from mlgov.dashboard import issue as planner
from mlgov.errors import ForgeError
from mlgov.monitors.rounds import Round
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.monitors.issue_text import Text
    from mlgov.ports import Forge
    from mlgov.wiring import Services


def with_dashboard(services: "Services", forge: "Forge", done: Round, *, dry_run: bool) -> Round:
    """Bring the dashboard in line after a round, or plan it; gives the round with what was done.

    One that is turned off is closed when it is open. When the forge was out of reach already, it is not asked again.
    """
    if isinstance(done.trouble, ForgeError):
        return done
    try:
        text = _text(services) if services.settings.forge.dashboard_issue else None
        if dry_run:
            planned = planner.plan(text, forge.issues(planner.LABEL))
            return replace(done, actions=[*done.actions, *(action.describe() for action in planned)])
        applied = planner.synchronise(text, forge)
    except ForgeError as error:
        return replace(done, trouble=done.trouble or error)
    failed = [f"{action.describe()}: {error.message}" for action, error in applied.failed]
    said = [*done.actions, *(action.describe() for action in applied.done)]
    return replace(done, problems=[*done.problems, *failed], actions=said)


def _text(services: "Services") -> "Text":
    settings, now = services.settings, services.clock.now()
    found = collect(services.repository, services.ledger, proofs=proof_ledger(services))
    soon = planner.ending_waivers(found.tree, now.date(), max(settings.revalidation.windows_days, default=30))
    return planner.dashboard_text(found.rows(now, settings), soon)
