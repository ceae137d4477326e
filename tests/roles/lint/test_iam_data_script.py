"""The table of AWS's actions is the one that the script makes of the locked package."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.node
def test_the_table_is_fresh() -> None:
    """Byte for byte; raise the package in package-lock.json and run the script to refresh it."""
    done = subprocess.run([sys.executable, "scripts/iam_data.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0
