"""The governance dashboard as one issue: what needs somebody, kept up to date in place and never commented on.

It is known by its hidden marker, stays open, and opens again when it was closed by hand; a setting turns it off. It
says no time of day, so that a run that finds nothing new changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from mlgov.checks.tree import Tree
from mlgov.dashboard.rows import INDICATOR_TITLES, ModelRow, attention, summary
from mlgov.monitors.issue_actions import Applied, Close, Edit, IssueAction, Open, Reopen, apply, same_text
from mlgov.monitors.issue_text import DASHBOARD, Text, code, literal
from mlgov.monitors.issues import kept_of, merge_duplicates
from mlgov.names import Kind, Status
from mlgov.ports import Forge, Issue
from mlgov.waivers.schema import WaiverDocument

LABEL = "mlgov/dashboard"
TITLE = "Governance dashboard"
LINE_LIMIT = 50

_FOOTER = (
    "<sub>mlgov keeps this text up to date at every run of the monitors and never comments here. To do without it, set "
    "<code>dashboard_issue = false</code> under <code>[forge]</code> in mlgov.toml; the next run closes it.</sub>"
)


def dashboard_text(rows: Sequence[ModelRow], waivers: Iterable[tuple[str, date]]) -> Text:
    """Write the issue.

    Args:
        rows: One row per model.
        waivers: Path and last day of each waiver that ends soon.
    """
    found = attention(rows)
    blocks = [f"**{summary(rows)}**"]
    for indicator, title in INDICATOR_TITLES.items():
        lines = [f"{code(row.model)}: {literal(said.sentence)}" for row, said in found if said.indicator is indicator]
        blocks += _section(f"{title[0].upper()}{title[1:]}", lines)
    ending = [f"{code(path)} ends on {last}" for path, last in sorted(waivers, key=lambda each: (each[1], each[0]))]
    blocks += _section("Waivers that end soon", ending)
    if len(blocks) == 1:
        blocks.append("Nothing needs anybody.")
    return Text(TITLE, "\n\n".join([DASHBOARD, *blocks, _FOOTER]))


def ending_waivers(tree: Tree, today: date, days: int) -> Iterator[tuple[str, date]]:
    """List the approved waivers that end within some days, or ended already, with their last days."""
    for found in tree.of(Kind.WAIVER):
        typed = found.typed
        if not isinstance(typed, WaiverDocument) or typed.lifecycle.status is not Status.APPROVED:
            continue
        if typed.spec.expires <= today + timedelta(days=days):
            yield found.document.path, typed.spec.expires


def plan(text: Text | None, issues: Sequence[Issue]) -> list[IssueAction]:
    """Plan what must be done to the issue.

    Args:
        text: What it is to say; None when it is not wanted.
        issues: All issues with its label that we opened, open and closed.
    """
    there, actions = kept_of(issues).get(DASHBOARD), merge_duplicates(issues, label=LABEL)
    if text is None:
        off = "the dashboard is turned off in mlgov.toml"
        return [*actions, *([Close(there.number, off, label=LABEL)] if there and there.open else [])]
    if there is None:
        return [*actions, Open(text, label=LABEL)]
    if not there.open:
        return [*actions, Reopen(there.number, text, label=LABEL)]
    return [*actions, *([] if same_text(there, text) else [Edit(there.number, text, label=LABEL)])]


def synchronise(text: Text | None, forge: Forge) -> Applied:
    """Bring the issue in line; of two that were opened at the same time one is closed.

    Raises:
        ForgeError: The issues could not be listed.
    """
    applied = apply(plan(text, forge.issues(LABEL)), forge)
    if any(isinstance(action, Open) for action in applied.done):
        applied += apply(merge_duplicates(forge.issues(LABEL), label=LABEL), forge)
    return applied


def _section(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"- {line}" for line in lines[:LINE_LIMIT]]
    more = [f"- … and {len(lines) - LINE_LIMIT} more"] if len(lines) > LINE_LIMIT else []
    return [f"### {title}", "\n".join([*shown, *more])]
