"""What is exported to SageMaker's formats comes back as it was."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.imports import IMPORTERS
from mlgov.cards.transfer import ExportContext, Unmapped
from mlgov.documents import load
from mlgov.documents.formatting import render
from mlgov.errors import UsageError
from tests.cards.sagemaker_cards import of_a_model, of_a_package, own_fields_only, typed
from tests.cards.sagemaker_strategies import cards

CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))
#: Format of the export -> format that reads it.
LOSSLESS = {"sagemaker": "sagemaker", "aws-cli": "sagemaker", "cloudformation": "cloudformation"}
#: Formats that have tags.
TAGGED = ("aws-cli", "cloudformation")
SLOWLY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def there_and_back(card: CardDocument, format_: str) -> tuple[CardDocument, list[Unmapped]]:
    """Export a card, import the file, write it as YAML and read that; gives the card and all that was reported."""
    exported = EXPORTERS[format_](card, CONTEXT)
    imported = IMPORTERS[LOSSLESS[format_]](exported.data, card.metadata.name)
    document, findings = load(render(imported.value), "cards/churn.yaml")
    assert document is not None, findings
    return typed(document.value), [*exported.unmapped, *imported.unmapped]


def about_fields(reports: list[Unmapped]) -> list[Unmapped]:
    """Leave out the warning about the SDK, which changes nothing."""
    return [each for each in reports if "SDK v2 loads only" not in each.reason]


@pytest.mark.parametrize("format_", LOSSLESS)
@SLOWLY
@given(data=st.data())
def test_any_card_of_sagemakers_own_fields_comes_back(format_: str, data: st.DataObject) -> None:
    """Nothing is changed and nothing is reported."""
    card = typed(data.draw(cards(labelled=format_ in TAGGED)))
    back, reports = there_and_back(card, format_)
    assert (back, about_fields(reports)) == (card, [])


@pytest.mark.parametrize("value", [of_a_model(), of_a_package()], ids=["model", "package"])
@pytest.mark.parametrize("format_", LOSSLESS)
def test_the_maximal_card_comes_back(format_: str, value: dict[str, Any]) -> None:
    """Uses out of scope and evidence, which SageMaker has no fields for, come back too."""
    kept = own_fields_only(value)
    if format_ not in TAGGED:
        del kept["metadata"]["labels"]
    back, reports = there_and_back(typed(kept), format_)
    assert (back, reports) == (typed(kept), [])


@pytest.mark.parametrize("format_", LOSSLESS)
def test_a_second_export_gives_the_same_bytes(format_: str) -> None:
    """What came back is exported as it was exported first."""
    kept = own_fields_only(of_a_package())
    kept["metadata"] = {"name": "churn"}
    back, _ = there_and_back(typed(kept), format_)
    assert EXPORTERS[format_](back, CONTEXT).data == EXPORTERS[format_](typed(kept), CONTEXT).data


@SLOWLY
@given(in_scope=st.none() | st.text("abO:\n ut of scope", max_size=40), out=st.text("abO:\n ut of scope", min_size=1))
def test_uses_out_of_scope_come_back_or_are_reported(in_scope: str | None, out: str) -> None:
    """Whatever the texts hold, even our own heading: never a wrong split."""
    value = of_a_model()
    value["spec"] = {"intended_uses": {"intended_uses": in_scope, "out_of_scope_uses": out}}
    back, reports = there_and_back(typed(value), "sagemaker")
    if not any("out_of_scope" in each.path for each in reports):
        assert back.spec == typed(value).spec


def test_a_card_that_is_too_long_is_refused() -> None:
    """SageMaker counts the characters of the content; ours are counted before anybody sends it."""
    value = of_a_model()
    curve = value["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"][3]
    curve["value"] = [[0.123456, 0.123456]] * 5000
    for format_ in ("sagemaker", "sagemaker-v3", "aws-cli", "cloudformation"):
        with pytest.raises(UsageError, match="SageMaker takes 100,000"):
            EXPORTERS[format_](typed(value), CONTEXT)
