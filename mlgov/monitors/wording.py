"""How numbers and verdicts are written for people. Loads nothing heavy."""

NONE = "-"


def number_text(value: float | None) -> str:
    """Write a number in four digits."""
    return NONE if value is None else f"{value:.4g}"


def p_text(value: float | None) -> str:
    """Write a probability."""
    if value is None:
        return NONE
    return "<1e-6" if value < 1e-6 else f"{value:.3g}"


def one_line(text: str) -> str:
    """Put text on one line: names from data may hold line ends."""
    return " ".join(text.split())


def words_of(verdict: str) -> str:
    """Write a verdict in words."""
    return verdict.replace("_", " ")
