"""`ModelCard`: a card of a governance repository in a notebook or a training script."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mlgov.cards import CardDocument, Provenance
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.exports.paper import paper
from mlgov.cards.transfer import ExportContext
from mlgov.checks.edits import committed_files, judge_edit
from mlgov.checks.layout import format_document
from mlgov.checks.schemas import modeline
from mlgov.documents import edit, load
from mlgov.documents.losses import check_comments
from mlgov.errors import UsageError
from mlgov.events import Event
from mlgov.files import create_file, one_writer, replace_file, write_report
from mlgov.names import API_VERSION, Kind, path_of
from mlgov.sdk.edits import GONE, checked, closed, differences
from mlgov.sdk.refusals import near
from mlgov.sdk.sections import (
    SECTIONS,
    AcceptanceCriterion,
    AdditionalInformation,
    BusinessDetails,
    Claim,
    EvaluationJob,
    IntendedUses,
    Lineage,
    ModelOverview,
    ModelPackage,
    TrainingDetails,
)
from mlgov.sdk.values import snake
from mlgov.sdk.versions import version_data, version_history
from mlgov.wiring import Services, clock, find_root, pdf_printer, services

#: What a card has beside its sections.
_ATTRIBUTES = ("name", "status", "title", "owners", "root", "_data")


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

    What code does not name is left as it is in the file: code fills in what it knows, people write the rest. A field or
    section that is set to None is taken out of the file, with the comments that belong to it (see `save`).

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
        for section in SECTIONS:
            setattr(self, section, None)
        self._set(sections)

    @classmethod
    def load(
        cls,
        name: str,
        version: int | None = None,
        sagemaker_session: object = None,  # noqa: ARG003 - as in the constructor
        *,
        root: Path | str | None = None,
    ) -> "ModelCard":
        """Read a card of the repository.

        Args:
            name: Its name.
            version: The version of its content, from git; the file as it lies here when None.
            sagemaker_session: Ignored.
            root: Folder of the governance repository; the one around the current folder when None.

        Raises:
            UsageError: There is no such card, or it is not a card that ``mlgov check`` accepts.
        """
        card = cls(name, root=root)
        path = card.path
        if version is not None:
            return cls.from_yaml(version_data(card._services().repository, card._place, version), root=root)
        if not path.is_file():
            raise UsageError(f"There is no {path}.", hint="Make it with ModelCard(…).create() or 'mlgov card new'.")
        return cls.from_yaml(path.read_bytes(), root=root, path=str(path))

    @classmethod
    def from_yaml(cls, data: bytes, *, root: Path | str | None = None, path: str = "card.yaml") -> "ModelCard":
        """Read a card from the bytes of its file. Raises UsageError, which names ``path``, when it is not legal."""
        document, typed = checked(data, path)
        envelope = typed.metadata
        card = cls(envelope.name, typed.lifecycle.status, title=envelope.title, owners=envelope.owners, root=root)
        card._data = data
        card._set(document.value["spec"])
        return card

    @property
    def path(self) -> Path:
        """Where the card's file is. Raises UsageError outside of a governance repository."""
        return self._root / self._place

    @property
    def _place(self) -> str:
        return path_of(Kind.MODEL_CARD, self.name)

    def _services(self) -> Services:
        return services(self._root, events=_NOBODY, push=False)

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

    def delete(self) -> None:
        """Take the file of a card away that was never committed.

        Raises:
            UsageError: The card is committed: it is removed by a pull request that leaves a tombstone.
        """
        place = self.path
        with one_writer(self._root):
            if self._place in (committed_files(self._services().repository, self._place) or ()):
                hint = f"Propose it: mlgov card rm {self.name} --reason TEXT"
                raise UsageError(f"{self._place} is committed and not removed by a script.", hint=hint)
            if not place.is_file():
                raise UsageError(f"There is no {place}.")
            place.unlink()

    def get_version_history(self) -> list[dict[str, Any]]:
        """List the versions of the card's content in git, newest first, under SageMaker's keys.

        Raises:
            UsageError: There is no git repository.
            GitError: Nothing is committed yet.
        """
        return version_history(self._services().repository, self._place)

    def list_export_jobs(self) -> list[dict[str, Any]]:
        """Raise UsageError: there are no jobs, `export_pdf` has printed when it returns."""
        raise UsageError("There are no export jobs here.", hint="export_pdf(…) prints at once and gives the path.")

    def to_yaml(self) -> bytes:
        """Give the card as the bytes of its file: what was loaded, with the changes in it.

        A new card, and one whose file was in canonical form, is in the form that ``mlgov fmt`` writes.

        Raises:
            UsageError: The card is not legal; the message says where and why.
        """
        present = load(self._data, self.name)[0]
        assert present is not None  # noqa: S101 - read before
        path = f"{self.name}.yaml"
        changed = edit(self._data, list(differences(present.value, (), self._wanted())), path)
        checked(changed, path)
        was_canonical = format_document(self._data, path, Kind.MODEL_CARD) == self._data
        return format_document(changed, path, Kind.MODEL_CARD) if was_canonical and changed != self._data else changed

    def to_document(self) -> CardDocument:
        """Give the card as a typed document. Raises UsageError when it is not legal."""
        return checked(self.to_yaml(), f"{self.name}.yaml")[1]

    def export(self, to: str = "sagemaker", *, now: datetime | None = None) -> bytes:
        """Render the card in another format, as ``mlgov card export`` does.

        Args:
            to: Name of the format.
            now: Time of the export, aware; the machine's when None.

        Raises:
            UsageError: There is no such format, or the card is not legal.
        """
        if to == "pdf":
            return self._printed(self.to_document(), now)
        if to not in EXPORTERS:
            raise UsageError(f"There is no format {to!r}.", hint=f"Known are {', '.join(EXPORTERS)}, pdf.")
        return EXPORTERS[to](self.to_document(), ExportContext(now=now or clock().now())).data

    def export_pdf(
        self,
        s3_output_path: Path | str,
        export_job_name: str | None = None,
        model_card_version: int | None = None,
        *,
        now: datetime | None = None,
    ) -> Path:
        """Print the card as PDF (PDF/A-2a, PDF/UA-1) and give the path. The names are those of SageMaker's SDK.

        Args:
            s3_output_path: Where to write it: a file, or a folder that is there. Nothing is uploaded.
            export_job_name: Name of the file in a folder, without ``.pdf``; the card's when None.
            model_card_version: The version of its content, from git; the card as it is here when None.
            now: Time of the print, aware; the machine's when None.

        Raises:
            UsageError: The path is an address, the card is not legal, or has no such version.
            PdfError: It has a letter that no font of the printer has.
        """
        if "://" in str(s3_output_path):
            hint = f"Print to a file, export_pdf('{self.name}.pdf'), and upload that."
            raise UsageError(f"{s3_output_path} is no file: nothing is uploaded from here.", hint=hint)
        place = Path(s3_output_path)
        if place.is_dir():
            place /= f"{export_job_name or self.name}.pdf"
        card = self if model_card_version is None else self.load(self.name, model_card_version, root=self.root)
        write_report(place, self._printed(card.to_document(), now))
        return place

    @staticmethod
    def _printed(card: CardDocument, now: datetime | None) -> bytes:
        context = ExportContext(now=now or clock().now())
        return pdf_printer().print(paper(card, context), at=context.now)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - each attribute has its own type
        """Take the card's own attributes and sections; a slip of the pen is an error and not lost."""
        if name in SECTIONS:
            value = SECTIONS[name].opened(value)
        elif name not in _ATTRIBUTES:
            raise AttributeError(f"A card has no {name!r}.{near(name, (*_ATTRIBUTES[:-1], *SECTIONS))}")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        filled = [name for name in SECTIONS if getattr(self, name)]
        return f"<ModelCard {self.name} ({self.status}): {', '.join(filled) or 'empty'}>"

    def _repr_markdown_(self) -> str:
        """Show the card in a notebook."""
        return self.export("markdown").decode()

    def _judge(self, before: bytes | None, after: bytes) -> None:
        """Refuse what ``mlgov card edit`` and ``mlgov card new`` would refuse."""
        found = self._services()
        today = found.clock.now().date()
        problems = judge_edit(found.repository, found.settings, today, self._place, before, after)
        if problems:
            said = "\n".join(f"{each.location}: {each.message}" for each in problems)
            raise UsageError(said, hint=problems[0].fix)

    def _set(self, sections: dict[str, Any]) -> None:
        for section, value in sections.items():
            if section not in SECTIONS:
                raise TypeError(f"a card has no section {section!r}.{near(section, SECTIONS)}")
            setattr(self, section, value)

    def _wanted(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {"metadata": {"name": self.name}, "lifecycle": {"status": snake(self.status)}}
        metadata = wanted["metadata"]
        metadata["title"] = self.title or GONE
        metadata["owners"] = list(self.owners) or GONE
        given = {section: getattr(self, section) for section in SECTIONS}
        return wanted | {"spec": {section: closed(value) if value else GONE for section, value in given.items()}}
