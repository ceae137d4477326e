"""The envelope that every governed document has: apiVersion, kind, metadata, lifecycle, spec."""

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from mlgov.names import NAME_MAX_LENGTH, NAME_PATTERN, RESERVED_NAMES, Status


class Part(BaseModel):
    """Base of every part of a document: unknown keys refused, values never coerced, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _not_reserved(name: str) -> str:
    if name in RESERVED_NAMES:
        raise ValueError(f"'{name}' is a reserved name")
    return name


def _day(value: object) -> object:
    """Dates are text in YAML 1.2; this reads the text and leaves anything else for pydantic to refuse."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{value}' is no day of the calendar; write one like 2026-12-31") from None
    return value


Name = Annotated[
    str,
    StringConstraints(pattern=f"^{NAME_PATTERN}$", max_length=NAME_MAX_LENGTH),
    AfterValidator(_not_reserved),
]
Day = Annotated[date, BeforeValidator(_day)]
Owner = Annotated[str, StringConstraints(pattern=r"^@[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Metadata(Part):
    """Who a document is."""

    name: Name = Field(examples=["breast-cancer-screening"])
    """The name of the document: the file name without its ending. It never changes."""
    title: ShortText | None = Field(default=None, examples=["Breast cancer screening"])
    """The name for people; the file name is shown when it is missing."""
    owners: list[Owner] = Field(default_factory=list, max_length=20, examples=[["@model-owners"]])
    """Persons or teams who answer for the document, as forge handles with a leading @."""
    labels: dict[str, ShortText] = Field(default_factory=dict, examples=[{"domain": "health"}])
    """Words to filter by."""
    annotations: dict[str, Annotated[str, StringConstraints(max_length=4096)]] = Field(default_factory=dict)
    """Free notes for tools and people; nothing is decided by them."""


class Lifecycle(Part):
    """Where a document is in its life. Outside the content digest."""

    status: Annotated[Status, Field(strict=False)] = Field(examples=["draft"])
    """draft, pending_review, approved or archived; moved through pull requests."""
    review_by: Day | None = Field(default=None, examples=["2027-11-30"])
    """The day by which an approved document must have been reviewed again."""


SpecT = TypeVar("SpecT", bound=BaseModel)


class Envelope(Part, Generic[SpecT]):
    """A governed document."""

    apiVersion: Literal["mlgov/v1"]  # noqa: N815 - the key is spelled as Kubernetes spells it
    """The version of this format."""
    kind: str
    """What the document is."""
    metadata: Metadata
    """Who the document is."""
    lifecycle: Lifecycle
    """Where the document is in its life."""
    spec: SpecT
    """What the document says; the part that an approval binds to."""


AnyEnvelope = Envelope[Any]
