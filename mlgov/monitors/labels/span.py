"""From the window of a run to the time its rows are from: labels need time to come."""

from mlgov.monitors import offsets
from mlgov.monitors.schedule import Window
from mlgov.monitors.schema import Monitor


def data_span(monitor: Monitor, window: Window) -> Window:
    """Say which rows a run looks at.

    Offsets count from the end of the window, which is when the monitor fires: with -P8D and -P1D a run of
    2020-01-09T13:00 looks at 2020-01-01T13:00 to 2020-01-08T13:00, as Model Monitor documents it.

    Args:
        monitor: The monitor.
        window: The time since the firing before.
    """
    labels = monitor.ground_truth
    if labels is None or not (labels.start_time_offset or labels.end_time_offset):
        return window
    end = window.end + offsets.parse(labels.end_time_offset or "PT0S")
    if labels.start_time_offset is None:
        return Window(end - (window.end - window.start), end)
    return Window(window.end + offsets.parse(labels.start_time_offset), end)
