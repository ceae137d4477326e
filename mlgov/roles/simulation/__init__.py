"""What a role may do, decided offline: IAM's evaluation logic as pure functions over policy documents.

`simulate` makes a rendered role askable; `compile_document` and `policies` do the same for any policy documents.
"""

from mlgov.roles.simulation.answers import Answer, explain
from mlgov.roles.simulation.documents import PolicyDocument, StatementRef, compile_document
from mlgov.roles.simulation.evaluation import Decision, Policies, Request, policies, request
from mlgov.roles.simulation.principals import Principal, principal
from mlgov.roles.simulation.simulated_role import SimulatedRole, simulate

__all__ = [
    "Answer",
    "Decision",
    "Policies",
    "PolicyDocument",
    "Principal",
    "Request",
    "SimulatedRole",
    "StatementRef",
    "compile_document",
    "explain",
    "policies",
    "principal",
    "request",
    "simulate",
]
