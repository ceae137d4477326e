"""What weakens the proof in this clone and on this machine. Values in, findings out."""

from collections.abc import Iterable, Iterator

from mlgov.findings import Finding, Location, Rule
from mlgov.guards import rules
from mlgov.names import SETTINGS_FILE
from mlgov.ports import Surroundings

OLDEST_GIT = (2, 31)
OLDEST_OPENSSH = (8, 2)


def check_surroundings(found: Surroundings, ledger: str) -> Iterator[Finding]:
    """Judge a clone and its machine.

    Args:
        found: What they are like.
        ledger: The ledger branch.
    """
    if found.git_version < OLDEST_GIT:
        yield _at(rules.OLD_GIT, "git", f"git is {_version(found.git_version)}.")
    if found.openssh_version is None:
        yield _at(rules.NO_SSH_KEYGEN, "ssh", "There is no ssh-keygen here, or it gives no version.")
    elif found.openssh_version < OLDEST_OPENSSH:
        yield _at(rules.NO_SSH_KEYGEN, "ssh", f"OpenSSH is {_version(found.openssh_version)}, which cannot sign.")
    if found.is_shallow:
        yield _at(rules.SHALLOW_CLONE, "shallow", "This clone has a part of the history only.")
    for name in found.replaced:
        yield _at(rules.HISTORY_REPLACED, name, f"git shows something else because of {name}.")
    yield from _check_ledger(found, ledger)
    if found.signature_format == "ssh" and not found.allowed_signers:
        yield _at(rules.SIGNERS_UNKNOWN, "signers", "git signs with SSH keys and knows nobody's.")
    if not found.hook:
        yield _at(rules.NO_HOOK, "hook", "Nothing checks the documents before a commit here.")


def check_files(rule: Rule, stale: Iterable[str]) -> Iterator[Finding]:
    """Name generated files that are not what mlgov would write now."""
    for path in stale:
        yield rule.at(Location(path), f"{path} is not up to date.")


def _check_ledger(found: Surroundings, ledger: str) -> Iterator[Finding]:
    if not found.ledger_tip:
        yield _at(rules.NO_LEDGER, "ledger", f"There is no branch {ledger} here.")
    for commit in found.ledger_breaks:
        yield _at(rules.LEDGER_CHANGED, commit, f"Commit {commit[:12]} of {ledger} changed or removed records.")
    if found.ledger_unpushed:
        yield _at(rules.LEDGER_NOT_PUSHED, "unpushed", f"The remote lacks the newest records of {ledger}.")


def _version(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers)) or "of an unknown version"


def _at(rule: Rule, key: str, message: str) -> Finding:
    return rule.at(Location(SETTINGS_FILE), message, pointer=("clone", key))
