"""The texts of issues: hostile words stay words, hidden lines stay ours, and nothing grows too long."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlgov.monitors import Violation, issue_text
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.reasons import Past, Reason
from tests.monitors.examples import DAY, START
from tests.monitors.health_factory import alerting, violation, words

STATE = {"violations": "0123456789abcdef", "changes": "3"}
HOSTILE = [
    "@org/everyone please look",
    "closes #1, fixes octo/models#2",
    "<!-- mlgov:monitor model=other monitor=data-quality v1 -->",
    "\n<!-- mlgov:umbrella v1 -->\n",
    "```\n# Heading\n@admin\n```",
    "~~~",
    "![pixel](https://example.com/pixel.png)",
    "<script>alert(1)</script><img src=x onerror=y>",
    "\u202edlo si eno siht\u202c",
    "\x1b[31mred\x07",
    "a" * 5000,
    "`" * 400,
    "\ud800",
    "   ",
]


def hostile(text: str) -> MonitorHealth:
    """A monitor all of whose free words are ``text``."""
    return replace(
        alerting(broken=text),
        title=text,
        violations=(violation(text, text, text), violation("age", text)),
        owners=(text, "@model-owners"),
        card_path=text,
        execution_id=text,
        reasons=(reason(text),),
    )


def reason(text: str, weight: float = 1.0) -> Reason:
    """A reason all of whose words are ``text``."""
    history = (Past(START, 0.1, text), Past(START + DAY, None, text))
    shares = ((text, 0.9, 0.1), ("calm", 0.1, 0.9))
    return Reason(text, "violation", (text,), (text,), (text,), (("window", text),), text, shares, history, weight)


def bodies(health: MonitorHealth) -> list[str]:
    texts = [
        issue_text.alert_text(health, STATE),
        issue_text.recovered_text(health, STATE),
        issue_text.broken_text(health),
        issue_text.repaired_text(health),
    ]
    return [text.body for text in texts]


def outside_code(body: str) -> str:
    """Give what Markdown does not show as code: without fences and code spans, as CommonMark reads them."""
    kept: list[str] = []
    fence = ""
    for line in body.split("\n"):
        opening = re.match("`{3,}(?=[^`]*$)", line)
        if fence:
            fence = "" if re.fullmatch(f" {{0,3}}{fence}`* *", line) else fence
        elif opening:
            fence = opening[0]
        else:
            kept.append(line)
    assert fence == "", "a fence is left open"
    return re.sub(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", "\n".join(kept))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_in_code(text: str) -> None:
    """Outside of code there is only what mlgov says, and the one real owner."""
    for body, calm in zip(bodies(hostile(text)), bodies(hostile("calm")), strict=True):
        expected = outside_code(calm).replace("calm", "")
        assert outside_code(body) == expected


@settings(max_examples=300, deadline=None)
@given(words.filter(bool))
@example("`")
def test_any_words_stay_in_code(text: str) -> None:
    """The same for words that nobody thought of."""
    for body, calm in zip(bodies(hostile(text)), bodies(hostile("calm")), strict=True):
        if not issue_text._OWNER.fullmatch(text):
            assert outside_code(body) == outside_code(calm).replace("calm", "")


@settings(max_examples=300, deadline=None)
@given(words)
@example(HOSTILE[2])
@example(HOSTILE[3])
def test_markers_cannot_be_forged(text: str) -> None:
    """Whatever documents say, an issue keeps its own marker and state, and no other hidden line appears."""
    health = hostile(text)
    found, recovered, cannot, repaired = bodies(health)
    assert {issue_text.marker_of(found), issue_text.marker_of(recovered)} == {issue_text.monitor_marker(health)}
    assert {issue_text.marker_of(cannot), issue_text.marker_of(repaired)} == {issue_text.checker_marker(health)}
    assert issue_text.state_of(found) == STATE
    assert found.count("<!--") == 2
    assert cannot.count("<!--") == 2


@settings(max_examples=300, deadline=None)
@given(words)
@example("00000000\x1f\x1f\U00018d09#0")  # cut right behind the sign
def test_nobody_is_mentioned_and_nothing_linked_by_words(text: str) -> None:
    """``@`` and ``#`` are followed by a zero-width space, except in the name of a real owner."""
    body = issue_text.alert_text(hostile(text), STATE).body
    for sign in re.finditer(r"[@#](?!\u200b)", body):
        assert body[sign.start() :].startswith(("@model-owners", text))


@pytest.mark.parametrize("owner", ["@model-owners", "@octo-org/ml-team"])
def test_real_owners_are_mentioned(owner: str) -> None:
    """People and teams are notified."""
    assert f"- Owners: {owner}\n" in issue_text.alert_text(replace(alerting(), owners=(owner,)), STATE).body


@pytest.mark.parametrize("owner", ["@-a", "owner", "@a b", "@a\n@b", "@" + "a" * 40, "@a/b/c", "@a#1", "@a`"])
def test_what_is_no_handle_is_not_mentioned(owner: str) -> None:
    """An owner that is no handle is shown, but notifies nobody."""
    body = issue_text.alert_text(replace(alerting(), owners=(owner,)), STATE).body
    assert not re.search(r"@(?!\u200b)", body)


def test_few_owners_are_mentioned() -> None:
    """A card cannot notify a whole company."""
    owners = tuple(f"@owner-{index}" for index in range(50))
    assert issue_text.alert_text(replace(alerting(), owners=owners), STATE).body.count("@") == 20


@pytest.mark.parametrize("text", [*HOSTILE, "🙂" * 5000, "@" * 5000])
def test_everything_fits(text: str) -> None:
    """Ten thousand violations make no text that GitHub refuses, and the text says how many are left out."""
    violations = tuple(violation(f"f{i}", text) for i in range(10_000))
    health = replace(hostile(text), violations=violations, reasons=(reason(text),) * 10_000)
    alert = issue_text.alert_text(health, STATE)
    assert len(alert.body) <= issue_text.BODY_LIMIT
    assert len(alert.title) <= issue_text.TITLE_LIMIT
    assert re.search(r"… and \d+ more\.", alert.body)
    assert len(issue_text.change_comment("<!-- x -->", health)) <= issue_text.BODY_LIMIT
    many = {"run": "a" * 16, "granted": ",".join(["0" * 12] * 100)}
    assert len(issue_text.umbrella_text(many, [f"{'m' * 63} / {'d' * 63}"] * 10_000).body) <= issue_text.BODY_LIMIT


@pytest.mark.parametrize("text", HOSTILE)
def test_titles_are_one_harmless_line(text: str) -> None:
    """No line break, control character, mention or reference in a title."""
    title = issue_text.alert_text(hostile(text), STATE).title
    assert title.replace("\u200b", "").isprintable()
    assert not re.search(r"[@#](?!\u200b)", title)


def test_invisible_characters_are_shown() -> None:
    """People see what is there."""
    assert issue_text.literal("a\u202eb\x1bc") == "a\\u{202e}b\\u{1b}c"


def test_the_state_survives() -> None:
    """What is remembered can be read again."""
    body = issue_text.umbrella_text({"run": "ab12", "granted": "01,02"}, ["churn / bias"]).body
    assert issue_text.state_of(body) == {"run": "ab12", "granted": "01,02"}


@given(st.text(max_size=200))
def test_any_text_may_be_looked_at(text: str) -> None:
    """Bodies that people wrote never raise."""
    assert issue_text.marker_of(text) is None or "mlgov" in text
    assert isinstance(issue_text.state_of(text), dict)


def test_a_metric_is_told_with_its_segment_and_facet() -> None:
    """And the same metric of another segment is another violation. Model Monitor's sentence is told in plain words."""
    said = "Metric recall with 0.71 +/- 0.02 was LessThanThreshold 0.8"
    north = Violation("recall", "LessThanThreshold", said, segment="region: north")
    facet = replace(north, segment=None, about="sex: F")
    body = issue_text.alert_text(replace(alerting(), violations=(north, facet)), STATE).body
    assert "recall (region: north): too low: recall is 0.71 ± 0.02; at least 0.8 is asked for" in body
    assert "recall (sex: F): " in body
    digests = {issue_text.set_digest([one]) for one in (north, facet, replace(north, segment=None))}
    assert len(digests) == 3


def test_the_worst_violations_are_explained_and_the_rest_counted() -> None:
    """Each under its name, in a block of its own, with both distributions in columns."""
    health = replace(alerting(), reasons=tuple(reason(f"f{place}") for place in range(12)))
    body = issue_text.alert_text(health, STATE).body
    assert [line for line in body.split("\n") if line.startswith("**")] == [f"**`f{n}`**" for n in range(5)]
    assert "… and 7 more; `mlgov monitor report` explains every one." in body
    assert "perhaps    f0\n" in body
    assert "share of f0  baseline                window\nf0           90.0%     ████████████  10.0%   █\n" in body
    assert body.index("**`f0`**") < body.index("- Card:")


def test_without_reasons_the_text_is_as_it_was() -> None:
    """A record of an older mlgov says what was found, and no more."""
    body = issue_text.alert_text(alerting(), STATE).body
    assert "**" not in body
    assert "explains" not in body
