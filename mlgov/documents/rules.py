"""The rules of the front door (``MLG-D…``): what a YAML file must be before anybody reads it."""

from mlgov.findings import Rule, Severity

SYNTAX = Rule(
    "MLG-D001",
    "yaml-syntax",
    Severity.ERROR,
    "The file is YAML.",
    "A file that no YAML parser accepts has no values to check.",
    "Correct the syntax at the place named.",
)
ENCODING = Rule(
    "MLG-D002",
    "encoding",
    Severity.ERROR,
    "The file is UTF-8 without a byte order mark.",
    "Parsers guess other encodings differently, so two readers could see two documents.",
    "Save the file as UTF-8 without BOM.",
)
CHARACTERS = Rule(
    "MLG-D003",
    "hidden-characters",
    Severity.ERROR,
    "No control, bidirectional, zero-width or tag characters.",
    "Such characters are invisible in a review or change what a reviewer sees. They are refused in the raw text and "
    "again in escaped scalars. The zero-width joiner and non-joiner are let in where a script or an emoji needs them, "
    "but never in a key.",
    "Remove the character.",
)
SIZE = Rule(
    "MLG-D004",
    "size-limits",
    Severity.ERROR,
    "The file stays within the limits of size, depth, nodes and scalar length.",
    "The limits keep a hostile file from using up the machine that checks it: 256 KiB a file, 16 levels, 20,000 nodes, "
    "64 KiB a scalar.",
    "Make the document smaller, or move data into a file under evidence/ and cite it.",
)
ANCHORS = Rule(
    "MLG-D005",
    "anchors-and-merge-keys",
    Severity.ERROR,
    "No anchors, aliases or merge keys.",
    "An alias makes text mean something that is written elsewhere, and a few hundred bytes of merge keys can cost a "
    "parser minutes. A governed document says what it says where it says it.",
    "Write the value out.",
)
DUPLICATE_KEY = Rule(
    "MLG-D006",
    "duplicate-keys",
    Severity.ERROR,
    "A key stands once in its mapping.",
    "Parsers disagree on which of two equal keys wins, so 'draft' followed by 'approved' could pass as either. "
    "Keys that are equal after Unicode normalisation (NFC) count as the same.",
    "Keep one of the two.",
)
TAGS = Rule(
    "MLG-D007",
    "tags-and-directives",
    Severity.ERROR,
    "No tags, no directives, one document a file.",
    "Tags and %YAML directives change how values are read and can run code in careless readers.",
    "Remove the tag or directive, or split the file.",
)
KEYS = Rule(
    "MLG-D008",
    "string-keys",
    Severity.ERROR,
    "Every key is text.",
    "JSON and SageMaker know only text keys; a number, a boolean or a list as a key would be lost on export.",
    "Put the key in quotes.",
)
NUMBERS = Rule(
    "MLG-D009",
    "plain-numbers",
    Severity.ERROR,
    "Numbers are finite, within 2^53 - 1 when whole, and written without leading zeros.",
    "Infinity and NaN do not exist in JSON, integers beyond 2^53 - 1 change in other tools, and 017 is 17 to one "
    "parser and 15 to another.",
    "Write a finite number, or put the text in quotes.",
)
TOP_LEVEL = Rule(
    "MLG-D010",
    "top-level-mapping",
    Severity.ERROR,
    "The file holds one mapping.",
    "A governed document starts with apiVersion and kind.",
    "Start the file with 'apiVersion: mlgov/v1'.",
)

RULES = (SYNTAX, ENCODING, CHARACTERS, SIZE, ANCHORS, DUPLICATE_KEY, TAGS, KEYS, NUMBERS, TOP_LEVEL)
