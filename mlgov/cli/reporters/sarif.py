"""For code scanning and editors: SARIF 2.1.0 (OASIS), one run with the rules that were broken."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.context import ReportContext, distinct_fingerprints, waived_by
from mlgov.cli.reporters.json_report import to_json
from mlgov.findings import Finding, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "mlgovFinding/v1"
MESSAGE_LIMIT = 4000


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as SARIF."""
    waived = {id(each.finding): waived_by(each) for each in context.waived}
    findings = sorted([*findings, *(each.finding for each in context.waived)], key=lambda finding: finding.location)
    broken = sorted({finding.rule.code: finding for finding in findings}.items())
    indices = {code: index for index, (code, _) in enumerate(broken)}
    driver = {
        "name": "mlgov",
        "semanticVersion": context.tool_version,
        "rules": [_rule(finding, context) for _, finding in broken],
    }
    fingerprints = zip(findings, distinct_fingerprints(findings), strict=True)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, indices[finding.rule.code], mark) | _suppressed(finding, waived)
            for finding, mark in fingerprints
        ],
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(finding: Finding, context: ReportContext) -> dict[str, Any]:
    rule: Rule = finding.rule
    described = {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": {"text": _literal(rule.summary)},
        "fullDescription": {"text": _literal(rule.explanation)},
        "help": {"text": _literal(f"{rule.explanation}\n\nWhat to do: {rule.fix}")},
        "defaultConfiguration": {"level": rule.severity.label},
    }
    if context.docs_base:
        described["helpUri"] = context.docs_url(finding)
    return described


def _result(finding: Finding, rule_index: int, fingerprint: str) -> dict[str, Any]:
    location = finding.location
    physical = {
        "artifactLocation": {"uri": quote(location.path, errors="surrogatepass"), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": location.line, "startColumn": location.column},
    }
    place: dict[str, Any] = {"physicalLocation": physical}
    if finding.pointer:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.json_pointer}]
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": rule_index,
        "level": finding.severity.label,
        "message": {"text": _literal(f"{one_line(finding.message)}\nWhat to do: {one_line(finding.fix)}")},
        "locations": [place],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _suppressed(finding: Finding, waived: Mapping[int, str]) -> dict[str, Any]:
    """Say whether a result is suppressed: of all results or of none, as SARIF wants it (3.27.23)."""
    if not waived:
        return {}
    if id(finding) not in waived:
        return {"suppressions": []}
    justification = shortened(one_line(waived[id(finding)]), MESSAGE_LIMIT)
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": justification}]}


def _literal(text: str) -> str:
    """Escape what SARIF reads in a plain text message: ``{0}`` is a placeholder, ``[text](target)`` a link."""
    return shortened(text, MESSAGE_LIMIT).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
