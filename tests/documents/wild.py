"""Documents as untidy people write them: any legal mix of styles, indentation, blank lines and comments."""

from hypothesis import strategies as st

KEYS = st.sampled_from(["name", "notes", "value", "type", "spec", "a b", "x-1", "yes", "k#1", "ü"])
WORDS = st.sampled_from(
    ["one", "two words", "a: b", "no", "2026-01-31", "1e-3", "0", "", " spaced ", "it's", 'say "hi"', "#no comment",
     "tail:", "- dash", "s3://b/k", "back\\slash", "x #y", "[z]", "long " * 40 + "end", "a  b " * 30 + "c", "@team"]
)  # fmt: skip
TEXTS = WORDS | st.text(alphabet="ab :#-'\"\\{}[],é\n|>%@", max_size=12)
NUMBERS = st.sampled_from(["1", "0.50", "-3", "1e-3", "true", "null", "~", "False", "7", "1.0", "0x1f"])


class Pen:
    """Draws one document."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.count = draw, 0

    def chance(self, one_in: int = 3) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def comment(self) -> str:
        """Number comments, so that a test can tell which one is missing."""
        self.count += 1
        return f"#{self.draw(st.sampled_from(['', ' ', '  ']))}c{self.count}"

    def above(self, indent: int) -> list[str]:
        lines = []
        while self.chance(4):
            kind = self.draw(st.sampled_from(["blank", "same", "odd"]))
            column = indent if kind == "same" else self.draw(st.integers(0, 8))
            lines.append("" if kind == "blank" else " " * column + self.comment())
        return lines

    def end(self) -> str:
        return f" {self.comment()}" if self.chance(4) else ""

    def scalar(self) -> str:
        if self.chance(2):
            return self.draw(NUMBERS)
        text = self.draw(TEXTS)
        if self.chance(2) and text.isascii() and text.replace(" ", "").isalpha() and text == text.strip():
            return text
        if self.chance(2) and "\n" not in text:
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def flow(self, depth: int) -> list[str]:
        """Give the lines of something in brackets; continuation lines are indented by whoever places them."""
        opening, closing = self.draw(st.sampled_from(["[]", "{}"]))
        lines = [opening]
        keys = self.draw(st.lists(KEYS, max_size=3, unique=True))
        for number, key in enumerate(keys):
            value = self.flow(depth - 1) if depth and self.chance() else [self.scalar()]
            lead = f'"{key}": ' if opening == "{" else ""
            lines[-1] += lead + value[0]
            lines += value[1:]
            lines[-1] += "," if number < len(keys) - 1 or self.chance() else ""
            if self.chance():
                lines[-1] += self.end()
                lines += ["", *self.above(2), ""] if self.chance() else [""]
                lines[-1] = "    "
            else:
                lines[-1] += " "
        lines[-1] += closing
        return lines

    def block_text(self, indent: int) -> list[str]:
        style = self.draw(st.sampled_from(["|", ">", "|-", ">-", "|+", ">+"]))
        body = self.draw(st.lists(st.sampled_from(["text", "more # text", "", "  deep", "a: b", "- c"]), max_size=4))
        lines = [(" " * indent + line) if line else "" for line in ["first", *body]]
        return [style + self.end(), *lines, *[""] * self.draw(st.integers(0, 2))]

    def value(self, indent: int, depth: int, lead: str) -> list[str]:
        """Write ``lead`` with a value behind or below it; blocks are indented by more than ``indent``."""
        kinds = ["scalar", "flow", "text", "mapping", "list"] if depth else ["scalar", "flow"]
        kind = self.draw(st.sampled_from(kinds))
        inner = indent + self.draw(st.integers(1, 4))
        pad = " " * inner
        if kind == "scalar" and self.chance(6):
            return [lead + self.end(), *self.above(inner), pad + self.scalar() + self.end()]
        if kind == "scalar":
            return [f"{lead} {self.scalar()}{self.end()}"]
        if kind == "flow":
            first, *more = self.flow(2)
            lines = [f"{lead} {first}", *[pad + line if line.strip() else line for line in more]]
            return [*lines[:-1], (pad if more and not lines[-1].strip() else "") + lines[-1] + self.end()]
        if kind == "text":
            first, *more = self.block_text(inner)
            return [f"{lead} {first}", *more]
        return [lead + self.end(), *self.block(inner, depth - 1, kind)]

    def block(self, indent: int, depth: int, kind: str) -> list[str]:
        keys = self.draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
        lines: list[str] = []
        for key in keys:
            lines += self.above(indent)
            if kind == "list" and depth and self.chance(3):
                inner = self.block(indent + 2, depth - 1, "mapping")
                while inner[0].strip()[:1] in ("", "#"):
                    lines.append(inner.pop(0))
                lines += [" " * indent + "- " + inner[0].lstrip(" "), *inner[1:]]
                continue
            quote = self.draw(st.sampled_from(["'", '"']))
            lead = "-" if kind == "list" else f"{quote}{key}{quote}:"
            lines += self.value(indent, depth, " " * indent + lead)
        return lines


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Draw a document of at most five levels. Most of them pass the front door."""
    pen = Pen(draw)
    lines = [*pen.above(0), *pen.block(0, 3, "mapping"), *pen.above(0)]
    ends = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return ends.join([*lines, ""] if not pen.chance(5) else lines).encode()
