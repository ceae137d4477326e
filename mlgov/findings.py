"""Findings: what a check says about a document. Pure values; rendering them is the CLI's work."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

DOCS_URL = "reference/rules/"


class Severity(IntEnum):
    """How bad a finding is. The names are SARIF's levels."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The level as SARIF and people write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with a stable code.

    Attributes:
        code: Stable id such as ``MLG-C002``; never reused.
        name: Short kebab-case name, also the folder of its examples in the tests.
        severity: The level of its findings.
        summary: One line: what the rule wants.
        explanation: Why, in a few sentences (what ``mlgov explain`` prints).
        fix: What to do about a finding when the finding itself does not say it better.
        waivable: Whether a waiver may cover its findings for a while. Rules are hard unless they say otherwise.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    explanation: str
    fix: str
    waivable: bool = False

    @property
    def docs_url(self) -> str:
        """Where the rule is described, relative to the site."""
        return f"{DOCS_URL}#{self.code.lower()}"

    def at(
        self,
        location: "Location",
        message: str,
        *,
        pointer: tuple[str | int, ...] = (),
        fix: str = "",
        severity: Severity | None = None,
    ) -> "Finding":
        """Make a finding of this rule; ``fix`` and ``severity`` default to the rule's own."""
        level = self.severity if severity is None else severity
        return Finding(self, location, message, pointer, fix or self.fix, level)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place. Made by ``Rule.at``.

    Attributes:
        rule: The rule that is broken.
        location: Where. For a missing key: its parent.
        message: What is wrong here.
        pointer: The keys that lead to the place, for instance ``("spec", "model_overview")``.
        fix: What to do.
        severity: The level.
    """

    rule: Rule
    location: Location
    message: str
    pointer: tuple[str | int, ...]
    fix: str
    severity: Severity

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that stay the same when lines move: rule, path and pointer."""
        parts = [self.rule.code, self.location.path, *map(str, self.pointer)]
        return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]

    @property
    def json_pointer(self) -> str:
        """The pointer as RFC 6901 writes it."""
        return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in self.pointer)


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that does not count, because somebody answers for it for a while.

    Attributes:
        finding: The finding.
        waiver: Path of the waiver.
        reason: Why, as the waiver says.
        until: Last day of the waiver, as ``2026-12-31``.
        attested: Whether the approval of the waiver is proven; False where there are no approval rules to prove it by.
    """

    finding: Finding
    waiver: str
    reason: str
    until: str
    attested: bool


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file, line, column and code, and drop exact repetitions."""
    distinct = {(f.location, f.rule.code, f.pointer, f.message): f for f in findings}
    return [distinct[key] for key in sorted(distinct, key=lambda k: (k[0], k[1], str(k[2]), k[3]))]


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Give the highest severity among ``findings``, or None when there are none."""
    return max((finding.severity for finding in findings), default=None)
