"""SageMaker's spelling of a card, for the ways out and in: words, keys, and what stands for our own fields.

Keys are the same in both, so the tables here are short. Formats whose keys are spelled otherwise (CloudFormation writes
them in PascalCase) pass their own spelling.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from mlgov.cards.additions import Evidence
from mlgov.names import RiskRating, Status

#: Key of ours -> the key as a format spells it.
Spelling = Callable[[str], str]

#: Our fields that SageMaker's content has no key for.
OURS = frozenset({"out_of_scope_uses", "evidence", "lineage", "acceptance_criteria", "claims", "imported"})
#: Keys that SageMaker wants even when there is nothing to say.
REQUIRED = frozenset({"metric_data", "container_image"})
#: Fields with a closed list of words -> our words. Theirs are the same in PascalCase.
WORDS: Mapping[str, tuple[str, ...]] = {
    "risk_rating": tuple(rating.value for rating in RiskRating),
    "function": ("maximize", "minimize"),
    "model_package_status": ("pending", "in_progress", "completed", "failed", "deleting"),
    "model_approval_status": ("approved", "rejected", "pending_manual_approval"),
    "type": ("number", "string", "boolean", "linear_graph", "bar_chart", "matrix"),
}
#: Types of metrics are spelled alike on both sides.
SAME_WORDS = frozenset({"type"})
STATUSES = {status: "".join(part.capitalize() for part in status.split("_")) for status in Status}
#: What the loader of SageMaker's Python SDK takes as a facet; the service takes any text.
FACETS = frozenset({"Loss", "Accuracy", "RMSE", "MAE", "AUC"})

CONTENT_CHARACTERS = 100_000
TEXT_CHARACTERS = 2048
GROUP_NAME_CHARACTERS = 63
TAGS = 50

_OUT_OF_SCOPE = "Out of scope:\n"
_EVIDENCE_KEY = re.compile(r"evidence_[1-9][0-9]?")
_EVIDENCE = re.compile(r"(?P<path>.{1,255}) (?P<digest>sha256:[0-9a-f]{64})", re.DOTALL)
_TAG = re.compile(r"[\w\s.:/=+@-]*")


def pascal(key: str) -> str:
    """Spell a key as CloudFormation does: ``x_axis_name`` is ``XAxisName``."""
    return "".join(part.capitalize() for part in key.split("_"))


def as_is(key: str) -> str:
    """Spell a key as it is."""
    return key


def theirs(field: str, word: str) -> str:
    """Give SageMaker's word for ours in a field with a closed list: ``in_progress`` is ``InProgress``."""
    return word if field in SAME_WORDS else pascal(word)


def ours(field: str, word: str) -> str | None:
    """Give our word for SageMaker's, in whatever case it is written; None when there is no such word."""
    return next((each for each in WORDS[field] if _letters(each) == _letters(word)), None)


def status_word(word: str) -> Status | None:
    """Give our status for SageMaker's."""
    return next((status for status in Status if _letters(status) == _letters(word)), None)


def fold_uses(in_scope: str | None, out_of_scope: str) -> str | None:
    """Put uses out of scope below the uses in scope, or give None when that is too long or could not be undone."""
    folded = f"{in_scope}\n\n{_OUT_OF_SCOPE}{out_of_scope}" if in_scope else f"{_OUT_OF_SCOPE}{out_of_scope}"
    undone = unfold_uses(folded) == (in_scope, out_of_scope)
    return folded if undone and len(folded) <= TEXT_CHARACTERS else None


def unfold_uses(text: str) -> tuple[str | None, str | None]:
    """Part a text into uses in scope and uses out of scope, where it has both under our heading."""
    if text.startswith(_OUT_OF_SCOPE):
        return None, text.removeprefix(_OUT_OF_SCOPE)
    in_scope, heading, out_of_scope = text.partition(f"\n\n{_OUT_OF_SCOPE}")
    return (in_scope, out_of_scope) if heading and out_of_scope else (text, None)


def evidence_as_metadata(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Write evidence as free details of an evaluation: a path and a digest under ``evidence_1`` and so on."""
    return {f"evidence_{number}": f"{each.path} {each.digest}" for number, each in enumerate(evidence, start=1)}


def evidence_in(key: str, text: object) -> dict[str, str] | None:
    """Give the evidence that a free detail stands for; None when it is any other detail."""
    found = _EVIDENCE.fullmatch(text) if isinstance(text, str) and _EVIDENCE_KEY.fullmatch(key) else None
    return found.groupdict() if found else None


def is_tag(key: str, value: str) -> bool:
    """Say whether AWS takes this pair as a tag."""
    legal = bool(_TAG.fullmatch(key)) and bool(_TAG.fullmatch(value))
    return legal and 1 <= len(key) <= 128 and len(value) <= 256 and not key.lower().startswith("aws:")


def _letters(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()
