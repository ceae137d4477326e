"""The rules of ``mlgov doctor`` (``MLG-G…``): what weakens the proof, why it matters and how to mend it."""

from mlgov.findings import Rule, Severity

NOT_READ = Rule(
    "MLG-G001",
    "setting-not-read",
    Severity.NOTE,
    "Every setting of the forge that proofs rest on can be read.",
    "What cannot be read is not known to be good. A token of a job sees little; administrators see everything.",
    "Run 'mlgov doctor' with a token of an administrator in GITHUB_TOKEN (reading is enough).",
)
HISTORY_CAN_CHANGE = Rule(
    "MLG-G002",
    "history-can-change",
    Severity.ERROR,
    "The main branch can neither be rewritten nor deleted.",
    "Approvals are proven from the history of the main branch. Who may push it by force can take an approval or a "
    "change out of it, and nobody who clones later will see it.",
    "Import .github/rulesets/mlgov-main.json under Settings > Rules ('mlgov guards' writes it).",
)
MERGE_WITHOUT_REVIEW = Rule(
    "MLG-G003",
    "merge-without-review",
    Severity.ERROR,
    "Changes reach the main branch by reviewed pull request alone.",
    "What is pushed past the pull request was seen by nobody; mlgov finds it afterwards, when it has taken effect.",
    "Import .github/rulesets/mlgov-main.json under Settings > Rules ('mlgov guards' writes it).",
)
CHECK_NOT_REQUIRED = Rule(
    "MLG-G004",
    "check-not-required",
    Severity.ERROR,
    "A merge waits for the check of the documents and for the gate.",
    "The gate knows the approval rules and the forge does not: a merge that does not wait for it needs one click of "
    "anybody, not the approvals that the risk asks for.",
    "Import .github/rulesets/mlgov-main.json under Settings > Rules ('mlgov guards' writes it).",
)
OWNERS_NOT_ASKED = Rule(
    "MLG-G005",
    "owners-not-asked",
    Severity.WARNING,
    "Owners of the changed files have to approve.",
    "CODEOWNERS says that rules and workflows need an admin. Unless the forge asks for code owners, it is only a wish.",
    "Switch on the review of code owners for the main branch.",
)
STALE_APPROVAL_STAYS = Rule(
    "MLG-G006",
    "stale-approval-stays",
    Severity.WARNING,
    "A push takes back the approvals that the forge counts, or needs another one.",
    "mlgov binds approvals to the content of documents. Workflows and settings are not documents: there an approval of "
    "an earlier state would carry what was pushed after it.",
    "Switch on 'dismiss stale approvals' or 'approval of the most recent push' for the main branch.",
)
RULES_CAN_BE_BYPASSED = Rule(
    "MLG-G007",
    "rules-can-be-bypassed",
    Severity.WARNING,
    "Nobody may pass the rules of a branch by.",
    "Who may merge past the rules makes them advice. 'mlgov audit' finds such merges, but only afterwards.",
    "Empty the bypass list of the ruleset, and let the classic protection hold for administrators too.",
)
LEDGER_CAN_CHANGE = Rule(
    "MLG-G008",
    "ledger-can-change",
    Severity.ERROR,
    "The ledger branch can neither be rewritten nor deleted.",
    "The ledger holds the reviews that were captured at each merge. Who may push it by force can take them away or put "
    "others in their place.",
    "Import .github/rulesets/mlgov-ledger.json under Settings > Rules ('mlgov guards' writes it).",
)
WORKFLOWS_MAY_APPROVE = Rule(
    "MLG-G009",
    "workflows-may-approve",
    Severity.ERROR,
    "Workflows cannot approve pull requests.",
    "A workflow that may approve lets anybody who may write a workflow approve their own change.",
    "Settings > Actions > General: forbid Actions to create and approve pull requests.",
)
WORKFLOW_TOKEN_WRITES = Rule(
    "MLG-G010",
    "workflow-token-writes",
    Severity.WARNING,
    "A workflow that asks for nothing may only read.",
    "Every new workflow would get a token that can push to the ledger and to other branches.",
    "Settings > Actions > General: give workflows read permission by default.",
)
ACTIONS_NOT_PINNED = Rule(
    "MLG-G011",
    "actions-not-pinned",
    Severity.NOTE,
    "Actions are named by their commit.",
    "A tag of an action can be moved to other code, which then runs with the rights of the workflow.",
    "Settings > Actions > General: require actions to be pinned to a full commit id.",
)
CODE_OWNERS_BROKEN = Rule(
    "MLG-G012",
    "code-owners-broken",
    Severity.ERROR,
    "The forge understands every line of CODEOWNERS.",
    "A line that the forge does not understand, or whose owner may not write to the repository, protects nothing.",
    "Correct the teams in mlgov.toml, give them write access, and run 'mlgov guards'.",
)
LABEL_MISSING = Rule(
    "MLG-G013",
    "label-missing",
    Severity.WARNING,
    "The labels that mlgov sets are there.",
    "Forges drop labels that they do not know, and an issue without its label is not found again.",
    "Make the label; .github/mlgov-labels.json has its colour and its words.",
)
NOBODY_HAS_ROLE = Rule(
    "MLG-G014",
    "nobody-has-role",
    Severity.WARNING,
    "Somebody is owner, validator and admin.",
    "A role that nobody has can neither approve nor own a path: approvals that need it never come, and the paths that "
    "it would protect are open.",
    "Give the role to a team or to people in mlgov.toml.",
)
GUARD_NOT_FRESH = Rule(
    "MLG-G015",
    "guard-not-fresh",
    Severity.WARNING,
    "Generated guards say what mlgov.toml says.",
    "A guard that was changed by hand, or that nobody wrote anew after a change of teams, protects something else.",
    "Run 'mlgov guards' and commit what it writes.",
)
CHECK_FROM_ANYBODY = Rule(
    "MLG-G016",
    "check-from-anybody",
    Severity.WARNING,
    "A required check counts only from the app that runs it.",
    "Anybody who may set a commit status can report the check as passed when its source is left open.",
    "Name GitHub Actions as the expected source of the check.",
)
OLD_GIT = Rule(
    "MLG-G020",
    "old-git",
    Severity.ERROR,
    "git is recent enough.",
    "Older versions lack options that mlgov uses to read history safely.",
    "Install git 2.31 or newer.",
)
NO_SSH_KEYGEN = Rule(
    "MLG-G021",
    "no-ssh-keygen",
    Severity.NOTE,
    "ssh-keygen is here and can sign.",
    "'mlgov approve' signs with it. Verifying works without it, but nobody gets a second opinion.",
    "Install OpenSSH 8.2 or newer.",
)
SHALLOW_CLONE = Rule(
    "MLG-G022",
    "shallow-clone",
    Severity.ERROR,
    "The whole history is here.",
    "A proof that starts in the middle proves nothing about what came before.",
    "Run 'git fetch --unshallow'; in a workflow check out with fetch-depth: 0.",
)
NO_LEDGER = Rule(
    "MLG-G023",
    "no-ledger",
    Severity.WARNING,
    "The ledger branch is here.",
    "Without it captured reviews and monitoring executions cannot be seen, and approvals that rest on them cannot be "
    "proven from this clone.",
    "Fetch it: git fetch origin mlgov-ledger:mlgov-ledger. A new repository gets it with its first record.",
)
LEDGER_CHANGED = Rule(
    "MLG-G024",
    "ledger-changed",
    Severity.ERROR,
    "Commits of the ledger only add records.",
    "A record that was changed or removed is no record of what happened.",
    "Find out who made the commit; put the records of its parent back from another clone.",
)
HISTORY_REPLACED = Rule(
    "MLG-G025",
    "history-replaced",
    Severity.WARNING,
    "git shows objects and commits of this clone as they are.",
    "Replacement refs and grafts show people another history than the one that was committed. mlgov reads past them, "
    "so that it and git may tell different stories.",
    "Look at them with 'git replace --list', and delete them with 'git replace --delete'.",
)
SIGNERS_UNKNOWN = Rule(
    "MLG-G026",
    "signers-unknown",
    Severity.NOTE,
    "git knows whose SSH signatures to believe.",
    "Commits are signed with SSH keys here, but git cannot tell whose they are and shows every signature as unknown.",
    "Set gpg.ssh.allowedSignersFile to a file with the people's keys.",
)
NO_HOOK = Rule(
    "MLG-G027",
    "no-hook",
    Severity.NOTE,
    "Documents are checked before each commit.",
    "A hook tells of mistakes before anybody else sees them. It protects nothing: the check of the pull request does.",
    "Run 'pre-commit install'.",
)
SCHEMA_NOT_FRESH = Rule(
    "MLG-G028",
    "schema-not-fresh",
    Severity.WARNING,
    "The schemas of editors are those of this version of mlgov.",
    "An editor with old schemas approves of what the check refuses, and the other way round.",
    "Run 'mlgov schema' and commit what it writes.",
)
LEDGER_NOT_PUSHED = Rule(
    "MLG-G029",
    "ledger-not-pushed",
    Severity.WARNING,
    "The remote has every record of the ledger.",
    "A record that is on this machine alone proves nothing to others, and is lost with the machine.",
    "Push the branch: git push origin mlgov-ledger.",
)

RULES = tuple(value for value in globals().values() if isinstance(value, Rule))
