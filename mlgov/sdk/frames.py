"""Profiles and comparisons of data frames, from a notebook or a pipeline."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlgov.monitors.profile import Layout, Profile
    from mlgov.monitors.report import Comparison


def profile(frame: Any, like: "Profile | Layout | None" = None) -> "Profile":  # noqa: ANN401 - any data frame
    """Profile a data frame: counts, sums and distributions in bins, and none of its rows.

    Args:
        frame: A frame of pandas, polars, PyArrow or DuckDB, or any other that narwhals reads.
        like: The profile of a reference (or its layout), whose bins are used, so that the two can be compared or added.
            None learns the bins from the frame itself.

    Returns:
        The profile; ``mlgov.monitors.profile.render`` writes it as a file.

    Raises:
        UsageError: It is no frame that can be read.
        TablesError: A column cannot be read.

    Example:
        >>> import pandas as pd
        >>> from mlgov import profile
        >>> profile(pd.DataFrame({"age": [21, 45]})).rows
        2
    """
    from mlgov.monitors.baseline import ROWS_PER_BIN
    from mlgov.monitors.profile import Profile
    from mlgov.monitors.windows import Reading, RowCounter, Selection
    from mlgov.wiring import frames

    source = Reading(frames({"frame": frame}), "frame", Selection())
    layout = like.layout if isinstance(like, Profile) else like
    return source.profile(layout or source.learn(RowCounter(), rows_per_bin=ROWS_PER_BIN), RowCounter())


def compare(reference: Any, current: Any) -> "Comparison":  # noqa: ANN401 - any data frames
    """Compare a data frame with a reference, as a monitor would.

    Args:
        reference: A frame as `profile` takes it.
        current: Another, of the same columns.

    Raises:
        UsageError: One of them has no rows, or is no frame that can be read.
        TablesError: A column cannot be read.
    """
    from mlgov.monitors.comparing import compare_sources
    from mlgov.wiring import frames

    return compare_sources(frames({"reference": reference, "current": current}), "reference", "current")
