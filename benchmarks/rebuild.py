"""``python rebuild.py CONFIG FILE PAGE TIMES``: build a site as ``serve`` does, then again after each edit of a file.

Prints the CPU seconds of the first build and the median of the later ones as JSON. Works for every MkDocs site.
"""

import json
import logging
import statistics
import sys
import time
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config


def main(config: str, file: str, page: str, times: int) -> None:
    """Measure; a build whose page does not have the new word is no measurement."""
    logging.disable(logging.WARNING)
    edited, site = Path(file), Path(config).parent / "served"
    text, took = edited.read_text(), []
    for number in range(times + 1):
        word = f"zebrafish{number}"
        edited.write_text(text.replace("WORD", word))
        settings = load_config(config, strict=False, site_dir=str(site))
        settings.plugins.on_startup(command="serve", dirty=False)
        before = time.process_time()
        build(settings, serve_url="http://127.0.0.1:8000/")
        took.append(time.process_time() - before)
        if word not in (site / page).read_text():
            sys.exit(f"{page} does not say {word}")
    edited.write_text(text)
    print(json.dumps({"first_s": took[0], "again_s": statistics.median(took[1:])}))


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
