"""What can be wrong with a waiver by itself."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from mlgov.documents import Document
from mlgov.findings import Finding
from mlgov.names import Status
from mlgov.settings import WaiverSettings
from mlgov.waivers import rules
from mlgov.waivers.schema import WaiverDocument

_EXPIRES = ("spec", "expires")


def check_waiver(
    document: Document, waiver: WaiverDocument, waivable: Collection[str], settings: WaiverSettings, today: date
) -> Iterator[Finding]:
    """Find what is wrong with a waiver, whatever it would cover.

    Args:
        document: The waiver as written.
        waiver: The same as its model.
        waivable: Codes of the rules that can be waived.
        settings: How long waivers may last.
        today: The day of the check.
    """
    if waiver.lifecycle.status is Status.ARCHIVED:
        return
    for i, found in enumerate(waiver.spec.findings):
        if found.code not in waivable:
            at = ("spec", "findings", i, "code")
            yield rules.HARD_RULE.at(document.location(at), f"{found.code} cannot be waived.", pointer=at)
    yield from _check_term(document, waiver, settings, today)


def _check_term(document: Document, waiver: WaiverDocument, settings: WaiverSettings, today: date) -> Iterator[Finding]:
    expires, latest = waiver.spec.expires, today + timedelta(days=settings.max_days)
    if expires > latest:
        said = f"The waiver expires on {expires}; mlgov.toml allows {settings.max_days} days, that is until {latest}."
        yield rules.TOO_LONG.at(document.location(_EXPIRES), said, pointer=_EXPIRES)
    if expires < today and waiver.lifecycle.status is Status.APPROVED:
        said = f"The waiver expired on {expires} and covers nothing any more."
        yield rules.EXPIRED.at(document.location(_EXPIRES), said, pointer=_EXPIRES)
