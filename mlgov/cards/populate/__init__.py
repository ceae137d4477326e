"""Filling a card from what knows its model: a tracking server, an account of AWS, a file.

A source is one file here and one row in `SOURCES`. It turns what an adapter has read (`mlgov.ports.Described`) into
values of a card; nothing is fetched here.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BufferedReader, BytesIO

from mlgov.cards.draft import Draft
from mlgov.cards.fields import Fields
from mlgov.cards.foreign import MAX_BYTES
from mlgov.cards.imported import Field, fields_of
from mlgov.cards.populate import json_file, mlflow, sagemaker, sklearn
from mlgov.cards.populate.plan import Difference, Plan, State, plan
from mlgov.cards.transfer import Imported
from mlgov.documents import Value
from mlgov.errors import UsageError
from mlgov.ports import Described

__all__ = [
    "SOURCES",
    "Difference",
    "Plan",
    "Populated",
    "Source",
    "State",
    "describe_file",
    "plan",
    "populate",
    "spec_of",
    "split_source",
]

#: A spec that has more values than this would not fit into the list of imported values.
MAX_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source.

    Attributes:
        form: How people name one, after the colon.
        title: What it is.
        fill: Puts what was read into a draft. Raises ImportFormatError for a file in another format.
        is_file: Whether people name a file.
    """

    form: str
    title: str
    fill: Callable[[Described, Draft], None]
    is_file: bool = False


SOURCES: dict[str, Source] = {
    "mlflow": Source("RUN_ID | registry/NAME[/VERSION|@ALIAS]", "an MLflow tracking server", mlflow.fill),
    "sagemaker": Source("MODEL | training-job/NAME | model-package/ARN", "Amazon SageMaker", sagemaker.fill),
    "sklearn": Source("FILE.skops", "a scikit-learn model in a skops file", sklearn.fill, is_file=True),
    "json": Source("FILE", "metadata as JSON", json_file.fill, is_file=True),
}


@dataclass(frozen=True, slots=True)
class Populated:
    """What a source says of a card.

    Attributes:
        fields: The values, in the order of the schema.
        notes: What was left out, cut or doubtful, as sentences.
    """

    fields: tuple[Field, ...]
    notes: tuple[str, ...]

    def without(self, paths: Iterable[str]) -> "Populated":
        """Leave values out, by their paths."""
        left_out = frozenset(paths)
        return Populated(tuple(field for field in self.fields if field.path not in left_out), self.notes)


def split_source(text: str) -> tuple[str, str]:
    """Split ``KIND:REFERENCE``.

    Raises:
        UsageError: There is no such kind, or nothing after the colon.
    """
    kind, colon, reference = text.partition(":")
    if kind not in SOURCES or not colon or not reference:
        forms = "; ".join(f"{name}:{source.form}" for name, source in SOURCES.items())
        raise UsageError(f"{text!r} is not a source.", hint=f"Write one of {forms}.")
    return kind, reference


def describe_file(kind: str, name: str, file: BufferedReader | BytesIO) -> Described:
    """Describe a model by a file that people name. Its digest stands for the run.

    Args:
        kind: A key of `SOURCES` that is a file.
        name: How people named the file.
        file: The file, open and at its start.

    Raises:
        ImportFormatError: It is JSON in another format.
    """
    digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    file.seek(0)
    if kind != "json":
        return Described(f"{kind}:{name}", digest, {"file": file, "name": name})
    value = json_file.read(file.read(MAX_BYTES + 1))
    said, run = json_file.source_of(value)
    return Described(f"json:{said or name}", run or digest, value)


def populate(kind: str, described: Described) -> Populated:
    """Turn what was read from a source into values of a card.

    Args:
        kind: A key of `SOURCES`.
        described: What was read.

    Raises:
        ImportFormatError: It is not what such a source gives.
    """
    imported = _imported(kind, described)
    spec = imported.value["spec"]
    fields = fields_of(spec) if isinstance(spec, dict) and spec else []
    notes = [f"{each.path}: {each.reason}" for each in imported.unmapped]
    if len(fields) > MAX_FIELDS:
        notes.append(f"The source has {len(fields)} values; {MAX_FIELDS} of them are taken.")
    return Populated(tuple(fields[:MAX_FIELDS]), (*described.notes, *notes))


def spec_of(kind: str, described: Described) -> dict[str, Value]:
    """Turn what was read from a source into the spec of a card, all of it; raises as `populate` does."""
    spec = _imported(kind, described).value["spec"]
    return spec if isinstance(spec, dict) else {}


def _imported(kind: str, described: Described) -> Imported:
    draft = Draft("card")
    SOURCES[kind].fill(described, draft)
    return draft.finished(Fields({}), "")
