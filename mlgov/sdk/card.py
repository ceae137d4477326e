"""`ModelCard`: a card of a governance repository in a notebook or a training script."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mlgov.cards import CardDocument, Provenance
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.exports.paper import paper
from mlgov.cards.transfer import ExportContext
from mlgov.checks.edits import judge_edit
from mlgov.checks.layout import format_document
from mlgov.checks.schemas import modeline
from mlgov.documents import LIMITS, Change, Document, Pointer, Value, edit, find, load
from mlgov.documents.losses import check_comments
from mlgov.errors import UsageError
from mlgov.events import Event
from mlgov.files import create_file, one_writer, replace_file, write_report
from mlgov.lifecycle import validate
from mlgov.names import API_VERSION, Kind, path_of
from mlgov.sdk.sections import (
    SECTIONS,
    AcceptanceCriterion,
    AdditionalInformation,
    BusinessDetails,
    Claim,
    EvaluationJob,
    IntendedUses,
    Lineage,
    Metric,
    ModelOverview,
    ModelPackage,
    TrainingDetails,
)
from mlgov.sdk.values import plain, snake
from mlgov.wiring import clock, find_root, pdf_printer, services

#: Keys that say what an item of a list is about: evaluations, metrics, claims, evidence and imported values.
_IDENTITY = ("name", "framework", "requirement", "path", "field")


class _Nobody:
    """Hears no progress: in a notebook there is nobody to tell."""

    def emit(self, event: Event) -> None:
        pass


_NOBODY = _Nobody()
_SKELETON = """\
{modeline}
apiVersion: {version}
kind: ModelCard
metadata:
  name: {name}
lifecycle:
  status: draft
"""


class ModelCard:
    """A model card, to be made or changed by code and reviewed by people.

    Sections that are None are left as they are in the file: code fills in what it knows, people write the rest.

    Args:
        name: Name of the card, and of its file ``cards/NAME.yaml``.
        status: draft, pending_review, approved or archived.
        title: The name for people.
        owners: Who answers for the card, as forge handles with a leading @.
        root: Folder of the governance repository; the one around the current folder when None.
        sagemaker_session: Ignored: a card is a file. Taken so that a script for SageMaker runs as it is.
        sections: The sections of a card by the names below: instances, or values to make them from.

    Attributes:
        evaluation_details: A list, as are ``acceptance_criteria``, ``claims`` and ``imported``; the latter is what
            ``mlgov card refresh`` notes.

    Example:
        >>> card = ModelCard("churn", model_overview=ModelOverview(problem_type="binary_classification"))
        >>> card.evaluation("holdout").add_metric_group("quality").add_metric(Metric(name="auc", value=0.91))
        >>> print(card.to_yaml().decode())
    """

    model_overview: ModelOverview | None
    intended_uses: IntendedUses | None
    business_details: BusinessDetails | None
    training_details: TrainingDetails | None
    evaluation_details: list[EvaluationJob]
    additional_information: AdditionalInformation | None
    model_package_details: ModelPackage | None
    lineage: Lineage | None
    acceptance_criteria: list[AcceptanceCriterion]
    claims: list[Claim]
    imported: list[Provenance]

    def __init__(
        self,
        name: str,
        status: str = "draft",
        *,
        title: str | None = None,
        owners: Sequence[str] = (),
        root: Path | str | None = None,
        sagemaker_session: object = None,  # noqa: ARG002 - see above
        **sections: Any,  # noqa: ANN401 - each section has its own class
    ) -> None:
        self.name, self.title, self.owners = name, title, list(owners)
        self.status = snake(status)
        self.root = Path(root) if root is not None else None
        self._data = _SKELETON.format(modeline=modeline(Kind.MODEL_CARD), version=API_VERSION, name=name).encode()
        for name_of_section, section in SECTIONS.items():
            setattr(self, name_of_section, section.opened(None))
        self._set(sections)

    @classmethod
    def load(cls, name: str, *, root: Path | str | None = None) -> "ModelCard":
        """Read a card of the repository.

        Raises:
            UsageError: There is no such card, or it is not a card that ``mlgov check`` accepts.
        """
        card = cls(name, root=root)
        path = card.path
        if not path.is_file():
            raise UsageError(f"There is no {path}.", hint="Make it with ModelCard(…).create() or 'mlgov card new'.")
        return cls.from_yaml(path.read_bytes(), root=root)

    @classmethod
    def from_yaml(cls, data: bytes, *, root: Path | str | None = None) -> "ModelCard":
        """Read a card from the bytes of its file. Raises UsageError when it is not a legal card."""
        document, typed = _checked(data, "card")
        envelope = typed.metadata
        card = cls(envelope.name, typed.lifecycle.status, title=envelope.title, owners=envelope.owners, root=root)
        card._data = data
        card._set(document.value["spec"])
        return card

    @property
    def path(self) -> Path:
        """Where the card's file is. Raises UsageError outside of a governance repository."""
        return self._root / path_of(Kind.MODEL_CARD, self.name)

    @property
    def _root(self) -> Path:
        return find_root(self.root or Path())

    def evaluation(self, name: str) -> EvaluationJob:
        """Give the evaluation of that name; a new, empty one is added when there is none."""
        found = next((each for each in self.evaluation_details if each.name == name), None)
        if found is None:
            found = EvaluationJob(name=name)
            self.evaluation_details.append(found)
        return found

    def create(self) -> Path:
        """Write the card as a new file and give its path.

        Raises:
            UsageError: The card is there already, there was one of this name, or ``mlgov check`` would refuse it.
        """
        data, place = self.to_yaml(), self.path
        with one_writer(self._root):
            if place.exists():
                hint = f"Change it with ModelCard.load({self.name!r})."
                raise UsageError(f"{place} is there already.", hint=hint)
            self._judge(None, data)
            create_file(place, data)
        self._data = data
        return place

    def save(self, *, drop_comments: bool = False) -> Path:
        """Write the changes into the card's file and give its path. Comments and order stay.

        Args:
            drop_comments: Whether comments may go with what is replaced; else such a change is refused.

        Raises:
            UsageError: The card is not legal, its status does not allow the change, or its file was changed since it
                was loaded.
        """
        data, place = self.to_yaml(), self.path
        if not place.exists():
            return self.create()
        with one_writer(self._root):
            if place.read_bytes() != self._data:
                raise UsageError(f"{place} was changed by somebody else.", hint="Load the card again.")
            if data != self._data:
                if not drop_comments:
                    check_comments(self._data, data, str(place), way="save(drop_comments=True)")
                self._judge(self._data, data)
                replace_file(place, self._data, data)
        self._data = data
        return place

    def update(self, *, drop_comments: bool = False, **sections: Any) -> Path:  # noqa: ANN401 - as in the constructor
        """Set sections and save."""
        self._set(sections)
        return self.save(drop_comments=drop_comments)

    def to_yaml(self) -> bytes:
        """Give the card as the bytes of its file: what was loaded, with the changes in it.

        A new card, and one whose file was in canonical form, is in the form that ``mlgov fmt`` writes.

        Raises:
            UsageError: The card is not legal; the message says where and why.
        """
        present = load(self._data, self.name)[0]
        assert present is not None  # noqa: S101 - read before
        path = f"{self.name}.yaml"
        changed = edit(self._data, list(_differences(present.value, (), self._wanted())), path)
        _checked(changed, path)
        was_canonical = format_document(self._data, path, Kind.MODEL_CARD) == self._data
        return format_document(changed, path, Kind.MODEL_CARD) if was_canonical and changed != self._data else changed

    def to_document(self) -> CardDocument:
        """Give the card as a typed document. Raises UsageError when it is not legal."""
        return _checked(self.to_yaml(), f"{self.name}.yaml")[1]

    def export(self, to: str = "sagemaker", *, now: datetime | None = None) -> bytes:
        """Render the card in another format, as ``mlgov card export`` does.

        Args:
            to: Name of the format.
            now: Time of the export, aware; the machine's when None.

        Raises:
            UsageError: There is no such format, or the card is not legal.
        """
        if to not in EXPORTERS:
            raise UsageError(f"There is no format {to!r}.", hint=f"Known are {', '.join(EXPORTERS)}.")
        return EXPORTERS[to](self.to_document(), ExportContext(now=now or clock().now())).data

    def export_pdf(self, path: Path | str, *, now: datetime | None = None) -> Path:
        """Print the card as PDF (PDF/A-2a, PDF/UA-1) and give the path.

        Args:
            path: Where to write it.
            now: Time of the print, aware; the machine's when None.

        Raises:
            UsageError: The card is not legal.
            PdfError: It has a letter that no font of the printer has.
        """
        context = ExportContext(now=now or clock().now())
        printed = pdf_printer().print(paper(self.to_document(), context), at=context.now)
        write_report(Path(path), printed)
        return Path(path)

    def __repr__(self) -> str:
        filled = [name for name in SECTIONS if getattr(self, name)]
        return f"<ModelCard {self.name} ({self.status}): {', '.join(filled) or 'empty'}>"

    def _repr_markdown_(self) -> str:
        """Show the card in a notebook."""
        return self.export("markdown").decode()

    def _judge(self, before: bytes | None, after: bytes) -> None:
        """Refuse what ``mlgov card edit`` and ``mlgov card new`` would refuse."""
        found = services(self._root, events=_NOBODY, push=False)
        path = path_of(Kind.MODEL_CARD, self.name)
        problems = judge_edit(found.repository, found.settings, found.clock.now().date(), path, before, after)
        if problems:
            said = "\n".join(f"{each.location}: {each.message}" for each in problems)
            raise UsageError(said, hint=problems[0].fix)

    def _set(self, sections: dict[str, Any]) -> None:
        for section, value in sections.items():
            if section not in SECTIONS:
                raise TypeError(f"a card has no section {section!r}; known are {', '.join(SECTIONS)}")
            setattr(self, section, SECTIONS[section].opened(value))

    def _wanted(self) -> dict[str, Value]:
        wanted: dict[str, Value] = {"metadata": {"name": self.name}, "lifecycle": {"status": snake(self.status)}}
        metadata = wanted["metadata"]
        assert isinstance(metadata, dict)  # noqa: S101 - made above
        if self.title:
            metadata["title"] = self.title
        if self.owners:
            metadata["owners"] = list(self.owners)
        given = {section: getattr(self, section) for section in SECTIONS}
        return wanted | {"spec": {section: _closed(value) for section, value in given.items() if value}}


def _closed(value: Any) -> Value:  # noqa: ANN401 - a section or a list of them
    """Give plain values; what is not set and what is empty stays out."""
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, BaseModel):
        return plain(value)  # type: ignore[no-any-return]
    given = {name: _number(getattr(value, name), value) for name in type(value).model_fields}
    return {name: _closed(each) for name, each in given.items() if each is not None and each != [] and each != {}}


def _number(value: Any, of: BaseModel) -> Any:  # noqa: ANN401 - any value of a section
    """Write a whole number without a point: the schema reads 1 as 1.0. The value of a metric stays as it was given."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < LIMITS.integer
    return int(value) if is_whole and not isinstance(of, Metric) else value


def _differences(value: Value, pointer: Pointer, wanted: Value) -> Iterator[Change]:
    """Find the smallest edits that put ``wanted`` at ``pointer``; keys that are there besides are left alone."""
    there, found = find(value, pointer)
    if there and isinstance(found, dict) and isinstance(wanted, dict):
        for key, each in wanted.items():
            yield from _differences(value, (*pointer, key), each)
    elif there and isinstance(found, list) and isinstance(wanted, list) and len(found) <= len(wanted):
        for index, each in enumerate(wanted):
            if index < len(found) and _is_another(found[index], each):
                yield Change((*pointer, index), each)
            else:
                yield from _differences(value, (*pointer, index), each)
    elif not there or found != wanted:
        yield Change(pointer, wanted)


def _is_another(found: Value, wanted: Value) -> bool:
    """Say whether two items of a list are about different things: one is no edit of the other."""
    if not isinstance(found, dict) or not isinstance(wanted, dict):
        return False
    return any(found.get(key) != wanted.get(key) for key in _IDENTITY)


def _checked(data: bytes, path: str) -> tuple[Document, CardDocument]:
    document, findings = load(data, path)
    typed, problems = validate(document, CardDocument) if document else (None, findings)
    if document is None or typed is None:
        first = problems[0]
        raise UsageError(f"{first.location}: {first.message}", hint=first.fix)
    return document, typed
