"""``mlgov explain``: what a rule wants, why, and what to do. Works without a repository and without a network."""

import difflib
import textwrap
from collections.abc import Mapping
from typing import Any

import click

from mlgov.cli.options import format_option
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import UsageError
from mlgov.findings import Rule

FORMAT = "mlgov/rules/v1"
WIDTH = 80


@click.command()
@click.argument("code", required=False)
@click.option("--list", "list_all", is_flag=True, help="List every rule in one line each.")
@format_option()
def explain(code: str | None, list_all: bool, format_: str) -> None:
    """Explain a rule: CODE is a code such as MLG-S003 or a name such as unknown-key."""
    from mlgov.rulebook import ALL_RULES

    if list_all == (code is not None):
        raise UsageError("Name one rule, or use --list.", hint="For instance: mlgov explain MLG-S003")
    if code is None:
        rules = [ALL_RULES[key] for key in sorted(ALL_RULES)]
        click.echo(_list_as_json(rules) if format_ == "json" else _list_as_text(rules), nl=False)
        return
    rule = find_rule(code, ALL_RULES)
    click.echo(to_json(_values(rule)) if format_ == "json" else as_text(rule), nl=False)


def find_rule(asked: str, rules: Mapping[str, Rule]) -> Rule:
    """Find a rule by code or name, whatever the case.

    Args:
        asked: What the user typed.
        rules: Every rule, by code.

    Raises:
        UsageError: There is no such rule; names the nearest one.
    """
    known = {key: rule for rule in rules.values() for key in (rule.code.lower(), rule.name.lower())}
    wanted = asked.strip().lower()
    if wanted in known:
        return known[wanted]
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    hint = f"Did you mean {known[close[0]].code} ({known[close[0]].name})? " if close else ""
    raise UsageError(f"There is no rule {asked!r}.", hint=f"{hint}'mlgov explain --list' lists all.")


def as_text(rule: Rule) -> str:
    """Write a rule for people."""
    parts = [
        f"{rule.code} {rule.name} ({rule.severity.label})",
        textwrap.fill(rule.summary, WIDTH),
        textwrap.fill(rule.explanation, WIDTH),
        textwrap.fill(f"What to do: {rule.fix}", WIDTH),
        f"A waiver {'can' if rule.waivable else 'cannot'} cover it.",
    ]
    return "\n\n".join(parts) + "\n"


def _list_as_text(rules: list[Rule]) -> str:
    width = max(len(rule.name) for rule in rules)
    return "".join(f"{r.code}  {r.severity.label:<7}  {r.name:<{width}}  {r.summary}\n" for r in rules)


def _list_as_json(rules: list[Rule]) -> str:
    return to_json({"format": FORMAT, "rules": [_values(rule) for rule in rules]})


def _values(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.label,
        "summary": rule.summary,
        "explanation": rule.explanation,
        "fix": rule.fix,
        "waivable": rule.waivable,
        "docs_url": rule.docs_url,
    }
