"""One page per model and monitor: how it is, every execution, what moved how far, and from what."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlgov.approvals.effective import Standing
from mlgov.checks.tree import Governed
from mlgov.dashboard import ModelRow, edit_url, issues_url, record_url, view_url
from mlgov.monitors import Cell, Execution, Monitor, MonitorSetDocument, MonitorState
from mlgov.monitors.schedule import parse
from mlgov.names import MONITORING_TITLES, Kind
from mlgov.website import badges, measured
from mlgov.website.links import Links, page_of_card, page_of_monitor
from mlgov.website.markup import plural, render_template
from mlgov.website.memory import remembered
from mlgov.website.pages.monitors import monitor_views
from mlgov.website.pictures import Picture
from mlgov.website.values import Page, SiteValues

#: Executions that the table shows at once; the others are folded away.
OPEN_ROWS = 15


@dataclass(frozen=True, slots=True)
class _Watched:
    """A monitor and what stands around it."""

    row: ModelRow
    found: Governed
    monitor: Monitor
    state: MonitorState
    picture: Picture


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page of every monitor of every monitor set that can be read."""
    watched = list(_every(values))
    standings = values.collected.standings(values.now) if watched else {}
    for each in watched:
        yield _remembered(each, standings.get(each.found.document.path), values)


def _remembered(watched: _Watched, standing: Standing | None, values: SiteValues) -> Page:
    """Give the page, or the one that an earlier build made of the same."""
    path = page_of_monitor(watched.row.model, watched.monitor.name)
    records, site = tuple(e.path for e in watched.state.history), (values.settings, values.directory_urls)
    due = _next_due(watched.monitor, values)
    key = (watched.row, watched.monitor, watched.state, records, watched.picture, standing, due, site)
    return remembered(values, path, key, lambda: _page(watched, standing, path, values))


def _every(values: SiteValues) -> Iterator[_Watched]:
    rows = {row.model: row for row in values.rows}
    seen: set[tuple[str, str]] = set()
    for found in values.collected.tree.of(Kind.MONITOR_SET):
        assert isinstance(found.typed, MonitorSetDocument)  # noqa: S101 - narrows the type; the kind says it
        row = rows[found.typed.spec.model]
        states = dict(zip(map(id, row.monitors), row.states, strict=True))
        for monitor in found.typed.spec.monitors:
            key = (row.model, monitor.name)
            if key not in seen:  # the check names a second one of the same name
                seen.add(key)
                yield _Watched(row, found, monitor, states[id(monitor)], values.pictures.get(key, Picture()))


def _page(watched: _Watched, standing: Standing | None, path: str, values: SiteValues) -> Page:
    row, monitor, state = watched.row, watched.monitor, watched.state
    settings, links = values.settings, Links(path, values.directory_urls)
    set_path, chosen = watched.found.document.path, measured.drawn(state.last.columns) if state.last else []
    view = next(view for view in monitor_views(row) if view.state is state)
    title = f"{MONITORING_TITLES[monitor.monitoring_type]} of {row.title}"
    markdown = render_template(
        "monitor.md.jinja",
        title=title,
        kind=MONITORING_TITLES[monitor.monitoring_type],
        row=row,
        view=view,
        monitor=monitor,
        state=state,
        verdict=verdict_words(state),
        next_due=_next_due(monitor, values),
        history=state.history,
        open_rows=OPEN_ROWS,
        shown=measured.ranked(state.last.columns) if state.last else [],
        shown_rows=measured.ROWS,
        courses=list(measured.courses_of_columns(state.history, chosen)),
        metrics=measured.courses_of_metrics(state.history, estimated=False),
        estimates=measured.courses_of_metrics(state.history, estimated=True),
        labels=measured.course_of_labels(state.history),
        picture=watched.picture,
        standing=standing,
        set_path=set_path,
        set_status=watched.found.typed.lifecycle.status if watched.found.typed else None,
        badges=badges,
        home=links.to("index.md"),
        card=links.to(page_of_card(row.model)) if row.has_page else None,
        edit_url=edit_url(settings.site, set_path),
        view_url=lambda file: view_url(settings.site, file),
        record_url=lambda execution: record_url(settings, execution.path),
        issues=issues_url(settings.site, f'in:title "{row.model}: {MONITORING_TITLES[monitor.monitoring_type]}"'),
        branch=settings.ledger.branch,
        now=values.now,
    )
    return Page(path, markdown, set_path, title)


def _next_due(monitor: Monitor, values: SiteValues) -> object:
    if not monitor.enabled:
        return None
    try:
        return parse(monitor.schedule).next_firing(values.now)
    except ValueError:
        return None  # a finding of `mlgov check` says so


def verdict_words(state: MonitorState) -> str:
    """Say in a sentence or two how a monitor is and why."""
    return " ".join(_verdict(state))


def _verdict(state: MonitorState) -> Iterator[str]:
    alert, last = state.alert, state.last
    if state.cell is Cell.INACTIVE:
        yield "It is switched off, so nobody looks."
    elif last is None:
        yield "It has not run yet, so nothing is known."
    elif state.cell is Cell.IN_ALERT:
        windows = plural(alert.datapoint_count, "window")
        yield f"{alert.violation_count} of the last {windows} had violations; {alert.needed_count} make an alert."
        yield from _silence(state, last)
    elif state.cell is Cell.STALE:
        yield f"Nothing has run since the window that ended at {last.window_end:%Y-%m-%d %H:%M} UTC."
    elif state.cell is Cell.OK:
        yield _last_words(last)
        if alert.nearness:
            windows = plural(alert.violation_count, "window")
            yield f"{windows} with violations so far; {alert.needed_count} make an alert."
    else:
        yield from _silence(state, last)


def _last_words(last: Execution) -> str:
    if last.violations:
        return f"The last window had {plural(len(last.violations), 'violation')}."
    noted = f", with {plural(len(last.warnings), 'warning')}" if last.warnings else ""
    return f"The last window stayed within its limits{noted}."


def _silence(state: MonitorState, last: Execution) -> Iterator[str]:
    """Say why the last window gave no verdict, if it gave none."""
    if last.failure:
        yield f"The last run failed: {last.failure.message}"
    elif not last.is_datapoint:
        yield last.note or f"The last window gave no verdict: {badges.of_execution(last.status).word.lower()}."
    if state.is_stale:
        yield f"Nothing has run since the window that ended at {last.window_end:%Y-%m-%d %H:%M} UTC."
