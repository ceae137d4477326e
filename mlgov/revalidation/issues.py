"""The issue that asks for a revalidation: one per document, known by its hidden marker, and its plan.

The rules that this module keeps:

1. One issue per document, whatever the number of reasons. Its text is kept up to date in place; what people ticked in
   its checklist stays ticked.
2. It closes when no reason is left, which is when the document was approved again, or archived.
3. An issue that is closed while reasons are left opens again, with a fresh checklist.
4. A document that is not given (it cannot be read, or is gone) leaves its issue to people.
5. One run opens a limited number of new issues; the rest has its turn in a later run.
6. Planning again after the plan was carried out plans nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mlgov.monitors.issue_actions import Applied, Close, Edit, IssueAction, Open, Reopen, apply, same_text
from mlgov.monitors.issue_text import Text, code, literal, marker_of, mentions
from mlgov.monitors.issues import merge_duplicates
from mlgov.names import Kind, folder_of
from mlgov.ports import Forge, Issue
from mlgov.revalidation.triggers import Concern

LABEL = "mlgov/revalidation"

_FOOTER = (
    "<sub>mlgov keeps this text up to date and closes the issue when the document is approved again. Tick what is "
    "done; please comment below instead of editing, and leave the label on.</sub>"
)
_STEPS: dict[Kind, tuple[str, ...]] = {
    Kind.MODEL_CARD: (
        "Is the model still used for what its intended uses say, and for nothing else?",
        "Is the risk rating still right?",
        "Is there an evaluation on recent data, and are the acceptance criteria met? (mlgov card evaluate)",
        "Have the alerts of its monitors been looked into? (mlgov monitor status)",
        "Are the claims still true under the frameworks as they are now? (mlgov card coverage)",
    ),
    Kind.ROLE: (
        "Does everybody who has the role still need it?",
        "Does it permit no more than the work needs? (mlgov role render)",
    ),
    Kind.MONITOR_SET: (
        "Are all endpoints and batch jobs of the model watched?",
        "Is the baseline still the data that the model was approved with?",
        "Do thresholds and schedule still fit?",
    ),
}
_LAST_STEPS = (
    "Set lifecycle.review_by to the next review, and the status to pending_review.",
    "Have it approved again.",
)
_TICKED = re.compile(r"^- \[[xX]\] (?P<step>.+?)\r?$", re.MULTILINE)


def marker(concern: Concern) -> str:
    """Give the line that says: this is the issue about the revalidation of a document."""
    return f"<!-- mlgov:revalidation folder={folder_of(concern.kind)} name={concern.name} v1 -->"


def open_text(concern: Concern, ticked: Iterable[str] = ()) -> Text:
    """Write the issue while reasons are left.

    Args:
        concern: The document and its reasons.
        ticked: Steps of the checklist that are done.
    """
    done = set(ticked)
    steps = [f"- [{'x' if step in done else ' '}] {step}" for step in (*_STEPS[concern.kind], *_LAST_STEPS)]
    reasons = [f"- {literal(reason)}" for reason in concern.reasons]
    return _text(concern, "has to be looked at again:", "\n".join(reasons), "\n".join(["To do:", "", *steps]))


def done_text(concern: Concern) -> Text:
    """Write the issue when it closes."""
    said = "is out of use; nothing has to be done." if concern.is_over else "needs no revalidation any more."
    return _text(concern, said)


def plan(concerns: Iterable[Concern], issues: Sequence[Issue], *, max_new: int) -> list[IssueAction]:
    """Plan what must be done to issues.

    Args:
        concerns: Every document that can be read.
        issues: All issues with our label that we opened, open and closed.
        max_new: New issues that one run may open.

    Returns:
        Actions in the order in which they are to be carried out.
    """
    kept = _kept(issues)
    ordered = sorted(concerns, key=lambda concern: concern.path)
    fresh = [concern for concern in ordered if concern.reasons and marker(concern) not in kept]
    return [
        *merge_duplicates(issues, label=LABEL),
        *(action for concern in ordered for action in _changes(concern, kept.get(marker(concern)))),
        *(Open(open_text(concern), label=LABEL) for concern in fresh[:max_new]),
    ]


def waiting(concerns: Iterable[Concern], issues: Sequence[Issue], *, max_new: int) -> list[Concern]:
    """List the documents whose issue has to wait for a later run."""
    kept = _kept(issues)
    fresh = [concern for concern in concerns if concern.reasons and marker(concern) not in kept]
    return sorted(fresh, key=lambda concern: concern.path)[max_new:]


def synchronise(concerns: Sequence[Concern], forge: Forge, *, max_new: int) -> Applied:
    """Bring the issues of a forge in line.

    New issues are looked for once more at the end, so that of two that were opened at the same time one is closed.

    Raises:
        ForgeError: The issues could not be listed.
    """
    applied = apply(plan(concerns, forge.issues(LABEL), max_new=max_new), forge)
    if any(isinstance(action, Open) for action in applied.done):
        applied += apply(merge_duplicates(forge.issues(LABEL), label=LABEL), forge)
    return applied


def _changes(concern: Concern, issue: Issue | None) -> Iterator[IssueAction]:
    if issue is None:
        return
    if not concern.reasons:
        if issue.open:
            yield Close(issue.number, f"{concern.path} is done", done_text(concern), label=LABEL)
        return
    if not issue.open:
        yield Reopen(issue.number, open_text(concern), label=LABEL)
        return
    text = open_text(concern, (found["step"] for found in _TICKED.finditer(issue.body)))
    if not same_text(issue, text):
        yield Edit(issue.number, text, label=LABEL)


def _kept(issues: Iterable[Issue]) -> Mapping[str, Issue]:
    newest_first = sorted(issues, key=lambda issue: -issue.number)
    return {found: issue for issue in newest_first if (found := marker_of(issue.body))}


def _text(concern: Concern, said: str, *blocks: str) -> Text:
    facts = f"Owners: {mentions(concern.owners)}" if concern.owners else ""
    parts = [f"The document {code(concern.path)} {said}", *blocks, facts, _FOOTER]
    return Text(f"{concern.name}: revalidation", f"{marker(concern)}\n\n" + "\n\n".join(part for part in parts if part))
