"""Every error that mlgov raises on purpose.

A bad document is a result (findings), never an error. An error means that the set-up is broken:

    MlgovError
    ├── UsageError            the command line, or a name that is not there         exit 2
    │   ├── SettingsError     mlgov.toml cannot be used                             exit 2
    │   ├── ImportFormatError a file is not in the format it was said to be in      exit 2
    │   └── CardValueError    a script gave a value that a card cannot hold         exit 2
    └── OutsideError      the world did not play along                          exit 3
        ├── GitError          git refused, or the repository is damaged
    │   └── RefError          somebody named a ref or a branch that there is not  exit 2
        ├── LedgerError       a record could not be appended
        ├── ForgeError        the forge refused or did not answer
        ├── SiteError         the site could not be built
        ├── PdfError          a PDF could not be printed
        ├── CloudError        a cloud account refused or did not answer
        ├── SigningError      ssh-keygen is missing, or did not sign
        ├── ScorerError       a model could not be asked, or its answer makes no sense
        └── TablesError       data could not be read
            ├── TablesMissingError data is not where it should be
            ├── TablesUnreachableError nobody knows how the data is: no network, no rights
            └── TablesLimitError   data is larger than the limits allow
"""

from typing import ClassVar


class MlgovError(Exception):
    """Base of all errors below.

    Args:
        message: What is wrong, in a sentence.
        hint: What to do about it; empty when there is nothing to add.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MlgovError):
    """The caller asked for something that does not exist or does not go together."""

    exit_code = 2


class SettingsError(UsageError):
    """``mlgov.toml`` cannot be used."""


class ImportFormatError(UsageError):
    """A file that was to be imported is damaged, or not in the format that was named."""


class CardValueError(UsageError, ValueError):
    """A script gave a value that a card cannot hold."""


class OutsideError(MlgovError):
    """I/O, git, network or an API did not do what was asked."""

    exit_code = 3


class GitError(OutsideError):
    """git refused a command, or the repository is not one that can be judged."""


class RefError(GitError):
    """A ref that names nothing here, or a name that no branch can have: typed by the caller, so exit code 2."""

    exit_code = 2


class LedgerError(OutsideError):
    """A record could not be appended to the ledger.

    Args:
        message: What is wrong.
        hint: What to do.
        recorded: Id of the ledger's newest step here, when the records are in it and only the remote did not get them.
    """

    def __init__(self, message: str, *, hint: str = "", recorded: str = "") -> None:
        super().__init__(message, hint=hint)
        self.recorded = recorded


class ForgeError(OutsideError):
    """The forge refused a request or did not answer.

    Args:
        message: What is wrong.
        status: HTTP status, 0 when there was no answer that can be used.
        hint: What to do.
        transient: Whether the same request may succeed later; it may also have been done already.
    """

    def __init__(self, message: str, *, status: int = 0, hint: str = "", transient: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.transient = transient


class SiteError(OutsideError):
    """The site could not be built."""


class PdfError(OutsideError):
    """A PDF could not be printed."""


class CloudError(OutsideError):
    """A cloud account refused a request or did not answer.

    Args:
        message: What is wrong; without credentials.
        hint: What to do.
        one_thing: Whether only this request is concerned, so that requests about other things may go through.
    """

    def __init__(self, message: str, *, hint: str = "", one_thing: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.one_thing = one_thing


class SigningError(OutsideError):
    """Nothing could be signed, or ssh-keygen could not be asked about a signature."""


class ScorerError(OutsideError):
    """A model that serves somewhere could not be asked, or its answer makes no sense."""


class TablesError(OutsideError):
    """Data could not be read as a table."""


class TablesMissingError(TablesError):
    """There is no data at the address."""


class TablesUnreachableError(TablesError):
    """Where the data is could not be asked: no network, no credentials, no right to read."""


class TablesLimitError(TablesError):
    """Data is larger than the limits allow, found out before it was read."""
