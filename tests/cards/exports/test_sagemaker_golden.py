"""The bytes of the maximal cards in SageMaker's formats. To accept a change, write them anew and review the diff."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlgov.cards.exports import EXPORTERS
from mlgov.cards.transfer import ExportContext
from tests.cards.sagemaker_cards import of_a_model, of_a_package, typed

GOLDEN = Path(__file__).parents[2] / "golden" / "cards"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), version=7)


@pytest.mark.parametrize("format_", ["sagemaker", "sagemaker-v3", "cloudformation", "aws-cli"])
@pytest.mark.parametrize("kind", ["model", "package"])
def test_golden(format_: str, kind: str) -> None:
    """Nothing changes by accident, the order of keys included."""
    card = typed(of_a_model() if kind == "model" else of_a_package())
    assert EXPORTERS[format_](card, CONTEXT).data == (GOLDEN / f"{format_}-{kind}.json").read_bytes()
