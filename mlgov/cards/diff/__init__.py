"""What changed between two versions of a card, as typed changes that can explain themselves."""

from mlgov.cards.diff.cards import CardDiff, CardVersion, diff_cards
from mlgov.cards.diff.changes import (
    CardChanged,
    Change,
    DigestChanged,
    EmptyChanged,
    ItemChanged,
    OwnersChanged,
    Reordered,
    ReviewMoved,
    RiskRated,
    StatusMoved,
    TextChanged,
    Tone,
    ValueChanged,
)
from mlgov.cards.diff.compare import diff
from mlgov.cards.diff.measures import ChartChanged, CriterionChanged, MetricChanged, MetricRetyped
from mlgov.cards.diff.places import MISSING, Item, Place, Significance
from mlgov.cards.diff.significance import DEFAULTS, DiffTable, table_of

__all__ = [
    "DEFAULTS",
    "MISSING",
    "CardChanged",
    "CardDiff",
    "CardVersion",
    "Change",
    "ChartChanged",
    "CriterionChanged",
    "DiffTable",
    "DigestChanged",
    "EmptyChanged",
    "Item",
    "ItemChanged",
    "MetricChanged",
    "MetricRetyped",
    "OwnersChanged",
    "Place",
    "Reordered",
    "ReviewMoved",
    "RiskRated",
    "Significance",
    "StatusMoved",
    "TextChanged",
    "Tone",
    "ValueChanged",
    "diff",
    "diff_cards",
    "table_of",
]
