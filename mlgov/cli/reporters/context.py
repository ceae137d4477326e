"""What all formats share: facts about the run, the closing line, fingerprints that differ."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from mlgov.findings import Finding, Severity, Waived

#: The order in which levels are counted and shown.
LEVELS = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a report says beside its findings.

    Attributes:
        files: How many files were checked.
        color: Whether the text format may colour and group for a terminal.
        waived: Findings that a waiver covers; they are told and counted, and fail nothing.
        fail_on: The level from which a finding fails the run; None when none does.
        docs_base: Address of the site that describes the rules, ending with ``/``; empty when there is none.
        tool_version: Version of mlgov; that of the installed package unless it is given.
    """

    files: int
    color: bool = False
    waived: tuple[Waived, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    docs_base: str = ""
    tool_version: str = field(default_factory=lambda: version("mlgov"))

    def docs_url(self, finding: Finding) -> str:
        """Where the rule of a finding is described; relative to the site when its address is not known."""
        return self.docs_base + finding.rule.docs_url


def by_level(findings: Iterable[Finding]) -> dict[Severity, list[Finding]]:
    """Group findings by level, the worst first; levels without findings are left out."""
    groups: dict[Severity, list[Finding]] = {level: [] for level in LEVELS}
    for finding in findings:
        groups[finding.severity].append(finding)
    return {level: group for level, group in groups.items() if group}


def counted(number: int, noun: str) -> str:
    """Write a number and its noun: ``1 error``, ``2 errors``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def summary(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write the closing line, for instance ``2 errors, 1 warning in 12 files, 2 waived (1 unattested)``."""
    groups = by_level(findings)
    counts = [counted(len(group), level.label) for level, group in groups.items()]
    waived = f", {waived_words(context)}" if context.waived else ""
    return f"{', '.join(counts) or 'Nothing found'} in {counted(context.files, 'file')}{waived}."


def waived_words(context: ReportContext) -> str:
    """Count what is waived, and by waivers whose approval nothing proves: ``2 waived (1 unattested)``."""
    unattested = sum(not each.attested for each in context.waived)
    return f"{len(context.waived):,} waived" + (f" ({unattested:,} unattested)" if unattested else "")


def waived_by(waived: Waived) -> str:
    """Say which waiver covers a finding, until when, and why."""
    proof = "" if waived.attested else ", unattested"
    return f"{waived.waiver} until {waived.until}{proof}: {waived.reason}"


def distinct_fingerprints(findings: Sequence[Finding]) -> list[str]:
    """Give each finding a fingerprint of its own.

    Two findings of one rule at one place share theirs; the second and later ones get their number mixed in, because
    forges drop what has a fingerprint that they have seen.
    """
    seen: Counter[str] = Counter()
    distinct = []
    for finding in findings:
        fingerprint = finding.fingerprint
        number = seen[fingerprint]
        seen[fingerprint] += 1
        distinct.append(fingerprint if number == 0 else _numbered(fingerprint, number))
    return distinct


def _numbered(fingerprint: str, number: int) -> str:
    return hashlib.sha256(f"{fingerprint}\0{number}".encode()).hexdigest()[:16]
