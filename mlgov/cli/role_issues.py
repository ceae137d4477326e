"""One issue for each role that an account has otherwise than it was applied: opened, kept up to date, closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlgov.cli.role_account_text import differences_text
from mlgov.monitors.issue_actions import Applied, Comment, IssueAction, Open, apply
from mlgov.monitors.issue_text import Text, body_of, code, digest, fenced, role_marker, state_line, state_of
from mlgov.monitors.issues import Stance, Wish, kept_of, merge_duplicates, plan_wishes
from mlgov.names import is_name
from mlgov.ports import Forge, Issue
from mlgov.roles.account.drift import Drift

LABEL = "mlgov/role"
_START, _END = "<!-- mlgov:role name=", " v1 -->"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at an account found.

    Attributes:
        drifts: The roles that are not as they were applied.
        account: Id of the account.
        commit: The commit that was looked from.
        owners: Owners by role.
    """

    drifts: Sequence[Drift]
    account: str
    commit: str
    owners: Mapping[str, Sequence[str]]


def plan_issues(look: Look, issues: Sequence[Issue], *, max_new: int) -> list[IssueAction]:
    """Plan what must be done to issues. An issue about a role that is as it was applied closes.

    Args:
        look: What was found.
        issues: All issues with our label that we opened, open and closed.
        max_new: New issues that one run may open, besides the umbrella issue.
    """
    kept = kept_of(issues)
    found = {each.name: each for each in look.drifts if is_name(each.name)}
    wishes = [_raised(look, each, kept.get(role_marker(name))) for name, each in sorted(found.items())]
    wishes += [_closed(name) for name in sorted(_names(kept)) if name not in found]
    run = digest([look.account, look.commit, *(_digest(each) for each in found.values())])
    return _labelled(plan_wishes(wishes, issues, run, max_new=max_new, noun="role"))


def synchronise(look: Look, forge: Forge, *, max_new: int) -> Applied:
    """Bring the issues of a forge in line with an account. Raises ForgeError when they could not be listed."""
    applied = apply(plan_issues(look, forge.issues(LABEL), max_new=max_new), forge)
    if any(isinstance(action, Open) for action in applied.done):
        applied += apply(_labelled(merge_duplicates(forge.issues(LABEL))), forge)
    return applied


def _labelled(actions: Sequence[IssueAction]) -> list[IssueAction]:
    """Let actions look for issues with our label; a comment looks for none."""
    return [action if isinstance(action, Comment) else replace(action, label=LABEL) for action in actions]


def _names(kept: Mapping[str, Issue]) -> Iterator[str]:
    for marker in kept:
        if marker.startswith(_START):
            yield marker.removeprefix(_START).removesuffix(_END)


def _raised(look: Look, drift: Drift, issue: Issue | None) -> Wish:
    marker, now = role_marker(drift.name), _digest(drift)
    before = state_of(issue.body) if issue else {}
    changes = int(before["changes"]) if before.get("changes", "").isdigit() and len(before["changes"]) < 10 else 0
    comment = None
    if issue and before.get("drift") != now:
        changes += 1
        note = f"<!-- mlgov:change number={changes} drift={now} v1 -->"
        comment = Comment(issue.number, note, f"{note}\nWhat differs has changed.\n\n{_found(drift)}")
    text = Text(
        f"{drift.name}: the IAM role {drift.iam_name} is not as it was applied",
        body_of(
            [marker, state_line({"drift": now, "changes": str(changes)})],
            f"The role {code(drift.iam_name)} in the account {code(look.account)} is not as it was applied.",
            drift.reason,
            _found(drift),
            "Apply again to take this back (`mlgov role apply aws`), or bring it into git with a pull request.",
            _owners(look.owners.get(drift.name, ())),
        ),
    )
    return Wish(marker, drift.name, Stance.RAISE, text, (), comment)


def _closed(name: str) -> Wish:
    marker = role_marker(name)
    text = Text(
        f"{name}: the IAM role is as it was applied", body_of([marker], "The account has the role as it was applied.")
    )
    return Wish(marker, name, Stance.CLOSE, text, ())


def _found(drift: Drift) -> str:
    return fenced([line.strip() for line in differences_text(drift.differences)] or ["Its ARN or policies differ."])


def _owners(owners: Sequence[str]) -> str:
    return f"Owners: {', '.join(map(code, owners))}" if owners else ""


def _digest(drift: Drift) -> str:
    return digest([drift.name, *differences_text(drift.differences)])
