"""The pages of the kinds of document: every field, from the JSON Schemas that editors use."""

from typing import Any

from mlgov.checks.schemas import file_name, schema_of
from mlgov.names import Kind, path_of
from scripts.reference.fields import sections, written
from scripts.reference.markdown import code, plain, table
from scripts.reference.markdown import page as put_together

TITLES = {
    Kind.MODEL_CARD: "Model cards",
    Kind.MONITOR_SET: "Monitor sets",
    Kind.ROLE: "Roles",
    Kind.WAIVER: "Waivers",
    Kind.ACCESS_GRANT: "Access grants",
}


def page(kind: Kind) -> str:
    """Write the page of one kind."""
    intro = (
        f"Every field of `{path_of(kind, 'NAME')}`. A path names keys from the top of the document; `[]` is an item of "
        "a list. Unknown keys are refused. Editors with a YAML language server show the same text beside each key: "
        f"`schemas/{file_name(kind)}` holds it, and `mlgov schema` writes it."
    )
    _, *below = sections(schema_of(kind))
    rows = [(code(key), _held(part)) for key, part in schema_of(kind)["properties"].items()]
    top = table(["key", "holds"], rows)
    return put_together(TITLES[kind], "the models of the documents", intro, top, *map(written, below))


def _held(part: dict[str, Any]) -> str:
    always = f"Always {code(part['const'])}." if "const" in part else ""
    said = plain(part["description"])
    return " ".join(filter(None, [said if said != f"{part.get('const')}." else "", always]))
