"""The runner of workflow steps: it must do what GitHub's does, or the tests of workflows prove nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflows.expressions import evaluate, fill
from tests.workflows.runner import Done, Runner, load

CONTEXTS: dict[str, Any] = {
    "github": {"base_ref": "main", "event": {"number": 7}},
    "inputs": {"version": "", "command": "monitor run"},
}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    (tmp_path / "repository").mkdir()
    (tmp_path / "temp").mkdir()
    github = {"token": "a-token", "event": {"number": 7}, "repository": "octo-org/models"}
    return Runner(tmp_path / "repository", tmp_path / "temp", github)


def outcomes(done: list[Done]) -> list[str]:
    return [step.outcome for step in done]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("github.base_ref", "main"),
        ("github.event.number", 7),
        ("github.nothing.there", None),
        ("'it''s'", "it's"),
        ("inputs.version && 'given' || 'none'", "none"),
        ("startsWith(inputs.command, 'monitor') && '[monitors]' || ''", "[monitors]"),
        ("format('{0}-{1}', github.base_ref, github.event.number)", "main-7"),
        ("github.base_ref == 'MAIN'", True),
        ("github.base_ref != 'main' || !false", True),
        ("(github.base_ref || 'x') && 'y'", "y"),
        ("contains(github.base_ref, 'ai')", True),
        ("null", None),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(expression: str, value: object) -> None:
    """Contexts, literals, functions and operators."""
    assert evaluate(expression, CONTEXTS) == value


@pytest.mark.parametrize(
    "expression", ["unknown.x", "hashFiles('x')", "github.base_ref ==", "'open", "a b", "(true", ""]
)
def test_an_expression_that_is_not_understood_is_an_error(expression: str) -> None:
    """Silence would make a test pass for the wrong reason."""
    with pytest.raises(ValueError):
        evaluate(expression, CONTEXTS)


def test_expressions_are_filled_in() -> None:
    """Also several in one text; nothing is an empty text."""
    assert fill("${{ github.base_ref }}/${{ github.gone }}.", CONTEXTS) == "main/."


def test_steps_run_in_the_repository(runner: Runner) -> None:
    """With the environment of the job and the step, expressions filled in."""
    step = {"run": "pwd; echo $A $B", "env": {"A": "${{ github.token }}"}}
    (done,) = runner.run([step], env={"B": "b"})
    assert done.log == f"{runner.folder}\na-token b\n"


def test_a_failure_skips_the_rest(runner: Runner) -> None:
    """Except for steps that ask for it."""
    steps = [{"run": "false"}, {"run": "true"}, {"run": "true", "if": "failure()"}, {"run": "true", "if": "always()"}]
    assert outcomes(runner.run(steps)) == ["failure", "skipped", "success", "success"]


def test_every_command_of_a_pipe_counts(runner: Runner) -> None:
    """``-eo pipefail``: the first failure ends the step."""
    assert outcomes(runner.run([{"run": "false | true"}])) == ["failure"]
    assert outcomes(runner.run([{"run": "false\ntrue"}])) == ["failure"]


def test_a_step_may_fail_when_it_says_so(runner: Runner) -> None:
    """``continue-on-error`` lets the next step run."""
    assert outcomes(runner.run([{"run": "false", "continue-on-error": True}, {"run": "true"}])) == [
        "failure",
        "success",
    ]


def test_outputs_and_variables_reach_later_steps(runner: Runner) -> None:
    """Single lines and blocks."""
    write = """
        echo "a=1" >> "$GITHUB_OUTPUT"
        printf "B<<END\\nx\\ny\\nEND\\n" >> "$GITHUB_ENV"
    """
    read = {"run": 'echo "$A-$B"', "env": {"A": "${{ steps.first.outputs.a }}"}, "if": "steps.first.outputs.a == '1'"}
    steps = [{"id": "first", "run": write}, read]
    done = runner.run(steps)
    assert done[0].outputs == {"a": "1"}
    assert done[1].log == "1-x\ny\n"


def test_the_summary_is_kept(runner: Runner) -> None:
    """One file per step."""
    (done,) = runner.run([{"run": 'echo "# Hello" >> "$GITHUB_STEP_SUMMARY"'}])
    assert done.summary == "# Hello\n"


def test_the_event_can_be_read(runner: Runner) -> None:
    """As JSON, from the file that Actions names."""
    (done,) = runner.run([{"run": 'cat "$GITHUB_EVENT_PATH"'}])
    assert done.log == '{"number": 7}'


def test_nothing_of_our_environment_leaks(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step sees what a job would see."""
    monkeypatch.setenv("GITHUB_TOKEN", "ours")
    monkeypatch.setenv("PYTEST_SECRET", "ours")
    (done,) = runner.run([{"run": "env"}])
    assert "ours" not in done.log


@pytest.mark.parametrize(
    "command",
    [
        "make .venv/.installed",
        'pip install "mlgov[site]"',
        "gh auth setup-git",
        'python -m venv "$RUNNER_TEMP/mlgov"',
        '"$RUNNER_TEMP/mlgov/bin/pip" install --quiet x',
    ],
)
def test_installing_and_signing_in_is_left_out(runner: Runner, command: str) -> None:
    """Nothing else is: see the rule at the top of the runner."""
    assert outcomes(runner.run([{"run": command}, {"uses": "a/b@c"}, {"run": "true"}])) == [
        "skipped",
        "skipped",
        "success",
    ]


def test_the_key_on_stays_a_word(tmp_path: Path) -> None:
    """YAML 1.1 would make it True."""
    (tmp_path / "w.yml").write_text("on: push\njobs: {}\n")
    assert load(tmp_path / "w.yml") == {"on": "push", "jobs": {}}
