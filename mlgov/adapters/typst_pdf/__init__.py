"""The PdfPrinter port on typst: PDF/A-2a and PDF/UA-1, the same bytes for the same paper and time.

Letters come from the fonts inside the typst package (Latin, Greek, Cyrillic, mathematics) and from folders that the
caller names, never from whatever the machine has installed: the same card is the same PDF everywhere. Under these
standards typst refuses a letter that no font has, so nothing is dropped silently.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from mlgov.errors import PdfError


class TypstPdf:
    """Prints papers.

    Args:
        font_folders: Folders with further fonts.
    """

    def __init__(self, font_folders: Sequence[Path] = ()) -> None:
        self._fonts = list(font_folders)

    def print(self, paper: Mapping[str, Any], *, at: datetime) -> bytes:
        """Print a paper.

        Args:
            paper: JSON values as `mlgov.cards.exports.paper.paper` gives them.
            at: Aware time that the file says it was made.

        Raises:
            PdfError: typst refused; most often a letter that no font has.
        """
        import typst

        with resources.as_file(resources.files("mlgov.adapters.typst_pdf") / "paper.typ") as template:
            try:
                printed = typst.compile(
                    template,
                    sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
                    pdf_standards=["a-2a", "ua-1"],
                    timestamp=int(at.timestamp()),
                    ignore_system_fonts=True,
                    font_paths=self._fonts,
                )
            except typst.TypstError as error:
                raise _explained(str(error)) from None
        if not isinstance(printed, bytes):
            raise PdfError("The printer gave no file.")
        return printed


def _explained(said: str) -> PdfError:
    is_letter = "could not be displayed with font" in said
    hint = "Name a folder with fonts that have this letter: --font-path DIR." if is_letter else ""
    return PdfError(f"The PDF could not be printed: {' '.join(said.split())[:400]}.", hint=hint)
