"""Text of documents is text on every page, whatever it looks like. Judged on the parsed page.

Each payload goes into every field that takes it. The page must then have exactly the elements, attribute names and
classes of the page with a plain word in the same fields.
"""

import dataclasses
import re
from functools import cache
from typing import Any

import pytest

from mlgov.monitors import Execution, Failure, FailureKind
from mlgov.website.charts import curve
from mlgov.website.render import render_pages
from tests.website import documents as d
from tests.website.dom import Dom, parse, read_page
from tests.website.hostile import PAYLOADS, hostile
from tests.website.values import alarming, maximal, site

PLAIN = "word"


def _no_curve(document: dict[str, Any]) -> dict[str, Any]:
    """Take the curve away: drawing one for each payload is slow, and it has a test of its own."""
    for evaluation in document["spec"].get("evaluation_details", []):
        for group in evaluation["metric_groups"]:
            group["metric_data"] = [m for m in group["metric_data"] if m["type"] != "linear_graph"]
    return document


def _executions(payload: str) -> list[Execution]:
    """Give executions whose data was hostile: names of columns and messages come from files of strangers."""
    last = alarming()[-1]
    columns = tuple(dataclasses.replace(c, name=payload, sentence=payload) for c in last.columns)
    found = tuple(dataclasses.replace(v, feature_name=payload, description=payload) for v in last.violations)
    failure = Failure(FailureKind.DAMAGED_DATA, payload)
    return [dataclasses.replace(last, columns=columns, violations=found, warnings=found, failure=failure)]


def granted(payload: str = PLAIN) -> list[dict[str, Any]]:
    """Give an approved role with a statement of its own, and an access grant to it, with a payload in both."""
    own = {"sid": "Own", "purpose": payload, "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::churn-data/*"]}
    spec: dict[str, Any] = {"persona": "custom", "account": "111122223333", "description": payload}
    asked_of = {"expect": "deny", "description": "x", "actions": ["s3:PutObject"], "context": {"aws:UserAgent": "x"}}
    spec["tests"] = [asked_of, asked_of | {"actions": ["s3:GetObject"]}]  # of which the second fails
    who = {"type": "saml", "provider": "arn:aws:iam::111122223333:saml-provider/staff", "subject": "developer"}
    asked = {"role": "granted", "principal": who, "requester": "@developer", "reason": "x", "ticket": "x"}
    role = hostile(d.document("Role", "granted", spec, status="approved", title="x"), payload)
    role["spec"] |= {"persona": "custom", "statements": [own]}  # a hostile one of these could not be rendered
    grant = d.document("AccessGrant", "developer", {**asked, "expires": "2026-12-31T18:00:00Z"}, status="approved")
    return [role, hostile(grant, payload)]


@cache
def _pages(payload: str) -> dict[str, Dom]:
    """Render the whole site with the payload everywhere."""
    documents = [hostile(_no_curve(found), payload) for found in maximal()]
    documents[0]["metadata"] |= {"labels": {payload: payload}, "annotations": {payload: payload}}
    documents += granted(payload)
    unrenderable = d.document("Role", "other", {"persona": payload[:64]}, title=payload)
    executions = _executions(payload)
    # A document that cannot be read is quoted too.
    files = {"cards/broken.yaml": d.yaml_of(d.card("broken") | {payload: 1, "spec": {payload: payload}})}
    values = site(*documents, unrenderable, executions=executions, files=files, author=payload, subject=payload)
    return {page.path: read_page(page.markdown) for page in render_pages(values)}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _without_file(href: str) -> str:
    """Leave out which file of evidence a link shows: the card says that, and its name is quoted."""
    start = "https://forge.example/team/models/blob/main/"
    assert not href.startswith(start) or re.fullmatch(r"[\w./~%-]*", href.removeprefix(start), re.ASCII)
    return start if href.startswith(start) else href


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_makes_no_element_and_no_attribute(payload: str) -> None:
    """The skeleton of every page is that of a plain word; lines and paragraphs are counted apart."""
    for path, dom in _pages(payload).items():
        shape = [entry for entry in dom.tags() if entry[0] not in ("br", "p")]
        assert shape == [entry for entry in _pages(PLAIN)[path].tags() if entry[0] not in ("br", "p")], path
        assert dom.others == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_read_as_it_was_written(payload: str) -> None:
    """Nothing is swallowed, doubled or made pretty: people see what the document says."""
    dom = _pages(payload)["cards/churn.md"]
    shown = _flat(dom.text)
    lines = [line for line in map(_flat, payload.splitlines()) if line]
    assert all(line in shown for line in lines)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_links_lead_where_they_would_without_the_payload(payload: str) -> None:
    """Names and paths decide about links; text never does."""
    for path, dom in _pages(payload).items():
        wanted = map(_without_file, _pages(PLAIN)[path].values("href"))
        assert list(map(_without_file, dom.values("href"))) == list(wanted), path
        assert dom.values("id") == _pages(PLAIN)[path].values("id"), path


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_front_matter_stays_one_title(payload: str) -> None:
    """The theme prints the title as it stands in the page's head, so it may hold no mark of its own."""
    card = d.card("churn", title=payload[:256])
    markdown = next(page.markdown for page in render_pages(site(card)) if page.path == "cards/churn.md")
    head = markdown.split("\n---\n")[0].splitlines()
    assert [line.split(":")[0] for line in head] == ["---", "title", "hide"]
    assert not re.search(r"[<>{}`\[\]*_$|!#]", head[1].removeprefix('title: "').replace("&#", ""))
    assert _flat(parse(head[1].removeprefix('title: "')[:-1]).text) == _flat(payload)


@pytest.mark.parametrize(
    "payload", ["</text></svg><script>alert(1)</script>", "<b>&amp;</b> *x* {{ y }}", '" onload="x']
)
def test_labels_of_a_curve_are_text_in_the_picture(payload: str) -> None:
    """The drawing engine gets the label; what it draws is reduced to shapes."""
    plain = curve([(0, 0), (1, 1)], x_title=PLAIN, y_title=PLAIN, label=PLAIN)
    dom = parse(curve([(0, 0), (1, 1)], x_title=payload, y_title=payload, label=payload))
    assert {tag for tag, _ in dom.elements} == {tag for tag, _ in parse(plain).elements}
    assert dom.tags() == parse(plain).tags()
    assert payload in dom.text
    assert dom.values("aria-label") == [payload]


def test_line_breaks_of_free_text_stay() -> None:
    """One thing of a text's shape survives, because people write paragraphs."""
    dom = read_page(next(p.markdown for p in render_pages(site(*maximal())) if p.path == "cards/churn.md"))
    assert ("br", {}) in dom.elements
    assert "Retention calls." in dom.texts
    assert "Not for prices." in dom.texts
