"""Random histories of one card by honest and dishonest persons, many branches in one repository, made by fast-import.

Trees are held in memory, so a history of ten commits costs a millisecond: branches that fork anywhere, merge commits of
two or three parents with honest or evil trees, squashes, rebases; signatures too early, too late, with the wrong key,
about old content, out of chain, and replayed status moves.
"""

import random
import subprocess
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from mlgov.approvals.policy import Policy, read_policy
from mlgov.approvals.record import Decided, chain, round_of
from mlgov.documents import load
from mlgov.lifecycle.digest import content_digest
from tests.approvals.people import ADMIN, AUTHOR, NOW, OWNER, RISK, SECOND, STRANGER, VALIDATOR, Someone
from tests.approvals.world import card
from tests.git_world import CLEAN

CARD, RECORDS = "cards/mail.yaml", "approvals/cards/mail/"
STATUSES = ("draft", "pending_review", "approved", "archived")
SETTINGS = "\n".join(
    (
        '[approvals]\nrepository = "urn:example:governance"',
        '[[approvals.rules]]\nname = "One"\nneeds = [{ role = "validator" }]',
        '[[approvals.rules]]\nname = "High"\nrisk_rating = ["high"]',
        'needs = [{ role = "risk_officer" }, { role = "validator" }]',
        OWNER.table("owner", "validator"),
        AUTHOR.table("validator"),
        VALIDATOR.table("validator", "risk_officer"),
        SECOND.table("validator"),
        RISK.table("risk_officer"),
        ADMIN.table("admin"),
    )
)
SIGNERS = (OWNER, AUTHOR, VALIDATOR, VALIDATOR, SECOND, SECOND, RISK, STRANGER)
WRITERS = (AUTHOR, AUTHOR, AUTHOR, SECOND, VALIDATOR)

Files = dict[str, bytes]


@dataclass(frozen=True)
class Made:
    """A commit: its mark, its files, and the commits before it."""

    mark: int
    files: Files
    parents: tuple["Made", ...] = ()


@dataclass
class Branches:
    """Writes histories as one stream for git fast-import."""

    policy: Policy
    stream: list[bytes] = field(default_factory=list)
    marks: int = 0
    at: datetime = NOW

    def commit(self, files: Files, who: Someone, *parents: Made) -> Made:
        self.marks += 1
        self.at += timedelta(hours=1)
        ident = f"{who.id} <{who.id}@example.org> {int(self.at.timestamp())} +0000"
        lines = [f"commit refs/heads/work\nmark :{self.marks}\nauthor {ident}\ncommitter {ident}\ndata 6\nchange"]
        lines += [f"{'merge' if i else 'from'} :{parent.mark}" for i, parent in enumerate(parents)]
        self.stream.append(("\n".join([*lines, "deleteall"]) + "\n").encode())
        for path, data in files.items():
            self.stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        return Made(self.marks, files, parents)

    def end(self, name: str, tip: Made) -> None:
        """Let a branch point at a commit, and start afresh."""
        self.stream.append(f"reset refs/heads/{name}\nfrom :{tip.mark}\n\nreset refs/heads/work\n\n".encode())
        self.at = NOW


def histories(root: Path, seeds: range) -> None:
    """Make one branch ``history-SEED`` per seed in a new repository."""
    policy = read_policy(SETTINGS.encode())
    assert policy is not None
    branches = Branches(policy)
    for seed in seeds:
        branches.end(f"history-{seed}", _history(branches, random.Random(seed)))  # noqa: S311 - histories, no secrets
    subprocess.run(["git", "init", "-q", str(root)], check=True, env=CLEAN)
    (root / "mlgov.toml").write_text(SETTINGS)
    feed = b"".join(branches.stream)
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet"], input=feed, check=True, env=CLEAN)


def _history(branches: Branches, dice: random.Random) -> Made:
    main = branches.commit({"mlgov.toml": SETTINGS.encode()}, ADMIN)
    files = main.files | {CARD: card("draft").encode()}
    line = [main, branches.commit(files, AUTHOR, main)]
    for _ in range(dice.randint(1, 4)):
        start = dice.choice(line[1:][-3:])
        tips = [_topic(branches, start, dice) for _ in range(dice.choice((1, 1, 1, 2)))]
        line.append(_land(branches, line[-1], start, tips, dice))
    return line[-1]


def _topic(branches: Branches, start: Made, dice: random.Random) -> Made:
    tip = start
    for _ in range(dice.randint(1, 4)):
        tip = _move(branches, tip, dice)
    return tip


def _move(branches: Branches, tip: Made, dice: random.Random) -> Made:
    what = dice.choices(("edit", "flip", "sign", "approve", "honest", "other"), (3, 2, 2, 4, 4, 1))[0]
    files, who = dict(tip.files), dice.choice(WRITERS)
    if what == "edit":
        text, risk = f"Sorts mail, {dice.randint(0, 2)}.", dice.choice(("low", "low", "high"))
        files[CARD] = card(dice.choice(STATUSES), text, risk=risk).encode()
    elif what == "flip":
        files[CARD] = _flipped(files[CARD], dice.choice(STATUSES))
    elif what == "other":
        files["notes.txt"] = str(dice.random()).encode()
    elif what == "honest":
        files[CARD] = _flipped(files[CARD], "pending_review")
        tip = branches.commit(files, AUTHOR, tip)
        for who in (VALIDATOR, SECOND):
            files = files | _signed(branches, files, who, dice, "approve", honest=True)
        files[CARD] = _flipped(files[CARD], "approved")
    else:
        who = dice.choice(SIGNERS)
        decision = dice.choice(("approve", "approve", "reject", "revoke")) if what == "sign" else "approve"
        files |= _signed(branches, files, who, dice, decision)
        if what == "approve":
            files[CARD] = _flipped(files[CARD], "approved")
    return branches.commit(files, who, tip)


def _flipped(data: bytes, status: str) -> bytes:
    lines = data.decode().split("\n")
    return "\n".join(f"  status: {status}" if line.startswith("  status: ") else line for line in lines).encode()


def _signed(
    branches: Branches, files: Files, who: Someone, dice: random.Random, decision: str, *, honest: bool = False
) -> Files:
    records = {path: data for path, data in files.items() if path.startswith(RECORDS)}
    latest = max(map(round_of, records), default=0)
    number = max(1, latest + (1 if honest and who is VALIDATOR else dice.choice((0, 1, 1))))
    if honest and who is not VALIDATOR:
        number = latest
    document = load(files[CARD], CARD)[0]
    assert document is not None
    decided = Decided(
        folder="cards",
        name="mail",
        digest=content_digest(document.value),
        decision=decision,  # type: ignore[arg-type]
        round=number,
        prev=chain(records, number),
        person=who.id,
        policy=branches.policy.digest,
        repository="urn:example:governance",
        signed_at=branches.at + timedelta(hours=1),
        review_by=None,
        authors=(),
        evidence={},
    )
    key = who
    if not honest:
        decided, key = _spoilt(decided, who, dice)
    return {} if decided.path in files else {decided.path: key.record(decided)}


def _spoilt(decided: Decided, who: Someone, dice: random.Random) -> tuple[Decided, Someone]:
    """Spoil one signature in three in some way."""
    ways = (
        {"signed_at": decided.signed_at - timedelta(days=31)},
        {"signed_at": decided.signed_at + timedelta(days=1)},
        {"signed_at": decided.signed_at - timedelta(hours=dice.randint(1, 9))},
        {"digest": "sha256:" + "0" * 64},
        {"prev": "sha256:" + "1" * 64},
        {"repository": "urn:example:elsewhere"},
        {"policy": "sha256:" + "2" * 64},
        {"authors": (dice.choice(SIGNERS).id,)},
    )
    if dice.random() < 0.7:
        return decided, who
    if dice.random() < 0.2:
        return decided, dice.choice(SIGNERS)
    return replace(decided, **dice.choice(ways)), who  # type: ignore[arg-type]


def _land(branches: Branches, main: Made, start: Made, tips: list[Made], dice: random.Random) -> Made:
    """Bring topics to the line: by a merge commit of all of them, a squash, a rebase, or forward."""
    merged = dict(main.files)
    for tip in tips:
        merged = _merged(start.files, merged, tip.files)
    who = dice.choice((ADMIN, ADMIN, AUTHOR, VALIDATOR))
    way = dice.choice(("merge", "merge", "squash", "rebase", "forward")) if len(tips) == 1 else "merge"
    if way == "forward" and start is main:
        return tips[0]
    if way == "squash":
        return branches.commit(merged, dice.choice((AUTHOR, who)), main)
    if way == "rebase":
        return _rebased(branches, main, start, tips[0])
    if dice.random() < 0.2:
        evil = dice.choice(("flip", "edit"))
        data = merged[CARD]
        merged[CARD] = _flipped(data, "approved") if evil == "flip" else data.replace(b"Sorts", b"Reads")
    return branches.commit(merged, who, main, *tips)


def _merged(base: Files, ours: Files, theirs: Files) -> Files:
    """Merge by file: what only one side changed is theirs to say; of the card both changed, the topic's is taken."""
    changed = {path: data for path, data in theirs.items() if base.get(path) != data}
    return ours | {path: data for path, data in changed.items() if path == CARD or path not in ours}


def _rebased(branches: Branches, main: Made, start: Made, tip: Made) -> Made:
    steps: list[Made] = []
    while tip is not start:
        steps.append(tip)
        tip = tip.parents[0]
    for made in reversed(steps):
        files = _merged(made.parents[0].files, main.files, made.files)
        author = AUTHOR if made.files.get(CARD) != made.parents[0].files.get(CARD) else VALIDATOR
        main = branches.commit(files, author, main)
    return main
