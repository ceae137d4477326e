"""Parts of the verifier that no history can show alone."""

import json
from dataclasses import replace
from datetime import timedelta

from mlgov.approvals.audit import read_checkpoint
from mlgov.approvals.capture import MAX_BYTES, Capture, CapturedReview, read_capture, read_captures, render_capture
from mlgov.approvals.policy import read_policy
from mlgov.approvals.record import Decided, RecordError, place_of, read_record, read_statement
from mlgov.approvals.votes import Material, Subject, collect, misplaced
from mlgov.errors import UsageError
from mlgov.names import Kind
from tests.approvals.people import NOW, RISK, VALIDATOR
from tests.approvals.world import SETTINGS

DIGEST = "sha256:" + "0" * 64
DECIDED = Decided(
    folder="cards",
    name="mail",
    digest=DIGEST,
    decision="approve",
    round=1,
    prev=None,
    person=VALIDATOR.id,
    policy=DIGEST,
    repository="urn:example:governance",
    signed_at=NOW,
    review_by=None,
    authors=("first-author",),
    evidence={"evidence/mail.json": DIGEST},
)
REVIEW = CapturedReview(1, "first-validator", False, "approved", "0" * 40, DIGEST, "", DIGEST, NOW.isoformat())
CAPTURE = Capture("cards", "mail", "0" * 40, 7, "", "0" * 40, ("first-author",), (), (REVIEW,), NOW.isoformat())


def _refused(payload: bytes, said: str, path: str = DECIDED.path) -> None:
    try:
        read_statement(payload, path)
    except RecordError as error:
        assert said in str(error), error
    else:
        raise AssertionError("the statement was read")


def _changed(old: str, new: str) -> bytes:
    payload = DECIDED.statement()
    assert old.encode() in payload
    return payload.replace(old.encode(), new.encode(), 1)


def test_a_statement_is_read_as_it_was_written() -> None:
    """What is written is read."""
    assert read_statement(DECIDED.statement(), DECIDED.path) == DECIDED


def test_a_statement_in_another_form_is_refused() -> None:
    """One space more is another form."""
    _refused(_changed(":", ": "), "canonical form")


def test_a_statement_for_another_place_is_refused() -> None:
    """A record lies where its own words say."""
    _refused(DECIDED.statement(), "belongs at", "approvals/cards/post/0001-first-validator.json")


def test_a_decision_that_does_not_exist_is_refused() -> None:
    """There are three decisions."""
    _refused(_changed('"decision":"approve"', '"decision":"maybe"'), "no decision")


def test_a_round_is_a_number_from_one_to_9999() -> None:
    """Anything else is refused."""
    for number in ("0", "10000", "1.5", "true", '"1"'):
        _refused(_changed('"round":1', f'"round":{number}'), "round")


def test_a_digest_has_64_digits() -> None:
    """Of policy, evidence and subject."""
    _refused(_changed(f'"policy":"{DIGEST}"', '"policy":"sha256:00"'), "64 hexadecimal digits")
    _refused(_changed(f'"evidence/mail.json":"{DIGEST}"', '"evidence/mail.json":"md5:00"'), "64 hexadecimal digits")


def test_texts_are_texts() -> None:
    """A number for a name is refused."""
    _refused(_changed('"authors":["first-author"]', '"authors":[5]'), "text")


def test_a_record_that_is_no_envelope_is_refused() -> None:
    """Bytes that are no JSON."""
    try:
        read_record(b"{", DECIDED.path)
    except RecordError as error:
        assert DECIDED.path in str(error)
    else:
        raise AssertionError("the record was read")


def test_records_lie_at_four_levels() -> None:
    """Other places are none of records."""
    assert place_of(DECIDED.path) == ("cards", "mail", 1, "first-validator")
    for path in (
        "approvals/cards/mail/more/0001-a.json",
        "elsewhere/cards/mail/0001-a.json",
        "approvals/cards/mail/0000-a.json",
        "approvals/cards/mail/1-a.json",
        "approvals/posts/mail/0001-a.json",
        "approvals/cards/Mail/0001-a.json",
        "approvals/rules/other/0001-a.json",
        "approvals/other/mlgov/0001-a.json",
    ):
        assert place_of(path) is None, path


def _capture_refused(data: bytes, said: str = "", path: str = CAPTURE.path) -> None:
    try:
        read_capture(data, path)
    except RecordError as error:
        assert said in str(error), error
    else:
        raise AssertionError("the capture was read")


def test_a_capture_is_read_as_it_was_written() -> None:
    """What is written is read, and told from what is refused."""
    assert read_capture(render_capture(CAPTURE), CAPTURE.path) == CAPTURE
    other = f"reviews/{'1' * 40}/cards-mail.json"
    found, refused = read_captures({CAPTURE.path: render_capture(CAPTURE), other: b"{}"})
    assert (found, [path for path, _ in refused]) == ({("0" * 40, "cards", "mail"): CAPTURE}, [other])


def test_a_capture_at_the_place_of_another_is_refused() -> None:
    """It lies where its own words say."""
    _capture_refused(render_capture(CAPTURE), "place", f"reviews/{'1' * 40}/cards-mail.json")


def test_a_capture_that_is_too_large_is_refused() -> None:
    """Whatever it holds."""
    large = replace(CAPTURE, url="x" * MAX_BYTES)
    _capture_refused(render_capture(large), "more than")


def test_a_capture_of_another_form_is_refused() -> None:
    """The form is named."""
    value = json.loads(render_capture(CAPTURE)) | {"form": "mlgov/reviews/v2"}
    _capture_refused(json.dumps(value).encode(), "another form")


def test_a_capture_has_the_types_that_it_should() -> None:
    """Numbers are numbers, truth values truth values, texts texts."""
    for wrong in (
        replace(CAPTURE, pull_request="7"),
        replace(CAPTURE, pull_request=True),
        replace(CAPTURE, url=5),
        replace(CAPTURE, authors=(5,)),
        replace(CAPTURE, reviews=(replace(REVIEW, bot=0),)),
        replace(CAPTURE, reviews=(replace(REVIEW, id="1"),)),
    ):
        _capture_refused(render_capture(wrong))


def test_a_checkpoint_is_a_count_and_a_commit() -> None:
    """Anything else is a mistake of whoever types it."""
    assert str(read_checkpoint(f"12:{'a' * 40}")) == f"12:{'a' * 40}"
    assert read_checkpoint(f"1:{'0' * 64}").count == 1
    for text in ("", "12", f"x:{'a' * 40}", f"1:{'a' * 39}", f"1:{'g' * 40}", "1:"):
        try:
            read_checkpoint(text)
        except UsageError:
            continue
        raise AssertionError(text)


def test_a_time_of_a_statement_has_whole_seconds() -> None:
    """And no other zone than UTC."""
    later = replace(DECIDED, signed_at=NOW + timedelta(seconds=1))
    assert read_statement(later.statement(), later.path).signed_at == later.signed_at
    _refused(_changed("T12:00:00Z", "T12:00:00+01:00"), "cannot be read")


def test_what_only_looks_like_a_record_is_told_when_it_comes() -> None:
    """Bytes that are none, and a round that leaves others out."""
    second = replace(DECIDED, round=3)
    junk = misplaced(DECIDED.path, b"{}", {})
    assert junk is not None
    assert junk.rule.code == "MLG-V001"
    ahead = misplaced(second.path, VALIDATOR.record(second), {DECIDED.path: VALIDATOR.record(DECIDED)})
    assert ahead is not None
    assert ahead.rule.code == "MLG-V014"
    assert misplaced(DECIDED.path, VALIDATOR.record(DECIDED), {}) is None
    policy = read_policy(SETTINGS.encode())
    assert policy is not None
    subject = Subject("cards", "mail", "cards/mail.yaml", Kind.MODEL_CARD, DIGEST)
    ballot = collect(subject, Material({DECIDED.path: b"{}"}, 0, None, (), NOW), policy)
    assert [problem.rule.code for problem in ballot.refused] == ["MLG-V001"]


def test_only_approvals_of_the_same_content_are_said_to_be_used() -> None:
    """A rejection in the same round was not used by anything."""
    policy = read_policy(SETTINGS.encode())
    assert policy is not None
    other = replace(DECIDED, person=RISK.id, decision="reject")
    records = {DECIDED.path: VALIDATOR.record(DECIDED), other.path: RISK.record(other)}
    subject = Subject("cards", "mail", "cards/mail.yaml", Kind.MODEL_CARD, DIGEST)
    ballot = collect(subject, Material(records, 1, None, (), NOW, known=frozenset(records)), policy)
    assert [(problem.rule.code, problem.path) for problem in ballot.refused] == [("MLG-V007", DECIDED.path)]
