"""The rules of waivers (``MLG-W…``). None of them can be waived."""

from mlgov.findings import Rule, Severity

HARD_RULE = Rule(
    "MLG-W001",
    "waiver-of-hard-rule",
    Severity.ERROR,
    "A waiver names rules that can be waived.",
    "Rules about the form of a document, its life, its digests and its proof keep everything else trustworthy; "
    "without them a waiver itself would mean nothing. 'mlgov explain CODE' says whether a rule can be waived.",
    "Correct what the finding says, and take it out of the waiver.",
)
TOO_LONG = Rule(
    "MLG-W002",
    "waiver-too-long",
    Severity.ERROR,
    "A waiver expires within the longest term that mlgov.toml allows.",
    "A waiver buys time for a correction. One without a near end is a change of the rules that nobody decided on.",
    "Set an earlier spec.expires; a further waiver can follow, with an approval of its own.",
)
EXPIRED = Rule(
    "MLG-W003",
    "waiver-expired",
    Severity.WARNING,
    "An approved waiver has not expired.",
    "After its last day a waiver covers nothing, and what it covered counts again.",
    "Archive the waiver; correct what it covered, or ask for another one.",
)
NOT_IN_FORCE = Rule(
    "MLG-W004",
    "waiver-not-in-force",
    Severity.WARNING,
    "A waiver counts when it is approved and merged.",
    "Waivers are read from the base of a change, or from what is committed, as all rules are: a change cannot bring "
    "the waiver that it needs. Where there are approval rules, the approval has to be proven.",
    "Have it approved and merged first ('mlgov approve NAME').",
)
OUTGROWN = Rule(
    "MLG-W005",
    "waiver-outgrown",
    Severity.WARNING,
    "A waiver covers every finding of its rule in the document.",
    "Whoever approved it knew these findings and no others. With one more of the same rule, all of them count again, "
    "so that nobody adds to a problem behind an old waiver.",
    "Correct the new findings, or have a waiver of all of them approved.",
)
UNUSED = Rule(
    "MLG-W006",
    "waiver-without-use",
    Severity.NOTE,
    "A waiver covers something that is there.",
    "What it covered has been corrected or has changed. An open waiver that nobody needs is an invitation.",
    "Archive the waiver.",
)

RULES = (HARD_RULE, TOO_LONG, EXPIRED, NOT_IN_FORCE, OUTGROWN, UNUSED)
