"""constraint_violations.json of Model Monitor: what is broken."""

import json
from collections.abc import Iterable

from mlgov.monitors.execution import Violation


def render(violations: Iterable[Violation]) -> bytes:
    """Write constraint_violations.json."""
    listed = [
        {
            "feature_name": violation.feature_name,
            "constraint_check_type": violation.constraint_check_type,
            "description": violation.description,
        }
        for violation in violations
    ]
    return (json.dumps({"violations": listed}, indent=2, ensure_ascii=False) + "\n").encode()
