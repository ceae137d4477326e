"""A Hugging Face model card (README.md) read into a draft: front matter, model-index, and the body by its headings.

The body is the author's own Markdown, so only sections with the template's headings are understood; all others are
reported. A rendered reader's view is kept: escapes are undone, and HTML comments are left out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mlgov.cards.draft import Draft, is_owner
from mlgov.cards.escaping import unescape
from mlgov.cards.fields import Fields
from mlgov.cards.hub import FRONT, LABELS, PROSE
from mlgov.cards.hub_charts import HubCharts
from mlgov.cards.hub_results import read_model_index, task_of
from mlgov.cards.hub_tables import OwnTables
from mlgov.cards.transfer import Imported
from mlgov.documents import Limits, Value, load
from mlgov.errors import ImportFormatError
from mlgov.names import RiskRating

MAX_BYTES = 1024 * 1024
#: Keys and values of the front matter: curves have many.
MAX_NODES = 100_000
MISSING = "[More Information Needed]"
HINT = "Give the README.md of a model repository."
REASON = "A card has no place for it."
UNREAD = "A section with this heading is not read."

#: Other headings that authors use, in small letters -> the template's heading.
ALSO = {
    "model summary": "Model Description",
    "model details": "Model Description",
    "intended use": "Direct Use",
    "intended uses": "Direct Use",
    "intended uses & limitations": "Direct Use",
    "out-of-scope uses": "Out-of-Scope Use",
    "misuse and out-of-scope use": "Out-of-Scope Use",
    "limitations": "Bias, Risks, and Limitations",
    "limitations and bias": "Bias, Risks, and Limitations",
    "risks, limitations and biases": "Bias, Risks, and Limitations",
    "ethical considerations": "Bias, Risks, and Limitations",
    "caveats and recommendations": "Recommendations",
    "training data": "Training Procedure",
}
#: What follows this heading is for people alone, whatever headings it has.
FOR_PEOPLE = "more information"
#: Sections whose text says how an evaluation went.
RESULTS = ("evaluation", "evaluation results", "results", "summary")

_PLACES = {title.lower(): place for title, place in PROSE.items()}
_PLACES |= {other: PROSE[title] for other, title in ALSO.items()}
_LABELS = {label.lower(): pointer for label, pointer in LABELS.items()}
_LABEL = re.compile(r"[-*] \*\*([^*]{1,100})\*\*:? *(.*)")


@dataclass(slots=True)
class Section:
    """A heading and the lines below it, up to the next heading."""

    level: int
    title: str
    lines: list[str] = field(default_factory=list)


def read(data: bytes, name: str) -> Imported:
    """Read a model card of the Hugging Face Hub.

    Args:
        data: The bytes of a README.md.
        name: Name of the new card.

    Raises:
        ImportFormatError: The file is no text, or its front matter does not pass the front door.
    """
    text = _decoded(data)
    front, body = _parts(text)
    draft = Draft(name)
    fields = Fields(_front_values(front))
    _read_front(fields, draft)
    read_model_index(fields, draft)
    without_comments, comments = _uncommented(body)
    if comments:
        draft.note("body", f"HTML comments were left out: {comments}.")
    tables = OwnTables(draft, HubCharts(fields, draft))
    for section in _merged(_sections(without_comments)):
        if not tables.read(section.title, section.lines, f"body: {section.title}"):
            _read_section(section, draft)
    if "problem_type" not in draft.place("model_overview"):
        draft.put(task_of(fields), 1024, ("model_overview", "problem_type"), "pipeline_tag")
    return draft.finished(fields, REASON)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ImportFormatError(f"The file has {len(data):,} bytes; a README.md may have {MAX_BYTES:,}.", hint=HINT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportFormatError("The file is not UTF-8 text, so it is no README.md.", hint=HINT) from None
    if _is_json(text):
        raise ImportFormatError("The file is JSON, so it is no README.md.", hint=HINT)
    if "\0" in text:
        raise ImportFormatError("The file holds zero bytes, so it is no README.md.", hint=HINT)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_json(text: str) -> bool:
    try:
        return text.lstrip()[:1] in ("{", "[") and json.loads(text) is not None
    except (ValueError, RecursionError):
        return False


def _parts(text: str) -> tuple[str, str]:
    """Part the front matter from the body as the Hub does: between two lines of three hyphens at the very start."""
    lines = text.lstrip().split("\n")
    if lines[0].rstrip() != "---":
        return "", text
    end = next((place for place, each in enumerate(lines[1:], start=1) if each.rstrip() == "---"), None)
    if end is None:
        raise ImportFormatError("The front matter has no end.", hint="Close it with a line of three hyphens.")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])


def _front_values(front: str) -> Value:
    if not front.strip():
        return {}
    document, findings = load(front.encode(), "front matter", Limits(file_bytes=MAX_BYTES, nodes=MAX_NODES))
    if document is None:
        (finding,) = findings
        raise ImportFormatError(f"{finding.location}: {finding.message}", hint=finding.fix)
    value: Value = document.value
    return value


def _read_front(fields: Fields, draft: Draft) -> None:
    draft.put(fields.text("model_name"), 1024, ("model_overview", "model_name"), "model_name")
    for key in FRONT:
        draft.custom(key, _joined(fields, key), key)
    for at in _each(fields, "datasets"):
        if text := fields.text(*at):
            job = ("training_details", "training_job_details", "training_datasets")
            draft.add(draft.fit(text, 1024, "datasets"), 15, job, "datasets")
    for at in _each(fields, "tags"):
        _read_tag(fields.text(*at), draft)


def _each(fields: Fields, key: str) -> list[tuple[str | int, ...]]:
    """Give the pointers of a list's items, or of the one value that stands there without a list."""
    return fields.items(key) if isinstance(fields.see(key), list) else [(key,)]


def _joined(fields: Fields, key: str) -> str:
    return ", ".join(filter(None, (fields.text(*at) for at in _each(fields, key))))


def _read_tag(tag: str, draft: Draft) -> None:
    """Keep a tag: ``key:value`` as a label of the card, any other among the custom details."""
    key, _, value = tag.partition(":")
    key, value = draft.fit(key, 63, "tags"), draft.fit(value, 256, "tags")
    if key and value and key not in draft.labels:
        draft.labels[key] = value
    elif tag:
        draft.custom_list("tags", tag, "tags")


def _uncommented(text: str) -> tuple[str, int]:
    """Leave out HTML comments; gives the text and how many there were."""
    kept, start, count = [], 0, 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened)) >= 0:
        kept.append(text[start:opened])
        start, count = closed + 3, count + 1
    return "".join([*kept, text[start:]]), count


def _sections(text: str) -> Iterator[Section]:
    section, fence = Section(1, ""), ""
    for each in text.split("\n"):
        mark = each.lstrip()[:3]
        if mark in ("```", "~~~"):
            fence = "" if mark == fence else fence or mark
        heading = None if fence else _heading(each)
        if heading:
            yield section
            section = heading
        else:
            section.lines.append(each)
    yield section


def _merged(sections: Iterator[Section]) -> Iterator[Section]:
    """Make one section of "More Information" and all that stands below it."""
    outer: Section | None = None
    for section in sections:
        if outer and section.level > outer.level:
            outer.lines += [section.title, *section.lines]
            continue
        if outer:
            yield outer
        outer = section if section.title.lower() == FOR_PEOPLE else None
        if not outer:
            yield section
    if outer:
        yield outer


def _heading(text: str) -> Section | None:
    bare = text.strip()
    level = len(bare) - len(bare.lstrip("#"))
    if not 1 <= level <= 6 or text.startswith("    ") or bare[level : level + 1] not in ("", " ", "\t"):
        return None
    title = unescape(bare[level:].strip().rstrip("#").strip())
    return Section(level, title.removesuffix(" [optional]"))


def _read_section(section: Section, draft: Draft) -> None:
    path = f"body: {section.title or 'beginning'}"
    title = section.title.lower()
    if section.level == 1 and not draft.title and title not in (*_PLACES, *RESULTS):
        draft.title = section.title.removeprefix("Model Card for ")
        title = "model description"
    if title == "model card authors":
        _read_owners(section, draft, path)
        return
    if title == "training data":
        section.lines = list(_without_addresses(section.lines, draft, path))
    if title in _PLACES or title == "model sources":
        section.lines = list(_without_labels(section.lines, draft, path))
    text = unescape("\n".join(section.lines).replace(MISSING, "")).strip()
    if not text:
        return
    if title in _PLACES:
        pointer, limit = _PLACES[title]
        draft.put(text, limit, pointer, path)
    elif title in RESULTS:
        draft.evaluation_text(text, path)
    else:
        draft.note(path, UNREAD)


def _without_labels(lines: list[str], draft: Draft, path: str) -> Iterator[str]:
    """Read the list of labelled facts below a description; gives all other lines."""
    for each in lines:
        found = _LABEL.fullmatch(each.strip())
        if not found:
            yield each
            continue
        label = found[1].strip().removesuffix(":").removesuffix(" [optional]")
        _read_label(label, unescape(found[2]).replace(MISSING, "").strip(), draft, f"{path}: {label}")


def _read_label(label: str, text: str, draft: Draft, path: str) -> None:
    pointer = _LABELS.get(label.lower())
    if not text:
        return
    if pointer:
        draft.put(text, 1024, pointer, path)
    elif label.lower() == "license":
        known = draft.place("additional_information", "custom_details").get("license", "")
        if not known:
            draft.custom("license", text, path)
        elif known.lower() != text.lower():
            draft.note(path, "The front matter names another license.")
    elif label.lower() == "repository":
        draft.add({"repository": draft.fit(text, 1024, path)}, 20, ("lineage", "code"), path)
    elif label.lower() == "risk rating" and text in list(RiskRating):
        draft.place("intended_uses")["risk_rating"] = text
    else:
        draft.note(path, REASON)


def _without_addresses(lines: list[str], draft: Draft, path: str) -> Iterator[str]:
    """Read a plain list of training data as addresses and report tables; gives all other lines."""
    tables = 0
    for each in lines:
        bare = each.strip()
        if bare.startswith(("- ", "* ")):
            address = draft.fit(unescape(bare[2:]), 1024, path)
            held = draft.place("training_details", "training_job_details").get("training_datasets", [])
            if address and address not in held:
                draft.add(address, 15, ("training_details", "training_job_details", "training_datasets"), path)
        elif bare.startswith("|"):
            tables += 1
        else:
            yield each
    if tables:
        draft.note(path, "Tables are not read.")


def _read_owners(section: Section, draft: Draft, path: str) -> None:
    for each in section.lines:
        owner = unescape(each.strip().lstrip("-*").strip())
        if is_owner(owner):
            draft.owners.append(owner)
        elif owner and owner != MISSING:
            draft.note(path, f"An owner is a handle such as @team, so '{owner[:100]}' was left out.")
