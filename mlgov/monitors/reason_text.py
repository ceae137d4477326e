"""Reasons in lines, tables and values, for reports and issues. Pure."""

from collections.abc import Collection, Sequence

from mlgov.monitors.reasons import Past, Reason
from mlgov.monitors.schedule import moment_text
from mlgov.monitors.wording import number_text, one_line

#: Cells of a bar at the largest share.
BAR = 12


def told(reason: Reason, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Write a reason as pairs of a name and a sentence.

    Args:
        reason: The reason.
        without: Names to leave out: found, to clear, perhaps, history, and those of the reason's numbers.
    """
    lines = [("found", text) for text in reason.found]
    lines += [("to clear", text) for text in reason.clears]
    lines += [("perhaps", text) for text in reason.causes]
    lines += reason.numbers
    lines += [("history", history_text(reason.history))] if len(reason.history) > 1 else []
    return [(name, one_line(text)) for name, text in lines if name not in without]


def title_of(reason: Reason) -> str:
    """Give the heading of a reason, on one line whatever the column is called."""
    return f"Why {one_line(reason.place or 'whole data')}"


def history_text(history: Sequence[Past]) -> str:
    """Write a history on one line, oldest first."""
    values = ", ".join(f"{number_text(past.value)} {past.verdict}".strip() for past in history)
    return f"{values} (windows to {moment_text(history[0].window_end)} … {moment_text(history[-1].window_end)})"


def picture_head(reason: Reason) -> tuple[str, str, str, str, str]:
    """Give the heads of the table that `picture_rows` fills."""
    return f"share of {reason.unit}", "baseline", "", "window", ""


def picture_rows(reason: Reason) -> list[tuple[str, str, str, str, str]]:
    """Draw both distributions: label, share and bar of the baseline, share and bar of the window."""
    most = max((share for _, *shares in reason.shares for share in shares), default=0.0)
    return [
        (label, f"{before:.1%}", _bar(before, most), f"{now:.1%}", _bar(now, most))
        for label, before, now in reason.shares
    ]


def _bar(share: float, most: float) -> str:
    return "█" * max(round(BAR * share / most), share > 0) if most else ""


def says_more(reason: Reason) -> bool:
    """Say whether there is more to tell than the sentence of the violation."""
    return bool(reason.clears or reason.causes or reason.shares or len(reason.history) > 1)


def as_values(reason: Reason) -> dict[str, object]:
    """Give a reason as values for JSON."""
    return {
        "place": reason.place,
        "verdict": reason.verdict,
        "found": list(reason.found),
        "clears": list(reason.clears),
        "causes": list(reason.causes),
        "numbers": dict(reason.numbers),
        "unit": reason.unit,
        "shares": [list(each) for each in reason.shares],
        "history": [
            {"window_end": moment_text(each.window_end), "value": each.value, "verdict": each.verdict}
            for each in reason.history
        ],
    }
