"""What a waiver (kind Waiver) says: which findings of one document do not count, why, and until when."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlgov.lifecycle import Day, Envelope, Owner, Part, ShortText

Words = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"\S")]
Code = Annotated[str, StringConstraints(pattern=r"^MLG-[A-Z][0-9]{3}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
FilePath = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[^/\s]\S*$")]


class WaivedFinding(Part):
    """One finding that the waiver covers."""

    code: Code = Field(examples=["MLG-L001"])
    """The rule that is broken."""
    fingerprint: Fingerprint = Field(examples=["0f1e2d3c4b5a6978"])
    """The finding, as 'mlgov check -f json' names it. It stays the same when lines move."""
    item: Digest | None = None
    """SHA-256 of the list item that the finding is about, as RFC 8785 canonical JSON. Another item that comes to stand
    at the same place is not waived with it. Only findings inside a list have one."""
    says: ShortText | None = None
    """What the finding said when the waiver was written; for people."""


class WaiverSpec(Part):
    """What is waived, why, and until when."""

    path: FilePath = Field(examples=["cards/churn.yaml"])
    """The document whose findings are waived."""
    findings: list[WaivedFinding] = Field(min_length=1, max_length=200)
    """The findings. As soon as the document has one more finding of a rule, none of that rule is waived any more."""
    reason: Words = Field(examples=["The evaluation on the new tariff needs three months of data."])
    """Why the findings are accepted for now."""
    compensating_control: Words = Field(examples=["Every decision is looked at by a person until then."])
    """What keeps the harm away meanwhile."""
    requester: Owner = Field(examples=["@model-owners"])
    """Who asks for the waiver. They cannot approve it."""
    expires: Day = Field(examples=["2026-12-31"])
    """The last day of the waiver."""
    ticket: ShortText | None = Field(default=None, examples=["https://tracker.example/RISK-12"])
    """Where the work that makes the waiver needless is followed."""


class WaiverDocument(Envelope[WaiverSpec]):
    """A waiver."""

    kind: Literal["Waiver"]
    """What the document is."""
