"""Escaping of Markdown: what a page shows is the text of the card and nothing else."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mlgov.cards.escaping import line, paragraphs, quiet, unescape

TRICKS = [
    "<script>alert(1)</script>",
    "<!-- hidden -->",
    "<img src=x onerror=alert(1)>",
    "[safe](https://evil.example)",
    "![x](https://evil.example/pixel)",
    "[ref]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/login",
    "www.evil.example",
    "`code`",
    "```\nfence",
    "~~~\nfence",
    "# heading",
    "heading\n===",
    "heading\n---",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "2) item",
    "> quote",
    "    indented",
    "***",
    "| a | b |\n|---|---|\n| c | d |",
    "**bold** _em_ ~~gone~~",
    "&lt;b&gt; &amp; &#60;",
    "\\[x\\](y)",
    "$x$ and $$y$$",
    "a\\",
    "line\\\nbreak",
    "two  \nspaces",
]


def shown(markdown: str) -> tuple[str, set[str]]:
    """Render Markdown as GitHub does, with tables and bare links; gives the text and the kinds of markup in it."""
    tokens: list[Any] = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    kinds, text = set(), []
    for token in tokens:
        for part in token.children or [token]:
            kinds.add(part.type)
            text.append(
                "\n" if part.type in ("softbreak", "hardbreak") else part.content if part.type == "text" else ""
            )
        if token.type == "paragraph_close":
            text.append("\n\n")
    return "".join(text).strip(), kinds


ALLOWED = {"paragraph_open", "paragraph_close", "text", "hardbreak", "inline"}


@pytest.mark.parametrize("text", TRICKS)
def test_nothing_becomes_markup(text: str) -> None:
    """No HTML, no link, no block and no emphasis come from a text."""
    found, kinds = shown(paragraphs(text))
    assert kinds <= ALLOWED
    assert found.split() == text.split()


@pytest.mark.parametrize("text", TRICKS)
def test_nothing_leaves_a_table_cell(text: str) -> None:
    """A cell stays one cell, whatever stands in it."""
    found, kinds = shown(f"| head |\n| --- |\n| {line(text)} |")
    assert "html_inline" not in kinds
    assert "link_open" not in kinds
    assert "code_inline" not in kinds
    assert found.removeprefix("head").split() == text.split()


@pytest.mark.parametrize(
    "address", ["https://evil.example", "http://evil.example", "www.evil.example", "ftp://evil.example"]
)
def test_addresses_are_no_bare_links(address: str) -> None:
    """Forges link what looks like an address; the signs that they look for are escaped."""
    assert not re.search(r"(?<!\\)://|www\.", paragraphs(address))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """Words, signs and their order are kept; the page has paragraphs and line breaks and nothing else."""
    found, kinds = shown(paragraphs(text))
    assert kinds <= ALLOWED
    assert found.split() == text.split()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_unescape_undoes_escaping(text: str) -> None:
    """What an import reads from an export are the words of the card."""
    assert unescape(paragraphs(text)).split() == text.split()
    assert unescape(line(text)).split() == text.split()


@pytest.mark.parametrize(
    "text", ["@org/team", "closes #1", "GH-12", "!7", "a@b.example", "octo/models#3", "\u202e@x", *TRICKS]
)
def test_at_a_forge_nobody_is_mentioned_and_nothing_referred_to(text: str) -> None:
    """The text is there, with a zero-width space in what a forge would look for."""
    words, kinds = shown(quiet(text))
    assert not re.search(r"[@#](?=\w)|!(?=\d)|GH-(?=\d)|[\u202a-\u202e]", words)
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}
    if "\u202e" not in text:
        assert words.replace("\u200b", "") == shown(line(text))[0].replace("\u200b", "")


def test_a_comment_keeps_the_joiners_that_a_script_needs() -> None:
    """Persian stays readable in a comment at a forge; a joiner that only hides something is shown as its code."""
    assert quiet("می\u200cخواهم") == "می\u200cخواهم"
    assert quiet("ad\u200cmin") == "ad\\\\u200cmin"
