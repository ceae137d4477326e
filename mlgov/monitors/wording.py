"""How numbers and verdicts are written for people. Loads nothing heavy."""

import re

NONE = "-"

#: What Model Monitor says of a metric beyond its limit; records keep it, because its file of violations has it.
_BEYOND = re.compile(
    r"Metric (?P<name>.+?) with (?P<value>\S+)(?: \+/- (?P<error>\S+))? was (?P<side>Less|Greater)ThanThreshold "
    r"(?P<limit>[^\s,]+)(?:, which chance may have done \((?P<interval>[^)]*)\))?"
)
_CHECKS = {"LessThanThreshold": "too low", "GreaterThanThreshold": "too high"}


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


def plainly(text: str) -> str:
    """Say what Model Monitor's sentence about a metric says in plain words; other sentences stay as they are."""
    return _BEYOND.sub(_plain, text)


def check_words(check_type: str) -> str:
    """Write the type of a check for people."""
    return _CHECKS.get(check_type, check_type)


def _plain(found: re.Match[str]) -> str:
    value = found["value"] + (f" ± {found['error']}" if found["error"] else "")
    bound = "at least" if found["side"] == "Less" else "at most"
    said = f"{found['name']} is {value}; {bound} {found['limit']} is asked for"
    return f"{said}. Chance may have done that ({found['interval']})" if found["interval"] else said
