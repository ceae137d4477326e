"""The steps that the vectors are written in: each is one thing that somebody does to a repository."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mlgov.approvals.capture import render_capture
from mlgov.approvals.envelope import pae
from mlgov.approvals.policy import Policy
from mlgov.approvals.record import read_record
from mlgov.documents import load
from mlgov.lifecycle.tombstones import bury, tombstone_path
from mlgov.names import Kind
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
    more = {key: value for key, value in facts.items() if key != "who"}
    kept["record"] = world.sign_rules(_PEOPLE[facts["who"]], policy, **more)


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
    more = {key: value for key, value in facts.items() if key not in ("who", "roles")}
    file.write_text(file.read_text() + "\n" + who.table(*facts["roles"], **more))


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


def _review(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Review a document at the forge; what is reviewed is what lies in the work tree."""
    facts = dict(facts)
    path, who = facts.pop("path", "cards/mail.yaml"), facts.pop("who", "first-validator")
    reviews = kept.setdefault("reviews", [])
    reviews.append(world.review(path, who, **{"id": len(reviews) + 1} | facts))


def _capture(world: World, facts: dict[str, Any], kept: dict[str, Any]) -> None:
    """Capture the reviews for a commit, the last one unless ``of`` names another; ``old`` and ``new`` damage it."""
    facts = dict(facts)
    path, place = facts.pop("path", "cards/mail.yaml"), facts.pop("at", "")
    old, new, of = facts.pop("old", ""), facts.pop("new", ""), facts.pop("of", "HEAD")
    if "authors" in facts:
        facts["authors"] = tuple(facts["authors"])
    capture = world.capture(path, kept.get("reviews", []), commit=world.git.git("rev-parse", of), **facts)
    data = render_capture(capture)
    assert old.encode() in data
    world.ledger[place or capture.path] = data.replace(old.encode(), new.encode(), 1)


def _document(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Write a role or a monitor set with just what approvals read."""
    kind = {"roles": "Role", "monitors": "MonitorSet"}[facts["in"]]
    spec = {"monitors": [{"baseline": facts["baseline"]}]} if "baseline" in facts else {"text": facts.get("text", "x")}
    head = f"apiVersion: mlgov/v1\nkind: {kind}\nmetadata:\n  name: {facts['name']}\n"
    text = f"{head}lifecycle:\n  status: {facts['status']}\nspec: {json.dumps(spec)}\n"
    world.git.write(f"{facts['in']}/{facts['name']}.yaml", text)


def _bury(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Remove the card mail, with a tombstone."""
    path = "cards/mail.yaml"
    document = load((world.git.root / path).read_bytes(), path)[0]
    assert document is not None
    kind = Kind.MODEL_CARD
    tomb = bury(document, kind=kind, version=1, removed_on="2026-03-01", reason=facts.get("reason", "Out of use."))
    if not facts.get("beside"):
        world.git.remove(path)
    world.git.write(tombstone_path(kind, "mail"), tomb)


def _checkpoint(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Note where the history ends now, for the audit at the end."""
    found = world.audit().checkpoint
    world.options["checkpoint"] = replace(found, count=found.count + facts.get("more", 0))


def _root(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Pin the commit at which the rules came into force."""
    world.options["root"] = world.git.git("rev-parse", facts["at"])


def _crlf(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Write a file with line ends of Windows."""
    file = world.git.root / facts.get("path", "cards/mail.yaml")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def _ledger(world: World, facts: dict[str, Any], _: dict[str, Any]) -> None:
    """Put something else on the ledger."""
    world.ledger[facts["path"]] = facts["text"].encode()


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
    "review": _review,
    "capture": _capture,
    "document": _document,
    "bury": _bury,
    "checkpoint": _checkpoint,
    "root": _root,
    "crlf": _crlf,
    "ledger": _ledger,
}
