"""``mlgov verify``: the proof of one document, step by step."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.plain import one_line
from mlgov.errors import UsageError
from mlgov.names import FOLDERS, is_name
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.audit import Audit
    from mlgov.approvals.effective import Standing
    from mlgov.approvals.lives import Attested, Life
    from mlgov.approvals.votes import Vote
    from mlgov.ports import SignatureVerifier, Snapshot

_DOUBT = "ssh-keygen does not accept"


@click.command()
@click.argument("name")
@click.option("--at", "ref", default="HEAD", show_default=True, metavar="REF", help="The commit to look at.")
@click.option("--ssh-keygen", "second", is_flag=True, help="Also let ssh-keygen verify each signature.")
@click.pass_obj
def verify(app: App, name: str, ref: str, second: bool) -> int:
    """Print the proof that the document NAME is approved: which bytes, by whom, under which rules.

    NAME is a name, or a path such as cards/NAME.yaml. The exit code is 1 when it is not approved.
    """
    from mlgov import wiring
    from mlgov.approvals.audit import audit
    from mlgov.approvals.effective import Effective, standing

    services = app.history(ref)
    found = audit(services.repository, proof_ledger(services, ref).records("reviews/"), ref)
    present = {path for path, life in found.outcome.lives.items() if life.data is not None}
    life = found.outcome.lives[document_path(name, present)]
    where = standing(life, services.clock.now().date())
    records = _record_bytes(services.repository.snapshot(ref, ("approvals",))) if second else {}
    verifier = wiring.signature_verifier() if second else None
    doubts = []
    for line in _proof(found, life, where, verifier, records):
        click.echo(one_line(line))
        doubts += [line] if _DOUBT in line else []
    return int(where.effective is not Effective.APPROVED or bool(doubts))


def document_path(name: str, present: "set[str]") -> str:
    """Find the path of a document by its name or path.

    Raises:
        UsageError: There is none, or several kinds have a document of that name.
    """
    paths = [name] if "/" in name else [f"{folder}/{name}.yaml" for folder in FOLDERS if is_name(name)]
    there = [path for path in paths if path in present]
    if len(there) > 1:
        raise UsageError(f"{name} is the name of several documents.", hint=f"Write one of {', '.join(there)}.")
    if not there:
        raise UsageError(f"There is no committed document {name}.", hint="'mlgov status' lists them all.")
    return there[0]


def _record_bytes(snapshot: "Snapshot") -> dict[str, bytes]:
    return {path: file.data for path, file in snapshot.items()}


def _proof(
    found: "Audit",
    life: "Life",
    where: "Standing",
    verifier: "SignatureVerifier | None",
    records: dict[str, bytes],
) -> Iterator[str]:
    yield f"{where.path} is {where.effective.value}. {where.reason}"
    yield f"1. History: {found.checkpoint.count} commits on the first-parent line, up to {found.checkpoint.commit}."
    yield f"   Rules came into force at {found.outcome.root or 'no commit: there are none'}."
    attested = life.attested
    if attested is None:
        for finding in found.findings:
            if finding.location.path == life.path or f"/{where.name}/" in finding.location.path:
                yield f"   {finding.rule.code}: {finding.message}"
        return
    yield from _approved(attested, verifier, records)
    yield "6. Since then: the content, its evidence and its review date are what was approved."


def _approved(attested: "Attested", verifier: "SignatureVerifier | None", records: dict[str, bytes]) -> Iterator[str]:
    subject, judgement = attested.subject, attested.judgement
    yield f"2. Content: {subject.digest},"
    yield f"   computed from the bytes in {attested.commit} of {attested.at:%Y-%m-%d %H:%M} UTC."
    for path, digest in sorted(subject.evidence.items()):
        yield f"   It rests on {path}: {digest}."
    yield f"3. Rules in force: {attested.policy.digest}."
    for number, place in enumerate(judgement.places, 1):
        vote = place.vote
        who, role = vote.person.id, place.role.replace("_", " ")
        yield f"4.{number} {place.rule}: {role} is {who}, {vote.evidence}: {vote.source}."
        if vote.evidence == "signed":
            yield f"    The signature is valid, made at {vote.at:%Y-%m-%d %H:%M} UTC by a key of {who} alone."
            if verifier:
                yield f"    {_second_opinion(vote, verifier, records)}"
    yield "    None of them wrote the content; each is another person."
    until = judgement.valid_until
    yield f"5. Term: until {until}." if until else "5. Term: the rules set none."


def _second_opinion(vote: "Vote", verifier: "SignatureVerifier", records: dict[str, bytes]) -> str:
    from mlgov.approvals import envelope
    from mlgov.approvals.sshsig import NAMESPACE

    data = records.get(vote.source)
    if data is None:
        return f"{_DOUBT} it: the record is not there."
    sealed = envelope.load(data)
    key = sealed.signer()
    agrees = verifier.accepts(sealed.signature, envelope.pae(sealed.payload), NAMESPACE, key.line)
    return f"ssh-keygen accepts it too: {key.fingerprint}." if agrees else f"{_DOUBT} it: {key.fingerprint}."
