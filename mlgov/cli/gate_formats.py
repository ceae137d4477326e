"""The verdict of the gate as text, Markdown and JSON."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json

if TYPE_CHECKING:
    from mlgov.approvals.gate import DocumentVerdict, Gate

FORMAT = "mlgov/gate/v1"
_MARKS = {"approved": "ok", "pending": "..", "refused": "no"}


def values(found: "Gate", pull_request: int | None = None) -> dict[str, Any]:
    """Give a gate's verdict as JSON values."""
    return {
        "format": FORMAT,
        "pull_request": pull_request,
        "verdict": found.verdict.value,
        "base": found.base,
        "head": found.head,
        "documents": [
            {
                "path": each.path,
                "before": each.before or None,
                "after": each.after or None,
                "verdict": each.verdict.value,
                "sentences": list(each.sentences),
                "approvers": list(each.approvers),
                "costs": list(each.costs),
            }
            for each in found.documents
        ],
        "findings": [
            {
                "code": f.rule.code,
                "path": f.location.path,
                "line": f.location.line,
                "column": f.location.column,
                "message": f.message,
                "fix": f.fix,
                "fingerprint": f.fingerprint,
            }
            for f in found.findings
        ],
    }


def _text(found: "Gate") -> str:
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: "Gate") -> Iterator[str]:
    for each in found.documents:
        yield f"[{_MARKS[each.verdict.value]}] {one_line(each.path)}{_move(each)}"
        yield from (f"     {one_line(sentence)}" for sentence in each.sentences)
    for finding in found.findings:
        yield f"[no] {finding.location}: {finding.rule.code} {one_line(finding.message)}"
        yield f"     {one_line(finding.fix)}"
    yield f"{found.verdict.value.capitalize()}: {summary(found)}"


def _move(each: "DocumentVerdict") -> str:
    if each.before == each.after:
        return f" ({each.after})" if each.after else ""
    return f" ({each.before or 'new'} -> {each.after or 'gone'})"


def summary(found: "Gate") -> str:
    """Say the verdict in one short sentence."""
    if not found.documents and not found.findings:
        return "no governed document changes."
    if found.verdict.value == "approved":
        return "nothing is missing for this step."
    if found.verdict.value == "pending":
        return "approvals are missing."
    return "it cannot be merged like this."


def to_markdown(found: "Gate") -> str:
    """Write a verdict as Markdown; what comes from documents is text that neither acts nor notifies."""
    return "".join(f"{line}\n" for line in _markdown(found))


def _markdown(found: "Gate") -> Iterator[str]:
    from mlgov.cards.escaping import quiet

    yield f"### Governance: {found.verdict.value}"
    yield ""
    yield f"{summary(found).capitalize()}"
    if found.documents:
        yield ""
        yield "| document | status | verdict |"
        yield "|---|---|---|"
        for each in found.documents:
            yield f"| {quiet(each.path)} | {quiet(_move(each).strip(' ()'))} | {each.verdict.value} |"
    for each in (d for d in found.documents if d.sentences):
        yield ""
        yield f"**{quiet(each.path)}**"
        yield ""
        yield from (f"- {quiet(sentence)}" for sentence in each.sentences)
    if found.findings:
        yield ""
        yield "**Errors**"
        yield ""
        for finding in found.findings:
            yield f"- {finding.rule.code} {quiet(str(finding.location))}: {quiet(finding.message)} {quiet(finding.fix)}"


def _json(found: "Gate") -> str:
    return to_json(values(found))


FORMATS = {"text": _text, "markdown": to_markdown, "json": _json}
