"""What a proposal would break."""

from datetime import date

from mlgov.checks.proposed import check_proposed, with_files
from mlgov.ports import File, Snapshot
from mlgov.settings import Settings

TODAY = date(2026, 11, 20)


def card(name: str = "x", status: str = "draft", spec: str = "{}") -> bytes:
    """Write a card."""
    head = f"apiVersion: mlgov/v1\nkind: ModelCard\nmetadata: {{name: {name}}}\nlifecycle: {{status: {status}}}\n"
    return f"{head}spec: {spec}\n".encode()


def tree(**files: bytes) -> Snapshot:
    """Make a snapshot of cards."""
    return {f"cards/{name}.yaml": File(f"cards/{name}.yaml", "100644", data) for name, data in files.items()}


def found(start: Snapshot, files: dict[str, bytes | None]) -> list[str]:
    """List places and codes."""
    findings = check_proposed(start, files, Settings(), today=TODAY)
    return [f"{finding.location.path} {finding.rule.code}" for finding in findings]


def test_files_are_put_and_taken_away() -> None:
    """The rest stays."""
    after = with_files(tree(x=b"1", y=b"2", z=b"3"), {"cards/x.yaml": b"new", "cards/y.yaml": None})
    assert {path: file.data for path, file in after.items()} == {"cards/x.yaml": b"new", "cards/z.yaml": b"3"}


def test_errors_of_the_files_are_found() -> None:
    """Those that are there already, too: they would be proposed."""
    bad = card(spec="{nonsense: 1}")
    assert found(tree(x=bad), {"cards/x.yaml": bad + b"# changed\n"}) == ["cards/x.yaml MLG-S003"]


def test_what_the_change_breaks_is_found() -> None:
    """By the rules of transitions."""
    assert found(tree(x=card()), {"cards/x.yaml": card(status="approved")}) == ["cards/x.yaml MLG-L002"]
    assert found(tree(x=card(status="approved")), {"cards/x.yaml": None}) == ["cards/x.yaml MLG-L005"]


def test_errors_elsewhere_count_only_when_they_are_new() -> None:
    """What was broken before is not this proposal's."""
    broken = tree(x=card(), y=card("y", spec="{nonsense: 1}"))
    assert found(broken, {"cards/x.yaml": card(status="pending_review")}) == []
    watch = (
        b"apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata: {name: x}\nlifecycle: {status: draft}\nspec: {model: x}\n"
    )
    watched = {**tree(x=card()), "monitors/x.yaml": File("monitors/x.yaml", "100644", watch)}
    assert found(watched, {"cards/x.yaml": None}) == ["monitors/x.yaml MLG-X001"]


def test_warnings_do_not_stop_a_proposal() -> None:
    """Only errors do."""
    late = card(status="approved").replace(b"approved}", b"approved, review_by: 2026-01-01}")
    start = tree(x=late.replace(b"approved", b"pending_review"))
    assert found(start, {"cards/x.yaml": late}) == []
