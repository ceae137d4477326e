"""From a role spec to an IAM role: complete and within every limit, or not at all."""

from mlgov.errors import UsageError
from mlgov.roles.assembly import assemble
from mlgov.roles.check import problems
from mlgov.roles.iam_json import to_iam_json
from mlgov.roles.library import Library, built_in
from mlgov.roles.policy import RenderedRole
from mlgov.roles.schema import RoleDocument

__all__ = ["render", "to_iam_json"]


def render(role: RoleDocument, library: Library | None = None) -> RenderedRole:
    """Render a role.

    Args:
        role: A role that its schema accepts.
        library: Activities and personas; the built-in ones when None.

    Returns:
        The IAM role with every placeholder filled. The same spec gives an equal value.

    Raises:
        UsageError: Something is wrong with the role; its message names the first thing, its hint what to do.
    """
    shelf = library or built_in()
    errors = [problem for problem in problems(role, shelf) if problem.is_error]
    if errors:
        first, more = errors[0], len(errors) - 1
        tail = f" ({more} more)" if more else ""
        message = f"The role {role.metadata.name} cannot be rendered: {first.message}{tail}"
        raise UsageError(message, hint=first.fix or first.rule.fix)
    return assemble(role, shelf)
