"""The steps that the vectors are written in: each is one thing that somebody does to a repository."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mlgov.approvals.envelope import pae
from mlgov.approvals.policy import Policy
from mlgov.approvals.record import read_record
from tests.approvals import people
from tests.approvals.people import Someone
from tests.approvals.world import World, card

_PEOPLE = {found.id: found for found in vars(people).values() if isinstance(found, Someone)}


def run(world: World, steps: list[dict[str, Any]]) -> None:
    """Do what a vector says."""
    kept: dict[str, Any] = {"policy": world.policy}
    for step in steps:
        ((verb, facts),) = step.items()
        _VERBS[verb](world, facts, kept)


def _card(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    facts = dict(facts)
    path = facts.pop("path", f"cards/{facts.get('name', 'mail')}.yaml")
    world.git.write(path, card(**facts))


def _write(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    world.git.write(facts["path"], facts["text"])


def _sign(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Sign a document; ``as`` says whose name is on it, ``with`` whose key makes the signature."""
    facts = dict(facts)
    path, who = facts.pop("path", "cards/mail.yaml"), _PEOPLE[facts.pop("who", "first-validator")]
    key = _PEOPLE[facts.pop("with", who.id)]
    namespace, earlier = facts.pop("namespace", None), facts.pop("days_ago", 0)
    if facts.pop("old_rules", False):
        facts["policy"] = kept["policy"]
    decided = world.decided(path, who, **facts)
    decided = replace(decided, signed_at=decided.signed_at - timedelta(days=earlier))
    data = key.record(decided)
    if namespace:
        payload = decided.statement()
        sealed = json.loads(data)
        sealed["signatures"][0]["sig"] = base64.b64encode(key.sign(pae(payload), namespace)).decode()
        data = (json.dumps(sealed, indent=2, sort_keys=True) + "\n").encode()
    world.git.write(decided.path, data)
    kept["record"] = decided.path


def _sign_rules(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    policy: Policy = kept["policy"]
    kept["record"] = world.sign_rules(_PEOPLE[facts["who"]], policy)


def _flip(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    world.flip(facts.get("path", "cards/mail.yaml"), facts["to"])


def _commit(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    trailer = f"\n\nCo-authored-by: {facts['with']} <{facts['with']}@example.org>" if "with" in facts else ""
    kept["commit"] = world.commit(facts.get("subject", "change") + trailer, facts.get("who", "first-author"))


def _replace(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Replace text in a file; the last record when no path is named."""
    file = world.git.root / facts.get("path", kept.get("record", ""))
    data = file.read_text()
    assert facts["old"] in data
    file.write_text(data.replace(facts["old"], facts["new"], 1))


def _statement(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Change the statement of the last record and sign it anew, with the signer's own key."""
    file = world.git.root / kept["record"]
    decided, _ = read_record(file.read_bytes(), kept["record"])
    payload = decided.statement().replace(facts["old"].encode(), facts["new"].encode(), 1)
    assert payload != decided.statement()
    file.write_bytes(_PEOPLE[decided.person].seal(payload))


def _copy(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    source = world.git.root / facts.get("from", kept.get("record", ""))
    world.git.write(facts["to"], source.read_bytes())


def _remove(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    world.git.remove(facts.get("path", kept.get("record", "")))


def _move(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    _copy(world, facts, kept)
    world.git.remove(facts["from"])


def _link(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    (world.git.root / facts["path"]).unlink(missing_ok=True)
    world.git.link(facts["path"], facts["to"])


def _people(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Add a person to the rules."""
    who = _PEOPLE[facts["who"]]
    file = world.git.root / "mlgov.toml"
    file.write_text(file.read_text() + "\n" + who.table(*facts["roles"]))


def _wait(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    world.later(**facts)


def _git(world: World, facts: list[str], _: dict[str, Any]) -> None:
    world.git.git(*facts)


def _merge(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Merge a branch into main, in one of the three ways; ``leave`` keeps the merge open for an evil hand."""
    branch, how = facts["branch"], facts["how"]
    world.git.author = facts.get("who", "first-validator")
    world.later(hours=1)
    if how == "rebase":
        world.git.git("checkout", "--quiet", branch)
        world.git.git("rebase", "--quiet", "main")
        world.git.git("checkout", "--quiet", "main")
        world.git.git("merge", "--quiet", "--ff-only", branch)
    elif how == "squash":
        world.git.git("merge", "--quiet", "--squash", branch)
        world.git.author = facts.get("author", "first-author")
        world.git.git("commit", "--quiet", "--message", "Squashed")
    else:
        world.git.git("merge", "--quiet", "--no-ff", "--no-commit", branch)
        if not facts.get("leave"):
            world.git.git("commit", "--quiet", "--message", "Merged")


_VERBS: dict[str, Callable[[World, Any, dict[str, Any]], None]] = {
    "card": _card,
    "write": _write,
    "sign": _sign,
    "sign_rules": _sign_rules,
    "flip": _flip,
    "commit": _commit,
    "replace": _replace,
    "statement": _statement,
    "copy": _copy,
    "remove": _remove,
    "move": _move,
    "link": _link,
    "person": _people,
    "wait": _wait,
    "git": _git,
    "merge": _merge,
}
