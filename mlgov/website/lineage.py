"""The lineage of a model as a picture: data and code, training, model, and what came of it; every box is a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from mlgov.cards import CardDocument
from mlgov.dashboard import ModelRow
from mlgov.website.markup import plural, text, words

BOX_WIDTH, BOX_HEIGHT, ROW, COLUMN = 176, 40, 52, 224
#: Boxes of a column; what is beyond is counted in the last one.
SHOWN = 5
LETTERS = 21


@dataclass(frozen=True, slots=True)
class Box:
    """A thing in the picture.

    Attributes:
        kind: What it is, in a word or two.
        name: Its name.
        anchor: Where the page says more.
        tone: Class of its edge: data, job, model or place.
    """

    kind: str
    name: str
    anchor: str
    tone: str


def lineage(card: CardDocument, row: ModelRow) -> Markup:
    """Draw the lineage; empty when nothing but the model itself is known."""
    columns = [column for column in _columns(card, row) if column]
    if len(columns) < 2:
        return Markup("")
    tallest = max(map(len, columns))
    width, height = COLUMN * (len(columns) - 1) + BOX_WIDTH + 2, ROW * (tallest - 1) + BOX_HEIGHT + 2
    tops = [_tops(len(column), tallest) for column in columns]
    edges = "".join(
        _edge(place, a, b) for place, (left, right) in enumerate(pairwise(tops)) for a in left for b in right
    )
    boxes = "".join(
        _box(box, COLUMN * place + 1, top)
        for place, (column, found) in enumerate(zip(columns, tops, strict=True))
        for box, top in zip(column, found, strict=True)
    )
    label = " ".join(f"{' and '.join(box.name for box in column)}." for column in columns)
    drawn = (
        f'<svg class="mg-lineage" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" '
        f'aria-label="From data to use: {text(label)}">{edges}{boxes}</svg>'
    )
    return Markup(drawn)  # noqa: S704 - numbers, words of ours, and text that `text` encoded


def _columns(card: CardDocument, row: ModelRow) -> list[list[Box]]:
    spec = card.spec
    known = spec.lineage
    job = spec.training_details.training_job_details if spec.training_details else None
    data = (
        [Box(f"{words(each.used_for)} data", each.name, "lineage", "data") for each in known.datasets] if known else []
    )
    if not data and job:
        data = [Box("Training data", each, "training", "data") for each in job.training_datasets]
    code = [Box("Code", each.repository, "lineage", "data") for each in known.code] if known else []
    trained = [Box("Training job", job.training_arn or "Training", "training", "job")] if job else []
    overview = spec.model_overview
    version = f", version {overview.model_version:g}" if overview and overview.model_version is not None else ""
    model = [Box(f"Model{version}", card.title, "overview", "model")]
    judged = [
        Box("Evaluation", each.name, f"evaluation-{place}", "job")
        for place, each in enumerate(spec.evaluation_details, 1)
    ]
    places = [Box("Endpoint", each.name, "where-it-serves", "place") for each in row.endpoints]
    places += [Box("Batch job", row.last_batch_job.name, "where-it-serves", "place")] if row.last_batch_job else []
    return [_some([*data, *code]), trained, model, _some([*judged, *places])]


def _some(boxes: Sequence[Box]) -> list[Box]:
    if len(boxes) <= SHOWN:
        return list(boxes)
    hidden = len(boxes) - SHOWN + 1
    last = boxes[-1]
    return [*boxes[: SHOWN - 1], Box("And", plural(hidden, "more", "more"), last.anchor, last.tone)]


def _tops(count: int, tallest: int) -> list[float]:
    start = ROW * (tallest - count) / 2 + 1
    return [start + ROW * place for place in range(count)]


def _edge(place: int, left: float, right: float) -> str:
    x1, x2 = COLUMN * place + BOX_WIDTH + 1, COLUMN * (place + 1) + 1
    y1, y2, middle = left + BOX_HEIGHT / 2, right + BOX_HEIGHT / 2, (x1 + x2) / 2
    return f'<path class="mg-edge" d="M{x1} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2} {y2:g}"></path>'


def _box(box: Box, x: int, y: float) -> str:
    name = box.name if len(box.name) <= LETTERS else f"{box.name[: LETTERS - 1]}…"
    return (
        f'<a href="#{box.anchor}" class="mg-box mg-box-{box.tone}"><title>{text(box.name)}</title>'
        f'<rect x="{x}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"></rect>'
        f'<text x="{x + 12}" y="{y + 32:g}">{text(name)}</text>'
        f'<text class="mg-box-kind" x="{x + 12}" y="{y + 15:g}">{text(box.kind)}</text></a>'
    )
