"""The tests of a role spec as findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding
from mlgov.roles import rules
from mlgov.roles.policy import RenderedRole
from mlgov.roles.schema import RoleDocument
from mlgov.roles.simulation.simulated_role import SimulatedRole, simulate
from mlgov.roles.simulation.trials import Failure, failures


def check_tests(
    document: Document,
    role: RoleDocument,
    rendered: RenderedRole,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[Finding]:
    """Find the tests of a role that come out otherwise.

    Args:
        document: The file, for positions.
        role: The same, typed; nothing else is wrong with it.
        rendered: The IAM role rendered from it.
        known: The documents of the policies that it attaches, by ARN, as far as their text is known.
    """
    simulated = simulate(role.spec, rendered, known)
    yield from _unproven(document, simulated)
    for number, test in enumerate(role.spec.tests):
        for failure in failures(simulated, test):
            pointer = _pointer(number, failure)
            said = f" ({test.description.strip()})" if test.description else ""
            message = f"The test expects {test.expect}{said}, but {failure.message}"
            yield rules.TEST_FAILED.at(document.location(pointer), message, pointer=pointer)


def _pointer(number: int, failure: Failure) -> Pointer:
    place: Pointer = ("spec", "tests", number, failure.key)
    return place if failure.index is None else (*place, failure.index)


def _unproven(document: Document, simulated: SimulatedRole) -> Iterator[Finding]:
    if simulated.unknown:
        pointer = ("spec", "tests")
        message = f"The tests are decided without {', '.join(simulated.unknown)}."
        yield rules.TEST_UNPROVEN.at(document.location(pointer, of_key=True), message, pointer=pointer)
