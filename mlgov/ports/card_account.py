"""What mlgov needs of an account that holds model cards."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AccountCard:
    """The newest version of a card as a cloud account holds it.

    Attributes:
        name: Its name.
        version: Number of the version, from 1.
        status: ``Draft``, ``PendingReview``, ``Approved`` or ``Archived``; empty when the account does not say.
        content: The content as JSON text; empty when the account does not say.
        id: How the account names it in full.
    """

    name: str
    version: int
    status: str
    content: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class NewAccountCard:
    """A card to be made in a cloud account.

    Attributes:
        name: Its name.
        status: Its status, spelled as in AccountCard.
        content: The content as JSON text.
        tags: Keys and values; they can be given when it is made, and not later.
        key: Id or ARN of the key that encrypts it; empty for the account's own. Given when it is made, and not later.
    """

    name: str
    status: str
    content: str
    tags: tuple[tuple[str, str], ...] = ()
    key: str = ""


class CardAccount(Protocol):
    """Model cards in a cloud account. Every method may raise CloudError.

    Content and status change in calls of their own. A new content is a new version, a new status is none. The content
    of an archived card does not change any more. A change whose answer is lost may have been made all the same.
    """

    def names(self) -> list[str]:
        """List the names of all cards, in order."""

    def find(self, name: str) -> AccountCard | None:
        """Read the newest version of a card; None when there is no such card."""

    def tags(self, card: AccountCard) -> dict[str, str]:
        """Read the tags of a card."""

    def create(self, card: NewAccountCard) -> None:
        """Make a card that is not there yet."""

    def update_content(self, name: str, content: str) -> None:
        """Replace the whole content of a card."""

    def update_status(self, name: str, status: str) -> None:
        """Move a card to another status."""
