"""Findings for the tests of the command line: an ordinary report and a hostile one."""

from mlgov.cli.reporters import ReportContext
from mlgov.findings import Finding, Location, Rule, Severity

UNKNOWN_KEY = Rule(
    "MLG-T001",
    "unknown-key",
    Severity.ERROR,
    "Every key is one that the schema knows.",
    "An unknown key is usually a typing mistake.",
    "Correct or remove the key.",
)
OVERDUE = Rule(
    "MLG-T002",
    "review-overdue",
    Severity.WARNING,
    "A document at <folder>/<name>.yaml is reviewed in time.",
    "What was right a year ago may not be right now.",
    "Review the document.",
)
REMARK = Rule("MLG-T003", "remark", Severity.NOTE, "Something to know.", "It may matter later.", "Nothing to do.")

CONTEXT = ReportContext(files=3, tool_version="1.2.3")

ORDINARY = [
    UNKNOWN_KEY.at(
        Location("cards/churn.yaml", 12, 3),
        "spec has the unknown key 'intendeduses'.",
        pointer=("spec", "intendeduses"),
        fix="Did you mean 'intended_uses'?",
    ),
    OVERDUE.at(Location("cards/churn.yaml", 7, 14), "The review was due on 2026-10-01.", pointer=("lifecycle",)),
    REMARK.at(Location("roles/ops.yaml"), "100% of the notes, all of them: fine."),
]

#: What a document or a file name may hold, and what it would like to do.
PAYLOADS = {
    "ansi": "\x1b[2J\x1b[31mred",
    "osc": "\x1b]8;;http://evil\x07link",
    "c1": "\x9b31m",
    "carriage-return": "FAIL\rPASS",
    "newline-command": "x\n::error file=a::owned",
    "command": "::set-output name=x::y",
    "indented-command": "  ::stop-commands::t",
    "hash-command": "##[error]owned",
    "azure-command": "##vso[task.setvariable variable=x]y",
    "script": "</script><script>alert(1)</script>",
    "image": "![x](http://evil/x.png)",
    "mention": "@team closes #1",
    "comment-marker": "<!-- mlgov:review v1 -->",
    "fence": "```\n# owned @team\n````````",
    "cdata": "]]></failure><failure message='x'>",
    "entity": "&lt;&#64;team",
    "percent": "%0A::error::owned",
    "placeholder": "{0} [a](http://evil)",
    "bidi": "\u202eevil\u2066",
    "line-separator": "a\u2028::error::b",
    "surrogate": "\udcff",
    "properties": "a,title=b:c",
}


def hostile(payload: str) -> list[Finding]:
    """Put a payload everywhere a document can put text."""
    at = Location(f"{payload}/cards/x.yaml", 1, 1)
    return [UNKNOWN_KEY.at(at, f"{payload} in a message {payload}", pointer=("spec", payload), fix=payload)]
