"""Text into HTML, and the rules that templates keep."""

import re
from datetime import UTC, datetime
from importlib import resources

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from mlgov.monitors import Cell
from mlgov.website import badges, markup
from tests.website.dom import parse

TEMPLATES = sorted(
    (entry for entry in (resources.files("mlgov.website") / "templates").iterdir() if entry.name.endswith(".jinja")),
    key=lambda entry: entry.name,
)


def test_text_holds_no_mark_of_any_language() -> None:
    """Only letters, digits and harmless punctuation are left beside references."""
    every = "".join(map(chr, range(32, 127)))
    assert re.fullmatch(r"(?:&#\d+;|[A-Za-z0-9 .,;/()%?-])*", markup.text(every))
    assert parse(markup.text(every)).text == every


def test_text_is_one_line() -> None:
    """Whatever stands at the start of a line in Markdown cannot stand at the start of a line."""
    assert markup.text("a\n- b\tc") == "a - b c"


def test_text_takes_what_is_markup_already() -> None:
    """What a filter made is not encoded twice."""
    assert markup.text(Markup("<br>")) == "<br>"


def test_text_refuses_nothing() -> None:
    """A page that would print None is a mistake of ours."""
    with pytest.raises(TypeError):
        markup.text(None)


def test_paragraphs_follow_blank_lines() -> None:
    """And single line ends become breaks."""
    assert markup.paragraphs("a\nb\n\n \nc\n") == "<p>a<br>b</p><p>c</p>"


def test_verbatim_keeps_lines_and_indentation_on_one_line() -> None:
    """A block of code is one line of the page and the same text in the browser."""
    found = markup.verbatim('{\n  "a": 1\n}\n')
    assert "\n" not in found
    assert parse(found).text == '{\n  "a": 1\n}'


def test_highlighted_json_is_the_same_text() -> None:
    """Colours add nothing and lose nothing, quotes and backslashes included."""
    text = '{\n  "a": ["x\\"y:", -1.5e3, true, null],\n  "b": {}\n}\n'
    dom = parse(markup.highlighted(text))
    assert dom.text == text.rstrip("\n")
    assert dom.values("class") == ["nt", "s2", "nt"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(3.0, "3"), (12000, "12,000"), (0.912345678, "0.912346"), (-0.05, "-0.05"), (1.5e-9, "1.5e-09"), (1e20, "1e+20")],
)
def test_numbers_have_six_digits_and_whole_ones_all(value: float, written: str) -> None:
    """Exact where that is short, rounded where it is not."""
    assert markup.number(value) == written


def test_moments_are_for_people_and_for_machines() -> None:
    """The zone is named."""
    found = markup.moment(datetime(2026, 3, 10, 6, 5, 4, tzinfo=UTC))
    assert parse(found).text == "2026-03-10 06:05 UTC"
    assert parse(found).values("datetime") == ["2026-03-10T06:05:04Z"]


def test_a_template_that_prints_what_is_not_there_fails() -> None:
    """A typing mistake in a template is never an empty page."""
    with pytest.raises(UndefinedError):
        markup.environment().from_string("{{ nobody }}").render()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda entry: entry.name)
def test_templates_do_not_escape_by_themselves(template: resources.abc.Traversable) -> None:
    """No filter that trusts text or escapes for HTML alone, no operator that joins past the encoding."""
    source = template.read_text(encoding="utf-8")
    inside = " ".join(re.findall(r"{[{%].*?[}%]}", source, flags=re.DOTALL))
    assert not re.search(r"\|\s*(safe|e|escape|forceescape|urlize|xmlattr|tojson)\b|~|Markup", inside)
    assert "autoescape" not in inside


@pytest.mark.parametrize(
    ("name", "said"), [("auc", "AUC"), ("f0_5", "F0.5"), ("recall_best", "Recall best"), ("f1", "F1")]
)
def test_metrics_have_the_names_that_people_use(name: str, said: str) -> None:
    """Others are words."""
    assert markup.metric(name) == said


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ("binary_classification", "Binary classification"),
        ("mlops", "MLOps"),
        ("ok", "OK"),
        ("psi", "PSI"),
        ("Churn of my_table", "Churn of my_table"),
    ],
)
def test_identifiers_are_labels_and_words_of_people_stay(identifier: str, shown: str) -> None:
    """Abbreviations have their capitals."""
    assert markup.label(identifier) == shown


def test_ok_is_written_in_one_way() -> None:
    """Of a monitor and of what it found."""
    assert badges.of_verdict("ok").word == badges.of_cell(Cell.OK).word == "OK"


@pytest.mark.parametrize(
    ("value", "written"), [(31_984.2, "31,980"), (0.00213447, "0.002134"), (-5.0, "-5"), (7e20, "7e+20")]
)
def test_four_digits_are_written_as_people_do(value: float, written: str) -> None:
    """Without an exponent as long as it is no longer."""
    assert markup.four_digits(value) == written
