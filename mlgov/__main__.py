"""The ``mlgov`` command, also as ``python -m mlgov``.

What takes time is imported inside, where a Ctrl-C is caught.
"""

import sys


def run() -> None:
    """Run the command line and exit with the code of its outcome; 130 when somebody interrupts it, with no word."""
    try:
        from mlgov.cli.main import run as run_commands

        run_commands()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
