"""The rules of proof (``MLG-V…``): what makes an approval count, and what a history may not do.

V001 to V011 judge one approval in this order; the rest judge the history that it stands in.
"""

from mlgov.findings import Rule, Severity

FORM = Rule(
    "MLG-V001",
    "record-form",
    Severity.ERROR,
    "An approval record has exactly the form that 'mlgov approve' writes.",
    "A record that two programs could read differently proves nothing: at most 64 KiB of strict JSON in one canonical "
    "form, with exactly the known fields, at the place that its own words name.",
    "Remove what was added by hand; sign again with 'mlgov approve'.",
)
SIGNATURE = Rule(
    "MLG-V002",
    "record-signature",
    Severity.ERROR,
    "The signature of a record is valid.",
    "It is an SSH signature over the record's bytes, in the namespace mlgov-approval@v1.",
    "Sign again with 'mlgov approve'.",
)
SIGNER = Rule(
    "MLG-V003",
    "record-signer",
    Severity.ERROR,
    "An approval comes from exactly one active person of the rules in force.",
    "Keys and accounts are looked up in mlgov.toml as it was before the change. A bot, somebody who has left, an "
    "unknown key and a key that belongs to somebody else than the record says count for nobody.",
    "Let a person of the rules approve; persons are added by a change of mlgov.toml with its own approval.",
)
THRESHOLD = Rule(
    "MLG-V004",
    "approvals-missing",
    Severity.ERROR,
    "A document that says approved has the approvals that the rules ask for.",
    "The rules in force before the change say how many distinct persons in which roles have to approve.",
    "Set the status back to pending_review, get the missing approvals, and approve it then.",
)
INDEPENDENCE = Rule(
    "MLG-V005",
    "not-independent",
    Severity.ERROR,
    "Nobody approves what they wrote, asked for or own.",
    "Authors and co-authors of the content since the last approval, whoever opened the pull request, who asks for a "
    "waiver or an access grant, and owners of the document where the rule says so, do not count as its approvers.",
    "Let somebody else approve.",
)
CONTENT = Rule(
    "MLG-V006",
    "approval-of-other-content",
    Severity.ERROR,
    "An approval is one of this very content, evidence and review date.",
    "It names the content digest of the document, the digest of every file that it rests on, and its review_by.",
    "Look at what changed and approve again.",
)
CHAIN = Rule(
    "MLG-V007",
    "approval-replayed",
    Severity.ERROR,
    "An approval follows the approvals before it, and is used once.",
    "A record names its round and the records of all earlier rounds; a captured review names the commit that it was "
    "captured for. So an old approval cannot be brought back.",
    "Approve again.",
)
CONTEXT = Rule(
    "MLG-V008",
    "approval-of-other-rules",
    Severity.ERROR,
    "An approval was given for this repository and under the rules in force.",
    "It names both. When the rules change, approvals that are still waiting are given again.",
    "Approve again; that is one command.",
)
TIME = Rule(
    "MLG-V009",
    "approval-time",
    Severity.ERROR,
    "An approval is fresh when it is used, and its term is within the rules.",
    "A signature is not older than approvals.max_age_days, not from the future, and not older than what it follows. "
    "The review date is not past and not later than the rules allow; it is not moved without a new approval.",
    "Approve again, with a review_by that the rules allow.",
)
DECISION = Rule(
    "MLG-V010",
    "approval-refused",
    Severity.ERROR,
    "Nobody with a role in the approval has rejected or revoked it.",
    "One rejection outweighs any number of approvals of the same content, until the content changes.",
    "Settle what was rejected. A document that was approved goes back to pending_review.",
)
APPEND_ONLY = Rule(
    "MLG-V011",
    "records-changed",
    Severity.ERROR,
    "Approval records are never changed, renamed or removed.",
    "They are the memory that later approvals are chained to.",
    "Restore the record; a decision is taken back by a new record ('mlgov approve NAME --revoke').",
)
RULES_CHANGE = Rule(
    "MLG-V012",
    "rules-changed-without-approval",
    Severity.ERROR,
    "A change of approval rules, persons, teams, required fields or materiality is approved under the old rules.",
    "Whoever may change the rules without approval may approve everything. Until a change is approved, the rules "
    "before it stay in force.",
    "Let those whom approvals.changes names approve it: 'mlgov approve --rules'.",
)
HISTORY = Rule(
    "MLG-V013",
    "history-rewritten",
    Severity.ERROR,
    "The history is the one that was seen before.",
    "A checkpoint of an earlier audit must lie on the first-parent line, with the same number of commits up to it; the "
    "root of the rules must be the one that was pinned.",
    "Find out who rewrote the branch, and restore it from a clone that has the checkpoint.",
)
PLACE = Rule(
    "MLG-V014",
    "record-place",
    Severity.ERROR,
    "approvals/ holds nothing but records of governed documents and of the rules.",
    "Records lie at approvals/<folder>/<name>/<round>-<person>.json as plain files.",
    "Move the file away.",
)
UNPROVABLE = Rule(
    "MLG-V015",
    "no-rules",
    Severity.WARNING,
    "There are approval rules when a document becomes approved.",
    "Without rules in mlgov.toml nobody can say whether the approvals were enough. The document counts as unattested.",
    "Add [[people]] and [[approvals.rules]] to mlgov.toml, then approve the document ('mlgov approve NAME').",
)
UNREADABLE = Rule(
    "MLG-V016",
    "unreadable-in-history",
    Severity.ERROR,
    "What was approved can be read in every commit after it.",
    "A document, or the rules, that cannot be read cannot be shown to be what was approved.",
    "Restore the file.",
)

COST = Rule(
    "MLG-V017",
    "approval-cost",
    Severity.NOTE,
    "A change of an approved document costs its approvals.",
    "Approvals bind to the content, to the evidence it rests on and to its review date. Formatting, comments and "
    "labels cost nothing.",
    "Set the status to pending_review in the same change, and have the change approved again.",
)

RULES = (
    FORM,
    SIGNATURE,
    SIGNER,
    THRESHOLD,
    INDEPENDENCE,
    CONTENT,
    CHAIN,
    CONTEXT,
    TIME,
    DECISION,
    APPEND_ONLY,
    RULES_CHANGE,
    HISTORY,
    PLACE,
    UNPROVABLE,
    UNREADABLE,
    COST,
)
