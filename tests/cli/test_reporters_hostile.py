"""Hostile text in paths, messages and pointers never breaks out of a report."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest
from markdown_it import MarkdownIt

from mlgov.cli.reporters import FORMATS, render
from tests.cli.findings import CONTEXT, PAYLOADS, hostile

COMMAND = re.compile(r"^\s*::", re.MULTILINE)
HASH_COMMAND = re.compile(r"##[A-Za-z]*\[")
JSON_FORMATS = ("json", "gitlab", "sarif")


@pytest.fixture(params=PAYLOADS.values(), ids=PAYLOADS.keys())
def payload(request: pytest.FixtureRequest) -> str:
    """One hostile text."""
    return str(request.param)


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_control_character_is_printed(fmt: str, payload: str) -> None:
    """A terminal sees newlines and printable characters only."""
    report = render(hostile(payload), fmt, context=CONTEXT)
    assert [c for c in report if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_document_starts_a_workflow_command(fmt: str, payload: str) -> None:
    """The only commands in a log are the ones of the github format, one a finding."""
    report = render(hostile(payload), fmt, context=CONTEXT)
    assert HASH_COMMAND.search(report) is None
    assert len(COMMAND.findall(report)) == (1 if fmt == "github" else 0)


def test_a_workflow_command_says_what_was_meant(payload: str) -> None:
    """Read as the runner reads it, the command is an error with our four properties and a message on one line."""
    line = render(hostile(payload), "github", context=CONTEXT).splitlines()[0]
    command, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
    keys = [part.split("=")[0] for part in properties.split(",")]
    assert (command, keys) == ("error", ["file", "line", "col", "title"])
    assert message.count("%0A") == 1


def test_text_gives_two_lines_a_finding(payload: str) -> None:
    """A newline in a document adds no line to the report."""
    assert len(render(hostile(payload), "text", context=CONTEXT).splitlines()) == 3


@pytest.mark.parametrize("fmt", JSON_FORMATS)
def test_json_is_ascii_and_closes_no_script(fmt: str, payload: str) -> None:
    """JSON stays JSON when somebody pastes it into a page."""
    report = render(hostile(payload), fmt, context=CONTEXT)
    assert report.isascii()
    assert not set("<>&") & set(report)
    json.loads(report)


def test_json_keeps_the_text_as_it_is(payload: str) -> None:
    """Programs get exactly what the document said."""
    finding = json.loads(render(hostile(payload), "json", context=CONTEXT))["findings"][0]
    assert finding["path"] == f"{payload}/cards/x.yaml"
    assert finding["fix"] == payload


def test_sarif_messages_hold_neither_links_nor_placeholders(payload: str) -> None:
    """SARIF reads [text](target) and {0} in plain text; a document must not."""
    message = json.loads(render(hostile(payload), "sarif", context=CONTEXT))["runs"][0]["results"][0]["message"]
    assert "](" not in message["text"]
    assert re.search(r"(?<!\{)\{\d+\}", message["text"]) is None


def test_junit_has_one_case_with_one_failure(payload: str) -> None:
    """The XML has the elements that we wrote and no others."""
    root = Xml.fromstring(render(hostile(payload), "junit", context=CONTEXT))  # noqa: S314 - our own output
    assert [element.tag for element in root.iter()] == ["testsuites", "testsuite", "testcase", "failure"]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.loose_text = ""
        self._literal = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._literal += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._literal -= tag == "code"

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not self._literal:
            self.loose_text += data


def test_markdown_keeps_documents_in_literal_blocks(payload: str) -> None:
    """Rendered as HTML, all that a document said stands in one code block, where forges notify and link nobody."""
    html = MarkdownIt("gfm-like", {"linkify": False}).render(render(hostile(payload), "markdown", context=CONTEXT))
    page = _Elements()
    page.feed(html)
    assert set(page.tags) <= {"h3", "h4", "p", "pre", "code", "ul", "li", "details", "summary"}
    assert page.tags.count("pre") == 1
    assert page.comments == []
    assert "owned" not in page.loose_text
    assert not set("@#") & set(page.loose_text)
