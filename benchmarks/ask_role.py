"""Asking one compiled role: ``mlgov.roles.simulation`` beside npm's @cloud-copilot/iam-simulate, same requests."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, Program, alternate
from mlgov.documents import load
from mlgov.lifecycle import validate
from mlgov.roles import RoleDocument, iam_value, render

ROUNDS = 100
TITLE = f"Asking one role {ROUNDS} times each of all its questions"
WORK = (
    "The role data-scientist of this repository, with its network and keys. For every action of every statement: a "
    "request that it allows, one on another account's resource, and one without its condition keys (actions of KMS are "
    "left out: the simulator wants key policies). The requests a second count the CPU time of deciding in one thread, "
    "without start-up; the other columns are of the whole process. Both must allow the same number. The simulator is "
    "asked without its validation, which is its fastest way; it compiles the policies for every request and explains "
    "every answer, mlgov compiles once and decides."
)
HERE = Path(__file__).parent
TOP = HERE.parent
SIMULATOR = TOP / "node_modules" / "@cloud-copilot" / "iam-simulate" / "dist" / "esm" / "index.js"


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Write the questions into ``folder`` and measure both programs on them."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = folder / "questions.json"
    questions.write_text(json.dumps(questions_of(TOP / "roles" / "data-scientist.yaml")))
    if not SIMULATOR.exists():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=TOP, check=True)
    times = str(ROUNDS)
    programs = [
        Program("mlgov", [sys.executable, str(HERE / "ask_mlgov.py"), str(questions), times], says="allowed"),
        Program(
            "iam-simulate", ["node", str(HERE / "ask_peer.mjs"), str(SIMULATOR), str(questions), times], says="allowed"
        ),
    ]
    costs = alternate(programs, rounds, folder)
    said = {name: json.loads((folder / f"{name}.log").read_text()) for name in costs}
    if len({each["allowed"] for each in said.values()}) != 1:
        sys.exit(f"The programs disagree: {said}")
    return {f"{name} ({said[name]['requests_per_s']:,} requests/s)": cost for name, cost in costs.items()}


def questions_of(path: Path) -> dict[str, Any]:
    """Make policies and requests from a role."""
    document, _ = load(path.read_bytes(), f"roles/{path.name}")
    typed = validate(document, RoleDocument)[0] if document else None
    assert typed is not None
    policies = iam_value(render(typed))["Role"]["Policies"]
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    asked = [statement for statement in statements if not statement["Action"][0].startswith("kms:")]
    return {
        "policies": [{"name": policy["PolicyName"], "policy": policy["PolicyDocument"]} for policy in policies],
        "requests": [question for statement in asked for question in _questions(statement)],
    }


def _questions(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    context = {
        key: [found] if operator.startswith("ForAllValues") else found
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
        for found in [values if isinstance(values, str) else values[0]]
        if operator != "Null"
    }
    resource = re.sub(r"\*", "x", statement["Resource"][0]) if statement["Resource"] != ["*"] else "*"
    for action in statement["Action"]:
        yield {"action": action, "resource": resource, "context": context}
        yield {"action": action, "resource": "arn:aws:sagemaker:us-east-1:444455556666:other/x", "context": context}
        if context:
            yield {"action": action, "resource": resource, "context": {}}
