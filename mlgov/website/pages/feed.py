"""The Atom feed (RFC 4287) of status changes and alerts."""

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from mlgov.dashboard import told_apart
from mlgov.monitors import Cell
from mlgov.names import MONITORING_TITLES
from mlgov.website.links import address, page_of_card
from mlgov.website.pages.portfolio import audit_log
from mlgov.website.values import SiteValues

PATH = "feed.xml"
#: Entries of the feed, the newest first.
SHOWN = 60
#: What XML 1.0 cannot hold.
_FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}
_FORBIDDEN |= dict.fromkeys(range(0xD800, 0xE000))
_Entry = tuple[datetime, str, str, str, str]


def files(values: SiteValues) -> Iterator[tuple[str, str]]:
    """Give the feed."""
    entries = sorted([*_moves(values), *_alerts(values)], key=lambda entry: entry[:2], reverse=True)[:SHOWN]
    updated = entries[0][0] if entries else values.now
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_text(values.settings.site.title)}: status changes and alerts</title>",
        "<id>urn:mlgov:feed</id>",
        f"<updated>{_moment(updated)}</updated>",
        '<link rel="self" href="feed.xml"/>',
    ]
    yield PATH, "\n".join([*head, *map(_written, entries), "</feed>", ""])


def _moves(values: SiteValues) -> Iterator[_Entry]:
    apart = told_apart({row.model: row.title for row in values.rows})
    titles = {row.card_path: (apart[row.model], row.model) for row in values.rows if row.has_page}
    for entry in audit_log(values):
        revision = entry.step.revision
        if revision.status is None or not any(deed.startswith(("Moved to", "Added")) for deed in entry.step.deeds):
            continue
        title, model = titles.get(entry.path, (entry.path, ""))
        said = f"{title}: {revision.status.value.replace('_', ' ')}"
        place = address(page_of_card(model), directory_urls=values.directory_urls) if model else ""
        identity = f"urn:mlgov:{revision.commit.id}:{entry.path}"
        yield revision.at, identity, said, place, revision.commit.author


def _alerts(values: SiteValues) -> Iterator[_Entry]:
    titles = told_apart({row.model: row.title for row in values.rows})
    for row in values.rows:
        for state in row.states:
            if state.cell is Cell.IN_ALERT and state.since:
                kind = MONITORING_TITLES[state.monitoring_type].lower()
                said = f"{titles[row.model]}: {kind} in alert ({state.monitor})"
                place = address(page_of_card(row.model), directory_urls=values.directory_urls) if row.has_page else ""
                identity = f"urn:mlgov:alert:{row.model}:{state.monitor}:{_moment(state.since)}"
                yield state.since, identity, said, place, "mlgov"


def _written(entry: _Entry) -> str:
    at, identity, said, place, author = entry
    return (
        f"<entry><title>{_text(said)}</title><id>{_text(identity)}</id><updated>{_moment(at)}</updated>"
        f"<author><name>{_text(author)}</name></author><link href={quoteattr(place)}/></entry>"
    )


def _text(value: str) -> str:
    return escape(value.translate(_FORBIDDEN))


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
