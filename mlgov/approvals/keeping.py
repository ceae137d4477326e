"""Which edits of an approved card keep its approval: those that the rules in force call less than material."""

from mlgov.approvals.policy import Policy
from mlgov.documents import Document


def keeps_approval(before: Document, after: Document, policy: Policy) -> bool:
    """Say whether an edit keeps the approval.

    Args:
        before: What was approved.
        after: What is there now.
        policy: The rules in force.
    """
    kept = policy.settings.approvals.keeps_approval
    if kept == "none":
        return False
    from mlgov.cards import CardDocument  # most rules say none, and reading cards takes a while to load
    from mlgov.cards.diff import Significance, diff, table_of
    from mlgov.lifecycle import validate

    limit = Significance.COSMETIC if kept == "cosmetic" else Significance.INFORMATIVE
    old, new = validate(before, CardDocument)[0], validate(after, CardDocument)[0]
    if old is None or new is None:
        return False
    changes = diff(old, new, table_of(policy.settings.diff))
    return all(change.significance <= limit for change in changes)
