"""What importing the read side costs."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "scipy", "pyarrow", "mkdocs", "vl_convert", "git", "github")


def test_the_dashboard_imports_nothing_heavy() -> None:
    """`mlgov dashboard` on a machine without the site or the monitors installed."""
    code = f"import sys, mlgov.dashboard; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
