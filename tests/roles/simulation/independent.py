"""A client of the independent IAM simulator: one long-lived Node process, JSON lines both ways."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[3]
SIMULATOR = TOP / "node_modules" / "@cloud-copilot" / "iam-simulate" / "dist" / "esm" / "index.js"
DRIVER = Path(__file__).with_name("simulator.mjs")


class IndependentSimulator:
    """A running simulator; close it when done."""

    def __init__(self) -> None:
        assert SIMULATOR.is_file(), "run 'npm ci' first"
        command = ["node", str(DRIVER), str(SIMULATOR)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._sets = 0

    def keep(self, policies: Mapping[str, Any]) -> int:
        """Hand over policies; gives the number to ask about them by."""
        self._sets += 1
        self._ask({"set": self._sets, "policies": policies})
        return self._sets

    def ask(self, number: int, request: Mapping[str, Any]) -> str:
        """Give the decision: ``Allowed``, ``ExplicitlyDenied``, ``ImplicitlyDenied``, or what is wrong."""
        return _decision(self._ask({"set": number, "request": request, "checked": False}))

    def ask_checked(self, number: int, request: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Ask through the front door; gives the decision, and the keys that the action does not have."""
        told = self._ask({"set": number, "request": request, "checked": True})
        return _decision(told), told.get("ignored", [])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def _ask(self, message: Mapping[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(message) + "\n")
        return json.loads(self._process.stdout.readline())


def _decision(told: Mapping[str, Any]) -> str:
    return str(told.get("result") or f"error: {json.dumps(told['error'])}")


def asked(
    principal: str, action: str, resource: str, context: Mapping[str, str | Sequence[str]], account: str
) -> dict[str, Any]:
    """Write a request as the simulator wants it."""
    given = {key: value if isinstance(value, str) else list(value) for key, value in context.items()}
    where = {"resource": resource, "accountId": account}
    return {"principal": principal, "action": action, "resource": where, "contextVariables": given}
