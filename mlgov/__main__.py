"""``python -m mlgov``."""

from mlgov.cli.main import run

if __name__ == "__main__":
    run()
