"""The printer: legal PDF, the same bytes each time, nothing dropped, nothing run."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from mlgov.adapters.typst_pdf import TypstPdf
from mlgov.cards import CardDocument
from mlgov.cards.exports.paper import paper
from mlgov.cards.transfer import ExportContext
from mlgov.errors import PdfError
from tests.cards.maximal import maximal

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def laid_out(**changes: Any) -> dict[str, Any]:
    """Lay out a card with every field."""
    value = maximal()
    value["metadata"] |= changes
    return paper(CardDocument.model_validate(value), ExportContext(NOW, 3))


def test_a_card_with_every_field_is_legal_pdf_a_and_pdf_ua() -> None:
    """The file is sound, tagged, has a language and says which standards it keeps."""
    printed = TypstPdf().print(laid_out(), at=NOW)
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2A"
            assert str(metadata["pdfuaid:part"]) == "1"
            assert metadata["dc:title"] == "Who may leave (and <why>)"


def test_the_same_paper_is_the_same_file() -> None:
    """At the same time, and at another time it is another."""
    printed = TypstPdf().print(laid_out(), at=NOW)
    assert TypstPdf().print(laid_out(), at=NOW) == printed
    assert TypstPdf().print(laid_out(), at=NOW.replace(year=2027)) != printed


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "$ x $ *b* _i_ @a <l> `c` //", '"; #panic() \\u{41}', "]#[x"])
def test_words_are_never_run(text: str) -> None:
    """What a card says is shown as it stands."""
    with pikepdf.open(io.BytesIO(TypstPdf().print(laid_out(title=text), at=NOW))) as pdf:
        assert pdf.open_metadata()["dc:title"] == text


def test_a_letter_that_no_font_has_is_an_error() -> None:
    """It is not dropped, and the hint says how to print it."""
    with pytest.raises(PdfError, match="could not be displayed") as caught:
        TypstPdf().print(laid_out(title="\u6a21\u578b"), at=NOW)
    assert "--font-path" in caught.value.hint


def test_a_font_folder_that_is_not_there_is_no_crash(tmp_path: Path) -> None:
    """It has no fonts, and the built-in ones suffice."""
    assert TypstPdf([tmp_path / "nowhere"]).print(laid_out(), at=NOW).startswith(b"%PDF-")
