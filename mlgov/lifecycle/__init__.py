"""Status, content digest, versions and history: what every governed document has, whatever its kind."""

from mlgov.lifecycle.digest import bytes_digest, content_digest, json_digest
from mlgov.lifecycle.envelope import AnyEnvelope, Day, Envelope, Lifecycle, Metadata, Name, Owner, Part, ShortText
from mlgov.lifecycle.history import Revision, revisions
from mlgov.lifecycle.required import check_required
from mlgov.lifecycle.rules import RULES
from mlgov.lifecycle.steps import ContentVersion, Step, content_versions, steps
from mlgov.lifecycle.transitions import LEGAL, Versions, check_transition, status_of
from mlgov.lifecycle.validation import validate

__all__ = [
    "LEGAL",
    "RULES",
    "AnyEnvelope",
    "ContentVersion",
    "Day",
    "Envelope",
    "Lifecycle",
    "Metadata",
    "Name",
    "Owner",
    "Part",
    "Revision",
    "ShortText",
    "Step",
    "Versions",
    "bytes_digest",
    "check_required",
    "check_transition",
    "content_digest",
    "content_versions",
    "json_digest",
    "revisions",
    "status_of",
    "steps",
    "validate",
]
