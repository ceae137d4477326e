"""``mlgov site``: build, preview, serve or render what people look at."""

from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.options import ref_option
from mlgov.cli.plain import one_line

DEFAULT_OUT = "build/site"
DEFAULT_PREVIEW = "build/preview"


@click.group()
def site() -> None:
    """Build, preview, serve or render the card site."""


@site.command()
@click.option("--out", type=click.Path(path_type=Path), help=f"Folder of the site. [default: {DEFAULT_OUT}]")
@ref_option("--at", help="As of this commit, tag or day (2026-05-31), not of now.")
@click.pass_obj
def build(app: App, out: Path | None, at: str | None) -> None:
    """Build the site as static HTML; a warning is an error."""
    from mlgov.website.build import build as build_site

    folder = app.directory / out if out else app.root / DEFAULT_OUT
    pages = build_site(app.root, folder, app.services(push=False).clock.now(), app.chat, at=at or "")
    click.echo(one_line(f"{pages} pages in {folder}. Look at them with 'mlgov site serve', or on any web server."))


@site.command()
@ref_option("--base", help="What it goes into. [default: the remote's main]")
@ref_option("--head", default="HEAD", show_default=True, help="What is proposed.")
@click.option("--out", type=click.Path(path_type=Path), help=f"Folder of the pages. [default: {DEFAULT_PREVIEW}]")
@click.pass_obj
def preview(app: App, base: str | None, head: str, out: Path | None) -> None:
    """Build the pages of a proposal, for its reviewers.

    Documents are those of the head. Settings, mkdocs.yml and docs/ are those of the base, so that a proposal cannot
    bring code or looks of its own. Every page says that it shows a proposal; index.html opens without a web server.
    """
    from mlgov.cli.approve import base_of
    from mlgov.website.build import preview as build_preview
    from mlgov.website.preview import preview_of

    services = app.services(push=False)
    into = base or base_of(services.repository, services.settings.ledger.remote)
    shown = preview_of(services.repository, into, head)
    folder = app.directory / out if out else app.root / DEFAULT_PREVIEW
    pages = build_preview(app.root, folder, services.clock.now(), shown, app.chat)
    said = f"{pages} pages of {shown.head[:12]} into {shown.into}, documents changed: {len(shown.changed)}."
    click.echo(one_line(f"{said} Open {folder / 'index.html'}."))


@site.command()
@click.option("--port", type=click.IntRange(1024, 65535), default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.pass_obj
def serve(app: App, port: int) -> None:
    """Serve the site on this machine; pages follow every change of a document."""
    from mlgov.website.build import serve as serve_site

    serve_site(app.root, port, app.frozen_now, app.chat)


@site.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the Markdown files.")
@ref_option("--at", help="As of this commit, tag or day (2026-05-31), not of now.")
@click.pass_obj
def render(app: App, out: Path, at: str | None) -> None:
    """Write the generated pages as Markdown, for another site generator."""
    from mlgov.website.render import render_files, render_pages
    from mlgov.website.shipped import SCRIPTS, SHEETS, assets
    from mlgov.website.values import site_values

    values = site_values(app.services(push=False), at=at or "")
    pages = render_pages(values)
    folder = app.directory / out
    files = {page.path: page.markdown for page in pages} | assets() | render_files(values)
    for path, content in sorted(files.items()):
        write_file(folder / path, content.encode())
    for path, data in sorted(values.attached.items()):
        write_file(folder / path, data)
    click.echo(one_line(f"{len(pages)} pages in {folder}."))
    app.chat("What the configuration of the other generator needs besides:")
    for key, paths in (("extra_css", SHEETS), ("extra_javascript", SCRIPTS)):
        app.chat(f"{key}: [{', '.join(paths)}]")
