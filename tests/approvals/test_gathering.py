"""What the verifier gathers before it judges: contents, lives, writers, people and subjects, part by part."""

from dataclasses import replace

from mlgov.approvals import rules
from mlgov.approvals.audit import first_settings
from mlgov.approvals.contents import head_of, is_document, may_be_frozen, same_but_status, same_content
from mlgov.approvals.judge import judge
from mlgov.approvals.lives import Life, Outcome, is_step, note_owners, with_owners
from mlgov.approvals.policy import Author, read_policy
from mlgov.approvals.proposal import Digests
from mlgov.approvals.replay import _forget
from mlgov.approvals.subjects import subject_of
from mlgov.approvals.votes import Material, Subject, Vote
from mlgov.approvals.writers import Writers
from mlgov.documents import load
from mlgov.findings import Location
from mlgov.lifecycle import rules as life_rules
from mlgov.names import Status
from mlgov.ports import REGULAR_FILE, Commit, File, FileChange
from tests.approvals.people import NOW, RISK, VALIDATOR
from tests.approvals.world import SETTINGS, card
from tests.fakes.repository import MemoryRepository

PATH = "cards/mail.yaml"
DRAFT, PENDING = card("draft").encode(), card("pending_review").encode()
DIGEST = "sha256:" + "0" * 64
BLOB = "1" * 40


def _subject(text: str, path: str = PATH, files: dict[str, str] | None = None) -> Subject:
    document = load(text.encode(), path)[0]
    assert document is not None
    found = subject_of(document, files or {})
    assert found is not None
    return found


# -- contents ------------------------------------------------------------------------------------------------------


def test_a_document_may_be_frozen_when_it_names_the_status_or_could_write_it_in_escapes() -> None:
    """Everything else is surely a draft or under review."""
    for text in (card("approved"), card("archived"), card("draft", '"\\x61pproved"')):
        assert may_be_frozen(text.encode()) is True
    assert may_be_frozen(DRAFT) is False
    assert may_be_frozen(None) is False


def test_only_the_status_line_below_lifecycle_is_a_move() -> None:
    """The quick answer says yes only when it is sure."""
    assert same_but_status(DRAFT, PENDING) is True
    assert same_but_status(DRAFT, card("pending_review", "Sorts.").encode()) is False


def test_a_status_line_inside_of_a_text_is_none() -> None:
    """In quotes, or after letters that the plain reader does not take, the lines above are not whole."""
    for top in (b'title: "\n', b"title: caf\xc3\xa9\n"):
        assert same_but_status(top + DRAFT, top + PENDING) is False
    assert same_but_status(b"# a card\n" + DRAFT, b"# a card\n" + PENDING) is True


def test_contents_are_compared_by_what_they_say() -> None:
    """A comment changes nothing, a text, a name or a kind does."""
    assert same_content(DRAFT, PENDING, PATH) is True
    assert same_content(DRAFT, PENDING + b"# seen\n", PATH) is True
    assert same_content(DRAFT, card("draft", "Other.").encode(), PATH) is False
    assert same_content(DRAFT, card("draft", name="post").encode(), PATH) is False
    assert same_content(DRAFT, DRAFT.replace(b"ModelCard", b"Role"), PATH) is False


def test_what_is_missing_or_unreadable_is_only_like_itself() -> None:
    """Nothing is like nothing, and damage like damage."""
    assert same_content(None, None, PATH) is True
    assert same_content(None, DRAFT, PATH) is False
    assert same_content(DRAFT, None, PATH) is False
    assert same_content(b"[", b"{", PATH) is True
    assert same_content(DRAFT, b"[", PATH) is False
    assert same_content(b"[", DRAFT, PATH) is False


def test_the_head_of_a_document_says_what_the_whole_says() -> None:
    """Only when it is whole itself, and holds kind and metadata."""
    for data in (DRAFT, PENDING, DRAFT.replace(b"Sorts", b"'caf\xc3\xa9").replace(b"mail.", b"mail.'")):
        head, whole = head_of(data, PATH), load(data, PATH)[0]
        assert head is not None
        assert whole is not None
        assert head.value == {key: whole.value[key] for key in ("apiVersion", "kind", "metadata")}
    top = DRAFT.partition(b"lifecycle:")[0]
    for data in (
        top,
        b'note: "\n' + DRAFT,
        b"note: caf\xc3\xa9\n" + DRAFT,
        DRAFT.replace(b"kind: ModelCard\n", b"") + b"kind: ModelCard\n",
        DRAFT.replace(b"\n", b"\r\n"),
        DRAFT[DRAFT.index(b"lifecycle:") :] + top,
    ):
        assert head_of(data, PATH) is None


def test_documents_lie_in_their_folders_with_a_name_and_an_ending() -> None:
    """Nothing else is one."""
    assert is_document(PATH) is True
    for path in ("docs/mail.yaml", "cards/mail.yml", "cards/Mail.yaml", "cards/a/mail.yaml", "cards/mail", "cards"):
        assert is_document(path) is False


# -- lives ---------------------------------------------------------------------------------------------------------


def test_versions_are_kept_while_their_owners_may_differ() -> None:
    """One per list of owners, however the handle is written."""
    life = Life(PATH)
    one, other = DRAFT, DRAFT.replace(b"first-owner", b"second-owner")
    escaped = DRAFT.replace(b'"@first-owner"', b'"\\x40third-owner"')
    again = escaped.replace(b"third", b"fourth")
    for data in (one, one + b"# note\n", None, other, escaped, again, one):
        note_owners(life, data)
    assert life.owned == [one, other, escaped, again, one]


def test_owners_of_earlier_versions_are_owners_still() -> None:
    """What cannot be read, or is no card, names none."""
    foreign = b"kind: Role\nmetadata: {name: other, owners: ['@stranger']}\n"
    long = b"# caf\xc3\xa9\n" + DRAFT.replace(b"first-owner", b"third-owner")  # not for the quick reader
    life = Life(PATH, owned=[DRAFT.replace(b"first-owner", b"second-owner"), b"[", foreign, long])
    assert with_owners(_subject(card()), life).owners == ("@first-owner", "@second-owner", "@third-owner")


def test_steps_to_approved_that_one_change_may_take() -> None:
    """Born approved or approved as a draft, and edited while approved; nothing comes back from the archive."""
    born, illegal, changed = (
        rule.at(Location(PATH), "x")
        for rule in (life_rules.BORN_APPROVED, life_rules.ILLEGAL_TRANSITION, life_rules.CHANGED_WHILE_APPROVED)
    )
    assert [is_step(born, was) for was in (None, Status.DRAFT)] == [True, False]
    assert [is_step(illegal, was) for was in (None, Status.DRAFT, Status.ARCHIVED)] == [False, True, False]
    assert [is_step(changed, was) for was in (Status.APPROVED, Status.ARCHIVED)] == [True, False]


def test_what_was_found_before_the_rules_is_forgotten_but_for_approvals() -> None:
    """Nothing ruled then; that something was approved stays known."""
    outcome = Outcome()
    kept, dropped = (rule.at(Location(PATH), "x") for rule in (rules.UNPROVABLE, rules.PLACE))
    outcome.findings += [dropped, kept]
    _forget(outcome)
    assert outcome.findings == [kept]


# -- writers -------------------------------------------------------------------------------------------------------

FIRST, SECOND = Author("first-author", "a@example.org"), Author("second-author", "b@example.org")


def _change(path: str, before: str | None, after: str | None) -> FileChange:
    return FileChange(path, REGULAR_FILE if after else "000000", after, before)


def _commit(who: Author, *changes: FileChange) -> Commit:
    return Commit("1" * 40, who.name, who.email, NOW, "change", changes, ("0" * 40,))


def test_who_writes_twice_is_a_writer_once() -> None:
    """And whoever only moves the status is none."""
    outcome, blobs = Outcome(), {"a": DRAFT, "b": PENDING, "c": card("draft", "Other.").encode()}
    writers = Writers(outcome, ())
    for who, before, after in ((FIRST, None, "a"), (SECOND, "a", "b"), (FIRST, "b", "c")):
        writers.note(_commit(who, _change(PATH, before, after)), blobs)
    assert outcome.lives[PATH].writers == [(FIRST,)]


def test_a_document_inherits_the_writers_of_those_of_its_kind_that_go() -> None:
    """Not of those that are edited, of other kinds, or that go later."""
    came, edited, gone = "cards/new.yaml", "cards/edited.yaml", "cards/gone.yaml"
    role = "roles/gone.yaml"

    def after(*changes: FileChange) -> list[tuple[Author, ...]]:
        outcome = Outcome()
        for path in (came, edited, gone, role):
            outcome.lives[path] = Life(path, ever={(FIRST,): None} if path in (gone, role, edited) else {})
        Writers(outcome, ()).inherit(changes)
        return outcome.lives[came].writers

    new = _change(came, None, BLOB)
    assert after(new, _change(gone, BLOB, None)) == [(FIRST,)]
    assert after(new, _change(edited, BLOB, "2" * 40)) == []
    assert after(new, _change(role, BLOB, None)) == []
    assert after(new, _change(edited, None, None)) == []  # something that is no file came
    assert after(_change(came, BLOB, "2" * 40), _change(gone, BLOB, None)) == []
    assert after(_change(came, BLOB, None), _change(gone, BLOB, None)) == []


# -- people and rules ----------------------------------------------------------------------------------------------


def test_an_author_is_found_by_address_hidden_address_handle_and_name() -> None:
    """Each way alone is enough: a claim counts against an approver."""
    text = SETTINGS.replace('handles = ["first-validator"]', 'handles = ["val"]')
    policy = read_policy(text.encode())
    assert policy is not None
    ways = (
        Author("x", "first-validator@example.org"),
        Author("x", "12+VAL@users.noreply.github.com"),
        Author("Val"),
        Author("first-validator"),
    )
    assert [found.id if (found := policy.of_author(way)) else None for way in ways] == ["first-validator"] * 4
    assert policy.of_author(Author("x", "x@example.org")) is None


def test_roles_and_teams_come_from_teams_to_their_members_only() -> None:
    """Whoever is in no team has no role of a team."""
    team = '\n[teams."@desk"]\nmembers = ["first-owner"]\nroles = ["validator"]\n'
    policy = read_policy((SETTINGS + team).encode())
    assert policy is not None
    assert (policy.roles["first-owner"], policy.teams["first-owner"]) == ({"owner", "validator"}, {"@desk"})
    assert (policy.roles["first-admin"], policy.teams["first-admin"]) == ({"admin"}, set())


def test_the_first_settings_are_those_that_brought_rules() -> None:
    """Not those before, not what cannot be read, not a link or another file."""
    repository = MemoryRepository()
    repository.write("mlgov.toml/rules", SETTINGS.replace("urn:example", "urn:foreign").encode())
    repository.save("a folder of that name")
    repository.remove("mlgov.toml/rules")
    for number, (data, mode) in enumerate(
        (
            (b"[site]\n", REGULAR_FILE),
            (b"[[", REGULAR_FILE),
            (SETTINGS.replace("urn:example", "urn:link").encode(), "120000"),
            (SETTINGS.encode(), REGULAR_FILE),
            (SETTINGS.replace("urn:example", "urn:later").encode(), REGULAR_FILE),
        )
    ):
        repository.write("mlgov.toml", data, mode)
        repository.save(str(number))
    found = first_settings(repository, "HEAD")
    assert found is not None
    assert found.approvals.repository == "urn:example:governance"
    del repository.files["mlgov.toml"]
    repository.save("gone")
    again = first_settings(repository, "HEAD")
    assert again is not None
    assert again.approvals.repository == "urn:example:governance"


def _judged(settings: str, *people: str, owners: tuple[str, ...] = ()) -> tuple[bool, list[str]]:
    policy = read_policy(settings.encode())
    assert policy is not None
    votes = tuple(Vote(policy.by_id[who], "approve", "signed", NOW, f"supposed of {who}") for who in people)
    subject = replace(_subject(card()), owners=owners)
    found = judge(subject, Material({}, 0, None, (), NOW, None, votes), policy)
    return found.approved, [place.role for place in found.places]


def test_owners_fill_a_place_that_does_not_ask_for_independence_of_them() -> None:
    """The default asks for it."""
    assert _judged(SETTINGS, "first-validator", owners=("@first-validator",)) == (False, [])
    free = SETTINGS.replace('{ role = "validator" }', '{ role = "validator", independent_of = ["authors"] }')
    assert _judged(free, "first-validator", owners=("@first-validator",)) == (True, ["validator"])
    assert _judged(free, "first-admin") == (False, [])


def test_who_asks_for_something_cannot_approve_it() -> None:
    """They may still reject it, and others may approve."""
    policy = read_policy(SETTINGS.encode())
    assert policy is not None
    subject = replace(_subject(card()), requesters=("@first-validator",))
    for who, decision, approved, refused in (
        ("first-validator", "approve", False, False),
        ("second-validator", "approve", True, False),
        ("first-validator", "reject", False, True),
    ):
        vote = Vote(policy.by_id[who], decision, "signed", NOW, "the vote")
        found = judge(subject, Material({}, 0, None, (), NOW, None, (vote,)), policy)
        assert (found.approved, bool(found.refused)) == (approved, refused)
        told = [problem.rule for problem in found.problems if "asks for it" in problem.sentence]
        assert told == ([rules.INDEPENDENCE] if (who, decision) == ("first-validator", "approve") else [])


def test_one_person_fills_the_first_of_two_places() -> None:
    """The second one stays open, and is the one that is named."""
    both = SETTINGS.replace('{ role = "validator" }', '{ role = "validator" }, { role = "risk_officer" }').replace(
        VALIDATOR.table("validator"), VALIDATOR.table("validator", "risk_officer")
    )
    assert both.count("risk_officer") > SETTINGS.count("risk_officer") + 1
    assert _judged(both, VALIDATOR.id) == (False, ["validator"])
    assert _judged(both, VALIDATOR.id, RISK.id) == (True, ["validator", "risk_officer"])


# -- subjects ------------------------------------------------------------------------------------------------------


def test_owners_are_texts() -> None:
    """Anything else in the list is the check's business."""
    text = card().replace('["@first-owner"]', '["@first-owner", 7, {a: b}]')
    assert _subject(text).owners == ("@first-owner",)


def test_a_role_rests_on_attached_policies_that_are_there() -> None:
    """Files of other roles are not among them, and one that is missing is not missed."""
    text = "kind: Role\nmetadata: {name: lab}\nspec:\n  managed_policy_arns: ['arn:aws:iam::1:policy/a', 7]\n"
    place = _subject(text, "roles/lab.yaml").rests_on[0]
    assert _subject(text, "roles/lab.yaml", {"policies/other.json": DIGEST}).evidence == {}
    assert _subject(text, "roles/lab.yaml", {place: DIGEST}).evidence == {place: DIGEST}


def test_a_monitor_set_rests_on_the_files_of_its_baselines() -> None:
    """Odd entries name none; a folder with a longer name is another one."""
    text = (
        "kind: MonitorSet\nmetadata: {name: mail}\nspec:\n  monitors:\n"
        "    - {baseline: baselines/mail/quality}\n    - {baseline: [x]}\n    - text\n    - {}\n"
    )
    near, far = "baselines/mail/quality/statistics.json", "baselines/mail/quality-2/statistics.json"
    found = _subject(text, "monitors/mail.yaml", {near: DIGEST, far: DIGEST})
    assert (found.rests_on, found.evidence) == (("baselines/mail/quality",), {near: DIGEST})


def test_what_is_no_plain_file_is_no_evidence() -> None:
    """A link in the folder of a baseline is passed over; files are looked up in a proposal as it lies."""
    text = "kind: MonitorSet\nmetadata: {name: mail}\nspec: {monitors: [{baseline: baselines/mail/quality}]}\n"
    plain, link = (f"baselines/mail/quality/{name}.json" for name in ("statistics", "link"))
    document = load(text.encode(), "monitors/mail.yaml")[0]
    assert document is not None
    files = Digests({plain: File(plain, REGULAR_FILE, b"{}"), link: File(link, "120000", b"/etc/passwd")})
    found = subject_of(document, files)
    assert found is not None
    assert list(found.evidence) == [plain]


def test_a_card_rests_on_what_it_cites() -> None:
    """Entries that are no tables, and paths that are no texts, cite nothing."""
    text = card() + (
        "  evaluation_details:\n    - text\n    - evidence: [odd, {path: 7}, {path: evidence/mail/a.json}]\n"
        "  claims: {evidence: x}\n"
    )
    assert _subject(text).evidence == {"evidence/mail/a.json": ""}
