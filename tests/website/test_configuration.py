"""What mkdocs.yml may say."""

from pathlib import Path

import pytest

from mlgov.errors import SettingsError
from mlgov.website.configuration import plugins, read_configuration
from tests.website import documents as d

OURS = Path(__file__).parents[2] / "mkdocs.yml"
SCAFFOLD = Path(__file__).parents[2] / "mlgov" / "cli" / "scaffold" / "mkdocs.yml"


@pytest.mark.parametrize("path", [OURS, SCAFFOLD], ids=["ours", "scaffold"])
def test_our_own_files_are_taken(path: Path) -> None:
    """This repository's, and the one that `mlgov init` writes."""
    assert read_configuration(path.read_bytes())["theme"]["name"] == "material"


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ("hooks: [evil.py]", "hooks"),
        ("INHERIT: ../other.yml", "INHERIT"),
        ("docs_dir: ..", "docs_dir"),
        ("site_dir: /", "site_dir"),
        ("repo_url: https://github.com/o/r", "repo_url"),
        ("watch: [/]", "watch"),
        ("extra: {analytics: {provider: google}}", "extra.analytics"),
        ("extra_javascript: ['https://evil.example/x.js']", "evil.example"),
        ("extra_javascript: [{path: '//evil.example/x.js'}]", "evil.example"),
        ("extra_css: ['http://evil.example/x.css']", "evil.example"),
        ("extra_css: ['../secret.css']", "secret"),
        ("extra_css: ['data:text/css,x']", "data:"),
        (r"extra_css: ['\\\\evil.example\\x.css']", "evil"),
        ("extra: {homepage: 'javascript:alert(1)'}", "extra.homepage"),
        ("extra: {homepage: '//evil.example/'}", "extra.homepage"),
        ("nav: [{Home: 'javascript:alert(1)'}]", "nav.0.Home"),
        ("nav: [{Home: ['data:text/html,x']}]", "nav.0.Home.0"),
        ("nav: [{'<b>x</b>': index.md}]", "nav.0.<b>"),
        ("copyright: '<script>alert(1)</script>'", "copyright"),
        ("copyright: '&lt;script&gt;'", "copyright"),
        ("site_description: 'x\" onload=alert(1)'", "site_description"),
        ("site_url: 'javascript:alert(1)'", "site_url"),
    ],
)
def test_what_runs_code_or_calls_others_is_refused(added: str, place: str) -> None:
    """The message names file, line and key."""
    with pytest.raises(SettingsError, match=rf"mkdocs\.yml:\d+:\d+: .*{place}"):
        read_configuration(f"{d.MKDOCS}{added}\n".encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: material", "name: material\n  custom_dir: overrides"),
        ("name: material", "name: readthedocs"),
        ("font: false", "font: {text: Roboto}"),
        ("font: false", "font: false\n  logo: https://evil.example/x.svg"),
        ("font: false", "font: false\n  favicon: ../x.svg"),
        ("font: false", "font: false\n  language: ../en"),
        ("features: [navigation.tabs, ", "features: 5 # "),
        ("scheme: default", "scheme: x onload=alert(1)"),
        ("scheme: default", "scheme: default\n      primary: 'red;x'"),
        ("scheme: default", "scheme: default\n      other: red"),
        ("  - mlgov\n", "  - mlgov\n  - exec\n"),
        ("  - mlgov\n", "  - mlgov\n  - tags: {export_file: /tmp/x.json}\n"),
        ("  - mlgov\n", "  - mlgov: 5\n"),
        ("  - mlgov\n", "  - mlgov: {now: '2020-01-01'}\n"),
        ("  - search\n", "  - search: {prebuild_index: true}\n"),
        ("  - toc: {permalink: true}", "  - toc: {slugify: x}"),
        ("  - toc: {permalink: true}", "  - toc: 5"),
        ("  - mlgov\n", "  - mlgov\n  - macros: {module_name: evil}\n"),
        ("  - toc: {permalink: true}", "  - pymdownx.snippets: {base_path: /}"),
        ("  - toc: {permalink: true}", "  - toc: {slugify: !!python/name:os.system ''}"),
        ("site_name: Model governance", "site_name: !ENV SECRET"),
        ("site_name: Model governance", "site_name: &a x"),
    ],
)
def test_what_loads_other_code_or_files_is_refused(old: str, new: str) -> None:
    """Themes, plugins, extensions, tags and anchors."""
    assert old in d.MKDOCS
    with pytest.raises(SettingsError, match=r"mkdocs\.yml:"):
        read_configuration(d.MKDOCS.replace(old, new).encode())


def test_harmless_texts_and_addresses_are_taken() -> None:
    """Other letters, an ampersand between words, an https link and files below docs/."""
    added = "copyright: © Risk & Compliance\nextra_css: [my/x.css]\n"
    added += "nav: [index.md, {Forge: 'https://forge.example/?a=1'}]\n"
    assert read_configuration(f"{d.MKDOCS}{added}".encode())["copyright"] == "© Risk & Compliance"


def test_the_time_goes_to_our_plugin_and_options_stay() -> None:
    """Whatever form the list has."""
    listed = {"plugins": [{"search": {"lang": "en"}}, "mlgov"]}
    wanted = {"search": {"lang": "en"}, "mlgov": {"now": "2026-01-01T00:00:00+00:00"}}
    assert plugins(listed, "2026-01-01T00:00:00+00:00") == wanted
    assert plugins({}, None) == {"search": {}, "mlgov": {}}


def test_our_plugin_is_there_even_when_the_file_forgets_it() -> None:
    """A site of ours without the pages would be an empty success."""
    assert "mlgov" in plugins({"plugins": ["search"]}, None)
