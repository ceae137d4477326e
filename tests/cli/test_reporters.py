"""The formats of a report, each against a golden file and against its own contract."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from mlgov.cli.reporters import FORMATS, ReportContext, render
from mlgov.findings import Finding, Location, Severity, Waived
from tests.cli.findings import CONTEXT, ORDINARY, OVERDUE, REMARK, UNKNOWN_KEY

GOLDEN = Path(__file__).parent.parent / "golden" / "reporters"
ENDINGS = {"json": "json", "gitlab": "json", "sarif": "sarif", "junit": "xml", "markdown": "md"}


def check_golden(name: str, text: str) -> None:
    """Compare with a golden file; UPDATE_GOLDEN=1 writes it."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def xml(report: str) -> Xml.Element:
    """Parse a report of ours."""
    return Xml.fromstring(report)  # noqa: S314 - nothing foreign


def many(number: int, rule=UNKNOWN_KEY) -> list[Finding]:
    """Make findings that differ in their place."""
    return [rule.at(Location(f"cards/m{n:05}.yaml", n + 1), f"message {n}") for n in range(number)]


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_report_is_as_its_golden_file_says(fmt: str) -> None:
    """Each format writes an ordinary report byte for byte."""
    check_golden(f"{fmt}.{ENDINGS.get(fmt, 'txt')}", render(ORDINARY, fmt, context=CONTEXT))


def test_a_terminal_gets_groups_and_colours() -> None:
    """The text format groups by file and colours when it may."""
    check_golden("terminal.txt", render(ORDINARY, "text", context=replace(CONTEXT, color=True)))


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_order_of_findings_does_not_matter(fmt: str) -> None:
    """A report is sorted, and a finding said twice stands once."""
    again = [*reversed(ORDINARY), ORDINARY[0]]
    assert render(again, fmt, context=CONTEXT) == render(ORDINARY, fmt, context=CONTEXT)


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_report_is_well_formed(fmt: str) -> None:
    """No findings is a report too."""
    report = render([], fmt, context=CONTEXT)
    assert report.endswith("\n")
    if ENDINGS.get(fmt) in ("json", "sarif"):
        json.loads(report)
    elif fmt == "junit":
        assert [case.get("name") for case in xml(report).iter("testcase")] == ["3 files checked"]
    else:
        assert "Nothing found in 3 files." in report


def test_colour_is_asked_for() -> None:
    """Without the colour flag, no format writes an escape sequence."""
    for fmt in FORMATS:
        assert "\x1b" not in render(ORDINARY, fmt, context=CONTEXT)


WAIVED = tuple(
    Waived(finding, "waivers/churn-gaps.yaml", "The data comes in April.", "2026-12-31", attested)
    for finding, attested in ((many(2)[0], True), (many(2)[1], False))
)


@pytest.mark.parametrize("fmt", ["text", "github", "markdown"])
def test_the_closing_line_counts_waived_findings(fmt: str) -> None:
    """Findings that a waiver covers are counted, and those whose waiver nothing proves are told apart."""
    report = render(ORDINARY, fmt, context=replace(CONTEXT, waived=WAIVED))
    assert "1 error, 1 warning, 1 note in 3 files, 2 waived (1 unattested)." in report


@pytest.mark.parametrize("fmt", ["text", "json", "github", "sarif", "junit", "markdown"])
def test_every_format_names_the_waiver(fmt: str) -> None:
    """Nothing that is waived disappears."""
    report = render(ORDINARY, fmt, context=replace(CONTEXT, waived=WAIVED))
    assert report.count("waivers/churn-gaps.yaml") == 2
    assert report.count("The data comes in April.") == 2
    assert "cards/m00001.yaml" in report


@pytest.mark.parametrize("fmt", FORMATS)
def test_without_waivers_a_report_says_nothing_of_them(fmt: str) -> None:
    """But programs find a count of 0 and an empty list."""
    report = render(ORDINARY, fmt, context=CONTEXT).replace('"waived": 0', "").replace('"waived": []', "")
    assert "waive" not in report
    assert "suppress" not in report


def test_waived_results_are_suppressed_in_sarif() -> None:
    """Of all results or of none, as the standard wants it."""
    report = json.loads(render(ORDINARY, "sarif", context=replace(CONTEXT, waived=WAIVED)))
    results = report["runs"][0]["results"]
    assert [len(result["suppressions"]) for result in results] == [0, 0, 1, 1, 0]
    [suppression] = results[2]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")


def test_waived_findings_are_skipped_cases_in_junit() -> None:
    """They fail nothing and are no passes either."""
    root = xml(render(ORDINARY, "junit", context=replace(CONTEXT, waived=WAIVED)))
    suite = next(suite for suite in root if suite.get("name") == "cards/m00000.yaml")
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("1", "0", "1")
    assert suite[0].find("failure") is None
    assert suite[0].find("skipped") is not None


def test_waived_findings_alone_pass() -> None:
    """The verdict of the comment goes by what counts."""
    report = render([], "markdown", context=replace(CONTEXT, waived=WAIVED))
    assert report.startswith("### mlgov check: passed\n\nNothing found in 3 files, 2 waived (1 unattested).")


def test_the_version_is_that_of_the_installed_package() -> None:
    """A context without a version names the running one."""
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", ReportContext(files=1).tool_version)


class TestGithub:
    """Workflow commands."""

    def test_at_most_ten_of_a_level_are_annotated(self) -> None:
        """The rest is counted in one plain line."""
        lines = render([*many(12), *many(10, OVERDUE)], "github", context=CONTEXT).splitlines()
        assert sum(line.startswith("::error ") for line in lines) == 10
        assert sum(line.startswith("::warning ") for line in lines) == 10
        assert [line for line in lines if "more" in line] == [
            "2 more errors without annotation; the text format lists all."
        ]

    def test_errors_come_first(self) -> None:
        """Levels are sorted, the worst first, whatever the files are called."""
        findings = [REMARK.at(Location("a"), "n"), OVERDUE.at(Location("b"), "w"), UNKNOWN_KEY.at(Location("c"), "e")]
        lines = render(findings, "github", context=CONTEXT).splitlines()
        assert [line.split()[0] for line in lines[:3]] == ["::error", "::warning", "::notice"]

    def test_properties_escape_what_separates_them(self) -> None:
        """A path with a comma and a colon stays one property."""
        report = render([UNKNOWN_KEY.at(Location("a,b:c%.yaml"), "m")], "github", context=CONTEXT)
        assert report.startswith("::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=MLG-T001 unknown-key::")

    def test_the_place_stands_in_the_message(self) -> None:
        """The log shows only the message, so it names the place."""
        assert "::cards/churn.yaml:12:3: spec has" in render(ORDINARY, "github", context=CONTEXT)


class TestGitlab:
    """Code Quality reports."""

    def test_every_entry_has_what_gitlab_needs(self) -> None:
        """An entry without severity, or with the fingerprint of another, would not be shown."""
        twins = [UNKNOWN_KEY.at(Location("a", 1), text) for text in ("one", "two", "three")]
        entries = json.loads(render([*ORDINARY, *twins], "gitlab", context=CONTEXT))
        assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 6
        for entry in entries:
            assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert set(entry["location"]) == {"path", "lines"}
            assert entry["location"]["lines"]["begin"] >= 1

    def test_fingerprints_do_not_follow_lines(self) -> None:
        """The same finding some lines further down is the same finding."""
        before, after = (UNKNOWN_KEY.at(Location("a", line), "m", pointer=("x",)) for line in (3, 30))
        marks = [json.loads(render([f], "gitlab", context=CONTEXT))[0]["fingerprint"] for f in (before, after)]
        assert marks[0] == marks[1]


class TestSarif:
    """SARIF 2.1.0."""

    def test_results_refer_to_their_rules(self) -> None:
        """A ruleIndex points at the rule with the result's ruleId, and rules explain themselves."""
        run = json.loads(render(ORDINARY, "sarif", context=CONTEXT))["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
        assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)

    def test_levels_and_places_are_legal(self) -> None:
        """Levels are SARIF's, lines and columns count from 1, paths are URI references."""
        findings = [*ORDINARY, UNKNOWN_KEY.at(Location("a b/ü:#?.yaml"), "m")]
        results = json.loads(render(findings, "sarif", context=CONTEXT))["runs"][0]["results"]
        for result in results:
            place = result["locations"][0]["physicalLocation"]
            assert result["level"] in ("error", "warning", "note")
            assert min(place["region"].values()) >= 1
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["artifactLocation"]["uri"])

    def test_help_links_need_the_address_of_the_site(self) -> None:
        """A helpUri must be absolute, so it is left out when the site is not known."""
        known = replace(CONTEXT, docs_base="https://docs.example/")
        rule = json.loads(render(ORDINARY, "sarif", context=known))["runs"][0]["tool"]["driver"]["rules"][0]
        assert rule["helpUri"] == "https://docs.example/reference/rules/#mlg-t001"
        assert "helpUri" not in render(ORDINARY, "sarif", context=CONTEXT)

    def test_fingerprints_differ(self) -> None:
        """Two findings of one rule at one place stay two alerts."""
        twins = [UNKNOWN_KEY.at(Location("a", 1), text) for text in ("one", "two")]
        results = json.loads(render(twins, "sarif", context=CONTEXT))["runs"][0]["results"]
        assert len({result["partialFingerprints"]["mlgovFinding/v1"] for result in results}) == 2


class TestJunit:
    """JUnit XML."""

    @pytest.mark.parametrize(
        ("fail_on", "failures"), [(None, 0), (Severity.ERROR, 1), (Severity.WARNING, 2), (Severity.NOTE, 3)]
    )
    def test_what_fails_the_run_fails_its_case(self, fail_on: Severity | None, failures: int) -> None:
        """A warning that does not fail the run is a passed case with output."""
        root = xml(render(ORDINARY, "junit", context=replace(CONTEXT, fail_on=fail_on)))
        assert len(list(root.iter("failure"))) == failures
        assert sum(int(suite.get("failures", "")) for suite in root) == failures
        assert sum(int(suite.get("tests", "")) for suite in root) == len(list(root.iter("testcase"))) == 3


class TestMarkdown:
    """Comments and job summaries."""

    def test_a_comment_stays_under_its_budget_and_counts_what_it_leaves_out(self) -> None:
        """Each level is cut on its own, and the numbers add up."""
        findings = [*many(3000), *many(2000, OVERDUE), *many(5, REMARK)]
        report = render(findings, "markdown", context=CONTEXT)
        assert len(report) <= 60_000
        left_out = dict(re.findall(r"([\d,]+) more (error|warning|note)s? not shown", report))
        counts = {number: name for name, number in left_out.items()}
        shown = {name: report.count(code) - 1 for name, code in (("error", "MLG-T001 "), ("warning", "MLG-T002 "))}
        assert report.count("MLG-T001 message") + int(counts["error"].replace(",", "")) == 3000
        assert report.count("MLG-T002 message") + int(counts["warning"].replace(",", "")) == 2000
        assert shown["error"] > 100

    def test_long_messages_are_cut(self) -> None:
        """One huge message does not push the others out."""
        findings = [UNKNOWN_KEY.at(Location("a"), "x" * 100_000), UNKNOWN_KEY.at(Location("b"), "short one")]
        report = render(findings, "markdown", context=CONTEXT)
        assert "more characters)" in report
        assert "short one" in report

    def test_the_verdict_follows_the_failing_level(self) -> None:
        """A report whose findings do not fail the run says passed."""
        assert "changes needed" in render(ORDINARY, "markdown", context=CONTEXT)
        assert "check: passed" in render(ORDINARY[1:], "markdown", context=CONTEXT)
