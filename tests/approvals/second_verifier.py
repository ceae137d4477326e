"""A second audit, small and slow, that shares no code with the first one: git, YAML, JSON, ssh-keygen and the docs.

It knows less. One card, rules that never change, signed approvals only: which status follows which, signatures judged
by ``ssh-keygen -Y verify``, distinct persons in roles, independence from authors and owners, the content digest, rounds
and their chain, the age of a signature, rejections. For each commit of the first-parent line it says whether the card
is proven approved after it, and whether something was wrong with it.
"""

import base64
import hashlib
import itertools
import json
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

CARD, RECORDS = "cards/mail.yaml", "approvals/cards/mail/"
NAMESPACE = "mlgov-approval@v1"
MAY_FOLLOW = {
    "draft": {"draft", "pending_review"},
    "pending_review": {"pending_review", "draft", "approved"},
    "approved": {"approved", "pending_review", "archived"},
    "archived": {"archived"},
}


@dataclass
class Said:
    """What it says of a history.

    Attributes:
        proven: By commit of the line, whether the card is proven approved after it.
        wrong: Commits with which something was wrong.
        approvers: Who approved it last.
    """

    proven: dict[str, bool] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    approvers: set[str] = field(default_factory=set)


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class Second:
    """The verifier, for one repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.signers: dict[bytes, str | None] = {}
        self.told: dict[tuple[str, ...], str] = {}

    def git(self, *arguments: str) -> str:
        """Ask git, once: nothing changes while the verifier is at work."""
        if arguments not in self.told:
            done = subprocess.run(["git", "-C", self.root, *arguments], capture_output=True, check=True)
            self.told[arguments] = done.stdout.decode()
        return self.told[arguments]

    def judge(self, ref: str) -> Said:
        """Go along the first-parent line of a branch."""
        said, before = Said(), ""
        used, known, last_at, attested = 0, set[str](), None, False
        authors: set[str] = set()
        for commit in self.git("rev-list", "--first-parent", "--reverse", ref).split():
            old, new = self.card(before), self.card(commit)
            authors |= self.authors(commit, before)
            earlier, records = self.records(before), self.records(commit)
            at = datetime.fromtimestamp(int(self.git("show", "-s", "--format=%ct", commit)), UTC)
            was, now = (card["lifecycle"]["status"] if card else None for card in (old, new))
            same = old is not None and new is not None and self.content(old) == self.content(new)
            came = set(records) - set(earlier)
            if now == "approved":
                new_votes = not (was == "approved" and same) or bool(came)
                if new_votes:
                    approvers, refused = self.approvers(commit, new, records, (used, known), last_at, authors, at)
                    if approvers:
                        attested, used, known = True, max(map(self.round, records)), set(records)
                        last_at = max(self.statement(records[name])["signed_at"] for name in approvers)
                        said.approvers = {self.statement(records[name])["person"] for name in approvers}
                        authors = set()
                    elif not (was == "approved" and same and attested) or refused:
                        attested = False
                        if came or not (was == "approved" and same):
                            said.wrong.add(commit)
            else:
                attested = False
            if old is None and now == "archived":
                said.wrong.add(commit)
            if was and now and now not in MAY_FOLLOW[was] and not (attested and was == "draft"):
                said.wrong.add(commit)
            if old is not None and new is not None and not same and now in ("approved", "archived") and not attested:
                said.wrong.add(commit)
            said.proven[commit] = attested
            before = commit
        return said

    def approvers(
        self,
        commit: str,
        card: Any,
        records: dict[str, bytes],
        past: tuple[int, set[str]],
        last_at: str | None,
        authors: set[str],
        at: datetime,
    ) -> tuple[list[str], bool]:
        """Give the records that prove a card, one per person who is needed, and whether somebody refused it."""
        rules = tomllib.loads(self.files(commit, "mlgov.toml")["mlgov.toml"].decode())
        people = {person["id"]: person for person in rules["people"]}
        votes: dict[str, tuple[str, dict[str, Any]]] = {}
        used, known = past
        for name in sorted(records):
            told = self.statement(records[name])
            late_no = told["decision"] != "approve" and name not in known
            if (self.round(name) > used or late_no) and self.signer(records[name]) == told["person"]:
                votes[told["person"]] = (name, told)  # the last one of each person, in the order of rounds
        authors = authors | {author for _, told in votes.values() for author in told["authors"]}
        this = self.content(card)
        risk = card["spec"]["intended_uses"]["risk_rating"]
        needed = [
            [need["role"] for need in rule["needs"] for _ in range(need.get("count", 1))]
            for rule in rules["approvals"]["rules"]
            if risk in rule.get("risk_rating", [risk])
        ]
        has_say = {role for roles in needed for role in roles} | {"admin"}
        refused = [
            person
            for person, (_, told) in votes.items()
            if told["decision"] != "approve" and told["content"] == this and has_say & set(people[person]["roles"])
        ]
        owners = {handle.removeprefix("@") for handle in card["metadata"]["owners"]}
        counting = {
            person: name
            for person, (name, told) in votes.items()
            if told["decision"] == "approve"
            and told["content"] == this
            and told["policy"] == digest({key: rules[key] for key in ("approvals", "people")})
            and told["repository"] == rules["approvals"]["repository"]
            and told["prev"] == self.chain(records, self.round(name))
            and self.is_timely(told["signed_at"], at, last_at)
            and person not in authors | owners
        }
        chosen = [self.fill(roles, counting, people) for roles in needed]
        if refused or any(found is None for found in chosen):
            return [], bool(refused)
        return sorted({counting[person] for found in chosen for person in found or ()}), False

    def fill(self, roles: list[str], counting: dict[str, str], people: dict[str, Any]) -> tuple[str, ...] | None:
        """Try every way to give each place to another person."""
        for persons in itertools.permutations(counting, len(roles)):
            if all(role in people[person]["roles"] for role, person in zip(roles, persons, strict=True)):
                return persons
        return None

    def is_timely(self, signed: str, at: datetime, last_at: str | None) -> bool:
        moment, ten = datetime.fromisoformat(signed), timedelta(minutes=10)
        after = last_at is None or moment >= datetime.fromisoformat(last_at) - ten
        return at - timedelta(days=30) <= moment <= at + ten and after

    def authors(self, commit: str, before: str) -> set[str]:
        """Say who wrote content in what a commit of the line brought."""
        found = set()
        for each in self.git("rev-list", commit, *([f"^{before}"] if before else [])).split():
            name, *parents = self.git("show", "-s", "--format=%an%n%P", each).split()
            contents = [self.content(self.card(parent)) for parent in parents] or [None]
            if self.content(self.card(each)) not in contents:
                found.add(name)
        return found

    def card(self, commit: str) -> Any:
        data = self.files(commit, CARD).get(CARD)
        return yaml.safe_load(data) if data else None

    def content(self, card: Any) -> str | None:
        return digest({"kind": card["kind"], "name": card["metadata"]["name"], "spec": card["spec"]}) if card else None

    def records(self, commit: str) -> dict[str, bytes]:
        return self.files(commit, RECORDS)

    def files(self, commit: str, path: str) -> dict[str, bytes]:
        if not commit:
            return {}
        lines = [line.split() for line in self.git("ls-tree", "-r", commit, path).splitlines()]
        return {name: self.git("cat-file", "blob", blob).encode() for _, _, blob, name in lines}

    def round(self, name: str) -> int:
        return int(name.removeprefix(RECORDS)[:4])

    def chain(self, records: dict[str, bytes], before: int) -> str | None:
        earlier = {n: "sha256:" + hashlib.sha256(d).hexdigest() for n, d in records.items() if self.round(n) < before}
        return digest(earlier) if earlier else None

    def statement(self, record: bytes) -> dict[str, Any]:
        found = json.loads(base64.b64decode(json.loads(record)["payload"]))
        content = found["subject"][0]["digest"]["mlgovContentV1"]
        return found["predicate"] | {"content": f"sha256:{content}"}

    def signer(self, record: bytes) -> str | None:
        """Ask ssh-keygen which of the persons of the first rules has signed a record."""
        if record not in self.signers:
            self.signers[record] = self.ask(record)
        return self.signers[record]

    def ask(self, record: bytes) -> str | None:
        sealed = json.loads(record)
        payload, kind = base64.b64decode(sealed["payload"]), sealed["payloadType"].encode()
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        person = json.loads(payload)["predicate"]["person"]
        rules = tomllib.loads((self.root / "mlgov.toml").read_text())
        with tempfile.TemporaryDirectory() as folder:
            lines = [f"{each['id']} {key}\n" for each in rules["people"] for key in each["keys"]]
            (Path(folder) / "allowed").write_text("".join(lines))
            text = sealed["signatures"][0]["sig"]
            armor = f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n"
            (Path(folder) / "sig").write_text(armor)
            command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", person, "-n", NAMESPACE, "-s", "sig"]
            done = subprocess.run(command, cwd=folder, input=message, capture_output=True, check=False)
        return person if done.returncode == 0 else None
