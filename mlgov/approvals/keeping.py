"""Which edits of an approved card keep its approval: those that the rules in force call less than material."""

from mlgov.approvals.policy import Policy
from mlgov.cards import CardDocument
from mlgov.cards.diff import Significance, diff, table_of
from mlgov.documents import Document
from mlgov.lifecycle import validate

_UP_TO = {"cosmetic": Significance.COSMETIC, "informative": Significance.INFORMATIVE}


def keeps_approval(before: Document, after: Document, policy: Policy) -> bool:
    """Say whether an edit keeps the approval.

    Args:
        before: What was approved.
        after: What is there now.
        policy: The rules in force.
    """
    limit = _UP_TO.get(policy.settings.approvals.keeps_approval)
    old, new = validate(before, CardDocument)[0], validate(after, CardDocument)[0]
    if limit is None or old is None or new is None:
        return False
    changes = diff(old, new, table_of(policy.settings.diff))
    return all(change.significance <= limit for change in changes)
