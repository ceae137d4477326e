"""Our style sheet and scripts, shipped with the package so that every repository's site has them."""

from importlib import resources

FOLDER = "assets/mlgov"
STYLES = f"{FOLDER}/mlgov.css"
SHEETS = (STYLES, f"{FOLDER}/pages.css")
SCRIPT = f"{FOLDER}/mlgov.js"
SCRIPTS = (SCRIPT, f"{FOLDER}/dashboard.js", f"{FOLDER}/compare.js", f"{FOLDER}/charts.js")


def assets() -> dict[str, str]:
    """Read our assets, by their path in the site."""
    shipped = resources.files("mlgov.website") / "assets"
    return {path: (shipped / path.rpartition("/")[2]).read_text(encoding="utf-8") for path in (*SHEETS, *SCRIPTS)}
