"""A repository with a card that lacks what is required, and waivers of that, on real git."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from mlgov.cli.main import exit_code_of
from mlgov.lifecycle.rules import REQUIRED_FIELD
from tests.approvals.people import ADMIN, AUTHOR, NOW, RISK
from tests.approvals.world import SETTINGS, World, card
from tests.git_world import new_world

REQUIRED = """
[[required]]
kind = "ModelCard"
fields = ["spec.business_details", "spec.training_details"]
"""
RULE = """
[[approvals.rules]]
name = "Waivers"
kind = ["Waiver"]
needs = [{ role = "risk_officer" }]
"""
PROVEN = SETTINGS.replace("[[people]]", f"{RULE}\n[[people]]", 1) + REQUIRED
CARD, WAIVER = "cards/mail.yaml", "waivers/mail-gaps.yaml"
EXPIRES = "2026-04-30"


def fingerprint(field: str) -> str:
    """Give the fingerprint of a required field that is missing in the card."""
    from mlgov.findings import Location

    return REQUIRED_FIELD.at(Location(CARD), "", pointer=("spec", field)).fingerprint


BOTH = (fingerprint("business_details"), fingerprint("training_details"))


def waiver(status: str = "draft", fingerprints: tuple[str, ...] = BOTH, **other: str) -> str:
    """Write a waiver."""
    facts = {"expires": EXPIRES, "requester": "@first-owner", "code": "MLG-L001", "reason": "We wait for data."} | other
    entries = "".join(f"    - code: {facts['code']}\n      fingerprint: {each}\n" for each in fingerprints)
    return (
        "# yaml-language-server: $schema=../schemas/waiver.json\n"
        "apiVersion: mlgov/v1\nkind: Waiver\nmetadata:\n  name: mail-gaps\n"
        f"lifecycle:\n  status: {status}\nspec:\n  path: {CARD}\n  findings:\n{entries}"
        f"  reason: {facts['reason']}\n  compensating_control: A person looks at every answer.\n"
        f'  requester: "{facts["requester"]}"\n  expires: {facts["expires"]}\n'
    )


def new_repository(root: Path, settings: str = PROVEN) -> World:
    """Start a repository whose card lacks two required fields."""
    world = World(new_world(root))
    world.git.at = NOW
    world.save("mlgov.toml", settings, ADMIN)
    world.save(CARD, card("draft"))
    return world


def approve_waiver(world: World, text: str | None = None) -> str:
    """Take a waiver up to its proven approval."""
    world.save(WAIVER, (text or waiver("draft")).replace("status: draft", "status: draft"), AUTHOR)
    world.flip(WAIVER, "pending_review")
    world.commit("Submit the waiver")
    return world.approve(WAIVER, who=RISK)


def run(world: World, *arguments: str, days: float = 1) -> int:
    """Run mlgov in the repository, some days after its last commit."""
    now = world.git.at + timedelta(days=days)
    return exit_code_of(["-q", "-C", str(world.git.root), "--now", now.isoformat(), *arguments])


def check(world: World, tmp: Path, *arguments: str, days: float = 1) -> tuple[int, dict[str, Any]]:
    """Run the check and give its exit code and its JSON report."""
    out = tmp / "report.json"
    code = run(world, "check", "--no-cache", "-f", "json", "-o", str(out), *arguments, days=days)
    return code, json.loads(out.read_text())
