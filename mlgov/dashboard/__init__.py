"""The joined read side: the model inventory. Nothing here loads numpy, pyarrow or mkdocs."""

from mlgov.dashboard.addresses import edit_url, issues_url, record_url, request_url, view_url
from mlgov.dashboard.collect import Collected, collect
from mlgov.dashboard.exports import to_csv, to_json
from mlgov.dashboard.inventory import Histories, inventory
from mlgov.dashboard.rows import INDICATOR_TITLES, Indicator, ModelRow, MonitorCell, Reason, attention, counts, summary
from mlgov.dashboard.titles import told_apart
from mlgov.dashboard.unreadable import unreadable, unreadable_sentence

__all__ = [
    "INDICATOR_TITLES",
    "Collected",
    "Histories",
    "Indicator",
    "ModelRow",
    "MonitorCell",
    "Reason",
    "attention",
    "collect",
    "counts",
    "edit_url",
    "inventory",
    "issues_url",
    "record_url",
    "request_url",
    "summary",
    "to_csv",
    "to_json",
    "told_apart",
    "unreadable",
    "unreadable_sentence",
    "view_url",
]
