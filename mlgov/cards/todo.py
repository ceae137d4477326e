"""What is missing before a card can take its next step: by whom, and with which command. Pure."""

import json
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel

from mlgov.cards.schema import CardDocument
from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Location, Severity
from mlgov.lifecycle import check_required, rules
from mlgov.lifecycle.validation import models_at
from mlgov.names import MONITORING_TITLES, Kind, MonitoringType, RiskRating, Status, path_of
from mlgov.settings import Settings

#: What is said in its own words below, so the finding of the same is not said again.
_OWN_WORDS = (rules.REQUIRED_FIELD.code, rules.REVIEW_OVERDUE.code)
_REVIEW_BY: Pointer = ("lifecycle", "review_by")
#: What is due at once comes before what the next status waits for, and that before what a later one does.
_TURNS = (None, Status.PENDING_REVIEW, Status.APPROVED)
_NEXT = {Status.DRAFT: Status.PENDING_REVIEW, Status.PENDING_REVIEW: Status.APPROVED}


class Who(StrEnum):
    """Whose turn it is."""

    AUTHOR = "author"
    OWNER = "owner"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do.

    Attributes:
        card: Name of the card.
        who: Whose turn it is.
        what: What is missing, as a sentence. May hold text of the document.
        command: The command that does it, or that shows what to do.
        before: The status that waits for it; None when it is due whatever the status.
        location: Where in the card; for a missing value, its parent.
        code: Code of the rule that wants it; empty when it is a step and no rule.
    """

    card: str
    who: Who
    what: str
    command: str
    before: Status | None
    location: Location
    code: str = ""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What is known about one card.

    Attributes:
        name: Its name.
        path: Its path.
        document: As written; None when it cannot be read.
        card: As typed; None when its schema does not hold.
        findings: What `mlgov check` finds in it.
        monitored: The monitoring types of its monitors that are switched on.
    """

    name: str
    path: str
    document: Document | None
    card: CardDocument | None
    findings: Sequence[Finding] = ()
    monitored: Collection[MonitoringType] = ()


def todos(facts: CardFacts, settings: Settings, today: date) -> list[Todo]:
    """List what is to do for a card, in the order in which it is to be done.

    Args:
        facts: The card.
        settings: What the organisation requires.
        today: The day on which review dates are judged.
    """
    found = list(_of_findings(facts))
    if facts.document is None or facts.card is None:
        return found
    status = facts.card.lifecycle.status
    if status is Status.ARCHIVED:
        return found
    found += _required(facts, facts.document, facts.card, settings)
    found += _evidence(facts, facts.document, facts.card)
    found += _monitors(facts, facts.card, settings)
    found += _review(facts, facts.document, facts.card, today)
    found += _step(facts, facts.document, found)
    return sorted(found, key=lambda todo: _TURNS.index(todo.before))


def _of_findings(facts: CardFacts) -> Iterator[Todo]:
    command = f"mlgov check {facts.path}"
    for finding in facts.findings:
        if finding.rule.code not in _OWN_WORDS and finding.severity > Severity.NOTE:
            what = f"{finding.message} {finding.fix}"
            yield Todo(facts.name, Who.AUTHOR, what, command, None, finding.location, finding.rule.code)


def _required(facts: CardFacts, document: Document, card: CardDocument, settings: Settings) -> Iterator[Todo]:
    """Ask for what is required now, for the next status and for the approval; each field once, at its first need."""
    asked: set[Pointer] = set()
    for status in _ahead(card.lifecycle.status):
        missing = check_required(
            document, kind=Kind.MODEL_CARD, status=status, risk_rating=card.risk_rating, required=settings.required
        )
        for pointer in sorted((finding.pointer for finding in missing), key=_place_in_schema):
            if pointer not in asked and pointer != _REVIEW_BY:
                asked.add(pointer)
                what = f"Fill {'.'.join(map(str, pointer))}, which mlgov.toml requires."
                at, code = document.location(pointer), rules.REQUIRED_FIELD.code
                before = None if status is card.lifecycle.status else status
                yield Todo(facts.name, Who.AUTHOR, what, _command(facts.name, pointer), before, at, code)
    rating = ("spec", "intended_uses", "risk_rating")
    if card.risk_rating is RiskRating.UNKNOWN and rating not in asked:
        what = "Rate the risk: it decides what else is required."
        before = _NEXT.get(card.lifecycle.status)
        yield Todo(facts.name, Who.AUTHOR, what, _command(facts.name, rating), before, document.location(rating))


def _place_in_schema(pointer: Pointer) -> tuple[int, ...]:
    """Order fields as a card has them; what the schema does not know comes last."""
    places = []
    for end, key in enumerate(pointer):
        names = [name for model in models_at(CardDocument, pointer[:end]) for name in model.model_fields]
        places.append(names.index(key) if key in names else len(names))
    return tuple(places)


def _before_approval(card: CardDocument) -> Status | None:
    """What an approval needs is due at once when the card is approved already."""
    return None if card.lifecycle.status is Status.APPROVED else Status.APPROVED


def _ahead(status: Status) -> list[Status]:
    """List the status and those that lie before it up to the approval."""
    order = [Status.DRAFT, Status.PENDING_REVIEW, Status.APPROVED]
    return order[order.index(status) :]


def _evidence(facts: CardFacts, document: Document, card: CardDocument) -> Iterator[Todo]:
    for i, evaluation in enumerate(card.spec.evaluation_details):
        if evaluation.metric_groups and not evaluation.evidence:
            what = f"Cite the report that the numbers of the evaluation {evaluation.name!r} come from."
            command = f"mlgov card evaluate {facts.name} REPORT --as {shlex.quote(evaluation.name)} --replace"
            at = document.location(("spec", "evaluation_details", i))
            yield Todo(facts.name, Who.AUTHOR, what, command, _before_approval(card), at)


def _monitors(facts: CardFacts, card: CardDocument, settings: Settings) -> Iterator[Todo]:
    for needed in settings.monitors.required.get(card.risk_rating, ()):
        if needed not in facts.monitored:
            title = MONITORING_TITLES[needed].lower()
            place = path_of(Kind.MONITOR_SET, facts.name)
            needs = f"a model of {card.risk_rating.value} risk needs one"
            what = f"Declare a {title} monitor in {place} ({needs}), then make its baseline from reference data."
            command = f"mlgov monitor baseline {facts.name} --monitor MONITOR --from FILE"
            yield Todo(facts.name, Who.OWNER, what, command, _before_approval(card), Location(facts.path))


def _review(facts: CardFacts, document: Document, card: CardDocument, today: date) -> Iterator[Todo]:
    review_by, status = card.lifecycle.review_by, card.lifecycle.status
    at = document.location(_REVIEW_BY)
    if status is Status.APPROVED and review_by and review_by < today:
        what = f"Review the card again: the review was due on {review_by.isoformat()}."
        command = f"mlgov card submit {facts.name}"
        yield Todo(facts.name, Who.OWNER, what, command, None, at, rules.REVIEW_OVERDUE.code)
    elif review_by is None or review_by < today:
        what = "Say by which day the card has to be reviewed again" + (", a day to come." if review_by else ".")
        yield Todo(facts.name, Who.OWNER, what, _command(facts.name, _REVIEW_BY), _before_approval(card), at)


def _step(facts: CardFacts, document: Document, missing: Sequence[Todo]) -> Iterator[Todo]:
    """Name the step itself, when nothing stands before it."""
    status = facts.card.lifecycle.status if facts.card else None
    following = _NEXT.get(status) if status else None
    at = document.location(("lifecycle", "status"))
    if following is None or any(todo.before in (None, following) for todo in missing):
        return
    if following is Status.PENDING_REVIEW:
        what = "Submit the card for review."
        yield Todo(facts.name, Who.AUTHOR, what, f"mlgov card submit {facts.name}", following, at)
    else:
        what = "Review the card; when it holds, set it to approved in the pull request."
        yield Todo(facts.name, Who.REVIEWER, what, _set(facts.name, "lifecycle.status", "approved"), following, at)


def _command(name: str, pointer: Pointer) -> str:
    """Give the command that fills a field, with an example of the schema where it has one."""
    example = _example(CardDocument, pointer)
    if isinstance(example, list | dict):
        example = json.dumps(example, ensure_ascii=False)
    return _set(name, ".".join(map(str, pointer)), str(example) if example is not None else "…")


def _set(name: str, path: str, value: str) -> str:
    return f"mlgov card edit {name} --set {shlex.quote(f'{path}={value}')}"


def _example(model: type[BaseModel], pointer: Pointer) -> object:
    field = model.model_fields.get(str(pointer[0]))
    if field is None:
        return None
    if len(pointer) == 1:
        return field.examples[0] if field.examples else None
    inner = next(iter(_models_in(field.annotation)), None)
    return _example(inner, pointer[1:]) if inner else None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
