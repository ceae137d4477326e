"""For CI servers that read test reports: JUnit's XML, one suite a file, one case a finding."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree as Xml

from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.context import ReportContext, waived_by
from mlgov.findings import Finding

MESSAGE_LIMIT = 2000


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as a JUnit report: failures from ``fail_on`` up, passed cases with output below it."""
    root = Xml.Element("testsuites", name="mlgov check")
    waived = {id(each.finding): waived_by(each) for each in context.waived}
    told = sorted([*findings, *(each.finding for each in context.waived)], key=lambda finding: finding.location)
    for path, group in groupby(told, key=lambda finding: finding.location.path):
        _suite(root, path, list(group), context, waived)
    if not told:
        suite = Xml.SubElement(root, "testsuite", name="mlgov check", tests="1", failures="0", errors="0")
        Xml.SubElement(suite, "testcase", classname="mlgov", name=f"{context.files} files checked")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: Xml.Element, path: str, group: list[Finding], context: ReportContext, waived: Mapping[int, str]
) -> None:
    failures = sum(_fails(finding, context) and id(finding) not in waived for finding in group)
    counts = {"name": one_line(path), "tests": str(len(group)), "failures": str(failures), "errors": "0"}
    if skipped := sum(id(finding) in waived for finding in group):
        counts["skipped"] = str(skipped)
    suite = Xml.SubElement(root, "testsuite", counts)
    for finding in group:
        _case(suite, finding, context, waived.get(id(finding), ""))


def _case(suite: Xml.Element, finding: Finding, context: ReportContext, waived: str) -> None:
    location, rule = finding.location, finding.rule
    name = f"{rule.code} {rule.name} at {location.line}:{location.column}"
    case = Xml.SubElement(suite, "testcase", classname=one_line(location.path), name=name)
    said = _said(finding.message)
    details = f"{one_line(str(location))}: {finding.severity.label} {rule.code} {said}\nfix: {_said(finding.fix)}"
    if waived:
        Xml.SubElement(case, "skipped", message=_said(f"waived by {waived}")).text = details
    elif _fails(finding, context):
        Xml.SubElement(case, "failure", message=said, type=finding.severity.label).text = details
    else:
        Xml.SubElement(case, "system-out").text = details


def _fails(finding: Finding, context: ReportContext) -> bool:
    return context.fail_on is not None and finding.severity >= context.fail_on


def _said(text: str) -> str:
    return shortened(one_line(text), MESSAGE_LIMIT)
