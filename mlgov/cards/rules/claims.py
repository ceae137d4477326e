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
    "A claim names a framework and a requirement that are known.",
    "A claim against a requirement that does not exist is counted nowhere, and a reader would look for it in vain. "
    "Frameworks come with mlgov or lie in frameworks/. 'mlgov card coverage --list' shows them, and 'mlgov card "
    "coverage NAME' their requirements.",
    "Correct the id.",
)
RULES = (UNKNOWN,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:
    if not card.spec.claims:
        return
    from mlgov.cards.frameworks.organisation import framework_of  # read only for cards that claim something

    for i, claim in enumerate(card.spec.claims):
        framework = framework_of(claim.framework, snapshot)
        if framework is None:
            at = ("spec", "claims", i, "framework")
            message, fix = _unknown(claim.framework, snapshot)
        elif claim.requirement not in (ids := [each.id for each in framework.requirements]):
            at = ("spec", "claims", i, "requirement")
            message = f"{framework.title} has no requirement '{claim.requirement}' in its pack."
            fix = _known(claim.requirement, ids)
        else:
            continue
        yield UNKNOWN.at(document.location(at), message, pointer=at, fix=fix)


def _unknown(identity: str, snapshot: Snapshot) -> tuple[str, str]:
    from mlgov.cards.frameworks.organisation import all_frameworks, pack_path

    if pack_path(identity) in snapshot:
        return f"The pack of the framework '{identity}' cannot be used.", f"Correct {pack_path(identity)}."
    return f"There is no framework '{identity}'.", _known(identity, all_frameworks(snapshot)[0])


def _known(given: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(given, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(names)}."
