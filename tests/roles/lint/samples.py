"""Statements for the tests."""

from typing import Any

from mlgov.roles.lint.grants import Grant, Union, of_document, together

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def statement(*actions: str, on: str | list[str] = "*", when: Any = None, effect: str = "Allow") -> dict[str, Any]:
    """Write a statement."""
    condition = {"Condition": when} if when else {}
    return {"Effect": effect, "Action": list(actions), "Resource": on, **condition}


def grants(*statements: dict[str, Any]) -> list[Grant]:
    """Read statements."""
    return list(of_document("policies/x.json", {"Version": "2012-10-17", "Statement": list(statements)}))


def union(*statements: dict[str, Any]) -> Union:
    """Put statements together."""
    return together(grants(*statements))
