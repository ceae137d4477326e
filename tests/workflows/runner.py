"""Runs the ``run:`` steps of a workflow job or of a composite action on this machine, as GitHub's runner would.

Each step is a bash script under ``-eo pipefail`` with the files that Actions gives it: GITHUB_OUTPUT, GITHUB_ENV,
GITHUB_STEP_SUMMARY and GITHUB_EVENT_PATH.

What is not run, and nothing else:

- ``uses:`` steps: other people's actions. The folder is checked out already.
- Steps that install or sign in (``NOT_HERE``): the tests have all that in ``.venv``.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.expressions import evaluate, fill, truth

#: Commands that install something or sign in somewhere.
NOT_HERE = re.compile(
    r'(make \.venv/\.installed|python -m venv |pip install |"\$RUNNER_TEMP/mlgov/bin/pip" install |gh auth )'
)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step.

    Attributes:
        name: Its name.
        outcome: ``success``, ``failure`` or ``skipped``.
        code: Exit code; None when it was not run.
        log: Standard output and error together.
        summary: What it wrote to the step summary.
        outputs: Its outputs.
    """

    name: str
    outcome: str
    code: int | None = None
    log: str = ""
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine for one job.

    Attributes:
        folder: The repository, checked out.
        temp: An empty folder for the files of Actions.
        github: The ``github`` context.
        environment: More environment variables; nothing of the test's own environment is handed on but PATH.
        inputs: Inputs of an action.
    """

    folder: Path
    temp: Path
    github: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    def run(self, steps: Sequence[Mapping[str, Any]], env: Mapping[str, Any] | None = None) -> list[Done]:
        """Run steps in order; after a failure only those whose ``if`` asks for it."""
        self._added: dict[str, str] = {}
        self._outputs: dict[str, dict[str, Any]] = {}
        self._failed = False
        (self.temp / "event.json").write_text(json.dumps(self.github.get("event", {})), encoding="utf-8")
        return [self._step(number, step, env or {}) for number, step in enumerate(steps)]

    def _step(self, number: int, step: Mapping[str, Any], env: Mapping[str, Any]) -> Done:
        name = str(step.get("name") or step.get("uses") or step.get("run"))
        if "run" not in step or NOT_HERE.match(step["run"]) or not self._is_due(step):
            return Done(name, "skipped")
        done = self._script(number, name, step, env)
        self._failed = self._failed or (done.outcome == "failure" and not step.get("continue-on-error"))
        if "id" in step:
            self._outputs[step["id"]] = {"outputs": dict(done.outputs), "outcome": done.outcome}
        return done

    def _is_due(self, step: Mapping[str, Any]) -> bool:
        condition = str(step.get("if", "success()")).strip().removeprefix("${{").removesuffix("}}")
        if not re.search(r"\b(success|failure|always)\(", condition):
            condition = f"success() && ({condition})"
        return truth(evaluate(condition, self._contexts({})))

    def _contexts(self, env: Mapping[str, str]) -> dict[str, Any]:
        functions = {
            "success": lambda: not self._failed,
            "failure": lambda: self._failed,
            "always": lambda: True,
        }
        return {
            "github": self.github,
            "runner": {"temp": str(self.temp)},
            "inputs": self.inputs,
            "steps": self._outputs,
            "env": env,
            "functions": functions,
        }

    def _script(self, number: int, name: str, step: Mapping[str, Any], env: Mapping[str, Any]) -> Done:
        files = {kind: self.temp / f"{kind.lower()}-{number}" for kind in ("OUTPUT", "ENV", "STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        variables = self._variables({**env, **step.get("env", {})}, files)
        script = self.temp / f"step-{number}.sh"
        script.write_text(fill(step["run"], self._contexts(variables)), encoding="utf-8")
        finished = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        self._added |= _read(files["ENV"])
        outcome = "failure" if finished.returncode else "success"
        log = finished.stdout.decode("utf-8", "replace")
        summary = files["STEP_SUMMARY"].read_text(encoding="utf-8")
        return Done(name, outcome, finished.returncode, log, summary, _read(files["OUTPUT"]))

    def _variables(self, env: Mapping[str, Any], files: Mapping[str, Path]) -> dict[str, str]:
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.temp),
            "LC_ALL": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": str(self.github.get("repository", "")),
            "GITHUB_EVENT_NAME": str(self.github.get("event_name", "")),
            "GITHUB_EVENT_PATH": str(self.temp / "event.json"),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.temp),
            **{f"GITHUB_{kind}": str(file) for kind, file in files.items()},
            **self.environment,
            **self._added,
        }
        filled = {key: fill(str(value), self._contexts(given)) for key, value in env.items()}
        return given | filled


def load(path: Path) -> dict[str, Any]:
    """Read a workflow or an action. PyYAML takes the key ``on`` for True; it is put right."""
    value: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: content for key, content in value.items()}


def _read(file: Path) -> dict[str, str]:
    """Read ``name=value`` lines and ``name<<MARK`` blocks, as GITHUB_OUTPUT and GITHUB_ENV hold them."""
    values: dict[str, str] = {}
    lines = iter(file.read_text(encoding="utf-8").splitlines())
    for line in lines:
        name, sign, rest = re.split(r"(<<|=)", line, maxsplit=1) if re.search(r"<<|=", line) else (line, "", "")
        if sign == "=":
            values[name] = rest
        elif sign == "<<":
            block = []
            for text in lines:
                if text == rest:
                    break
                block.append(text)
            else:
                raise ValueError(f"{file.name}: the block {name} has no end")
            values[name] = "\n".join(block)
        elif line:
            raise ValueError(f"{file.name}: {line!r} is not understood")
    return values
