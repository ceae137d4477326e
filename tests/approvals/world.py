"""A governance repository with approval rules, lived in step by step, on real git."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from mlgov.adapters.git_repository import GitRepository
from mlgov.approvals.audit import Audit, audit
from mlgov.approvals.capture import Capture, CapturedReview, evidence_digest
from mlgov.approvals.policy import Policy, read_policy
from mlgov.approvals.record import RULES_FOLDER, RULES_NAME, Decided, chain, record_folder, round_of
from mlgov.approvals.subjects import rest_digest, subject_of
from mlgov.approvals.votes import Subject
from mlgov.documents import load
from tests.approvals.people import (
    ADMIN,
    AUTHOR,
    BOT,
    NOW,
    OTHER_ADMIN,
    OWNER,
    RISK,
    SECOND,
    SECURITY,
    VALIDATOR,
    Someone,
)
from tests.git_world import GitWorld, new_world

PEOPLE = "\n".join(
    (
        OWNER.table("owner"),
        AUTHOR.table("validator"),
        VALIDATOR.table("validator"),
        SECOND.table("validator"),
        RISK.table("risk_officer"),
        ADMIN.table("admin"),
        OTHER_ADMIN.table("admin"),
        BOT.table("validator", bot=True),
        SECURITY.table("security"),
    )
)
RULES = """
[approvals]
repository = "urn:example:governance"

[[approvals.rules]]
name = "One validator"
kind = ["ModelCard", "Role", "MonitorSet"]
needs = [{ role = "validator" }]

[[approvals.rules]]
name = "High risk"
kind = ["ModelCard"]
risk_rating = ["high"]
needs = [{ role = "risk_officer" }]
max_term_days = 365
"""
SETTINGS = f"{RULES}\n{PEOPLE}"

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
  owners: ["@first-owner"]
lifecycle:
  status: {status}
{review}spec:
  model_overview:
    model_description: {text}
  intended_uses:
    risk_rating: {risk}
"""


def card(
    status: str = "draft", text: str = "Sorts mail.", *, name: str = "mail", risk: str = "low", review_by: str = ""
) -> str:
    """Write a card."""
    review = f"  review_by: {review_by}\n" if review_by else ""
    return CARD.format(name=name, status=status, text=text, risk=risk, review=review)


@dataclass
class World:
    """The repository.

    Attributes:
        git: git and its work tree.
        ledger: Records of the ledger, bytes by path.
        options: More arguments of the audit.
    """

    git: GitWorld
    ledger: dict[str, bytes] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        found = read_policy((self.git.root / "mlgov.toml").read_bytes())
        assert found is not None
        return found

    def later(self, **by: float) -> None:
        self.git.at += timedelta(**by)

    def commit(self, subject: str = "change", who: Someone | str = AUTHOR) -> str:
        self.later(hours=1)
        self.git.author = who if isinstance(who, str) else who.id
        return self.git.commit(subject)

    def save(self, path: str, text: str, who: Someone | str = AUTHOR) -> str:
        self.git.write(path, text)
        return self.commit(f"Write {path}", who)

    def records(self, path: str) -> dict[str, bytes]:
        folder, _, rest = path.partition("/")
        place = record_folder(folder, rest.removesuffix(".yaml")) if rest else record_folder(RULES_FOLDER, RULES_NAME)
        found = sorted((self.git.root / place).glob("*.json"))
        return {f"{place}/{file.name}": file.read_bytes() for file in found}

    def decided(self, path: str, who: Someone, policy: Policy | None = None, **other: Any) -> Decided:
        """Write what somebody decides about a document as it lies in the work tree."""
        records = self.records(path)
        number = other.pop("round", None) or max(map(round_of, records), default=0) + other.pop("later", 1)
        subject = self.subject(path)
        facts: dict[str, Any] = {
            "folder": subject.folder,
            "name": subject.name,
            "digest": subject.digest,
            "decision": "approve",
            "round": number,
            "prev": chain(records, number),
            "person": who.id,
            "policy": (policy or self.policy).digest,
            "repository": "urn:example:governance",
            "signed_at": self.git.at,
            "review_by": subject.review_by,
            "authors": (),
            "evidence": dict(subject.evidence),
        }
        return Decided(**facts | other)

    def subject(self, path: str) -> Subject:
        """Read what an approval of a document in the work tree binds to."""
        if path == "mlgov.toml":
            return Subject(RULES_FOLDER, RULES_NAME, path, None, self.policy.digest)
        there = {
            str(f.relative_to(self.git.root)): f.read_bytes()
            for top in ("baselines", "evidence", "policies", "roles/activities", "roles/personas")
            for f in sorted((self.git.root / top).rglob("*"))
            if f.is_file()
        }
        files = {name: rest_digest(name, data) for name, data in there.items()}
        document = load((self.git.root / path).read_bytes(), path)[0]
        subject = subject_of(document, files, there) if document else None
        assert subject is not None
        return subject

    def sign(self, path: str, who: Someone, **other: Any) -> str:
        """Write a record into the work tree and give its path."""
        decided = self.decided(path, who, **other)
        self.git.write(decided.path, who.record(decided))
        return decided.path

    def approve(self, path: str = "cards/mail.yaml", *, who: Someone = VALIDATOR, by: Someone | None = None) -> str:
        """Sign, flip the status and commit, as the last needed approver does."""
        self.sign(path, who)
        self.flip(path, "approved")
        return self.commit(f"Approve {path}", by or who)

    def flip(self, path: str, status: str) -> None:
        file = self.git.root / path
        lines = file.read_text().split("\n")
        where = next(i for i, line in enumerate(lines) if line.startswith("  status: "))
        lines[where] = f"  status: {status}"
        file.write_text("\n".join(lines))

    def sign_rules(self, who: Someone, old: Policy, **other: Any) -> str:
        """Approve the mlgov.toml of the work tree under the rules ``old``."""
        records = self.records("mlgov.toml")
        number = max(map(round_of, records), default=0) + 1
        decided = Decided(
            RULES_FOLDER,
            RULES_NAME,
            self.policy.digest,
            "approve",
            number,
            chain(records, number),
            who.id,
            old.digest,
            "urn:example:governance",
            self.git.at,
            None,
            (),
            {},
        )
        decided = replace(decided, **other)
        self.git.write(decided.path, who.record(decided))
        return decided.path

    def review(self, path: str, who: str, **other: Any) -> CapturedReview:
        """Review a document as it lies in the work tree."""
        subject = self.subject(path)
        facts: dict[str, Any] = {
            "id": 1,
            "handle": who,
            "bot": False,
            "state": "approved",
            "commit": "0" * 40,
            "digest": subject.digest,
            "review_by": subject.review_by or "",
            "evidence": evidence_digest(subject.evidence),
            "submitted_at": self.git.at.isoformat(),
        }
        return CapturedReview(**facts | other)

    def capture(self, path: str, reviews: Sequence[CapturedReview], **other: Any) -> Capture:
        """Put reviews together, as captured for the last commit."""
        folder, _, rest = path.partition("/")
        facts: dict[str, Any] = {
            "folder": folder if rest else RULES_FOLDER,
            "name": rest.removesuffix(".yaml") or RULES_NAME,
            "commit": self.git.git("rev-parse", "HEAD"),
            "pull_request": 7,
            "url": "https://forge.example/7",
            "base": "0" * 40,
            "authors": ("first-author",),
            "pushers": (),
            "reviews": tuple(reviews),
            "captured_at": self.git.at.isoformat(),
        }
        return Capture(**facts | other)

    def audit(self, **options: Any) -> Audit:
        return audit(GitRepository(self.git.root), self.ledger, **self.options | options)

    def codes(self, **options: Any) -> set[str]:
        """Give the codes of all findings of an audit."""
        return {finding.rule.code for finding in self.audit(**options).findings}


def new_repository(root: Path) -> World:
    """Start a repository with rules and a draft card that is under review."""
    world = World(new_world(root))
    world.git.at = NOW
    world.save("mlgov.toml", SETTINGS, ADMIN)
    world.save("cards/mail.yaml", card("draft"))
    world.save("cards/mail.yaml", card("pending_review"))
    return world
