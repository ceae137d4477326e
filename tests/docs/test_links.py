"""No link of our pages leads nowhere."""

import posixpath
import shlex
from urllib.parse import unquote, urlsplit

import pytest
from click import Context, Group, Option

from mlgov.cli.main import main
from mlgov.rulebook import ALL_RULES
from mlgov.website.configuration import read_configuration
from mlgov.website.pages.rules import PATH as RULES
from tests.docs.pages import TOP, read
from tests.docs.walk import Command, steps

DOCS = sorted(path.relative_to(TOP).as_posix() for path in (TOP / "docs").rglob("*.md"))
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "examples/README.md", *DOCS]
#: Pages that only the site has, and their anchors.
MADE = {f"docs/{RULES}": {code.lower() for code in ALL_RULES}}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """To a file of this repository and a place in it; addresses of other sites are https."""
    for link in read(page).links:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https" or parts.netloc.startswith("127.0.0.1"), link
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
        assert path in MADE or (TOP / path).exists(), link
        if parts.fragment:
            assert parts.fragment in (MADE[path] if path in MADE else read(path).anchors), link


@pytest.mark.parametrize("page", [page for page in DOCS if not page.endswith("docs/index.md")])
def test_every_page_is_in_the_navigation(page: str) -> None:
    """By its own name or by that of its folder."""
    nav = read_configuration((TOP / "mkdocs.yml").read_bytes())["nav"]
    path = page.removeprefix("docs/")
    assert any(path == entry or (entry.endswith("/") and path.startswith(entry)) for entry in entries(nav))


def entries(part: object) -> list[str]:
    """List what a navigation leads to."""
    if isinstance(part, str):
        return [part]
    below = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    return [entry for each in below for entry in entries(each)]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_exists(page: str) -> None:
    """With its options, also where no test runs it."""
    found = [step for step in steps((TOP / page).read_text(encoding="utf-8")) if isinstance(step, Command)]
    for line in (step.line for step in found if step.line.startswith("mlgov ")):
        assert unknown(shlex.split(line.split(" #")[0].split(" && ")[0])[1:]) is None, line


def unknown(words: list[str]) -> str | None:
    """Give the first word of a call that mlgov does not know; None when it knows all."""
    command, context, left = main, Context(main, info_name="mlgov"), iter(words)
    for word in left:
        options = {name: each for each in command.params for name in (*each.opts, *each.secondary_opts)}
        if word.startswith("-"):
            option = options.get(word.split("=")[0])
            if not isinstance(option, Option):
                return word
            if not option.is_flag and "=" not in word:
                next(left)
        elif isinstance(command, Group):
            found = command.get_command(context, word)
            if found is None:
                return word
            command, context = found, Context(found, info_name=word, parent=context)
    return None


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("--now 2026-12-31 card show churn --at HEAD", None),
        ("card shaw churn", "shaw"),
        ("card show churn --att HEAD", "--att"),
        ("--later card show churn", "--later"),
    ],
)
def test_a_wrong_word_in_a_command_is_found(call: str, word: str | None) -> None:
    """A command, an option of it, an option of mlgov itself."""
    assert unknown(call.split()) == word
