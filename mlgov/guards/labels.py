"""The labels that mlgov and its issue forms set. Without its label an issue is not found again."""

from typing import NamedTuple

from mlgov.monitors.issue_actions import LABEL as MONITOR


class Label(NamedTuple):
    """A label: its name, six hexadecimal digits of colour, and what it says (100 characters at most)."""

    name: str
    color: str
    description: str


LABELS = (
    Label(MONITOR, "d93f0b", "A monitor is in alert; mlgov opens and closes this issue"),
    Label("mlgov/revalidation", "fbca04", "A document must be looked at again; mlgov opens and closes this issue"),
    Label("mlgov/card-request", "0e8a16", "Somebody asks for a model card"),
    Label("mlgov/change-request", "1d76db", "Somebody asks for a change of a governed document"),
    Label("mlgov/model-problem", "b60205", "Somebody saw a model do what it should not"),
    Label("mlgov/access-request", "5319e7", "Somebody asks for a role or for more rights"),
)
