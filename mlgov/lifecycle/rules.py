"""The rules of the envelope and the life of a document (``MLG-S…`` schema, ``MLG-L…`` lifecycle)."""

from mlgov.findings import Rule, Severity

SCHEMA = Rule(
    "MLG-S001",
    "schema",
    Severity.ERROR,
    "Every value has the type and range that its kind's schema gives.",
    "The schemas in schemas/ say what each key may hold; editors show them while you type.",
    "Correct the value; the file of its kind in schemas/ says what the key holds, and editors show it.",
)
MISSING_KEY = Rule(
    "MLG-S002",
    "missing-key",
    Severity.ERROR,
    "Every key that the schema requires is there.",
    "A document without its required keys cannot be judged. The finding stands at the parent of the missing key.",
    "Add the key.",
)
UNKNOWN_KEY = Rule(
    "MLG-S003",
    "unknown-key",
    Severity.ERROR,
    "Every key is one that the schema knows.",
    "An unknown key is usually a typing mistake, and a typing mistake in a governed document hides a missing value.",
    "Correct or remove the key. Free text belongs in metadata.annotations.",
)
UNKNOWN_KIND = Rule(
    "MLG-S004",
    "unknown-kind",
    Severity.ERROR,
    "apiVersion and kind name a document that mlgov knows.",
    "The kind decides the schema, and it is read before anything else is checked.",
    "Use apiVersion mlgov/v1 and the kind of the folder that the file is in.",
)
WRONG_PLACE = Rule(
    "MLG-S005",
    "wrong-place",
    Severity.ERROR,
    "A document is a plain file at <folder of its kind>/<metadata.name>.yaml.",
    "The path is the identity of a document: references, history and approvals follow it. Symlinks, submodules, "
    "executable files and other places are refused.",
    "Move the file, or correct metadata.name.",
)
NAME_CLASH = Rule(
    "MLG-S006",
    "name-clash",
    Severity.ERROR,
    "No two files have names that differ only in case or Unicode form.",
    "On some systems such files overwrite each other, so a reviewer may see another file than the one that is merged.",
    "Rename one of the files.",
)
BAD_NAME = Rule(
    "MLG-S007",
    "bad-name",
    Severity.ERROR,
    "A name has 1 to 63 of a-z, 0-9 and hyphens, starts and ends with a letter or digit, and is not reserved.",
    "Names become file names, URLs, SageMaker card names and shell arguments.",
    "Choose another name; put the readable form in metadata.title.",
)
REQUIRED_FIELD = Rule(
    "MLG-L001",
    "required-field",
    Severity.ERROR,
    "Fields that mlgov.toml requires for the status and risk rating are filled.",
    "An organisation decides what must be known before a document is reviewed or approved.",
    "Fill the field, or set the status back to draft.",
    waivable=True,
)
ILLEGAL_TRANSITION = Rule(
    "MLG-L002",
    "illegal-transition",
    Severity.ERROR,
    "Status moves draft -> pending_review -> approved -> archived, or back before archiving.",
    "A status that jumps skips the review that it claims.",
    "Take the steps one pull request at a time.",
)
BORN_APPROVED = Rule(
    "MLG-L003",
    "born-approved",
    Severity.ERROR,
    "A new document starts as draft or pending_review.",
    "A document that appears as approved was never reviewed under its name.",
    "Set the status to draft or pending_review.",
)
CHANGED_WHILE_APPROVED = Rule(
    "MLG-L004",
    "changed-while-approved",
    Severity.ERROR,
    "An approved or archived document keeps its content.",
    "An approval binds to the content digest (kind, name and spec). Content that changes under an approved status was "
    "approved by nobody; archived content is frozen.",
    "Set the status to pending_review in the same change; for an archived document, make a new one.",
)
BASELINE_CHANGED = Rule(
    "MLG-L007",
    "baseline-under-approval",
    Severity.ERROR,
    "The baselines of an approved monitor set stay as they were approved.",
    "A monitor is as good as what it compares with: a baseline made from drifted data makes the drift look normal.",
    "Set the status of the monitor set to pending_review in the same change.",
)
DISAPPEARED = Rule(
    "MLG-L005",
    "disappeared",
    Severity.ERROR,
    "A document that was reviewed is archived, not deleted or renamed.",
    "Deleting and re-creating a file under another name would drop its history and its approvals. Only an archived "
    "document may be removed, and a tombstone has to tell of it ('mlgov card rm').",
    "Restore the file and set its status to archived.",
)
REMOVED_NAME = Rule(
    "MLG-L008",
    "removed-name",
    Severity.ERROR,
    "The name of a removed document is not used again.",
    "References, approvals and records carry the name. A second document of that name would inherit what the first one "
    "was approved for.",
    "Give the new document another name; 'mlgov card reinstate NAME --as NEW' makes a draft from an archived one.",
)
TOMBSTONE = Rule(
    "MLG-L009",
    "tombstone",
    Severity.ERROR,
    "A tombstone stays as it was written, and tells the truth about what was removed.",
    "A tombstone keeps the name, the digest and the reason of a removed document. Without it the name could be used "
    "again; with a false one, another document could pass for the one that was removed.",
    "Restore the tombstone, or let 'mlgov card rm' write it.",
)
REVIEW_OVERDUE = Rule(
    "MLG-L006",
    "review-overdue",
    Severity.WARNING,
    "An approved document is reviewed again before its review_by date.",
    "What was right a year ago may not be right now.",
    "Review the document and move lifecycle.review_by.",
    waivable=True,
)

SCHEMA_RULES = (SCHEMA, MISSING_KEY, UNKNOWN_KEY, UNKNOWN_KIND, WRONG_PLACE, NAME_CLASH, BAD_NAME)
LIFECYCLE_RULES = (
    REQUIRED_FIELD,
    ILLEGAL_TRANSITION,
    BORN_APPROVED,
    CHANGED_WHILE_APPROVED,
    BASELINE_CHANGED,
    DISAPPEARED,
    REVIEW_OVERDUE,
    REMOVED_NAME,
    TOMBSTONE,
)
RULES = SCHEMA_RULES + LIFECYCLE_RULES
