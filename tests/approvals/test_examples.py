"""The settings that the page about approvals and a new repository show can be used."""

import re
from pathlib import Path

from mlgov.approvals.policy import read_policy
from tests.approvals.people import ADMIN, RISK, VALIDATOR

TOP = Path(__file__).parents[2]


def with_keys(text: str) -> bytes:
    """Put real keys in the place of those that end with dots."""
    people = iter((VALIDATOR, RISK, ADMIN))
    return re.sub(r"ssh-ed25519 [A-Za-z0-9]+\.\.\.", lambda _: next(people).line, text).encode()


def test_the_page_about_approvals_shows_rules_that_work() -> None:
    """Its example is read, and the team's role reaches its member."""
    (block,) = re.findall(r"```toml\n(.*?)```", (TOP / "docs" / "approvals.md").read_text(), re.DOTALL)
    policy = read_policy(with_keys(block))
    assert policy is not None
    assert policy.roles["first-risk-officer"] == {"risk_officer"}
    assert len(policy.settings.approvals.rules) == 2


def test_a_new_repository_starts_with_rules_behind_marks() -> None:
    """Taking the marks away gives rules that work."""
    text = (TOP / "mlgov" / "cli" / "scaffold" / "settings.toml").read_text().split("can prove every approval.\n")[1]
    block = "".join(line.removeprefix("# ").removeprefix("#") for line in text.splitlines(keepends=True)[1:])
    policy = read_policy(with_keys(block.replace("LOGIN", "octo-validator")))
    assert policy is not None
    assert policy.of_handle("octo-validator") is policy.by_id["first-validator"]
