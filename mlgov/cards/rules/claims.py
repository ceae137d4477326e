"""Claims name frameworks and requirements that exist."""

import difflib
from collections.abc import Iterable, Iterator

from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity
from mlgov.ports import Snapshot

UNKNOWN = Rule(
    "MLG-C013",
    "unknown-requirement",
    Severity.ERROR,
    "A claim names a framework and a requirement that mlgov knows.",
    "A claim against a requirement that does not exist is counted nowhere, and a reader would look for it in vain. "
    "'mlgov card coverage --list' shows the frameworks, and 'mlgov card coverage NAME' their requirements.",
    "Correct the id.",
)
RULES = (UNKNOWN,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    if not card.spec.claims:
        return
    from mlgov.cards.frameworks import built_in  # read only for cards that claim something

    frameworks = built_in()
    for i, claim in enumerate(card.spec.claims):
        framework = frameworks.get(claim.framework)
        if framework is None:
            at = ("spec", "claims", i, "framework")
            message = f"There is no framework '{claim.framework}'."
            fix = _known(claim.framework, frameworks)
        elif claim.requirement not in (ids := [each.id for each in framework.requirements]):
            at = ("spec", "claims", i, "requirement")
            message = f"{framework.title} has no requirement '{claim.requirement}' in its pack."
            fix = _known(claim.requirement, ids)
        else:
            continue
        yield UNKNOWN.at(document.location(at), message, pointer=at, fix=fix)


def _known(given: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(given, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(names)}."
