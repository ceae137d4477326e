"""Short ways to write policies."""

from typing import Any

from mlgov.roles.simulation import PolicyDocument, compile_document


def statement(effect: str = "Allow", action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    """Write a statement; ``more`` are further elements, and None leaves one out."""
    written = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {key: value for key, value in written.items() if value is not None}


def policy(*statements: dict[str, Any], name: str = "p", version: str = "2012-10-17") -> PolicyDocument:
    """Compile an identity policy."""
    return compile_document(name, {"Version": version, "Statement": list(statements)})


def trust(*statements: dict[str, Any], name: str = "trust") -> PolicyDocument:
    """Compile a trust policy; the action is sts:AssumeRole unless a statement says otherwise."""
    filled = [{"Effect": "Allow", "Action": "sts:AssumeRole", **each} for each in statements]
    return compile_document(name, {"Version": "2012-10-17", "Statement": filled}, with_principals=True)
