"""The reference pages below ``docs/reference/``, written from the code that they describe.

``python -m scripts.reference`` writes them, ``--check`` says whether they are fresh. A new page is a row in ``PAGES``.
The page of rules is not here: the site makes it by itself, because every finding of every repository leads to it.
"""

from collections.abc import Callable

from mlgov.names import Kind
from scripts.reference.commands import page as commands
from scripts.reference.documents import page as document
from scripts.reference.python_api import page as python_api
from scripts.reference.settings import page as settings

FOLDER = "docs/reference"
#: File name -> what writes it.
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "model-card.md": lambda: document(Kind.MODEL_CARD),
    "monitor-set.md": lambda: document(Kind.MONITOR_SET),
    "role.md": lambda: document(Kind.ROLE),
    "waiver.md": lambda: document(Kind.WAIVER),
    "access-grant.md": lambda: document(Kind.ACCESS_GRANT),
    "python.md": python_api,
}


def files() -> dict[str, bytes]:
    """Every page, by file name. The same code gives the same bytes."""
    return {name: page().encode() for name, page in PAGES.items()}
