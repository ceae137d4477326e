"""The six types of metrics that a card can hold, and their groups."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from mlgov.cards.texts import Text63, Text255, Text1024
from mlgov.lifecycle import Part


class _Metric(Part):
    name: Text255
    """Name of the measure."""
    notes: Text1024 | None = None
    """Anything to add."""


class NumberMetric(_Metric):
    """One number."""

    type: Literal["number"]
    """What the value is."""
    value: float
    """The number."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class StringMetric(_Metric):
    """A word."""

    type: Literal["string"]
    """What the value is."""
    value: Annotated[str, StringConstraints(max_length=63)]
    """The word."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class BooleanMetric(_Metric):
    """A yes or no."""

    type: Literal["boolean"]
    """What the value is."""
    value: bool
    """true or false."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


Point = Annotated[list[float], Field(min_length=2, max_length=2)]


class LinearGraphMetric(_Metric):
    """A curve."""

    type: Literal["linear_graph"]
    """What the value is."""
    value: list[Point] = Field(min_length=1, examples=[[[0.0, 0.0], [1.0, 1.0]]])
    """Points as [x, y]."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class BarChartMetric(_Metric):
    """Bars."""

    type: Literal["bar_chart"]
    """What the value is."""
    value: list[float] = Field(min_length=1)
    """Heights of the bars."""
    x_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the bars, as many as bars."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""

    @model_validator(mode="after")
    def _one_label_a_bar(self) -> "BarChartMetric":
        if self.x_axis_name and len(self.x_axis_name) != len(self.value):
            raise ValueError(f"{len(self.value)} bars have {len(self.x_axis_name)} labels")
        return self


class MatrixMetric(_Metric):
    """A table of numbers, such as a confusion matrix."""

    type: Literal["matrix"]
    """What the value is."""
    value: list[Annotated[list[float], Field(min_length=1, max_length=20)]] = Field(min_length=1, max_length=20)
    """Rows of numbers, all of one length."""
    x_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the rows (SageMaker's spelling: the outer axis is x)."""
    y_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the columns."""

    @model_validator(mode="after")
    def _rectangular(self) -> "MatrixMetric":
        rows, columns = len(self.value), len(self.value[0])
        if any(len(row) != columns for row in self.value):
            raise ValueError(f"the rows have different lengths: {sorted({len(row) for row in self.value})}")
        if self.x_axis_name and len(self.x_axis_name) != rows:
            raise ValueError(f"{rows} rows have {len(self.x_axis_name)} labels")
        if self.y_axis_name and len(self.y_axis_name) != columns:
            raise ValueError(f"{columns} columns have {len(self.y_axis_name)} labels")
        return self


Metric = Annotated[
    NumberMetric | StringMetric | BooleanMetric | LinearGraphMetric | BarChartMetric | MatrixMetric,
    Field(discriminator="type"),
]


class MetricGroup(Part):
    """Measures that belong together."""

    name: Text63
    """Name of the group."""
    metric_data: list[Metric] = Field(default_factory=list)
    """The measures."""
